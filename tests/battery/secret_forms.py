"""For detect-secrets, which loads it by its path: the tokens of vendors that it does not know."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class VendorToken(RegexBasedDetector):
    """Axiom's API and personal tokens, and Slack's app-level ones."""

    secret_type = "Vendor Token"
    denylist = (
        re.compile(r"\bxa[ap]t-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
        re.compile(r"\bxapp-\d-[A-Z0-9]{8,}-\d{6,}-[0-9a-f]{16,}\b"),
    )
