"""Trigger ids: the right to open a modal, for three seconds and once.

Source: https://docs.slack.dev/interactivity/handling-user-interaction (trigger_id) and the
errors of https://docs.slack.dev/reference/methods/views.open (read 2026-11).
"""

from dataclasses import dataclass

from sandbox.clock import Clock, Ids
from sandbox.slack.model import SlackError

LIFETIME = 3.0


@dataclass
class Trigger:
    """Whose interaction it came from, when, and in which modal."""

    user: str
    born: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """Mints and exchanges trigger ids."""

    def __init__(self, clock: Clock, ids: Ids, team_number: str) -> None:
        self._clock = clock
        self._ids = ids
        self._team_number = team_number
        self._known: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str | None = None) -> str:
        """Return a trigger id in Slack's form, `132456.7890123.abcdef`."""
        now = self._clock()
        name = f"{int(now * 1000)}.{self._team_number}.{self._ids.new('', 26).lower()}"
        self._known[name] = Trigger(user, now, view_id)
        return name

    def exchange(self, name: str) -> Trigger:
        """Use a trigger up; raises invalid_, exchanged_ or expired_trigger_id."""
        trigger = self._known.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() - trigger.born > LIFETIME:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
