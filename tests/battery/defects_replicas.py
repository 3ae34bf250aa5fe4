"""Planted defects: several processes on one database."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from storage import database
from workflow import ending, fencing


def _nobody_looks_whether_it_was_taken_over() -> None:
    def held(*_: object) -> bool:
        return True

    for module in (fencing, ending):
        setattr(module, "is_held", held)  # noqa: B010 - it is imported, not exported


def _nothing_is_tried_again() -> None:
    def never(_: Exception) -> bool:
        return False

    setattr(database, "worth_repeating", never)  # noqa: B010 - a checker asks for the same name


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "a lost connection is not tried again": _nothing_is_tried_again,
        "a process that froze goes on as if nothing had happened": (
            _nobody_looks_whether_it_was_taken_over
        ),
    }
)
