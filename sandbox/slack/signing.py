"""Signing what is sent to the app.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack (read 2026-11):
HMAC-SHA256 over `v0:{timestamp}:{body}` under the signing secret.
"""

import hashlib
import hmac


def signed(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the two headers Slack sends beside `body`."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}
