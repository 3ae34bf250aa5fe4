"""Whether anybody changed the audit trail: every link, the approvals in it, and the anchors.

The chain shows what was changed, removed, added or moved between its beginning and its end. That
its end was cut off, or that all of it was made anew by somebody who could, only an anchor shows,
and only up to that anchor. The anchors that the database itself holds are compared as well: whoever
cuts off the end has to think of them, but they are no copy outside and count as none.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection, RowMapping

from storage import anchors as own
from storage import audit_chain
from storage.links import BEGINNING, Key, seal
from workflow.audit_grounds import Grounds
from workflow.audit_signing import Anchor, AnchorError, read


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first thing that is wrong: the number of the event, and a sentence."""

    seq: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and the first flaw. ``anchored`` is the last place that an anchor holds.

    ``hash`` is that of the last link.
    """

    links: int
    hash: str
    anchored: int
    flaw: Flaw | None


@dataclass(slots=True)
class _Walk:
    """How far the chain was followed."""

    grounds: Grounds
    keys: Mapping[str, Key | None]
    anchors: Mapping[int, Sequence[Anchor]]
    noted: Mapping[int, Sequence[Anchor]]
    position: int = 0
    hash: str = BEGINNING
    seq: int = 0
    key_id: str = ""
    anchored: int = 0
    after_anchor: int = 0

    def step(self, row: RowMapping) -> Flaw | None:
        """Follow one link; return what is wrong with it."""
        seq, expected = int(row["sealed_seq"]), self.position + 1
        if row["position"] != expected:
            return Flaw(self.seq + 1, f"link {expected} of the chain is missing")
        if row["seq"] is None:
            return Flaw(seq, "the event is missing, its link is there")
        flaw = self._linked(row) or self._before(row)
        if flaw is not None:
            return flaw
        self.position, self.seq = expected, seq
        self.after_anchor = self.after_anchor or seq
        return self._at_anchor()

    def _linked(self, row: RowMapping) -> Flaw | None:
        seq, key_id = int(row["seq"]), str(row["key_id"])
        if key_id not in self.keys:
            return Flaw(seq, f"it is sealed with key {key_id}, which is not known here")
        if self.key_id and not key_id:
            return Flaw(seq, "it is sealed without the key that was used before it")
        made = self._sealed(row, self.keys[key_id])
        if made is None or made != row["hash"]:
            return Flaw(seq, "it is not what was sealed")
        self.hash, self.key_id = made, key_id
        return None

    def _sealed(self, row: RowMapping, key: Key | None) -> str | None:
        """Return the hash of a link, or None where no event can be like that."""
        try:
            return seal(self.hash, self.position + 1, dict(row), key)
        except (TypeError, ValueError):
            return None

    def _before(self, row: RowMapping) -> Flaw | None:
        """Return that a step started on no grounds, or on too few."""
        wrong = self.grounds.follow(row)
        return Flaw(int(row["seq"]), wrong) if wrong else None

    def _at_anchor(self) -> Flaw | None:
        here = self.anchors.get(self.position, ())
        for anchor in (*here, *self.noted.get(self.position, ())):
            if (anchor.hash, anchor.seq) != (self.hash, self.seq):
                since = self.anchored
                sentence = (
                    f"the chain was made anew: what was anchored on {anchor.at} at link "
                    f"{anchor.position} is not there, and link {since} is the last that is known"
                )
                return Flaw(self.after_anchor, sentence)
        if here:
            self.anchored, self.after_anchor = self.position, 0
        return None

    def beyond(self) -> list[Anchor]:
        """Return the anchors of places that the chain does not have."""
        every = (*self.anchors.values(), *self.noted.values())
        return [one for held in every for one in held if one.position > self.position]


def verify(
    connection: Connection, keys: Collection[Key] = (), anchors: Collection[Anchor] = ()
) -> Verdict:
    """Follow the chain to its end or to its first flaw, comparing it with ``anchors``.

    With ``keys``, the last link has to be sealed with one of them.
    """
    noted, unread = _noted(connection)
    known = {"": None, **{one.id: one for one in keys}}
    walk = _Walk(Grounds(connection), known, _by_position(anchors), _by_position(noted))
    flaw = _followed(connection, walk) or _at_the_end(connection, walk, keys)
    if flaw is None and unread:
        flaw = Flaw(walk.seq, "what the database holds as an anchor of the trail is none")
    return Verdict(walk.position, walk.hash, walk.anchored, flaw)


def _noted(connection: Connection) -> tuple[list[Anchor], int]:
    """Return the anchors that the database holds, and how many of them nobody can read."""
    found, unread = list[Anchor](), 0
    for line in own.lines(connection):
        try:
            found.append(read(line, ()))
        except AnchorError:
            unread += 1
    return found, unread


def _by_position(anchors: Collection[Anchor]) -> dict[int, list[Anchor]]:
    held: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        held.setdefault(anchor.position, []).append(anchor)
    return held


def _followed(connection: Connection, walk: _Walk) -> Flaw | None:
    for rows in audit_chain.walk(connection):
        for row in rows:
            flaw = walk.step(row)
            if flaw is not None:
                return flaw
    return None


def _at_the_end(connection: Connection, walk: _Walk, keys: Collection[Key]) -> Flaw | None:
    unsealed = audit_chain.first_unsealed(connection)
    if unsealed is not None:
        return Flaw(unsealed, "no link seals it: nobody recorded it through Aboard")
    if walk.beyond():
        first = min(walk.beyond(), key=lambda one: one.position)
        sentence = (
            f"the end was cut off after link {walk.position}: link {first.position} was anchored "
            f"on {first.at}"
        )
        return Flaw(walk.seq + 1, sentence)
    if keys and walk.position and not walk.key_id:
        return Flaw(walk.seq, "the last link is sealed without a key")
    return None
