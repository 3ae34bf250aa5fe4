"""What ``aboard check`` finds out about the vendors: credential, rights, rate and clock."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import timedelta

from bot.check_house import Now
from bot.clocks import clock
from bot.findings import Finding, Mark
from rules.catalog import Profile
from vendors.advising import Advising
from vendors.contract import AnyVendor, Choice
from vendors.errors import AmbiguousError, CredentialError, TransientError, VendorError
from vendors.fields import AccessField, fields_of, present
from vendors.tools import Observation

CREDENTIAL = "credential"


class Watch:
    """How far each vendor's clock was from ours, and how many more calls it takes."""

    def __init__(self, now: Now) -> None:
        self.now = now
        self.apart = dict[str, timedelta]()
        self.remaining = dict[str, int]()

    def begin(self) -> None:
        """Forget what was seen before."""
        self.apart.clear()
        self.remaining.clear()

    def __call__(self, seen: Observation) -> None:
        """Note what one call has shown."""
        if seen.date is not None:
            apart = seen.date - self.now()
            before = self.apart.setdefault(seen.vendor, apart)
            self.apart[seen.vendor] = min(before, apart, key=abs)
        if seen.remaining is not None:
            self.remaining[seen.vendor] = seen.remaining


async def findings(
    vendors: Mapping[str, AnyVendor],
    profiles: Mapping[str, Profile],
    watch: Watch,
    only: str | None = None,
) -> AsyncIterator[Finding]:
    """Yield what is found about each vendor, or about ``only`` one; no call changes anything."""
    for vendor in vendors.values():
        if only in {None, vendor.name}:
            async for finding in _vendor(vendor, profiles, watch):
                yield finding


async def _vendor(
    vendor: AnyVendor, profiles: Mapping[str, Profile], watch: Watch
) -> AsyncIterator[Finding]:
    credential = await _credential(vendor)
    yield credential
    if credential.mark is Mark.OK:
        async for finding in _rights(vendor, profiles):
            yield finding
        if isinstance(vendor, Advising):
            for detail in await vendor.advice():
                yield Finding(vendor.title, "settings", Mark.UNKNOWN, detail)
    yield _rate(vendor, watch.remaining)
    yield clock(vendor.title, watch.apart.get(vendor.name))


async def _credential(vendor: AnyVendor) -> Finding:
    about = CREDENTIAL
    if not vendor.traits.check:
        detail = "no harmless call proves it; the first request will."
        return Finding(vendor.title, about, Mark.UNKNOWN, detail)
    try:
        await vendor.check()
    except VendorError as error:
        return Finding(vendor.title, about, Mark.WRONG, f"{error.sentence} {_cure(vendor, error)}")
    return Finding(vendor.title, about, Mark.OK, "it is accepted.")


def _cure(vendor: AnyVendor, error: VendorError) -> str:
    if isinstance(error, CredentialError):
        names = " and ".join(vendor.secrets.values())
        return f"Set {names} to one that may. Where that is no file, start Aboard again."
    if isinstance(error, TransientError | AmbiguousError):
        return "Check once more in a while; until then requests wait and are tried again."
    return f"Compare [vendors.{vendor.name}] in aboard.toml with docs/vendors.md."


async def _rights(vendor: AnyVendor, profiles: Mapping[str, Profile]) -> AsyncIterator[Finding]:
    """Read all that can be read: people, and what each field may be set to."""
    about = "rights"
    try:
        if vendor.traits.list:
            known = Counter([one.who.casefold() async for one in vendor.accounts()])
            yield Finding(
                vendor.title, about, Mark.OK, f"it may list {_counted(known.total(), 'account')}."
            )
            yield _unambiguous(vendor, known)
        for field in fields_of(vendor.access):
            offered = await vendor.choices(field.name, "")
            if offered:
                detail = f"it may read {_counted(len(offered), 'choice')} for {field.name}."
                yield Finding(vendor.title, about, Mark.OK, detail)
                for finding in _not_offered(vendor, profiles, field, offered):
                    yield finding
    except VendorError as error:
        yield Finding(vendor.title, about, Mark.WRONG, f"{error.sentence} {_cure(vendor, error)}")
    detail = "whether it may write shows only when it does."
    yield Finding(vendor.title, about, Mark.UNKNOWN, detail)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _not_offered(
    vendor: AnyVendor,
    profiles: Mapping[str, Profile],
    field: AccessField,
    offered: Sequence[Choice],
) -> Iterator[Finding]:
    """Yield what profiles ask for and the vendor does not list: a slip, or one of its ids."""
    if field.kind is None:
        return
    known = {word.casefold() for one in offered for word in (one.value, one.label)}
    for profile in profiles.values():
        if vendor.name not in profile.accesses:
            continue
        access = vendor.access.model_validate_json(profile.accesses[vendor.name])
        for asked in present(access, field):
            if known.isdisjoint({asked.value.casefold(), asked.label.casefold()}):
                detail = (
                    f"{field.name} {asked.label} is not among what it lists: where that is no id, "
                    f"take one that `aboard choices {vendor.name} {field.name}` prints."
                )
                about = f"profile {profile.name}"
                yield Finding(vendor.title, about, Mark.UNKNOWN, detail)


def _unambiguous(vendor: AnyVendor, known: Mapping[str, int]) -> Finding:
    """Say whether each address or login leads to one account: another one would be guessed."""
    about, several = "people", sum(number > 1 for who, number in known.items() if who)
    if several:
        detail = (
            f"{several} of them have several accounts, and requests about them are refused: "
            f"`aboard accounts {vendor.name}` says who is ambiguous; remove all but one."
        )
        return Finding(vendor.title, about, Mark.WRONG, detail)
    return Finding(vendor.title, about, Mark.OK, "nobody has two accounts.")


def _rate(vendor: AnyVendor, remaining: Mapping[str, int]) -> Finding:
    about, published = "rate", vendor.traits.rate
    left = remaining.get(vendor.name)
    now = "" if left is None else f" It says that it takes {left} more calls now."
    if published is None:
        mark = Mark.UNKNOWN if left is None else Mark.OK
        return Finding(vendor.title, about, mark, f"no limit is published.{now}")
    detail = f"{published.calls} calls in {published.seconds} s are published.{now}"
    return Finding(vendor.title, about, Mark.OK, detail)
