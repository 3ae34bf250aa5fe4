"""What happened to a request, as its audit tells it: one line for each fact, in people's words."""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from storage import audit, requests
from storage.audit_models import AuditEvent
from workflow.policing import terms_of
from workflow.readmodels import Line
from workflow.submitting import RECEIVED


def lines(connection: Connection, number: int, after: int, until: int | None) -> list[Line]:
    """Return the facts about a request in order, those numbered in ``(after, until]``.

    That a step asks a vendor again every minute is in the trail, and no news.
    """
    found = audit.of_request(connection, number, after, until)
    events = [one for one in found if not audit.is_quiet(one.code, one.detail)]
    titles = {step.vendor: step.title for step in requests.steps_of(connection, number)}
    asked = _asked_in_turn(connection, number, events)
    return [_line(event, titles, asked.get(event.seq or 0, ())) for event in events]


def _asked_in_turn(
    connection: Connection, number: int, events: Sequence[AuditEvent]
) -> dict[int, tuple[str, ...]]:
    """Return, for each fact that asks a stage or hands something over, whom that is about."""
    turns = {one.seq or 0: one.detail for one in events if one.code == "DEC003I"}
    request = requests.by_number(connection, number) if turns else None
    stages = terms_of(request).stages if request else ()
    named = {f"stage {place}": stage.approvers for place, stage in enumerate(stages, start=1)}
    handed = {one.seq or 0: (one.detail.removeprefix("to "),) for one in _handovers(events)}
    return handed | {seq: named.get(detail, ()) for seq, detail in turns.items()}


def _handovers(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    return [one for one in events if one.code == "STP011I"]


def _line(event: AuditEvent, titles: dict[str, str], asked: tuple[str, ...]) -> Line:
    return Line(
        seq=event.seq or 0,
        code=event.code,
        at=event.at,
        actor=event.actor,
        title=titles.get(event.vendor or ""),
        outcome=event.outcome,
        rule=event.rule,
        meaning=audit.meaning(event.code),
        asked=asked,
        principal=_principal(event),
    )


def _principal(event: AuditEvent) -> str | None:
    if event.code != RECEIVED:
        return None
    return event.detail.partition(" on behalf of ")[2] or None
