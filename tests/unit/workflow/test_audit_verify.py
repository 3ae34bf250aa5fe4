"""Whatever somebody with all rights does to the audit trail is found, and where it begins is named.

ABOARD_TAMPERINGS says how many changes are tried; 500 by default, 10,000 in full.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from random import Random

import pytest
import sqlalchemy as sa

from rules.terms import Terms
from storage import audit, audit_chain, migrate
from storage.audit import Fact
from storage.engine import create_engine
from storage.links import FIELDS, Key, seal
from storage.models import METADATA
from tests.battery.tampering import (
    BETWEEN_ANCHORS,
    EVENTS,
    LENGTH,
    LINKS,
    NOW,
    ONLY_ANCHORS_SHOW,
    WAYS,
    Trail,
    trail,
)
from tests.terms import one_stage
from tests.unit.storage.rows import add_request
from workflow.audit_signing import Anchor
from workflow.audit_verify import verify

TAMPERINGS = int(os.environ.get("ABOARD_TAMPERINGS", "500"))
KEY = Key(b"the-key-that-stands-nowhere-else")


@pytest.fixture
def plain(sqlite_url: str) -> Iterator[Trail]:
    with trail(sqlite_url) as made:
        yield made


@pytest.fixture
def keyed(sqlite_url: str) -> Iterator[Trail]:
    with trail(sqlite_url, KEY) as made:
        yield made


def missed(
    held: Trail, anchors: Collection[Anchor], times: int, keys: Collection[Key] = ()
) -> tuple[Counter[str], list[str]]:
    """Change the trail so often; return what was not found by kind, and what was misnamed."""
    random, unseen, misnamed = Random(5), Counter[str](), list[str]()  # noqa: S311 - the same series every time
    for turn in range(times):
        kind = list(WAYS)[turn % len(WAYS)]
        with held.changed(WAYS[kind], random) as (connection, bad):
            flaw = verify(connection, keys, anchors).flaw
        if flaw is None:
            unseen[kind] += 1
        elif anchors and flaw.seq != bad:
            misnamed.append(f"{kind} of {bad}: {flaw}")
    return unseen, misnamed


def test_every_tampering_is_found_with_anchors_and_its_beginning_is_named(plain: Trail) -> None:
    assert missed(plain, plain.anchors, TAMPERINGS) == (Counter(), [])


def test_without_anchors_a_cut_end_and_a_chain_made_anew_are_not_seen(plain: Trail) -> None:
    """The control: the anchors are what finds these, and the chain alone finds the others."""
    unseen, _ = missed(plain, (), 70)
    assert set(unseen) == ONLY_ANCHORS_SHOW
    assert set(unseen.values()) == {10}


def test_with_a_key_no_chain_is_made_anew_even_without_anchors(keyed: Trail) -> None:
    unseen, _ = missed(keyed, (), 70, [KEY])
    assert set(unseen) == {"truncate"}


def test_a_trail_that_nobody_changed_is_whole(plain: Trail) -> None:
    with plain.changed(lambda *_: 0, Random(1)) as (connection, _):  # noqa: S311 - unused
        verdict = verify(connection, (), plain.anchors)
    assert (verdict.flaw, verdict.links, verdict.anchored) == (None, LENGTH, LENGTH)


def test_without_its_key_a_trail_proves_nothing(keyed: Trail) -> None:
    with keyed.changed(lambda *_: 0, Random(1)) as (connection, _):  # noqa: S311 - unused
        other = verify(connection, [Key(b"another-key-of-thirty-two-letter")])
        right = verify(connection, [Key(b"another-key-of-thirty-two-letter"), KEY])
    assert other.flaw is not None
    assert "is not known here" in other.flaw.sentence
    assert right.flaw is None


def test_once_there_is_a_key_what_is_sealed_without_it_is_found(keyed: Trail) -> None:
    event: dict[str, str | int | None] = {
        "seq": LENGTH + 1,
        "code": "EXP001I",
        "at": NOW,
        "actor": "U0EVE",
    }
    event |= dict.fromkeys(FIELDS[4:]) | {"outcome": "ok", "detail": ""}
    with keyed.engine.begin() as connection:
        last = audit_chain.head(connection)
        assert last is not None
        made = seal(last.hash, LENGTH + 1, event, None)
        connection.execute(sa.insert(EVENTS).values(event))
        link = {"position": LENGTH + 1, "seq": LENGTH + 1, "key_id": "", "hash": made}
        connection.execute(sa.insert(LINKS).values(link))
    with keyed.engine.begin() as connection:
        flaw = verify(connection, [KEY]).flaw
    assert flaw is not None
    assert flaw.sentence == "it is sealed without the key that was used before it"
    assert flaw.seq == LENGTH + 1


def test_a_trail_from_before_the_key_counts_when_the_key_seals_its_end(sqlite_url: str) -> None:
    with trail(sqlite_url):
        pass
    later = create_engine(sqlite_url, KEY)
    with later.begin() as connection:
        flaw = verify(connection, [KEY]).flaw
        assert flaw is not None
        audit.record(connection, Fact("EXP001I", NOW, "U0ADA"))
    with later.begin() as connection:
        assert verify(connection, [KEY]).flaw is None
    later.dispose()


def test_a_step_that_nobody_approved_is_a_flaw(sqlite_url: str) -> None:
    with trail(sqlite_url):
        pass
    engine = create_engine(sqlite_url)
    terms = one_stage("U0LEAD")
    values = {"terms": terms.text(), "policy_digest": terms.digest()}
    with engine.begin() as connection:
        approved, other = (add_request(connection, **values) for _ in range(2))
    for code, number in (("DEC001I", approved), ("STP001I", approved), ("STP001I", other)):
        with engine.begin() as connection:
            audit.record(connection, Fact(code, NOW, "aboard", number))
    with engine.begin() as connection:
        flaw = verify(connection).flaw
        assert connection.scalar(sa.select(sa.func.max(EVENTS.c.seq))) == LENGTH + 3
    engine.dispose()
    assert flaw is not None
    assert flaw.seq == LENGTH + 3
    assert f"request {other} started without an approval" in flaw.sentence


TWO = one_stage("U0LEAD", "U0SEC", "U0OPS", threshold=2)


@pytest.mark.parametrize(
    ("terms", "recorded", "sentence"),
    [
        (TWO, [("DEC001I", "U0LEAD"), ("DEC001I", "U0SEC")], None),
        (TWO, [("DEC001I", "U0LEAD")], "started with 1 of 2 approvals"),
        (TWO, [("DEC001I", "U0LEAD"), ("DEC001I", "U0LEAD")], "started with 1 of 2 approvals"),
        (TWO, [("DEC001I", "U0LEAD"), ("DEC101W", "U0SEC")], "started with 1 of 2 approvals"),
        (TWO, [("DEC005I", "aboard")], None),
        (replace(TWO, stages=(), automatic="readers"), [("DEC004I", "aboard")], None),
        (replace(TWO, stages=TWO.stages * 2), [("DEC001I", "U0LEAD")], "1 of 4 approvals"),
    ],
)
def test_a_step_that_too_few_people_approved_is_a_flaw(
    sqlite_url: str, terms: Terms, recorded: list[tuple[str, str]], sentence: str | None
) -> None:
    engine = create_engine(sqlite_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        number = add_request(connection, terms=terms.text(), policy_digest=terms.digest())
        for code, actor in (*recorded, ("STP001I", "aboard")):
            audit.record(connection, Fact(code, NOW, actor, number))
    with engine.begin() as connection:
        flaw = verify(connection).flaw
    engine.dispose()
    assert (flaw is None) == (sentence is None)
    assert flaw is None or str(sentence) in flaw.sentence


def test_terms_that_were_made_milder_afterwards_are_a_flaw(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        number = add_request(connection, terms=TWO.text(), policy_digest=TWO.digest())
        for code in ("DEC001I", "STP001I"):
            audit.record(connection, Fact(code, NOW, "U0LEAD", number))
    mild = one_stage("U0LEAD")
    with engine.begin() as connection:
        values = {"terms": mild.text(), "policy_digest": mild.digest()}
        connection.execute(sa.update(METADATA.tables["request"]).values(values))
        flaw = verify(connection).flaw
    engine.dispose()
    assert flaw is not None
    assert f"request {number} are not those that it was carried out under" in flaw.sentence


def test_what_was_recorded_after_the_last_anchor_is_held_by_the_chain_alone(plain: Trail) -> None:
    early = [one for one in plain.anchors if one.position <= LENGTH - BETWEEN_ANCHORS]
    with plain.changed(WAYS["edit"], Random(3)) as (connection, bad):  # noqa: S311 - the same every time
        flaw = verify(connection, (), early).flaw
    assert flaw is not None
    assert flaw.seq == bad
