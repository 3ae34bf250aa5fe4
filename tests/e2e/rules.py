"""A policy for the worlds of the tests about it, and the user groups that it names."""

from dataclasses import dataclass

from sandbox.slack.model import User, UserGroup
from tests.e2e.people import People
from tests.e2e.world import OUT_OF_DATE, World

BOARD, CHIEFS, SALES = "S0BOARD001", "S0LEADS001", "S0SALES001"
"""Whom the sandbox's settings protect are the chiefs: there they are called the team leads."""

POLICY = f"""
[profiles.director]
title = "Director"
axiom = {{ role = "user" }}

[profiles.reader]
title = "Reader"
axiom = {{ role = "read-only" }}

[profiles.rep]
title = "Sales representative"
axiom = {{ role = "user" }}

[profiles.keeper]
title = "Keeper"
axolo = {{}}
axiom = {{ role = "admin" }}

[[rules]]
name = "directors"
when = {{ action = "onboard", profile = "director" }}
stages = [
    {{ title = "IT operations", approvers = ["S0ITOPS001"] }},
    {{ title = "The board", approvers = ["{BOARD}"], threshold = 2 }},
]

[[rules]]
name = "readers"
when = {{ action = "onboard", profile = "reader" }}
automatic = true

[[rules]]
name = "sellers"
when = {{ profile = "rep" }}
requesters = ["{SALES}"]

[[rules]]
name = "axiom-admins"
when = {{ vendor = "axiom", access = {{ role = ["admin", "owner"] }} }}
title = "The board"
approvers = ["{BOARD}"]

[[rules]]
name = "quiet-leave"
when = {{ action = "offboard", profile = "director" }}
confidential = true
"""


@dataclass(frozen=True)
class Groups:
    """The user groups that the policy names; each test fills them with people of its own."""

    world: World
    people: People

    def found(self) -> None:
        """Have every group be there, with nobody in it."""
        for group in (BOARD, CHIEFS, SALES):
            self._groups[group] = UserGroup(group, group.lower(), group.title(), [])

    def join(self, group: str, *users: User) -> None:
        """Put people into a group, and let what the bot remembers of it become out of date."""
        self._groups[group].users.extend(user.id for user in users)
        self.world.clock.forward(OUT_OF_DATE)

    def leave(self, group: str, user: User) -> None:
        """Take somebody out of a group, and let that become known as well."""
        self._groups[group].users.remove(user.id)
        self.world.clock.forward(OUT_OF_DATE)

    def board(self, size: int = 2) -> list[User]:
        """Hire so many people into the board."""
        members = [self.people.member() for _ in range(size)]
        self.join(BOARD, *members)
        return members

    @property
    def _groups(self) -> dict[str, UserGroup]:
        return self.world.slack.state.directory.groups
