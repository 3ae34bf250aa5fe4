"""Members of the workspace that no other test knows.

What they are may be changed at once: `ada.deleted = True` deactivates an account. Whom the bot has
asked about before, it looks at anew when `World.later` has made what it remembers out of date.
"""

import itertools
from dataclasses import dataclass, field

from sandbox.slack.model import User
from sandbox.vendors.github import GitHubUser
from tests.e2e.world import OUT_OF_DATE, World

GIVEN = ("Ayo", "Bea", "Cem", "Dora", "Edo", "Fumi", "Gwen", "Hugo", "Iris", "Juno")
FAMILY = ("Abara", "Bauer", "Costa", "Dahl", "Ekman", "Fuchs", "Gallo", "Haas", "Ito")

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class People:
    """Makes people in a world, and takes their rights away again."""

    world: World
    accounts: dict[str, GitHubUser] = field(default_factory=dict)

    def member(self) -> User:
        """Hire somebody: in Slack, in both channels, and at GitHub under a login of their own."""
        number = next(_NUMBERS)
        given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
        name = f"{given.lower()}{number}"
        team = self.world.slack.state.team.id
        email = f"{name}@acme.example"
        user = User(f"U0E2E{number:05d}", team, name, f"{given} {family}-{number}", email)
        directory = self.world.slack.state.directory
        directory.users[user.id] = user
        for channel in ("#general", "#access-requests"):
            directory.channel(self.world.slack.channel(channel)).members.append(user.id)
        self.accounts[user.id] = self.world.server.github.add(f"{name}-hub", user.real_name)
        return user

    def approver(self) -> User:
        """Hire somebody into the group of approvers."""
        user = self.member()
        self.world.server.cast.group.users.append(user.id)
        self.world.clock.forward(OUT_OF_DATE)
        return user

    def login(self, user: User) -> str:
        """Return what somebody is called at GitHub now."""
        return self.accounts[user.id].login

    def dismiss(self) -> None:
        """Leave the group of approvers as it was in the beginning."""
        self.world.server.cast.group.users[:] = [one.id for one in self.world.server.cast.ops]
        self.world.clock.forward(OUT_OF_DATE)
