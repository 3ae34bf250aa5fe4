"""What is wrong with an audit trail is said in a sentence, with the number of the first event."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import anchors as own
from storage import audit_chain, migrate
from storage.engine import create_engine
from storage.links import BEGINNING, Key
from tests.battery.tampering import EVENTS, LENGTH, LINKS, NOW, Trail, trail
from workflow.audit_signing import Anchor, line
from workflow.audit_verify import Flaw, verify

KEY = Key(b"the-key-that-stands-nowhere-else")
CHANGE = sa.update(EVENTS).where(EVENTS.c.seq == 9).values(actor="U0EVE")
ADDED = {"code": "EXP001I", "at": NOW, "actor": "U0EVE", "outcome": "ok", "detail": ""}


@pytest.fixture
def plain(sqlite_url: str) -> Iterator[Trail]:
    with trail(sqlite_url) as made:
        yield made


@contextmanager
def opened(held: Trail) -> Iterator[Connection]:
    with held.changed(lambda *_: 0, None) as (connection, _):  # type: ignore[arg-type]  # unused
        yield connection


def cut(connection: Connection, kept: int) -> None:
    connection.execute(sa.delete(LINKS).where(LINKS.c.position > kept))
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq > kept))


def made_anew(position: int, since: int) -> str:
    return (
        f"the chain was made anew: what was anchored on then at link {position} is not there, "
        f"and link {since} is the last that is known"
    )


def elsewhere(anchor: Anchor) -> Anchor:
    """Return an anchor of the same place in another chain."""
    return Anchor(anchor.position, anchor.seq, "ab" * 32, anchor.at)


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        (sa.delete(LINKS).where(LINKS.c.position == 9), "link 9 of the chain is missing"),
        (sa.delete(EVENTS).where(EVENTS.c.seq == 9), "the event is missing, its link is there"),
        (CHANGE, "it is not what was sealed"),
        (
            sa.update(LINKS).where(LINKS.c.position == 9).values(key_id="0f"),
            "it is sealed with key 0f, which is not known here",
        ),
    ],
    ids=["a link is gone", "an event is gone", "an event was changed", "another key"],
)
def test_what_was_changed_is_named(plain: Trail, change: sa.Executable, flaw: str) -> None:
    with opened(plain) as connection:
        connection.execute(change)
        verdict = verify(connection)
    assert verdict.flaw == Flaw(9, flaw)
    assert verdict.links == 8


@pytest.mark.parametrize("forged", [{"at": float("inf")}, {"actor": b"U0EVE"}])
def test_what_no_event_can_hold_is_named_as_a_change(
    plain: Trail, forged: dict[str, float | bytes]
) -> None:
    change = sa.update(sa.table("auditevent", *map(sa.column, ("seq", "at", "actor"))))
    with opened(plain) as connection:
        connection.execute(change.where(sa.column("seq") == 9).values(**forged))
        assert verify(connection).flaw == Flaw(9, "it is not what was sealed")


def test_an_event_that_was_put_there_otherwise_is_named(plain: Trail) -> None:
    with opened(plain) as connection:
        connection.execute(sa.insert(EVENTS).values(seq=LENGTH + 2, **ADDED))
        verdict = verify(connection, (), plain.anchors)
    sentence = "no link seals it: nobody recorded it through Aboard"
    assert verdict.flaw == Flaw(LENGTH + 2, sentence)
    assert verdict.links == LENGTH


def test_the_place_of_a_whole_trail_is_told_with_its_hash_and_its_last_anchor(plain: Trail) -> None:
    with opened(plain) as connection:
        head = audit_chain.head(connection)
        verdict = verify(connection, (), plain.anchors[:2])
    assert head is not None
    assert (verdict.links, verdict.hash) == (head.position, head.hash)
    assert (verdict.anchored, verdict.flaw) == (plain.anchors[1].position, None)


@pytest.mark.parametrize(("kept", "first"), [(0, 6), (10, 12), (12, 18), (23, 24)])
def test_an_end_that_was_cut_off_is_named_with_the_first_anchor_beyond(
    plain: Trail, kept: int, first: int
) -> None:
    with opened(plain) as connection:
        cut(connection, kept)
        verdict = verify(connection, (), plain.anchors[::-1])
    sentence = f"the end was cut off after link {kept}: link {first} was anchored on then"
    assert verdict.flaw == Flaw(kept + 1, sentence)


@pytest.mark.parametrize(("number", "seq", "since"), [(0, 1, 0), (1, 7, 6), (3, 19, 18)])
def test_a_chain_that_was_made_anew_is_named_since_the_anchor_before(
    plain: Trail, number: int, seq: int, since: int
) -> None:
    anchors = list(plain.anchors)
    anchors[number] = elsewhere(anchors[number])
    with opened(plain) as connection:
        verdict = verify(connection, (), anchors)
    assert verdict.flaw == Flaw(seq, made_anew(anchors[number].position, since))
    assert verdict.anchored == since


def test_an_anchor_of_another_event_does_not_hold_its_place(plain: Trail) -> None:
    first = plain.anchors[0]
    false = Anchor(first.position, first.seq + 1, first.hash, first.at)
    with opened(plain) as connection:
        assert verify(connection, (), [first, false]).flaw == Flaw(1, made_anew(6, 0))
        assert verify(connection, (), [false, first]).flaw == Flaw(1, made_anew(6, 0))


def note(connection: Connection, anchors: Collection[Anchor]) -> None:
    for one in anchors:
        own.insert(connection, one.position, NOW, line(one, None))


def test_the_anchors_that_the_database_holds_are_compared_and_count_as_none(plain: Trail) -> None:
    first, second = plain.anchors[:2]
    with opened(plain) as connection:
        note(connection, [first])
        verdict = verify(connection)
        assert (verdict.anchored, verdict.flaw) == (0, None)
        note(connection, [elsewhere(second)])
        assert verify(connection).flaw == Flaw(1, made_anew(12, 0))
        assert verify(connection, (), [first]).flaw == Flaw(7, made_anew(12, 6))


def test_an_end_that_was_cut_off_shows_at_the_anchors_that_the_database_holds(plain: Trail) -> None:
    with opened(plain) as connection:
        note(connection, plain.anchors)
        cut(connection, 17)
        verdict = verify(connection)
    assert verdict.flaw == Flaw(
        18, "the end was cut off after link 17: link 18 was anchored on then"
    )


def test_what_is_no_anchor_in_the_database_is_a_flaw_unless_there_is_another(plain: Trail) -> None:
    with opened(plain) as connection:
        own.insert(connection, 3, NOW, "no anchor")
        note(connection, plain.anchors[:1])
        sentence = "what the database holds as an anchor of the trail is none"
        assert verify(connection).flaw == Flaw(LENGTH, sentence)
        connection.execute(CHANGE)
        assert verify(connection).flaw == Flaw(9, "it is not what was sealed")


def test_an_end_without_a_key_is_a_flaw_where_keys_are_asked_for(plain: Trail) -> None:
    with opened(plain) as connection:
        assert verify(connection).flaw is None
        verdict = verify(connection, [KEY])
    assert verdict.flaw == Flaw(LENGTH, "the last link is sealed without a key")


def test_nothing_is_wrong_with_a_trail_that_has_not_begun(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        verdict = verify(connection, [KEY])
    engine.dispose()
    assert (verdict.links, verdict.hash, verdict.anchored) == (0, BEGINNING, 0)
    assert verdict.flaw is None


def test_where_numbers_were_left_out_the_event_is_named_and_not_its_place(plain: Trail) -> None:
    """A transaction that was taken back has used numbers up."""
    keyed = create_engine(plain.engine.url.render_as_string(hide_password=False), KEY)
    with keyed.begin() as connection:
        connection.execute(sa.insert(EVENTS).values(seq=40, **ADDED))
        audit_chain.note(connection, 40)
    with keyed.begin() as connection:
        assert verify(connection, [KEY]).flaw is None
    keyed.dispose()
    with opened(plain) as connection:
        unknown = verify(connection)
        connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq == 40))
        missing = verify(connection, [KEY])
    assert unknown.flaw == Flaw(40, f"it is sealed with key {KEY.id}, which is not known here")
    assert missing.flaw == Flaw(40, "the event is missing, its link is there")
