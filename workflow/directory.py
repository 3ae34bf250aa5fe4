"""What the workflow asks Slack about people; ``commands.directory`` answers it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from rules.people import Actor

_LONGEST_PAUSE = 300.0


class DirectoryError(Exception):
    """Slack could not be asked just now. Nothing may be decided on a guess: ask again later.

    ``pause`` is for how many seconds Slack is to be asked nothing more: what it named, five minutes
    at most, so that whoever waits is told in time; 0 where it named none.
    """

    def __init__(self, sentence: str, pause: float = 0.0) -> None:
        """Say why."""
        super().__init__(sentence)
        self.pause = min(pause, _LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Resident:
    """A person as their Slack profile shows them now."""

    slack_id: str
    team_id: str
    email: str | None
    given_name: str
    family_name: str
    is_deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False
    time_zone: str | None = None

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.given_name} {self.family_name}".strip()

    def as_actor(self) -> Actor:
        """Return what the policy needs to know of this person."""
        return Actor(
            self.slack_id, self.team_id, self.email, self.is_deleted, self.is_bot, self.is_guest
        )


class Directory(Protocol):
    """Who is who in the workspace.

    ``resident`` and ``members`` raise ``DirectoryError`` where Slack is silent.
    """

    async def get_to_know(self, people: Collection[str]) -> None:
        """Look many people up by few calls, by ids or e-mail addresses, before they are asked for.

        It takes three seconds at most and raises nothing: whom it did not find is asked for alone.
        """
        ...

    async def resident(self, slack_id: str) -> Resident | None:
        """Return a person, at most thirty seconds old; None where Slack knows no such person."""
        ...

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of a user group's members, at most thirty seconds old."""
        ...


async def actor_now(directory: Directory, slack_id: str) -> Actor:
    """Return who acts, as Slack knows them now; somebody Slack does not know may do nothing."""
    resident = await directory.resident(slack_id)
    if resident is None:
        return Actor(slack_id, team_id="", is_deleted=True)
    return resident.as_actor()


async def approvers_now(directory: Directory, listed: tuple[str, ...]) -> frozenset[str]:
    """Return the people that ``listed`` users and user groups are at this moment."""
    people = {one for one in listed if not one.startswith("S")}
    for group in listed:
        if group.startswith("S"):
            people |= await directory.members(group)
    return frozenset(people)
