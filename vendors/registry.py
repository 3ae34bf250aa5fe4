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
from vendors.declared import flaw
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


class PackageError(ValueError):
    """A vendor cannot be used, and mostly its package is why; the message is for an operator."""


def known_vendors() -> dict[str, VendorClass]:
    """Return every vendor's class by name, sorted: the built-in ones and those of other packages.

    ``PackageError`` where a package announces one whose name is taken, that cannot be imported, or
    that is no vendor's class.
    """
    known = dict(BUILT_IN)
    for point in entry_points(group=GROUP):
        if point.name in known:
            raise _unusable(point, "though there is a vendor of this name already")
        known[point.name] = _loaded(point)
    return dict(sorted(known.items()))


def _loaded(point: EntryPoint) -> VendorClass:
    try:
        vendor: VendorClass = point.load()
    except Exception as error:  # a package may fail at import in any way
        raise _unusable(point, f"which cannot be imported ({_kind(error)})") from error
    wrong = flaw(vendor)
    if wrong is not None:
        raise _unusable(point, f"which {wrong}")
    if vendor.name != point.name:
        raise _unusable(point, f"which calls itself {vendor.name}")
    return vendor


def _kind(error: Exception) -> str:
    """Name an error without its words, which may hold anything."""
    module = error.name if isinstance(error, ModuleNotFoundError) else None
    return f"{type(error).__name__}: {module}" if module else type(error).__name__


def _unusable(point: EntryPoint, why: str) -> PackageError:
    package = f"The package {point.dist.name}" if point.dist else "A package"
    return PackageError(
        f"{package} announces the vendor {point.name} as {point.value}, {why}. "
        "Please mend the package or remove it."
    )


@asynccontextmanager
async def open_vendors(
    sections: Mapping[str, BaseModel], tools: Tools
) -> AsyncIterator[dict[str, AnyVendor]]:
    """Yield the vendors that have a section of settings, by name; close them afterwards.

    ``PackageError`` where a class cannot be built from its settings. ``KeyError`` for a vendor that
    nobody knows, ``TypeError`` for settings that are not its own.
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
    try:
        return vendor(settings, tools)
    except Exception as error:  # a class may fail in any way, and its words may hold a secret
        sentence = (
            f"The vendor {vendor.name} cannot be built from its settings ({_kind(error)}). "
            f"Please mend [vendors.{vendor.name}] or the vendor's package."
        )
        raise PackageError(sentence) from error
