"""Whoever replaces Aboard's credentials while it works, as docs/operations.md says to do it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.credentials import Credential
from bot.settings import Settings, load
from sandbox.parts import Server
from sandbox.vendors.axiom_model import Token
from tests.e2e.world import World

MOUNTED = (
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "AXIOM_TOKEN", "AXOLO_API_KEY", "GITHUB_TOKEN",
)  # fmt: skip
PREVIOUS = "SLACK_SIGNING_SECRET_PREVIOUS"
NOTICED_WITHIN = 20.0


def mounted(server: Server, folder: Path) -> tuple[Settings, dict[str, Path]]:
    """Return settings whose credentials are files in ``folder``, and the files by their names."""
    environment = server.environment()
    files = {name: folder / name.lower() for name in (*MOUNTED, PREVIOUS)}
    for name, file in files.items():
        file.write_text(environment.pop(name, ""))
    config = folder / "aboard.toml"
    config.write_text(server.configuration(), encoding="utf-8")
    named = {f"{name}_FILE": str(file) for name, file in files.items()}
    own = {"ABOARD_CONFIG": str(config), "DATABASE_URL": f"sqlite:///{folder / 'aboard.db'}"}
    return load(environment | named | own), files


@dataclass
class Turner:
    """Replaces every credential, again and again; ``signing`` is what Slack may sign with now."""

    world: World
    settings: Settings
    files: Mapping[str, Path]
    signing: list[str] = field(default_factory=list)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while something that was signed is under way."""

    turned: int = 0

    def __post_init__(self) -> None:
        """Begin with the secret that Slack signs with."""
        self.signing = [self.world.slack.state.app.signing_secret]

    async def turn(self) -> None:
        """Replace every credential once."""
        self.turned += 1
        await self._signing_secret()
        await self.bot_token()
        self._vendors()

    async def bot_token(self) -> None:
        """Revoke the one before when the new one is used."""
        state, new = self.world.slack.state, f"xoxb-sandbox-{self.turned:04}"
        state.former_tokens.add(state.app.bot_token)
        state.app = replace(state.app, bot_token=new)
        await self._noticed("SLACK_BOT_TOKEN", new)
        state.former_tokens.clear()

    async def _signing_secret(self) -> None:
        """Let both count before Slack signs with the new one."""
        state, new = self.world.slack.state, f"signing-secret-{self.turned:04}"
        old = state.app.signing_secret
        async with self.sending:
            self.signing = [old]
        await self._noticed(PREVIOUS, old)
        await self._noticed("SLACK_SIGNING_SECRET", new)
        self.signing = [new, old]
        state.app = replace(state.app, signing_secret=new)

    def _vendors(self) -> None:
        """Revoke each vendor's at once, before Aboard can have noticed that there is another."""
        server, number = self.world.server, self.turned
        for name in ("AXIOM_TOKEN", "AXOLO_API_KEY", "GITHUB_TOKEN"):
            self.files[name].write_text(f"{name.lower()}-{number:04}\n")
        server.axiom.tokens = {(value := f"axiom_token-{number:04}"): Token(value)}
        server.axolo.api_key = f"axolo_api_key-{number:04}"
        server.github.token = f"github_token-{number:04}"

    async def _noticed(self, name: str, value: str) -> None:
        """Write a file, and wait until what it holds is used."""
        self.files[name].write_text(f"{value}\n")
        self.world.aboard.rotation.bell.ring()
        known = self._credential(name)
        with suppress(TimeoutError):
            await self.world.slack.until(lambda: known.value == value, NOTICED_WITHIN)
        assert known.value == value, f"{name} was not taken in time"

    def _credential(self, name: str) -> Credential:
        return next(one for one in self.settings.credentials if one.name == name)
