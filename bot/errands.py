"""What an operator has done at one vendor alone, from the command line, and how it ended."""

from collections.abc import Sequence

from bot import receipts
from bot.reader import ConfigurationError
from bot.rows import Row
from bot.settings import Settings
from bot.vendor_desk import adapter
from vendors.ambition import Ambition
from vendors.appxite import Appxite
from vendors.axiom import Axiom
from vendors.contract import End, Outcome, Person, Result
from vendors.errors import AmbiguousError
from vendors.ixon import Ixon

WELL = frozenset({Result.DONE, Result.UNCHANGED, Result.INVITED, Result.UNVERIFIED})


def ended(end: End) -> str:
    """Return in one word how something ended, as cards say it."""
    if isinstance(end, Outcome):
        return end.result.value
    return "unknown" if isinstance(end, AmbiguousError) else "failed"


def is_well(end: End) -> bool:
    """Tell whether nobody has to do anything about this end."""
    return isinstance(end, Outcome) and end.result in WELL


def told(end: End) -> Row:
    """Return an end as a row."""
    return {
        "result": ended(end),
        "detail": end.detail if isinstance(end, Outcome) else end.sentence,
    }


async def rename_own(settings: Settings, name: str) -> Outcome:
    """Rename the user whose personal token Aboard works with at Axiom."""
    async with adapter(settings, "axiom", Axiom) as axiom:
        return await axiom.rename_own(name)


async def resend(settings: Settings, email: str) -> Outcome:
    """Mail IXON's invitation again to whoever has not accepted it.

    ACTION_REQUIRED where there is none: then nothing was mailed.
    """
    person = Person("", email, "", "")
    async with adapter(settings, "ixon", Ixon) as ixon:
        outcome = await ixon.resend(person, await ixon.find(person))
    if outcome.result is Result.UNCHANGED:
        return Outcome(Result.ACTION_REQUIRED, outcome.detail, outcome.account)
    return outcome


async def roles(settings: Settings) -> list[Row]:
    """Return AppXite's roles."""
    async with adapter(settings, "appxite", Appxite) as appxite:
        listed = await appxite.roles()
    return [{"id": one.id, "name": one.name, "weight": one.weight} for one in listed]


async def identity_providers(settings: Settings) -> list[Row]:
    """Return AppXite's identity providers, whether they are switched on or off."""
    async with adapter(settings, "appxite", Appxite) as appxite:
        listed = await appxite.identity_providers()
    return [
        {
            "id": one.id,
            "name": one.name,
            "prefix": one.prefix,
            "enabled": "yes" if one.enabled else "no",
        }
        for one in listed
    ]


async def create_groups(settings: Settings) -> Outcome:
    """Create every group that Ambition's settings allow, and its type."""
    async with adapter(settings, "ambition", Ambition) as ambition:
        if not await ambition.choices("groups", ""):
            sentence = "No groups are allowed: name them in vendors.ambition.allowed_groups."
            raise ConfigurationError([sentence])
        await ambition.create_groups()
    return Outcome(Result.UNVERIFIED, "Ambition said yes to every allowed group, and lists none.")


async def revoke(settings: Settings, email: str, groups: Sequence[str]) -> Outcome:
    """Take somebody out of groups at Ambition, each given as "type: group"."""
    pairs = [one.partition(":")[::2] for one in groups]
    named = {kind.strip(): group.strip() for kind, group in pairs}
    if not all(kind and group for kind, group in named.items()) or len(named) != len(pairs):
        sentence = 'A group is written with its type, "Team: Dogs", and each type once.'
        raise ConfigurationError([sentence])
    async with (
        adapter(settings, "ambition", Ambition) as ambition,
        receipts.opened(settings, ambition.instance) as kept,
    ):
        await kept.forget([email])
        return await ambition.revoke(Person("", email, "", ""), named)
