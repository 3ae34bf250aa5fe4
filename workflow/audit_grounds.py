"""On what grounds requests were carried out: the terms that they stood under, and who approved.

The trail has the digest of the terms at every fact, the row of the request has the terms. A request
is put under other terms by few facts, each in the transaction that does so; where they are others
at a decision or a start, somebody else changed them.
"""

import hashlib
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection, RowMapping

from rules.terms import Terms, from_text
from storage import audit

APPROVED = "DEC001I"
BY_RULE = "DEC004I"
BY_ITSELF = frozenset({BY_RULE, "DEC005I"})
"""Approved by a rule, or with an earlier plan, for which people have answered."""

STARTED = "STP001I"

_PUT = frozenset({"REQ002I", "REM002W"})
"""The facts that put a request under terms after the one that began it."""

_BATCH_PUT = frozenset({"BAT002I", "BAT010W"})
"""The facts that put every request of a batch that waits under the terms of all of them."""

_RELYING = BY_ITSELF | {APPROVED, STARTED}
"""The facts that hold by the terms; their transactions have the request to themselves."""


@dataclass(frozen=True, slots=True)
class _Put:
    """Under the terms of which digest something was put, and at which link."""

    position: int
    digest: str


@dataclass(slots=True)
class Grounds:
    """What the trail says of each request, as far as it was followed."""

    connection: Connection
    put: dict[int, _Put] = field(default_factory=dict)
    batches: dict[str, _Put] = field(default_factory=dict)
    approvals: dict[int, set[str]] = field(default_factory=dict)
    by_itself: dict[int, str] = field(default_factory=dict)
    found: dict[int, str] = field(default_factory=dict)
    terms: dict[str, Terms] = field(default_factory=dict)

    def follow(self, row: RowMapping) -> str:
        """Note an event; return what is wrong with its grounds, or nothing."""
        code, number = row["code"], row["request_number"]
        put = _Put(int(row["position"]), row["policy_digest"] or "")
        if code in _BATCH_PUT:
            self.batches[row["detail"]] = put
        if number is None:
            return ""
        if code in _PUT or number not in self.put:
            self.put[number] = put
        return self._relied(row, number, put) if code in _RELYING else ""

    def _relied(self, row: RowMapping, number: int, put: _Put) -> str:
        code = row["code"]
        if put.digest != self.put[number].digest and not self._put_by_batch(number, put):
            return f"the terms of request {number} are not those that it was put under"
        if code == APPROVED:
            self.approvals.setdefault(number, set()).add(row["actor"])
        elif code in BY_ITSELF:
            self.by_itself[number] = code
        else:
            return self._started(number, put.digest)
        return ""

    def _put_by_batch(self, number: int, put: _Put) -> bool:
        """Tell whether a request's batch put it there since; note that it did."""
        request = audit.terms_of(self.connection, number)
        by = self.batches.get(f"batch {request.batch}") if request else None
        if by is None or by.position < self.put[number].position or by.digest != put.digest:
            return False
        self.put[number] = put
        return True

    def _started(self, number: int, digest: str) -> str:
        given, how = len(self.approvals.get(number, ())), self.by_itself.get(number)
        if not given and how is None:
            return f"a step of request {number} started without an approval"
        if not self._has(number, digest):
            return f"the terms of request {number} are not those that it was carried out under"
        terms = self.terms[digest]
        if how == BY_RULE and terms.automatic is None:
            return f"request {number} was approved by a rule that its terms do not have"
        if how is None and given < terms.approvals:
            return f"a step of request {number} started with {given} of {terms.approvals} approvals"
        return ""

    def _has(self, number: int, digest: str) -> bool:
        """Tell whether the row of a request, which nothing removes, has terms of this digest."""
        if number not in self.found:
            request = audit.terms_of(self.connection, number)
            text = request.text if request else ""
            self.found[number] = hashlib.sha256(text.encode()).hexdigest()
            if request and digest == self.found[number] and digest not in self.terms:
                self.terms[digest] = from_text(text)
        return self.found[number] == digest and digest in self.terms
