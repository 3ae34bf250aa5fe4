"""Approvers who have not answered are reminded, less and less often; after a while others may, too.

Only those of the stage that is asked now, who neither approved nor are kept from it, and each of
them in a direct message. Whom else the question goes to after a while was settled when it was put:
it becomes part of the terms then, under a rule of its own.
"""

from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Connection

from rules import moments
from rules.panel import Panel, stage_number
from rules.rhythm import Rhythm
from rules.states import RequestState
from rules.terms import Terms
from storage import alarms, audit, messages, requests
from storage.alarms import Due
from storage.audit import Fact
from storage.due_models import Alarm
from storage.messages import Place
from storage.models import Request
from workflow import ends, policing
from workflow.behalf import askers
from workflow.clock import as_micros
from workflow.directory import approvers_now
from workflow.means import Means

REMIND, ESCALATE = "remind", "escalate"
ESCALATION_RULE = "escalation"
"""The rule under which others are asked."""


def begin(connection: Connection, number: int, now: int, rhythm: Rhythm) -> None:
    """Reckon from ``now``, when a stage is asked, until people are reminded or others asked."""
    first = moments.due_after(now, rhythm.remind_after, 0)
    if first is not None:
        alarms.set_anew(connection, Due(number, REMIND, first, now))
    if rhythm.escalate_to:
        at = now + as_micros(rhythm.escalate_after)
        others = " ".join(rhythm.escalate_to)
        alarms.set_anew(connection, Due(number, ESCALATE, at, now, others))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that waits, its panel as it is now, and how many approvals that panel counts."""

    request: Request
    terms: Terms
    panel: Panel

    @property
    def missing(self) -> frozenset[str]:
        """Those who are asked and have not answered."""
        given = {one.slack_id for one in self.panel.approved}
        return self.panel.asked - given - {*askers(self.request), self.request.subject}


async def _asked(alarm: Alarm, means: Means) -> _Asked | None:
    number = alarm.request_number
    request = await means.database.read(partial(requests.by_number, number=number))
    if request is None or not _waits(request, means.clock()):
        return None
    terms = policing.terms_of(request)
    approved = await means.database.read(partial(policing.approvals_of, request=request))
    return _Asked(request, terms, await policing.panel_now(means.directory, terms, approved))


def _waits(request: Request | None, now: int) -> bool:
    if request is None or request.state != RequestState.PENDING:
        return False
    return not ends.has_expired(request, now)


async def ring_reminder(alarm: Alarm, means: Means) -> tuple[str, ...]:
    """Remind those who are missing. Raises ``DirectoryError`` where Slack could not say who."""
    asked = await _asked(alarm, means)
    people = asked.missing if asked else frozenset[str]()
    people -= await told_daily(means)
    await means.database.write(partial(_remind, alarm=alarm, people=people, means=means))
    return ()


async def told_daily(means: Means) -> frozenset[str]:
    """Return those who get a daily digest in place of reminders; raises ``DirectoryError``."""
    daily = means.catalog.daily
    if daily is None or not daily.replaces:
        return frozenset()
    return await approvers_now(means.directory, daily.readers)


def _remind(connection: Connection, alarm: Alarm, people: frozenset[str], means: Means) -> None:
    now, waits = means.clock(), means.catalog.rhythm.remind_after
    request = requests.lock(connection, alarm.request_number)
    due = (moments.due_after(alarm.began_at, waits, turn) for turn in range(len(waits)))
    passed = sum(one is not None and one <= now for one in due)
    following = moments.due_after(alarm.began_at, waits, passed)
    if request is None or not _waits(request, now) or following is None:
        mine = alarms.drop(connection, alarm)
    else:
        mine = alarms.turn(connection, alarm, following, passed)
    if mine and request is not None and _waits(request, now) and people:
        said = f"{len(people)} asked"
        seq = audit.record(connection, _fact("REM001I", request, now, said))
        _message(connection, request, people, f"reminder.{passed}", seq)


def _message(
    connection: Connection, request: Request, people: frozenset[str], kind: str, seq: int
) -> None:
    number = requests.number_of(request)
    for one in sorted(people):
        messages.want(connection, Place(number, kind, one), wanted=seq)


def _fact(code: str, request: Request, now: int, detail: str) -> Fact:
    return Fact(code, now, "aboard", request.number, detail=detail)


async def ring_escalation(alarm: Alarm, means: Means) -> tuple[str, ...]:
    """Let others decide as well. Raises ``DirectoryError`` where Slack could not say who."""
    asked = await _asked(alarm, means)
    others = tuple(alarm.detail.split())
    people = await approvers_now(means.directory, others) if asked else frozenset[str]()
    work = partial(_escalate, alarm=alarm, asked=asked, people=people, now=means.clock())
    await means.database.write(work)
    return ()


def _escalate(
    connection: Connection, alarm: Alarm, asked: _Asked | None, people: frozenset[str], now: int
) -> None:
    request = requests.lock(connection, alarm.request_number)
    if request is None or asked is None or not _waits(request, now):
        alarms.drop(connection, alarm)
        return
    given = policing.approvals_of(connection, request)
    if request.terms != asked.request.terms or len(given) != len(asked.panel.approved):
        alarms.put_off(connection, alarm, now)
        return
    if not alarms.drop(connection, alarm):
        return
    terms = widened(asked.terms, len(given), tuple(alarm.detail.split()))
    number, digest = requests.number_of(request), terms.digest()
    requests.amend(connection, number, {"terms": terms.text(), "policy_digest": digest})
    fact = Fact(
        "REM002W", now, "aboard", number, rule=ESCALATION_RULE, policy_digest=digest,
        detail=f"{len(people)} more",
    )  # fmt: skip
    seq = audit.record(connection, fact)
    new = people - asked.panel.asked - {*askers(request), request.subject}
    _message(connection, request, new - set(given), "reminder.others", seq)


def widened(terms: Terms, approvals: int, others: tuple[str, ...]) -> Terms:
    """Return the terms with ``others`` among the approvers of the stage that is asked now."""
    place = stage_number(terms.stages, approvals) or 0
    stage = terms.stages[place]
    approvers = tuple(dict.fromkeys([*stage.approvers, *others]))
    stages = list(terms.stages)
    stages[place] = replace(stage, approvers=approvers)
    return replace(terms, stages=tuple(stages), rules=(*terms.rules, ESCALATION_RULE))
