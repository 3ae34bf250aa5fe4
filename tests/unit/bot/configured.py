"""A configuration that is right, to change one thing in, and what loading it then says."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.reader import ConfigurationError
from bot.settings import Settings, load

DOCUMENT = """\
[slack]
channel = "C0123456789"

[approval]
approvers = ["U0123456789", "U0223456789"]
threshold = 1
expires_after = "72h"

[vendors.axolo]
organization = "acme"

[vendors.axiom]

[profiles.engineer]
title = "Engineer"
axolo = {}
axiom = { role = "user" }
"""

ENVIRONMENT = {
    "SLACK_BOT_TOKEN": "xoxb-1234567890-token",
    "SLACK_SIGNING_SECRET": "0123456789abcdef-signing",
    "AXOLO_API_KEY": "axolo-key-0123456789",
    "AXIOM_TOKEN": "xaat-0123456789-token",
}
NEEDED = ("SLACK_BOT_TOKEN", "AXOLO_API_KEY", "AXIOM_TOKEN")


@dataclass
class Configuration:
    """A folder with an ``aboard.toml``, and an environment."""

    folder: Path
    document: str = DOCUMENT
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))

    @property
    def file(self) -> Path:
        """Where the document is written."""
        return self.folder / "aboard.toml"

    def change(self, old: str, new: str) -> None:
        """Replace something that stands in the document."""
        assert old in self.document
        self.document = self.document.replace(old, new)

    def secret_file(self, name: str, content: bytes) -> Path:
        """Hand ``name`` in as a file instead of a variable."""
        path = self.folder / name.lower()
        path.write_bytes(content)
        self.environment.pop(name, None)
        self.environment[f"{name}_FILE"] = str(path)
        return path

    def load(self) -> Settings:
        """Write the document and load it."""
        self.file.write_text(self.document, encoding="utf-8")
        return load(self.environment | {"ABOARD_CONFIG": str(self.file)})

    def problems(self) -> list[str]:
        """Load, and return what is wrong, without the name of the folder."""
        with pytest.raises(ConfigurationError) as refusal:
            self.load()
        assert str(refusal.value) == "\n".join(refusal.value.problems)
        return [one.replace(f"{self.folder}/", "") for one in refusal.value.problems]
