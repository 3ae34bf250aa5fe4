"""What must be true after every step of a life; `judged` returns whatever is not.

The twelve invariants: a call has an earlier approval of the same plan; whoever approved was allowed
to at that moment and is neither requester nor subject; at most one final decision; no way out of an
end; what is done is what was approved; nobody decides too late; every move has its fact; what is
green is so; no offboarding ends without removal or attestation; never two at once for a person and
a product; nothing is done twice where nobody asked for it again; no card claims more than the rows.
"""

import json
from collections import Counter, defaultdict
from dataclasses import replace

from commands.views.card import card
from tests.life.approvals import Approvals
from tests.life.products import Effect
from tests.life.replay import GIVEN, Replay
from tests.life.rows import Ask, Event, Oath, Part, Rows, Said
from tests.life.truth import Truth
from tests.life.world import World
from workflow.audit_verify import verify

GREEN = frozenset({"done", "unchanged", "invited", "unverified"})


class Judge:
    """Looks after every step at what is new, and remembers how it was before."""

    def __init__(self, world: World) -> None:
        self._world, self.rows = world, Rows(world.file)
        self.approvals = Approvals(self.rows, world.town, world.clock)
        self.truth, self.replay = Truth(world.products), Replay()
        self.wrong: list[str] = []
        self._before: dict[int, Part] = {}
        self._states: dict[int, str] = {}
        self._began: dict[int, int] = {}
        self._retries: Counter[int] = Counter()
        self._calls_before: Counter[int] = Counter()
        self._given: dict[int, int] = defaultdict(int)
        self._said: list[Said] = []
        self._oaths: list[Oath] = []
        self._tick = 0

    def saw(self, effect: Effect) -> None:
        """Judge a call while it is carried out."""
        self.approvals.saw(effect)

    def judged(self) -> list[str]:
        """Return everything that is wrong, after one more step."""
        asks, parts, fresh = self.rows.asks(), self.rows.parts(), self.rows.events(self.replay.last)
        self._hear(asks)
        for event in fresh:
            self._tell(event, asks, parts)
        self._compare(asks, parts)
        self._vouched(asks, parts)
        self._ends(asks, parts)
        self._once(asks, parts)
        self._draw(asks, parts, {one.request_number for one in fresh})
        self._before, self._tick = {one.id: one for one in parts}, self._world.ticks.now
        self._states = {number: one.state for number, one in asks.items()}
        found = [*self.wrong, *self.approvals.wrong, *self.truth.wrong, *self.replay.wrong]
        return found + [
            f"at once: two writes about {who} at {one.name}"
            for one in self._world.products.values()
            for who in one.twice_at_once
        ]

    def _hear(self, asks: dict[int, Ask]) -> None:
        for said in self.rows.said(self._said[-1].id if self._said else 0):
            before = [one for one in self._said if one.request_number == said.request_number]
            self.approvals.decided(said, asks[said.request_number], before)
            self._said.append(said)
            if any(one.verdict == "deny" for one in before):
                self.wrong.append(f"decisions: #{said.request_number} was decided after its denial")

    def _tell(self, event: Event, asks: dict[int, Ask], parts: list[Part]) -> None:
        number = event.request_number
        if number is None:
            return self.replay.tell(event, is_enough=True, is_later=False)
        self._given[number] += event.code in GIVEN
        terms = json.loads(asks[number].terms)
        needed = sum(stage["threshold"] for stage in terms["stages"])
        alone = event.code != "DEC001I"
        is_later = (asks[number].starts_at or 0) > event.at
        enough = alone or self._given[number] >= needed
        if event.code == "DEC001I" and self._given[number] > needed:
            self.wrong.append(f"decisions: #{number} was approved {self._given[number]} times")
        self.replay.tell(event, is_enough=enough, is_later=is_later)
        for part in parts:
            if (part.request_number, part.vendor) == (number, event.vendor):
                self._began.setdefault(part.id, self._tick)
                if event.code == "STP006I":
                    self._retries[part.id] += 1
                    self._calls_before[part.id] = self.approvals.calls[part.id]
        return None

    def _compare(self, asks: dict[int, Ask], parts: list[Part]) -> None:
        for number, ask in asks.items():
            if self.replay.requests.get(number) != ask.state:
                told = self.replay.requests.get(number)
                self.wrong.append(f"trail: #{number} is {ask.state}, and the trail tells {told}")
        for part in parts:
            told = self.replay.steps.get((part.request_number, part.vendor), "waiting")
            if told != part.state:
                self.wrong.append(f"trail: {part} is not {told}, as the trail tells")

    def _vouched(self, asks: dict[int, Ask], parts: list[Part]) -> None:
        named = {part.id: part for part in parts}
        for oath in self.rows.oaths(self._oaths[-1].id if self._oaths else 0):
            part = named[oath.step_id]
            ask = asks[part.request_number]
            given = [one for one in self._said if one.request_number == ask.number]
            self.approvals.attested(oath, part, ask, given)
            self._oaths.append(oath)

    def _ends(self, asks: dict[int, Ask], parts: list[Part]) -> None:
        vouched = {one.step_id for one in self._oaths}
        for part in parts:
            before, ask = self._before.get(part.id), asks[part.request_number]
            was = before.state if before else "waiting"
            if part.state == "attested" and part.id not in vouched:
                self.wrong.append(f"attested: nobody vouched for {part}")
            if was == part.state:
                continue
            calls = self.approvals.calls[part.id]
            if part.state == "failed" and calls > self._calls_before[part.id]:
                self.wrong.append(f"false red: {part} has failed, and was carried out")
            if part.state == "done" and was in {"invited", "expired"}:
                self.truth.accepted(part, ask, self._tick)
            elif part.state in GREEN and was != "expired":
                self.truth.ended(part, ask, self._began.get(part.id, 0))
            if part.state != "running":
                self._began.pop(part.id, None)
        for number, ask in asks.items():
            if ask.state == "completed" and self._states.get(number) != "completed":
                self.truth.completed(ask, _of(number, parts))

    def _once(self, asks: dict[int, Ask], parts: list[Part]) -> None:
        running = [(asks[one.request_number].email, one.vendor)
                   for one in parts if one.state == "running"]  # fmt: skip
        if len(running) != len(set(running)):
            self.wrong.append(f"at once: {running} are running")
        for part in parts:
            product, who = self._world.products[part.vendor], asks[part.request_number].email or ""
            meddled = product.meddled.count(who) if product.shows else 0
            if self.approvals.calls[part.id] > 1 + self._retries[part.id] + meddled:
                self.wrong.append(f"twice: {part} was done {self.approvals.calls[part.id]} times")

    def _draw(self, asks: dict[int, Ask], parts: list[Part], touched: set[int | None]) -> None:
        for number in sorted(one for one in touched if one is not None):
            view = self._world.does(self._world.bot.reads.request(number))
            if view is not None and asks[number].state not in {"received", "refused"}:
                self.truth.card(card(view), asks[number], _of(number, parts))

    def unfinished(self) -> list[str]:
        """Return what should have come to an end by itself, and has not."""
        moving = {"received", "approved", "running"}
        found = [f"lost: {one}" for one in self.rows.asks().values() if one.state in moving]
        return found + [
            f"lost: {replace(one)}"
            for one in self.rows.parts()
            if one.state == "running" or (one.state == "unknown" and one.next_at is not None)
        ]

    def unsealed(self) -> list[str]:
        """Return what is wrong with the chain of the audit trail: every fact has its link."""
        chain = self._world.does(self._world.database.read(verify))
        if chain is None or chain.flaw or chain.links != self.replay.last:
            return [f"chain: {chain} of {self.replay.last} facts"]
        return []


def _of(number: int, parts: list[Part]) -> list[Part]:
    return [one for one in parts if one.request_number == number]
