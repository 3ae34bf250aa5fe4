"""The classes in the tests here that keep the promises, one for each vendor."""

import importlib
import sys
from pathlib import Path

from vendors.testing.promises import VendorPromises


def keepers() -> dict[str, type[VendorPromises]]:
    """Import every adapter's tests, and return by vendor the class that keeps the promises."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        importlib.import_module(f"{__package__}.{path.stem}")
    return {one.vendor.name: one for one in VendorPromises.__subclasses__() if _stands_here(one)}


def _stands_here(keeper: type[VendorPromises]) -> bool:
    """Tell whether a class is there to be collected: one that was refused lingers as a subclass."""
    module = sys.modules.get(keeper.__module__)
    named = getattr(module, keeper.__name__, None)
    return keeper.__module__.startswith(f"{__package__}.") and named is keeper
