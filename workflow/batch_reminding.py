"""Approvers who have not answered a batch are reminded; after a while others may decide it, too.

As ``workflow.reminding`` does for a request: those of the stage that is asked now who are missing,
each in a direct message, less and less often. What counts is the moment that the stage was asked.
"""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.engine import Connection

from rules import moments
from rules.panel import Panel
from rules.terms import Terms, from_text
from storage import batches
from storage.audit import Fact
from storage.batch_models import Batch
from workflow.approving import BY_ITSELF
from workflow.batch_putting import approvals_of, record, without_subjects
from workflow.behalf import askers
from workflow.directory import approvers_now
from workflow.means import Means
from workflow.policing import panel_now
from workflow.reminding import ESCALATION_RULE, told_daily, widened


async def see_to(batch: Batch, means: Means) -> bool:
    """Remind or ask others where that is due, and tell whether it was.

    Raises ``DirectoryError`` where Slack is silent.
    """
    now = means.clock()
    if batch.others_at is not None and batch.others_at <= now:
        await _ask_others(batch, means)
    elif _passed(batch, means) > batch.reminded:
        await _remind(batch, means)
    else:
        return False
    return True


def _passed(batch: Batch, means: Means) -> int:
    """Return how many reminders are behind us; several that were missed are one."""
    waits, now = means.catalog.rhythm.remind_after, means.clock()
    due = (moments.due_after(batch.asked_at, waits, turn) for turn in range(len(waits)))
    return sum(one is not None and one <= now for one in due)


async def _remind(batch: Batch, means: Means) -> None:
    panel, given = await _panel(batch, means)
    people = panel.asked - {*given, *askers(batch)} - await told_daily(means)
    work = partial(_send, batch=batch, people=sorted(people), means=means)
    await means.database.write(work)


async def _panel(batch: Batch, means: Means) -> tuple[Panel, tuple[str, ...]]:
    """Return who is asked now, and who has approved."""
    number, read = batches.number_of(batch), means.database.read
    given = await read(partial(approvals_of, batch=batch))
    panel = await panel_now(means.directory, from_text(batch.terms), given)
    return without_subjects(panel, await read(partial(batches.asked, number=number))), given


def _send(connection: Connection, batch: Batch, people: Sequence[str], means: Means) -> None:
    passed, seen = _passed(batch, means), {"asked_at": batch.asked_at, "reminded": batch.reminded}
    number = batches.number_of(batch)
    if not batches.turn(connection, number, seen, {"reminded": passed}) or not people:
        return
    _message(connection, number, people, f"reminder.{passed}")
    record(connection, number, Fact("BAT009I", means.clock(), BY_ITSELF))


def _message(connection: Connection, number: int, people: Sequence[str], kind: str) -> None:
    for one in people:
        batches.show(connection, number, f"{kind}.{one}", one)


async def _ask_others(batch: Batch, means: Means) -> None:
    others = tuple(batch.others.split())
    panel, given = await _panel(batch, means)
    people = await approvers_now(means.directory, others)
    asked = await means.database.read(partial(batches.asked, number=batches.number_of(batch)))
    new = people - panel.asked - {*askers(batch), *given} - {one.subject for one in asked}
    terms = widened(from_text(batch.terms), len(given), others)
    work = partial(_widen, batch=batch, terms=terms, new=sorted(new), now=means.clock())
    await means.database.write(work)


def _widen(
    connection: Connection, batch: Batch, terms: Terms, new: Sequence[str], now: int
) -> None:
    """Put a batch and each request of it under terms that have the others among the approvers."""
    number, text = batches.number_of(batch), terms.text()
    seen = {"asked_at": batch.asked_at, "others_at": batch.others_at}
    if not batches.turn(connection, number, seen, {"terms": text, "others_at": None}):
        return
    digest = terms.digest()
    batches.put_under(connection, number, {"terms": text, "policy_digest": digest})
    _message(connection, number, new, "reminder.others")
    fact = Fact("BAT010W", now, BY_ITSELF, rule=ESCALATION_RULE, policy_digest=digest)
    record(connection, number, fact)
