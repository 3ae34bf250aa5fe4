"""Audit events: appended in the transaction that makes the fact true, and read in order.

Each is sealed when its transaction commits (``storage.audit_chain``). Nothing here updates or
deletes, and the database refuses it. A code is stable for ever: three letters for what it is about,
three digits, and I, W or E for how grave it is. Details hold no personal data and no secrets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import audit_chain
from storage.audit_models import AuditEvent
from storage.entities import all_of, one_of
from storage.models import METADATA
from storage.statements import Prepared, always

_EVENTS = METADATA.tables["auditevent"]
_MESSAGES = METADATA.tables["message"]
_REQUESTS = METADATA.tables["request"]
_ABOUT = sa.bindparam("about", type_=_EVENTS.c.request_number.type)
_INSERT = sa.insert(_EVENTS).returning(_EVENTS.c.seq)
_EVENT = Prepared(always(_INSERT))
_LAST = Prepared(
    always(sa.select(sa.func.max(_EVENTS.c.seq)).where(_EVENTS.c.request_number == _ABOUT))
)
_EVENT_UNDER_TERMS = Prepared(
    always(
        _INSERT.values(
            request_number=_ABOUT,
            policy_digest=sa.select(_REQUESTS.c.policy_digest)
            .where(_REQUESTS.c.number == _ABOUT)
            .scalar_subquery(),
        )
    )
)

CODES: Mapping[str, str] = MappingProxyType(
    {
        "REQ001I": "request received",
        "REQ002I": "plan made",
        "REQ003I": "request refused",
        "REQ004I": "request cancelled",
        "REQ005I": "request expired",
        "REQ006I": "request completed",
        "REQ007W": "request ended, and needs attention",
        "REQ008I": "work started",
        "REQ009I": "asked again: the approval no longer holds",
        "REQ010W": "request partly done, the rest cancelled",
        "REQ011W": "asked again in vain: it is still to be done",
        "REQ012I": "a later request has seen to what was left",
        "DEC001I": "approved",
        "DEC002I": "denied",
        "DEC003I": "the next stage is asked",
        "DEC004I": "approved by a rule",
        "DEC005I": "approved with an earlier plan",
        "DEC101W": "a decision was refused",
        "STP001I": "step started",
        "STP002I": "step ended",
        "STP003W": "answer never came",
        "STP004E": "step failed",
        "STP005I": "step waits for another try",
        "STP006I": "retry asked for",
        "STP007W": "plan no longer holds",
        "STP010W": "approval too old",
        "STP011I": "handed over",
        "STP012I": "cancelled before it started",
        "STP013W": "the vendor refused the credential, and the step waits",
        "STP014I": "step waits for a vendor that refuses the credential",
        "STP015W": "kept back while no anchor of the audit trail arrives",
        "STP016W": "given up while it waited, whether it was done is unknown",
        "STP017I": "step waits no longer for a credential",
        "STP008I": "done by hand, attested",
        "STP109W": "an attestation was refused",
        "INV001I": "invitation accepted",
        "INV002W": "invitation about to end, the person was reminded",
        "INV003W": "invitation expired",
        "INV004I": "invitation to be mailed again",
        "INV005I": "invitation mailed again",
        "INV006I": "invitation taken back",
        "INV007W": "invitation could not be mailed again",
        "INV008I": "invitation no longer looked up",
        "TIM001I": "time to start",
        "TIM002W": "could not start",
        "TIM003W": "waits for another request about the person to end",
        "TIM004W": "waits until it can begin",
        "REM001I": "approvers reminded",
        "REM002W": "others are asked as well",
        "REM003I": "told that the end is near",
        "REM004W": "overdue",
        "REM005I": "taken on",
        "END001I": "end of access set",
        "END002I": "another end of access replaced it",
        "END003I": "the access ends",
        "END004I": "end of access dropped, everything is removed",
        "MSG001W": "a Slack message could not be shown",
        "EXP001I": "an export of the history was asked for",
        "EXP002I": "an export was delivered",
        "EXP003E": "an export could not be delivered",
        "EXP101W": "an export was refused",
        "EVD001I": "certificate made",
        "PER001I": "a person's data erased",
        "PER002I": "legal hold put on a person's data",
        "PER003I": "legal hold lifted",
        "BAT001I": "batch received",
        "BAT002I": "batch put to the approvers",
        "BAT003I": "batch approved",
        "BAT004I": "batch denied",
        "BAT005I": "batch expired",
        "BAT006I": "batch cancelled",
        "BAT007W": "batch refused",
        "BAT008I": "batch ended",
        "BAT009I": "approvers of a batch reminded",
        "BAT010W": "others are asked about a batch as well",
        "BAT101W": "a decision about a batch was refused",
        "CFG001I": "started with other settings",
        "SYS001I": "started",
        "SYS002I": "stopped",
        "SEC001W": "requests at Slack's door that Slack did not sign",
        "SEC002W": "requests at Slack's door that came too late, or again",
        "SEC003W": "somebody asked for more than one person may",
        "ANC001I": "anchored",
        "EVD002I": "evidence of a period was exported",
        "VND001W": "a vendor refuses the credential, and is left alone",
        "VND002I": "a vendor is called again",
        "VND003I": "nothing waits any more for a vendor that refused the credential",
        "SYS001W": "paused",
        "SYS004I": "resumed",
    }
)
"""What each code means."""


def meaning(code: str) -> str:
    """Return what a code means; one of a later version, whose facts are here, stands for itself."""
    return CODES.get(code, f"something that only a newer version can tell ({code})")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened: who did what to which request, when, and under which rule.

    ``at`` is in microseconds since the epoch, UTC; ``actor`` is a Slack id or ``aboard``.
    """

    code: str
    at: int
    actor: str
    request_number: int | None = None
    vendor: str | None = None
    outcome: str = "ok"
    rule: str | None = None
    plan_digest: str | None = None
    policy_digest: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Under:
    """Under which terms a request stands, as canonical JSON, and in which batch."""

    text: str
    batch: int | None


def record(connection: Connection, fact: Fact) -> int:
    """Append ``fact`` and mark every message of its request as outdated; return its number.

    A quiet one is no news to the thread. A fact about a request carries the digest of the policy
    that the request stands under.
    """
    values = {name: getattr(fact, name) for name in Fact.__slots__}
    statement = _EVENT
    if fact.policy_digest is None and fact.request_number is not None:
        statement = _EVENT_UNDER_TERMS
        values["about"] = values.pop("request_number")
        del values["policy_digest"]
    seq = int(statement.first(connection, **values))
    audit_chain.note(connection, seq)
    if fact.request_number is not None and fact.code != _FIRST:
        outdated = {"about": fact.request_number, "seq": seq}
        is_told = not is_quiet(fact.code, fact.detail)
        _outdating(fact.code, is_told=is_told).run(connection, **outdated)
    return seq


_FIRST = "REQ001I"
"""The code of a request's first fact: no message can show the request before it."""

_REMINDERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "reminder.%": frozenset({"DEC001I", "DEC002I", "REQ004I", "REQ005I", "REQ008I"}),
        "ending.%": frozenset({"END002I", "END003I", "END004I"}),
        "overdue.%": frozenset(
            {"REM005I", "STP002I", "STP008I", "STP011I", "REQ006I", "REQ007W", "REQ010W", "REQ012I"}
        ),
    }
)
"""The facts after which a reminder of each kind says something else. Others leave it alone."""


PROBE = "probe"
"""The detail of facts about a step that asks whether a vendor accepts the credential again."""

_QUIET = frozenset({"STP001I", "STP003W", "STP005I", "STP013W"})


def is_quiet(code: str, detail: str) -> bool:
    """Tell whether a fact repeats itself every minute: people read it in the trail alone."""
    return code in _QUIET and detail == PROBE


@cache
def _outdating(code: str, *, is_told: bool) -> Prepared:
    """Return what marks the messages of a request as outdated by a fact with this code."""
    mine = _MESSAGES.c.request_number == sa.bindparam("about")
    shown = ("card", "thread", "task", "notice") if is_told else ("card", "task", "notice")
    kinds = [_MESSAGES.c.kind == one for one in shown]
    kinds += [_MESSAGES.c.kind.like(kind) for kind, codes in _REMINDERS.items() if code in codes]
    marked = sa.update(_MESSAGES).where(mine, sa.or_(*kinds)).values(wanted=sa.bindparam("seq"))
    return Prepared(always(marked))


def of_request(
    connection: Connection, number: int, after: int = 0, until: int | None = None
) -> Sequence[AuditEvent]:
    """Return the facts about one request in order, those in ``(after, until]``."""
    mine = (_EVENTS.c.request_number == number) & (_EVENTS.c.seq > after)
    if until is not None:
        mine &= _EVENTS.c.seq <= until
    return all_of(connection, sa.select(_EVENTS).where(mine).order_by(_EVENTS.c.seq), AuditEvent)


def terms_of(connection: Connection, number: int) -> Under | None:
    """Return the terms of a request as its row holds them; None where there is no such request."""
    columns = (_REQUESTS.c.terms, _REQUESTS.c.batch)
    row = connection.execute(sa.select(*columns).where(_REQUESTS.c.number == number)).first()
    return Under(*row) if row else None


def last_of(connection: Connection, number: int) -> int:
    """Return the number of the latest fact about a request; 0 where there is none."""
    return int(_LAST.first(connection, about=number) or 0)


def last_about(connection: Connection, vendor: str, codes: Sequence[str]) -> AuditEvent | None:
    """Return the latest fact about a vendor with one of these codes."""
    mine = sa.select(_EVENTS).where(_EVENTS.c.code.in_(codes), _EVENTS.c.vendor == vendor)
    return one_of(connection, mine.order_by(_EVENTS.c.seq.desc()).limit(1), AuditEvent)


def tells(connection: Connection, code: str, number: int, vendor: str) -> bool:
    """Tell whether a fact with this code was recorded of a request's step at a vendor."""
    mine = (_EVENTS.c.request_number == number) & (_EVENTS.c.vendor == vendor)
    found = sa.select(_EVENTS.c.seq).where(mine, _EVENTS.c.code == code).limit(1)
    return connection.execute(found).first() is not None


def last_with(connection: Connection, code: str) -> AuditEvent | None:
    """Return the latest fact with this code."""
    mine = sa.select(_EVENTS).where(_EVENTS.c.code == code)
    return one_of(connection, mine.order_by(_EVENTS.c.seq.desc()).limit(1), AuditEvent)
