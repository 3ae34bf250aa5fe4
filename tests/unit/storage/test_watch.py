"""What an operator watches is read from the rows: how far behind, and what happened since."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import alarms, anchors, audit, batches, messages, watch
from storage.alarms import Due
from storage.audit import Fact
from storage.messages import Place
from storage.watch import Backlog
from tests.unit.storage.rows import NOW, SECOND, add_request, fact
from tests.unit.storage.test_batches import MESSAGES, add_batch, post
from tests.unit.storage.test_home import plans

LATER = NOW + 60 * SECOND
INDEXED = re.compile(r"SEARCH .* USING|USING INDEX (message_due|alarm_of_overdue)|LIST SUBQUERY")
"""What is outdated or overdue has an index of its own, and is few."""


def _unsaid(connection: Connection, at: int = NOW) -> int:
    """Have a message wait for Slack since a moment; return its key."""
    number = add_request(connection)
    seq = audit.record(connection, Fact("REQ001I", at, "U0ASKS", number))
    messages.want(connection, Place(number, "card", "C0"), wanted=seq)
    (message,) = messages.of_request(connection, number, "card")
    return message.id or 0


def test_nothing_waits_in_an_empty_database(engine: Engine) -> None:
    with engine.begin() as connection:
        assert watch.backlog(connection, NOW) == Backlog(0, None, None)
        assert watch.newest_fact(connection) is None
        assert watch.overdue_since(connection) is None
        assert watch.requests_by_state(connection, ["pending"]) == {"pending": 0}


def test_the_age_of_the_outbox_is_that_of_the_oldest_fact_that_is_not_shown(engine: Engine) -> None:
    with engine.begin() as connection:
        first, _ = _unsaid(connection, NOW), _unsaid(connection, NOW + SECOND)
        assert watch.backlog(connection, LATER) == Backlog(2, NOW, NOW)
        messages.settle(connection, first, {"shown": 10_000, "next_at": 0})
        assert watch.backlog(connection, LATER) == Backlog(1, NOW + SECOND, NOW + SECOND)


def test_what_slack_refused_is_late_only_when_its_time_has_come_again(engine: Engine) -> None:
    with engine.begin() as connection:
        key = _unsaid(connection)
        messages.settle(connection, key, {"next_at": LATER + 1})
        assert watch.backlog(connection, LATER) == Backlog(1, NOW, None)
        assert watch.backlog(connection, LATER + 1) == Backlog(1, NOW, LATER + 1)


def test_a_message_of_a_batch_waits_until_it_was_posted(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_batch(connection, "ended")
        batches.amend(connection, number, {"ended_at": NOW, "asked_at": NOW})
        post(connection, number)
        assert watch.backlog(connection, LATER) == Backlog(0, None, None)
        batches.show(connection, number, "result", "U0ASKS")
        assert watch.backlog(connection, LATER) == Backlog(1, NOW, NOW)
        refused = sa.update(MESSAGES).where(MESSAGES.c.kind == "result")
        connection.execute(refused.values(tries=3, next_at=LATER + 1))
        assert watch.backlog(connection, LATER) == Backlog(1, NOW, None)
        assert watch.backlog(connection, LATER + 1) == Backlog(1, NOW, LATER + 1)


def test_a_card_of_a_batch_that_cannot_be_redrawn_is_counted(engine: Engine) -> None:
    with engine.begin() as connection:
        post(connection, add_batch(connection, "decided"))
        refused = sa.update(MESSAGES).where(MESSAGES.c.kind == "card")
        connection.execute(refused.values(tries=1, next_at=LATER))
        assert watch.backlog(connection, NOW) == Backlog(1, LATER, None)
        assert watch.backlog(connection, LATER) == Backlog(1, LATER, LATER)


def test_facts_are_read_in_order_and_name_nobody(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        audit.record(connection, fact(number))
        audit.record(connection, Fact("STP002I", NOW, "aboard", number, "axiom", "done"))
        first, second = watch.facts_after(connection, 0, 10)
        assert (second.code, second.vendor, second.outcome) == ("STP002I", "axiom", "done")
        assert watch.facts_after(connection, first.seq, 10) == [second]
        assert watch.facts_after(connection, 0, 1) == [first]
        assert watch.newest_fact(connection) == (second.seq, NOW)
        assert not hasattr(second, "actor")


def test_the_age_of_the_anchor_is_that_of_the_newest(engine: Engine) -> None:
    with engine.begin() as connection:
        assert watch.anchored_at(connection) is None
        anchors.insert(connection, 1, NOW, "an anchor")
        anchors.insert(connection, 2, LATER, "a later one")
        assert watch.anchored_at(connection) == LATER


def test_a_look_reads_no_table_as_a_whole(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("the plans of SQLite are read here")
    with engine.begin() as connection, plans(connection) as found:
        watch.facts_after(connection, 0, 10)
        watch.backlog(connection, NOW)
        watch.overdue_since(connection)
        watch.requests_by_state(connection, ["pending"])
    assert len(found) >= 4
    assert [one for one in found if not INDEXED.search(one)] == []


def test_requests_are_counted_by_their_state(engine: Engine) -> None:
    with engine.begin() as connection:
        for state in ("pending", "pending", "running", "completed"):
            add_request(connection, state=state)
        counted = watch.requests_by_state(connection, ["pending", "running", "received"])
        assert counted == {"pending": 2, "running": 1, "received": 0}


def test_an_offboarding_is_overdue_from_the_first_time_that_people_were_told(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        number = add_request(connection, kind="offboard", state="running")
        alarms.set_anew(connection, Due(number, "overdue", LATER, NOW, ""))
        assert watch.overdue_since(connection) is None
        alarm = alarms.of_request(connection, number, "overdue")
        assert alarm is not None
        assert alarms.turn(connection, alarm, LATER + SECOND)
        assert watch.overdue_since(connection) == NOW
