"""Planted defects: several processes on one database."""

from asyncio import SelectorEventLoop
from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy.engine import Connection

from rules import states
from rules.states import RequestState
from storage import asked, database, requests
from storage.models import Request
from workflow import deciding, ending, fencing, limiting

_DECIDED = frozenset({RequestState.APPROVED, RequestState.DENIED})


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


def _decided_again() -> None:
    lock, before, insert = requests.lock, states.before, requests.insert_decision

    def as_it_was(connection: Connection, number: int) -> Request | None:
        found = lock(connection, number)
        if found is not None and found.state in _DECIDED:
            found.state = RequestState.PENDING
        return found

    def from_any(state: RequestState) -> frozenset[RequestState]:
        return frozenset({*before(state), *_DECIDED})

    def once_each(connection: Connection, row: requests.Row) -> None:
        said = requests.decisions_of(connection, int(row["request_number"] or 0))
        if row["approver"] not in {one.approver for one in said}:
            insert(connection, row)

    setattr(requests, "insert_decision", once_each)  # noqa: B010 - its parameters have other names
    setattr(requests, "lock", as_it_was)  # noqa: B010 - likewise
    setattr(states, "before", from_any)  # noqa: B010 - likewise
    setattr(deciding, "_has_moved_on", lambda *_: False)  # noqa: B010 - likewise


def _ended_at_once() -> None:
    def unheard(*_: object) -> None:
        return None

    setattr(SelectorEventLoop, "add_signal_handler", unheard)  # noqa: B010 - it takes a callback


def _nobody_is_limited() -> None:
    def never(*_: object) -> None:
        return None

    setattr(limiting, "too_much", never)  # noqa: B010 - its parameters have other names


def _asks_do_not_wait() -> None:
    def at_once(*_: object) -> None:
        return None

    setattr(asked, "hold", at_once)  # noqa: B010 - its parameters have other names


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "nobody is kept to what one person may ask for": _nobody_is_limited,
        "the asks of one person do not wait for each other": _asks_do_not_wait,
        "a lost connection is not tried again": _nothing_is_tried_again,
        "a decision does not look whether there is one": _decided_again,
        "SIGTERM ends it before its work has": _ended_at_once,
        "a process that froze writes what it was about to write": _nobody_looks_before_it_writes,
        "a process that froze ends a step that is another's": _whoever_lost_a_step_ends_it,
    }
)
