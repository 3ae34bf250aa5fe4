"""The outbox: what is outdated is delivered once at a time, the most urgent of a channel first."""

from functools import partial

from sqlalchemy.engine import Connection, Engine

from storage import audit, messages
from storage.due_models import Message
from storage.messages import Place, Seen
from tests.unit.storage.rows import NOW, add_request, fact
from tests.unit.storage.test_moves import at_once


def due(connection: Connection, limit: int = 50) -> list[tuple[int, str, str]]:
    """Return what is due now: request, kind and channel."""
    found = messages.due(connection, NOW, limit)
    return [(one.request_number, one.kind, one.channel) for one in found]


def only(connection: Connection, number: int, kind: str = "card") -> Message:
    (message,) = messages.of_request(connection, number, kind)
    return message


def test_a_message_is_due_while_it_shows_less_than_is_wanted(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        messages.want(connection, Place(number, "card", "C0"), wanted=3)
        assert due(connection) == [(number, "card", "C0")]
        assert messages.waiting(connection) == 1
        messages.settle(connection, only(connection, number).id or 0, {"shown": 3, "next_at": 0})
        assert due(connection) == []
        audit.record(connection, fact(number))
        messages.settle(connection, only(connection, number).id or 0, {"wanted": 4})
        assert due(connection) == [(number, "card", "C0")]


def test_a_message_waits_for_its_time(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        messages.want(connection, Place(number, "card", "C0"), wanted=1)
        key = only(connection, number).id or 0
        messages.settle(connection, key, {"next_at": NOW + 1})
        assert due(connection) == []
        messages.settle(connection, key, {"next_at": NOW})
        assert due(connection) == [(number, "card", "C0")]


def test_each_channel_offers_its_most_urgent_message(engine: Engine) -> None:
    with engine.begin() as connection:
        one, other = add_request(connection), add_request(connection)
        for kind in ("thread", "outcome", "card", "answer"):
            messages.want(connection, Place(one, kind, "C0"), wanted=1)
        messages.want(connection, Place(other, "card", "C0"), wanted=1)
        messages.want(connection, Place(other, "thread", "C1"), wanted=1)
        assert set(due(connection)) == {(one, "answer", "C0"), (other, "thread", "C1")}
        order = []
        while found := [
            message for message in messages.due(connection, NOW, 50) if message.channel == "C0"
        ]:
            order.append((found[0].request_number, found[0].kind))
            messages.settle(connection, found[0].id or 0, {"shown": 1})
    assert order == [
        (one, "answer"), (one, "card"), (other, "card"), (one, "outcome"), (one, "thread"),
    ]  # fmt: skip


def test_no_more_than_asked_for_is_due(engine: Engine) -> None:
    with engine.begin() as connection:
        for channel in ("C0", "C1", "C2"):
            messages.want(connection, Place(add_request(connection), "card", channel), wanted=1)
        assert len(due(connection, limit=2)) == 2


def test_channels_that_are_left_out_take_no_place_from_others(engine: Engine) -> None:
    with engine.begin() as connection:
        for channel in ("C0", "C1", "C2"):
            messages.want(connection, Place(add_request(connection), "card", channel), wanted=1)
        found = messages.due(connection, NOW, 1, besides={"C0", "C1"})
        assert [one.channel for one in found] == ["C2"]


def test_a_message_is_taken_by_one_of_those_who_saw_it(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        messages.want(connection, Place(number, "card", "C0"), wanted=1)
        seen = only(connection, number)
    take = partial(messages.take, seen=Seen(seen.id or 0, seen.next_at, seen.shown), until=NOW + 9)
    assert sorted(at_once(engine, [take] * 4)) == [False, False, False, True]
    with engine.begin() as connection:
        assert due(connection) == []


def test_a_message_that_was_delivered_in_between_is_not_taken_again(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        messages.want(connection, Place(number, "card", "C0"), wanted=1)
        seen = only(connection, number)
        messages.settle(connection, seen.id or 0, {"shown": 1, "next_at": 0})
        assert not messages.take(connection, Seen(seen.id or 0, seen.next_at, seen.shown), NOW + 9)


def test_asking_again_for_a_message_posts_it_anew_in_the_same_place(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        place = Place(number, "outcome", "U0ADA")
        messages.want(connection, place, wanted=1)
        key = only(connection, number, "outcome").id or 0
        messages.settle(connection, key, {"shown": 1, "ts": "1.2", "next_at": NOW + 9})
        messages.want(connection, place, wanted=5)
        again = only(connection, number, "outcome")
        assert (again.id, again.ts, again.wanted, again.next_at) == (key, None, 5, 0)
        assert due(connection) == [(number, "outcome", "U0ADA")]
