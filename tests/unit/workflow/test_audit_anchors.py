"""Anchors are taken when they are due, are signed, and get to where they have to in the end."""

import base64
import json
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage import anchors, audit, audit_chain, migrate
from storage.anchors import Sink
from storage.audit import Fact
from storage.database import Database
from workflow import audit_anchors, audit_configuration
from workflow.audit_anchors import Anchoring, Often, Outlet, into_file
from workflow.audit_signing import (
    Anchor,
    AnchorError,
    is_public_key,
    key_from,
    line,
    public_of,
    read,
)
from workflow.audit_verify import verify
from workflow.clock import HOUR

NOW = 1_800_000_000_000_000
DAILY = Often(events=10, micros=24 * HOUR)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    migrate.upgrade(database.engine)
    yield database
    database.close()


async def happen(database: Database, times: int) -> None:
    for _ in range(times):
        await database.write(partial(audit.record, fact=Fact("EXP001I", NOW, "U0ADA")))


async def taken(database: Database) -> list[int]:
    return [json.loads(one)["position"] for one in await database.read(anchors.lines)]


def anchoring(
    database: Database, clock: Clock, outlets: dict[Sink, Outlet] | None = None
) -> Anchoring:
    return Anchoring(database, clock, DAILY, KEY, outlets or {})


async def test_an_anchor_is_taken_after_so_many_events_or_so_much_time(database: Database) -> None:
    clock = Clock()
    under_way = anchoring(database, clock)
    await under_way.once()
    assert await taken(database) == []
    await happen(database, 3)
    for _ in range(2):
        await under_way.once()
    assert await taken(database) == [3]
    await happen(database, 8)
    await under_way.once()
    assert await taken(database) == [3]
    await happen(database, 1)
    await under_way.once()
    assert await taken(database) == [3, 13]
    clock.now += 24 * HOUR
    await under_way.once()
    assert await taken(database) == [3, 13, 14]


async def test_an_anchor_is_a_fact_of_the_trail_itself(database: Database) -> None:
    await happen(database, 2)
    head = await database.read(audit_chain.head)
    await anchoring(database, Clock()).once()
    fact = await database.read(partial(audit.last_with, code="ANC001I"))
    assert head is not None
    assert fact is not None
    assert fact.detail == f"2 {head.hash}"


async def test_the_same_place_is_anchored_once_however_many_try(database: Database) -> None:
    await happen(database, 1)
    take = partial(audit_anchors.take, often=DAILY, key=None, now=NOW)
    assert [await database.write(take) is None for _ in range(3)] == [False, True, True]


async def test_the_anchors_in_the_file_hold_the_trail(database: Database, tmp_path: Path) -> None:
    file, clock = tmp_path / "anchors.jsonl", Clock()
    under_way = anchoring(database, clock, {Sink.FILE: into_file(file)})
    for _ in range(3):
        await happen(database, 10)
        await under_way.once()
    kept = [read(one, [public_of(KEY)]) for one in file.read_text().splitlines()]
    assert [one.position for one in kept] == [10, 20, 30] or [one.position for one in kept] == [
        10, 21, 32,
    ]  # fmt: skip
    verdict = await database.read(partial(verify, anchors=kept))
    assert verdict.flaw is None
    assert verdict.anchored == kept[-1].position
    false = Anchor(kept[-1].position, kept[-1].seq, "0" * 64, kept[-1].at)
    found = await database.read(partial(verify, anchors=[*kept[:-1], false]))
    assert found.flaw is not None


async def test_what_could_not_be_written_down_gets_there_later(
    database: Database, tmp_path: Path
) -> None:
    said: list[str] = []

    async def slack(text: str) -> None:
        said.append(text)

    missing = tmp_path / "missing"
    sinks: dict[Sink, Outlet] = {
        Sink.FILE: into_file(missing / "anchors.jsonl"),
        Sink.SLACK: slack,
    }
    under_way = anchoring(database, Clock(), sinks)
    await happen(database, 1)
    for _ in range(2):
        await under_way.once()
    assert len(said) == 1
    assert len(await database.read(partial(anchors.waiting, sink=Sink.FILE, limit=9))) == 1
    missing.mkdir()
    await under_way.once()
    assert (missing / "anchors.jsonl").read_text() == f"{said[0]}\n"
    assert not await database.read(partial(anchors.waiting, sink=Sink.FILE, limit=9))


def test_an_anchor_is_read_as_it_was_written() -> None:
    anchor = Anchor(7, 9, "ab" * 32, "2026-11-22T14:00:00.000000Z")
    assert read(line(anchor, None), []) == anchor
    signed = read(line(anchor, KEY), [public_of(KEY)])
    assert (signed.position, signed.hash) == (anchor.position, anchor.hash)


@pytest.mark.parametrize("name", ["position", "seq", "hash", "at", "signed_by", "signature"])
def test_a_signed_anchor_cannot_be_changed(name: str) -> None:
    anchor = Anchor(7, 9, "ab" * 32, "2026-11-22T14:00:00.000000Z")
    facts = json.loads(line(anchor, KEY))
    facts[name] = facts[name] + 1 if isinstance(facts[name], int) else f"A{facts[name][1:]}"
    with pytest.raises(AnchorError):
        read(json.dumps(facts), [public_of(KEY)])


def test_where_a_key_is_known_nothing_else_counts() -> None:
    anchor = Anchor(7, 9, "ab" * 32, "2026-11-22T14:00:00.000000Z")
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    for text in (line(anchor, None), line(anchor, other)):
        with pytest.raises(AnchorError, match="not signed"):
            read(text, [public_of(KEY)])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "{}", '{"position": 1}', '"text"', '{"format": "other"}']
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(AnchorError, match="no anchor"):
        read(text, [])


@pytest.mark.parametrize("text", ["", "short", "A" * 44, "not base64 at all!"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        key_from(text)


async def test_other_settings_are_a_fact_and_the_same_are_none(database: Database) -> None:
    one = audit_configuration.fingerprints({"rules": ["a"], "slack": {"channel": "C1"}})
    other = audit_configuration.fingerprints({"rules": ["b"], "slack": {"channel": "C1"}})
    assert one.split(", ")[1] == other.split(", ")[1]
    noted = [
        await database.write(partial(audit_configuration.note, settings=held, now=NOW))
        for held in (one, one, other, one)
    ]
    assert noted == [True, False, True, True]


UNFIT: tuple[dict[str, object], ...] = (
    {"seq": 2**60}, {"seq": "9"}, {"position": 0}, {"position": -1}, {"position": True},
    {"position": 1e400}, {"at": None}, {"hash": "\ud800"}, {"hash": 7}, {"signed_by": {}},
    {"signed_by": []},
)  # fmt: skip
ODD = (
    "[" * 100_000, '{"a":' * 100_000, "null", "[]", "1" * 5_000,
    *(json.dumps(json.loads(line(Anchor(7, 9, "ab" * 32, "2026-11-22"), KEY)) | given)
      for given in UNFIT),
)  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("public", [(), (public_of(KEY),)], ids=["any", "signed"])
def test_what_is_no_anchor_is_none_whatever_it_is(text: str, public: tuple[str, ...]) -> None:
    with pytest.raises(AnchorError, match="is no anchor"):
        read(text, public)


@pytest.mark.parametrize("signature", ["", "ü", "A", {}, 7])
def test_a_signature_that_cannot_be_one_does_not_hold(signature: object) -> None:
    facts = json.loads(line(Anchor(7, 9, "ab" * 32, "2026-11-22"), KEY))
    with pytest.raises(AnchorError, match="does not hold"):
        read(json.dumps(facts | {"signature": signature}), [public_of(KEY)])


async def test_an_anchor_of_which_the_disk_took_a_part_is_written_again_whole(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, write = tmp_path / "anchors.jsonl", os.write
    under_way = anchoring(database, Clock(), {Sink.FILE: into_file(file)})
    await happen(database, 10)
    await under_way.once()
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda descriptor, text: write(descriptor, text[:40]))
        await happen(database, 10)
        await under_way.once()
    assert len(await database.read(partial(anchors.waiting, sink=Sink.FILE, limit=9))) == 1
    await under_way.once()
    first, part, again = file.read_text().splitlines()
    assert [read(one, [public_of(KEY)]).position for one in (first, again)] == [10, 21]
    assert again.startswith(part)
    assert not await database.read(partial(anchors.waiting, sink=Sink.FILE, limit=9))


def test_a_public_key_is_32_bytes_in_base64_and_nothing_else() -> None:
    good = public_of(KEY)
    assert is_public_key(good)
    for wrong in ("", good[:-4], f"{good[:8]}\n{good[8:]}", base64.b64encode(b"k" * 31).decode()):
        assert not is_public_key(wrong)
