"""What an operator asks the vendors on the command line: who has accounts, what can be chosen."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from bot.reader import ConfigurationError, vendor_classes
from bot.rows import Row
from bot.settings import Settings
from vendors.contract import Account, AnyVendor
from vendors.github import GitHub
from vendors.registry import PackageError, VendorClass, open_vendors
from vendors.tools import Observer, Tools, unobserved
from workflow.clock import as_datetime, system_clock

V = TypeVar("V")


@asynccontextmanager
async def opened(
    settings: Settings, observer: Observer = unobserved
) -> AsyncIterator[dict[str, AnyVendor]]:
    """Yield every vendor that is on; ``observer`` watches what they are asked."""
    tools = Tools(lambda: as_datetime(system_clock()), observer, tls=settings.trust())
    async with AsyncExitStack() as stack:
        github = None
        if settings.github is not None:
            github = GitHub(settings.github, replace(tools, observer=unobserved))
            stack.push_async_callback(github.aclose)
        tools = replace(tools, github=github)
        yield await stack.enter_async_context(vendors_on(settings, tools))


@asynccontextmanager
async def vendors_on(settings: Settings, tools: Tools) -> AsyncIterator[dict[str, AnyVendor]]:
    """Yield every vendor that is on; ``ConfigurationError`` where one cannot be made ready."""
    try:
        async with open_vendors(settings.vendors, tools) as vendors:
            yield vendors
    except PackageError as error:
        raise ConfigurationError([str(error)]) from error


@asynccontextmanager
async def one(settings: Settings, name: str) -> AsyncIterator[AnyVendor]:
    """Yield one vendor; raise ``ConfigurationError`` where it is not on."""
    async with opened(settings) as vendors:
        if name not in vendors:
            on = ", ".join(vendors) or "none"
            raise ConfigurationError([f"The vendor {name} is not on. On: {on}."])
        yield vendors[name]


@asynccontextmanager
async def adapter(settings: Settings, name: str, kind: type[V]) -> AsyncIterator[V]:
    """Yield one vendor as what it is, for what only this one can do."""
    async with one(settings, name) as vendor:
        if not isinstance(vendor, kind):
            raise TypeError(f"the vendor {name} is no {kind.__name__}")
        yield vendor


def matrix() -> list[Row]:
    """Return what every known vendor offers, whether it is on or not."""
    return [_traits(vendor) for vendor in vendor_classes().values()]


def _traits(vendor: VendorClass) -> Row:
    traits = vendor.traits
    rate = f"{traits.rate.calls} in {traits.rate.seconds} s" if traits.rate else "unknown"
    asked = ("check", "find", "list", "remove", "verify", "invites", "many")
    offers = {trait: "yes" if getattr(traits, trait) else "no" for trait in asked}
    return {"vendor": vendor.name, **offers, "rate": rate, "needs": ", ".join(sorted(vendor.needs))}


async def accounts(settings: Settings, name: str, find: str | None) -> list[Row]:
    """Return everybody a vendor knows, or those whose id or address holds ``find``.

    "ambiguous" is whoever a request cannot be about: several are known by the same, or by nothing.
    """
    wanted = (find or "").casefold()
    async with one(settings, name) as vendor:
        known = [account async for account in vendor.accounts()]
    named = Counter(account.who.casefold() for account in known)
    return [
        _account(account, times=named[account.who.casefold()])
        for account in known
        if wanted in f"{account.id} {account.who}".casefold()
    ]


def _account(account: Account, times: int) -> Row:
    """Return an account as a row; ``times`` is how many are known by the same."""
    return {
        "id": account.id,
        "who": account.who,
        "access": account.access,
        "state": account.state.value,
        "expires": account.expires_at.isoformat() if account.expires_at else "",
        "ambiguous": "yes" if times > 1 or not account.who else "no",
    }


async def choices(settings: Settings, name: str, field: str, query: str) -> list[Row]:
    """Return what an access field, or a part of one, may be set to at a vendor, as it says now."""
    async with one(settings, name) as vendor:
        try:
            found = await vendor.choices(field, query)
        except ValueError as error:
            fields = ", ".join(vendor.access.model_fields)
            sentence = f"{name} has no field {field}; there are {fields}."
            raise ConfigurationError([sentence]) from error
    return [{"value": choice.value, "label": choice.label} for choice in found]
