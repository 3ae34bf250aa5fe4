"""Whether somebody had allowed it: decisions when they are made, calls when they are carried out.

Reckoned from the rows, from who is there at this moment, and from what the product was asked for.
Nothing of `rules` or `workflow` is used.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

import rfc8785

from tests.life.policy import AUTOMATIC
from tests.life.products import Effect, Seat
from tests.life.rows import Ask, Oath, Part, Rows, Said
from tests.life.town import TEAM, Town
from tests.life.world import MovedClock

BY_PLAN = "approved-with-plan"


def mailbox(address: str | None) -> str | None:
    """Return what two spellings of one mailbox have in common."""
    if address is None:
        return None
    name, _, domain = address.casefold().partition("@")
    return f"{name.partition('+')[0]}@{domain}"


def digest(ask: Ask, parts: list[Part]) -> str:
    """Return the digest of what the rows say would be done."""
    steps = [
        {name: getattr(one, name) for name in ("vendor", "effect", "before", "after", "access")}
        for one in sorted(parts, key=lambda one: one.vendor)
    ]
    plan = {
        "kind": ask.kind, "subject": ask.subject, "email": ask.email,
        "github_login": ask.github_login, "steps": steps, "starts_at": ask.starts_at,
        "until_at": ask.until_at,
    }  # fmt: skip
    return hashlib.sha256(rfc8785.dumps(plan)).hexdigest()


@dataclass
class Approvals:
    """Sees every decision and every call; `wrong` is what was not allowed."""

    rows: Rows
    town: Town
    clock: MovedClock
    wrong: list[str] = field(default_factory=list)
    calls: Counter[int] = field(default_factory=Counter)
    """How many calls were carried out for each step."""

    def decided(self, said: Said, ask: Ask, before: list[Said]) -> None:
        """Judge a decision that was just made, after those that were made `before` it."""
        if not said.approver.startswith("U"):
            return
        about = f"approver: {said.approver} about #{ask.number}"
        there = self.town.residents.get(said.approver)
        if there is None or there.team_id != TEAM or there.is_deleted or there.is_guest:
            self.wrong.append(f"{about} is no member")
        mine = mailbox(there.email if there else None)
        if said.approver == ask.requester or mine == mailbox(ask.requester_email):
            self.wrong.append(f"{about} asked for it")
        if said.approver == ask.subject or mine == mailbox(ask.email):
            self.wrong.append(f"{about} decides about themselves")
        if said.approver in {one.approver for one in before}:
            self.wrong.append(f"{about} decided twice")
        if said.approver not in self._asked(ask, len(before)):
            self.wrong.append(f"{about} is not asked")
        if said.at >= ask.expires_at and not _is_an_end(ask):
            self.wrong.append(f"{about} was too late")

    def _asked(self, ask: Ask, given: int) -> frozenset[str]:
        for stage in json.loads(ask.terms)["stages"]:
            if given < stage["threshold"]:
                return self.town.people_of(tuple(stage["approvers"]))
            given -= stage["threshold"]
        return frozenset()

    def attested(self, oath: Oath, part: Part, ask: Ask, given: list[Said]) -> None:
        """Judge what somebody vouches for."""
        there = self.town.residents[oath.by]
        by = {one.approver for one in given if one.verdict == "approve"}
        if oath.by == ask.subject or mailbox(there.email) == mailbox(ask.email):
            self.wrong.append(f"attested: {oath.by} vouches for {part.ref}, about themselves")
        if by == {oath.by}:
            self.wrong.append(f"attested: {oath.by} alone approved {part.ref}, and vouches for it")

    def saw(self, effect: Effect) -> None:
        """Judge a call at the moment at which it is carried out."""
        asks = self.rows.asks()
        mine = [
            (asks[one.request_number], one)
            for one in self.rows.parts()
            if one.vendor == effect.product and asks[one.request_number].email == effect.who
        ]
        if effect.is_mail:
            if not any(one.state in {"invited", "expired"} for _, one in mine):
                self.wrong.append(f"mailed: {effect.who} had no invitation of a request")
            return
        running = [(ask, one) for ask, one in mine if one.state == "running"]
        if len(running) != 1:
            self.wrong.append(f"effect: {effect} in {len(running)} steps at once")
            return
        ask, part = running[0]
        self.calls[part.id] += 1
        self._fits(effect, part)
        self._was_approved(effect, ask, [one for _, one in _of(ask, self.rows)])

    def _fits(self, effect: Effect, part: Part) -> None:
        seen = effect.seen.role if isinstance(effect.seen, Seat) else None
        asked = json.loads(part.access)["role"] if part.access else None
        after = effect.after.role if effect.after else None
        unseen = part.effect == "remove" and part.before is None
        same = unseen or part.before == seen
        if part.effect not in {"create", "invite", "change", "remove"}:
            self.wrong.append(f"plan: {part.effect} was approved, and {effect} was done")
        elif after != asked or not same:
            self.wrong.append(f"plan: {part} was approved, and {effect} was done")

    def _was_approved(self, effect: Effect, ask: Ask, parts: list[Part]) -> None:
        given = [one for one in self.rows.said() if one.request_number == ask.number]
        now, about = self.clock(), f"approval: #{ask.number} was carried out"
        if not given or any(one.verdict != "approve" for one in given):
            self.wrong.append(f"{about} with the decisions {given}")
            return
        plan = digest(ask, parts)
        if any(one.plan_digest != plan for one in given) or ask.plan_digest != plan:
            self.wrong.append(f"{about} for another plan than was approved")
        if not self._are_enough(ask, given):
            self.wrong.append(f"{about} with too few approvals")
        if (ask.starts_at or 0) > now:
            self.wrong.append(f"{about} before its start")
        last = max(given[-1].at, ask.starts_at or 0)
        valid = json.loads(ask.terms)["valid_for"] * 1_000_000
        if not last <= effect.looked_at <= last + valid:
            self.wrong.append(f"{about} when its approval was not valid")

    def _are_enough(self, ask: Ask, given: list[Said]) -> bool:
        terms = json.loads(ask.terms)
        people = [one for one in given if one.approver.startswith("U")]
        needed: int = sum(stage["threshold"] for stage in terms["stages"])
        if people:
            return len(people) == needed
        if given[-1].rule == BY_PLAN:
            return self._was_planned(ask)
        automatic: str | None = terms["automatic"]
        by_itself = not terms["stages"] and automatic == AUTOMATIC
        return by_itself and given[-1].rule == automatic

    def _was_planned(self, ask: Ask) -> bool:
        """Tell whether an approved plan held this end, and whether it has come."""
        asks = self.rows.asks()
        origin = asks.get(ask.origin or 0)
        if origin is None or origin.until_at is None or not _is_an_end(ask):
            return False
        approved = [one for one in self.rows.said() if one.request_number == origin.number]
        plan = digest(origin, [one for _, one in _of(origin, self.rows)])
        held = approved and all(one.plan_digest == plan for one in approved)
        return bool(held) and origin.until_at <= self.clock() and origin.subject == ask.subject


def _is_an_end(ask: Ask) -> bool:
    return ask.kind == "offboard" and ask.origin is not None


def _of(ask: Ask, rows: Rows) -> list[tuple[Ask, Part]]:
    return [(ask, one) for one in rows.parts() if one.request_number == ask.number]
