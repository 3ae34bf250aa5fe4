"""What a write at Ambition would do, from what is asked for and what was found: pure.

Where groups are not shown, nobody knows whether a person is in the right one: then the assignment
is made, and made again, since it moves nobody who is there already.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vendors.ambition_access import Deactivation, Wanted, read
from vendors.ambition_people import groups_of, may_be_inactive
from vendors.contract import Account, AccountState, Change, Effect

DEACTIVATION = (
    "Ambition mails the person that the account is deactivated.",
    "An instance that is linked to Salesforce may bring the account back.",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What an instance shows: accounts, and the groups that they are in."""

    accounts: bool
    groups: bool


def lacking(asked: Mapping[str, str], found: Account | None) -> dict[str, str]:
    """Return the groups of ``asked`` in which ``found`` is not, as far as that is shown."""
    held = {kind.casefold(): group for kind, group in _held(found).items()}
    return {
        kind: group
        for kind, group in asked.items()
        if held.get(kind.casefold(), "").casefold() != group.casefold()
    }


def moves(asked: Mapping[str, str], found: Account | None) -> bool:
    """Tell whether giving ``asked`` would take the person out of a group that they are seen in."""
    held = {kind.casefold() for kind in _held(found)}
    return any(kind.casefold() in held for kind in lacking(asked, found))


def giving(asked: Mapping[str, str], found: Account | None, sight: Sight) -> Change:
    """Say what giving ``asked`` would do."""
    if found is None:
        return _creation(asked, sight)
    missing = lacking(asked, found)
    if not missing and not may_be_inactive(found):
        detail = f"The account is active already: {found.access}."
        return Change(Effect.KEEP, detail, found.access, found.access)
    steps = [_waking(found)] if may_be_inactive(found) else []
    steps += [_assignment(kind, group, found) for kind, group in sorted(missing.items())]
    after = read({**_others(asked, found), **asked})
    verifiable = _is_seen(asked, found)
    is_new = found.state is AccountState.ACTIVE and not _held(found)
    return Change(
        Effect.CHANGE, " ".join(steps), found.access, after,
        verifiable=verifiable, completes=is_new,
    )  # fmt: skip


def taking(found: Account | None, sight: Sight) -> Change:
    """Say what deactivating would do."""
    if found is None and not sight.accounts:
        detail = (
            "Deactivate the account. Accounts are not listed here: one is made if there is none."
        )
        return Change(Effect.REMOVE, detail, None, None, DEACTIVATION, verifiable=False)
    if found is None:
        return Change(Effect.ABSENT, "There is no account to deactivate.")
    if found.state is AccountState.INACTIVE:
        return Change(Effect.ABSENT, "The account is deactivated already.", found.access)
    detail = f"Deactivate the account, which keeps its history. Access now: {found.access}."
    seen = not may_be_inactive(found)
    return Change(Effect.REMOVE, detail, found.access, None, DEACTIVATION, verifiable=seen)


def seen_otherwise(wanted: Wanted, found: Account | None, sight: Sight) -> bool:
    """Tell whether what is shown differs from what is wanted, and is not only hidden."""
    if found is None:
        return sight.accounts
    if isinstance(wanted, Deactivation):
        return not may_be_inactive(found)
    if found.state is AccountState.INACTIVE:
        return True
    return groups_of(found) is not None and bool(lacking(wanted.groups, found))


def _creation(asked: Mapping[str, str], sight: Sight) -> Change:
    after = read(asked)
    detail = f"Create an account, and assign {after}." if asked else "Create an account."
    if not sight.accounts:
        detail = f"{detail} Accounts are not listed here: one that is there is updated."
    verifiable = sight.accounts and (sight.groups or not asked)
    return Change(Effect.CREATE, detail, None, after, verifiable=verifiable)


def _waking(found: Account) -> str:
    if found.state is AccountState.INACTIVE:
        return "Activate the account again."
    return "Make sure that the account is active."


def _assignment(kind: str, group: str, found: Account) -> str:
    """Say that somebody is put into a group, and out of which: one of each type is all."""
    if groups_of(found) is None:
        return f"Put the person into {group} ({kind}), and out of any other {kind}."
    before = {name.casefold(): held for name, held in _held(found).items()}.get(kind.casefold())
    if before is None:
        return f"Put the person into {group} ({kind})."
    return f"Move the person from {before} to {group} ({kind})."


def _held(found: Account | None) -> dict[str, str]:
    return (groups_of(found) or {}) if found else {}


def _others(asked: Mapping[str, str], found: Account) -> dict[str, str]:
    """Return what the person is in, of types that are not asked for and so stay."""
    types = {kind.casefold() for kind in asked}
    return {kind: group for kind, group in _held(found).items() if kind.casefold() not in types}


def _is_seen(asked: Mapping[str, str], found: Account) -> bool:
    """Tell whether the lists will show that it is so."""
    activity_shown = found.state is AccountState.INACTIVE or not may_be_inactive(found)
    return activity_shown and (not asked or groups_of(found) is not None)
