"""Who is there: the people of a workspace, their groups, and a Slack that may be silent."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from tests.life.points import point
from workflow.directory import DirectoryError, Resident

TEAM = "T0HOME"
CHANNEL = "C0REQUESTS"
OPS, VIPS = "S0OPS", "S0VIPS"
BOSS, LEAD, OPS1, OPS2, MATE = "U0BOSS", "U0LEAD", "U0OPSA", "U0OPSB", "U0MATE"
ADA, BEN, ALIAS, KEEPER, STRANGER = "U0ADA", "U0BEN", "U0ALIAS", "U0KEEPER", "U0STRANGER"

ZONES = {ADA: "Europe/Berlin", BEN: "America/New_York", MATE: "Australia/Lord_Howe"}
MAILS = {ALIAS: "ada+two@acme.example"}
"""Ada has a second account, with another spelling of her address: she is one person."""

EVERYBODY = (BOSS, LEAD, OPS1, OPS2, MATE, ADA, BEN, ALIAS, KEEPER, STRANGER)
SUBJECTS = (ADA, BEN, MATE)
REQUESTERS = (BOSS, LEAD, OPS1, ADA)


def mail_of(slack_id: str) -> str:
    """Return somebody's address."""
    return MAILS.get(slack_id, f"{slack_id.removeprefix('U0').lower()}@acme.example")


def _resident(slack_id: str) -> Resident:
    team = "T0OTHER" if slack_id == STRANGER else TEAM
    name = slack_id.removeprefix("U0").title()
    zone = ZONES.get(slack_id, "UTC")
    return Resident(slack_id, team, mail_of(slack_id), name, "Doe", time_zone=zone)


@dataclass
class Town:
    """Slack, as far as the bot asks it."""

    residents: dict[str, Resident] = field(
        default_factory=lambda: {one: _resident(one) for one in EVERYBODY}
    )
    groups: dict[str, frozenset[str]] = field(
        default_factory=lambda: {OPS: frozenset({OPS1, OPS2, MATE, ALIAS}), VIPS: frozenset({BEN})}
    )
    is_silent: bool = False

    async def resident(self, slack_id: str) -> Resident | None:
        """Return a person, where Slack answers."""
        await self._asked()
        return self.residents.get(slack_id)

    async def get_to_know(self, people: Collection[str]) -> None:
        """Need no preparation."""

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the members of a group, where Slack answers."""
        await self._asked()
        return self.groups.get(group_id, frozenset())

    async def _asked(self) -> None:
        await point("before Slack is asked")
        if self.is_silent:
            raise DirectoryError("Slack is silent.")

    def becomes(self, slack_id: str, what: str) -> None:
        """Have somebody leave, come back, or become a guest."""
        there = self.residents[slack_id]
        self.residents[slack_id] = replace(
            there, is_deleted=what == "gone", is_guest=what == "a guest"
        )

    def regroup(self, group_id: str, slack_id: str) -> None:
        """Take somebody into a group, or out of it where they are in."""
        self.groups[group_id] = self.groups[group_id] ^ {slack_id}

    def people_of(self, listed: tuple[str, ...]) -> frozenset[str]:
        """Return the people that ids of users and groups are now."""
        groups = [self.groups.get(one, frozenset()) for one in listed if one.startswith("S")]
        return frozenset(one for one in listed if one.startswith("U")).union(*groups)
