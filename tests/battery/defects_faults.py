"""Planted defects: vendors and a Slack that fail."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from httpx import Response
from pydantic import JsonValue
from sqlalchemy.engine import Connection

from commands.delivery import Delivery
from commands.notifier import Sheet
from rules.retry import Failure, wait_before_next
from storage import alarms, stops
from storage.due_models import Alarm
from storage.models import Step
from vendors import body as answers
from vendors import client, refusals
from workflow import ending, judging
from workflow import stops as stopping
from workflow.outbox import Outbox, Outdated


def _tried_again_unseen() -> None:
    def whatever_happened(
        failure: Failure, tries: int, *, asked: float | None, can_look_up: bool
    ) -> float | None:
        del can_look_up
        kind = Failure.TRANSIENT if failure is Failure.AMBIGUOUS else failure
        return wait_before_next(kind, tries, asked=asked, can_look_up=True)

    setattr(judging, "wait_before_next", whatever_happened)  # noqa: B010 - the name is another's


def _unknown_is_failed() -> None:
    def failed(detail: str, wait: float | None = None) -> ending.Ending:
        del wait
        return ending.failed(detail)

    ending.unknown = failed


def _no_cap() -> None:
    async def whole(response: Response, most: int) -> bytes:
        return await answers.read_bounded(response, most * 1_000)

    setattr(client, "read_bounded", whole)  # noqa: B010 - the name is another's


def _unreadable_is_empty() -> None:
    strict_json = answers.strict_json

    def parsed(body: bytes) -> JsonValue:
        try:
            return strict_json(body)
        except answers.BodyError:
            return []

    for module in (answers, client, refusals):
        setattr(module, "strict_json", parsed)  # noqa: B010 - it is imported, not exported


def _believes_the_first_look() -> None:
    def never(*_: object) -> None:
        return None

    setattr(judging, "too_soon", never)  # noqa: B010 - a checker asks for the same arguments


def _nobody_is_reminded() -> None:
    def none(connection: Connection, now: int, limit: int) -> Sequence[Alarm]:
        del connection, now, limit
        return ()

    alarms.due = none


def _too_fast_is_dropped() -> None:
    async def dropped(self: Outbox, one: Outdated, _seconds: float) -> None:
        await self.shown(one, None, None)

    setattr(Outbox, "wait", dropped)  # noqa: B010 - a checker refuses to replace a method


def _no_way_round() -> None:
    async def again(self: Delivery, one: Outdated, _sheet: Sheet, code: str) -> None:
        await self._again(one, code)

    setattr(Delivery, "_elsewhere", again)  # noqa: B010 - a checker refuses to replace a method


def _everybody_asks() -> None:
    def opened(*_: object, may_probe: bool) -> stopping.Gate:
        del may_probe
        return stopping.Gate.OPEN

    setattr(stopping, "gate", opened)  # noqa: B010 - a checker asks for the same arguments


def _nobody_goes_on() -> None:
    def none(connection: Connection, limit: int) -> Sequence[Step]:
        del connection, limit
        return ()

    stops.may_go_on = none


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "an unknown outcome is tried again without a look": _tried_again_unseen,
        "an unknown outcome counts as failed": _unknown_is_failed,
        "an answer may be of any length": _no_cap,
        "an answer that nobody can read is an empty list": _unreadable_is_empty,
        "what a list does not show at once is written again": _believes_the_first_look,
        "no alarm is ever due": _nobody_is_reminded,
        "what comes too fast for Slack is dropped": _too_fast_is_dropped,
        "a card that is refused goes nowhere else": _no_way_round,
        "every step asks a vendor that refuses the credential": _everybody_asks,
        "what waits for a vendor is forgotten": _nobody_goes_on,
    }
)
