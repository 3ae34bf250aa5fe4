"""What an operator asks the vendors on the command line: who has accounts, what can be chosen."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.reader import ConfigurationError, vendor_classes
from bot.settings import Settings
from vendors.contract import AnyVendor
from vendors.github import GitHub
from vendors.registry import VendorClass, open_vendors
from vendors.tools import Tools
from workflow.clock import as_datetime, system_clock

Row = dict[str, str]

MOST_ACCOUNTS = 100_000


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[dict[str, AnyVendor]]:
    """Yield every vendor that is on."""
    tools = Tools(clock=lambda: as_datetime(system_clock()))
    async with AsyncExitStack() as stack:
        github = None
        if settings.github is not None:
            github = GitHub(settings.github, tools)
            stack.push_async_callback(github.aclose)
        both = Tools(tools.clock, github=github)
        yield await stack.enter_async_context(open_vendors(settings.vendors, both))


@asynccontextmanager
async def one(settings: Settings, name: str) -> AsyncIterator[AnyVendor]:
    """Yield one vendor; raise ``ConfigurationError`` where it is not on."""
    async with opened(settings) as vendors:
        if name not in vendors:
            on = ", ".join(vendors) or "none"
            raise ConfigurationError([f"The vendor {name} is not on. On: {on}."])
        yield vendors[name]


def matrix() -> list[Row]:
    """Return what every known vendor offers, whether it is on or not."""
    return [_traits(vendor) for vendor in vendor_classes().values()]


def _traits(vendor: VendorClass) -> Row:
    traits = vendor.traits
    rate = f"{traits.rate.calls} in {traits.rate.seconds} s" if traits.rate else "unknown"
    asked = ("check", "find", "list", "remove", "verify", "invites")
    offers = {trait: "yes" if getattr(traits, trait) else "no" for trait in asked}
    return {"vendor": vendor.name, **offers, "rate": rate, "needs": ", ".join(sorted(vendor.needs))}


async def accounts(settings: Settings, name: str, find: str | None) -> list[Row]:
    """Return everybody a vendor knows, or those whose id or address holds ``find``."""
    wanted, rows = (find or "").casefold(), list[Row]()
    async with one(settings, name) as vendor:
        async for account in vendor.accounts():
            if wanted in f"{account.id} {account.who}".casefold():
                rows.append(
                    {
                        "id": account.id,
                        "who": account.who,
                        "access": account.access,
                        "state": account.state.value,
                        "expires": account.expires_at.isoformat() if account.expires_at else "",
                    }
                )
            if len(rows) >= MOST_ACCOUNTS:
                break
    return rows


async def choices(settings: Settings, name: str, field: str, query: str) -> list[Row]:
    """Return what an access field may be set to at a vendor, as it says now."""
    async with one(settings, name) as vendor:
        if field not in vendor.access.model_fields:
            fields = ", ".join(vendor.access.model_fields)
            raise ConfigurationError([f"{name} has no field {field}; there are {fields}."])
        found = await vendor.choices(field, query)
    return [{"value": choice.value, "label": choice.label} for choice in found]
