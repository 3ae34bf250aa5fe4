"""What a vendor in here needs besides its adapter, and the file in which each thing is expected."""

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.documents import first_column
from vendors.registry import VendorClass

TENANCIES = "sandbox/tenancies.py"


@dataclass(frozen=True)
class House:
    """What there is for the vendors, as far as it does not stand in a file below ``root``.

    ``kept`` are the vendors whose tests keep the promises, ``served`` the prefixes at which the
    sandbox has simulators, ``shown`` the vendors on its page, ``environment`` and ``configuration``
    what it gives to its bot.
    """

    root: Path
    kept: Collection[str]
    served: Collection[str]
    shown: Collection[str]
    environment: Collection[str]
    configuration: str


def forgotten(vendor: VendorClass, house: House) -> list[str]:
    """Return what is missing for a vendor, each in words that say what to do in which file."""
    return [*_files(vendor, house), *_sandbox(vendor, house), *_documents(vendor, house)]


def _files(vendor: VendorClass, house: House) -> Iterator[str]:
    adapter, simulator = f"vendors/{vendor.name}.py", f"sandbox/vendors/{vendor.name}.py"
    tests = f"tests/contract/test_{vendor.name}.py"
    if not (house.root / adapter).exists():
        yield f"add {adapter}: the adapter"
    if not (house.root / simulator).exists():
        yield f"add {simulator}: a simulator, written from the vendor's document"
    if not (house.root / tests).exists():
        yield f"add {tests}: a class that inherits VendorPromises"
    elif vendor.name not in house.kept:
        yield f"inherit VendorPromises in {tests}, with this vendor"


def _sandbox(vendor: VendorClass, house: House) -> Iterator[str]:
    if f"/{vendor.name}" not in house.served:
        yield f"serve the simulator at /{vendor.name}: an entry in TENANCIES of {TENANCIES}"
    if vendor.name not in house.shown:
        yield f"show {vendor.title} on the sandbox's page: an entry in TENANCIES of {TENANCIES}"
    if vendor.name not in tomllib.loads(house.configuration).get("vendors", {}):
        yield f"switch [vendors.{vendor.name}] on in the demo: an entry in TENANCIES of {TENANCIES}"
    required = [
        variable
        for field, variable in vendor.secrets.items()
        if vendor.settings.model_fields[field].is_required()
    ]
    for variable in required:
        if variable not in house.environment:
            yield f"give {variable} to the demo's bot: secrets in TENANCIES of {TENANCIES}"


def _documents(vendor: VendorClass, house: House) -> Iterator[str]:
    described = set(first_column(house.root / "docs" / "configuration.md"))
    plain = [one for one in vendor.settings.model_fields if one not in vendor.secrets]
    names = [f"vendors.{vendor.name}.{one}" for one in plain]
    for name in (*names, *vendor.secrets.values()):
        if name not in described:
            yield f"describe {name} in docs/configuration.md"
    drawn = (house.root / "docs" / "vendors.md").read_text(encoding="utf-8")
    if f"\n## {vendor.title}\n" not in drawn:
        yield "draw docs/vendors.md again: .venv/bin/python docs/matrix.py"
