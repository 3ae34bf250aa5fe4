"""Response URLs: answering an interaction, five times within thirty minutes.

Source: https://docs.slack.dev/interactivity/handling-user-interaction (read 2026-11).
"""

from dataclasses import dataclass

from sandbox.clock import Clock, Ids
from sandbox.slack.model import Message, SlackError

USES = 5
LIFETIME = 30 * 60


@dataclass
class Hook:
    """Where an answer goes: whose interaction it was, in which channel, on which message."""

    user: str
    channel: str
    message: Message | None
    born: float
    used: int = 0


class Hooks:
    """Mints response URLs and counts their uses."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._known: dict[str, Hook] = {}

    def new(self, user: str, channel: str, message: Message | None = None) -> str:
        """Return the last part of a new response URL."""
        name = self._ids.new("", 24)
        self._known[name] = Hook(user, channel, message, self._clock())
        return name

    def use(self, name: str) -> Hook:
        """Count one use; raises no_such_hook, expired_url or used_url with status 404."""
        hook = self._known.get(name)
        if hook is None:
            raise SlackError("no_such_hook", status=404)
        if self._clock() - hook.born > LIFETIME:
            raise SlackError("expired_url", status=404)
        if hook.used >= USES:
            raise SlackError("used_url", status=404)
        hook.used += 1
        return hook
