"""Which vendors there are, and which are on.

A vendor of another package announces its class under the entry point group ``aboard.vendors``, by
the vendor's name, and is then configured and used like the built-in ones.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, Protocol

from pydantic import BaseModel

from vendors.ambition import Ambition
from vendors.appxite import Appxite
from vendors.axiom import Axiom
from vendors.axolo import Axolo
from vendors.contract import AnyVendor, Traits
from vendors.ixon import Ixon
from vendors.tools import Tools
from vendors.transport import trusted_authorities

GROUP = "aboard.vendors"


class VendorClass(Protocol):
    """A vendor's class: what is known of it before it is on.

    ``secrets`` maps a field of the settings to the environment variable that it comes from.
    """

    name: str
    title: str
    access: type[BaseModel]
    settings: type[BaseModel]
    secrets: Mapping[str, str]
    needs: frozenset[str]
    traits: Traits

    def __call__(self, settings: Any, tools: Tools) -> AnyVendor:  # noqa: ANN401 - each class has its own settings model
        """Return the vendor, built and not yet connected."""


BUILT_IN: Mapping[str, VendorClass] = MappingProxyType(
    {"ambition": Ambition, "appxite": Appxite, "axiom": Axiom, "axolo": Axolo, "ixon": Ixon}
)


def known_vendors() -> dict[str, VendorClass]:
    """Return every vendor's class by name, sorted: the built-in ones and those of other packages.

    ``ValueError`` where a name is taken, or is not the one that the class itself carries.
    """
    known = dict(BUILT_IN)
    for point in entry_points(group=GROUP):
        if point.name in known:
            raise ValueError(f"the vendor {point.name!r} of {point.value} exists already")
        known[point.name] = _loaded(point)
    return dict(sorted(known.items()))


def _loaded(point: EntryPoint) -> VendorClass:
    vendor: VendorClass = point.load()
    if vendor.name != point.name:
        raise ValueError(f"{point.value} calls itself {vendor.name!r}, and not {point.name!r}")
    return vendor


@asynccontextmanager
async def open_vendors(
    sections: Mapping[str, BaseModel], tools: Tools
) -> AsyncIterator[dict[str, AnyVendor]]:
    """Yield the vendors that have a section of settings, by name; close them afterwards.

    ``KeyError`` for a vendor that nobody knows, ``TypeError`` for settings that are not its own.
    """
    known = known_vendors()
    shared = replace(tools, tls=tools.tls or trusted_authorities())
    async with AsyncExitStack() as stack:
        vendors: dict[str, AnyVendor] = {}
        for name, settings in sections.items():
            vendors[name] = _opened(known[name], settings, shared)
            stack.push_async_callback(vendors[name].aclose)
        yield vendors


def _opened(vendor: VendorClass, settings: BaseModel, tools: Tools) -> AnyVendor:
    if not isinstance(settings, vendor.settings):
        raise TypeError(f"{vendor.name} takes {vendor.settings.__name__} for its settings")
    return vendor(settings, tools)
