"""Planted defects: several processes on one database."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from storage import database
from workflow import ending, fencing


def _held(*_: object, **__: object) -> bool:
    return True


def _nobody_looks_before_it_writes() -> None:
    setattr(fencing, "is_held", _held)  # noqa: B010 - its parameters have other names


def _whoever_lost_a_step_ends_it() -> None:
    setattr(ending, "is_held", _held)  # noqa: B010 - it is imported, not exported


def _nothing_is_tried_again() -> None:
    def never(_: Exception) -> bool:
        return False

    setattr(database, "worth_repeating", never)  # noqa: B010 - a checker asks for the same name


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "a lost connection is not tried again": _nothing_is_tried_again,
        "a process that froze writes what it was about to write": _nobody_looks_before_it_writes,
        "a process that froze ends a step that is another's": _whoever_lost_a_step_ends_it,
    }
)
