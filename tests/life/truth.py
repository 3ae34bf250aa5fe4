"""Whether what is shown is so: the ends of steps against the products, the cards against the rows.

The words are those of `docs/architecture.md`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from commands.views.card import Drawing
from tests.life.products import Product, Seat
from tests.life.rows import Ask, Part

STEP_WORDS: Mapping[str, str] = {
    "done": "done, verified",
    "unchanged": "already so, verified",
    "invited": "invited, the person must accept",
    "unverified": "accepted, cannot be verified",
    "action_required": "needs a person",
    "unknown": "unknown",
    "failed": "failed",
    "attested": "done by hand, attested",
    "expired": "invitation expired",
    "withdrawn": "invitation taken back",
    "waiting": "waiting",
    "running": "running",
    "cancelled": "cancelled before it started",
}
REQUEST_WORDS: Mapping[str, str] = {
    "received": "Being looked into",
    "refused": "Not possible",
    "pending": "Waiting for approval",
    "scheduled": "Approved, starts later",
    "approved": "Approved",
    "running": "Under way",
    "completed": "Completed",
    "completed_with_errors": "Needs attention",
    "partly_done": "Partly done",
    "denied": "Denied",
    "cancelled": "Cancelled",
    "expired": "Expired",
}
CLAIMS = ("done, verified", "already so, verified", "invited, the", "accepted, cannot", "attested")
BAD = frozenset({"failed", "unknown", "action_required", "expired"})
SAFE = frozenset({"done", "unchanged", "attested", "unverified", "withdrawn"})


@dataclass
class Truth:
    """Compares; `wrong` is what was claimed and is not so."""

    products: Mapping[str, Product]
    wrong: list[str] = field(default_factory=list)

    def ended(self, part: Part, ask: Ask, began: int) -> None:
        """Judge the end of a step that began after the change `began`."""
        product, who = self.products[part.vendor], ask.email or ""
        seen = product.seen_since(who, began)
        claims = {
            "done": lambda seat: _is_as_asked(seat, part, invited=False),
            "unchanged": lambda seat: _is_as_asked(seat, part, invited=True),
            "invited": lambda seat: _is_as_asked(seat, part, invited=True),
        }
        about = f"{part.vendor} of #{ask.number} is {part.state}"
        claim = claims.get(part.state)
        if claim is not None and (not product.shows or not any(claim(seat) for seat in seen)):
            self.wrong.append(f"false green: {about}, and the product had {seen}")
        if part.state == "unverified" and not product.said_yes_since(who, began):
            self.wrong.append(f"false green: {about}, and the product never said yes")
        if part.state == "unverified" and product.shows:
            self.wrong.append(f"false green: {about} of a product that can be looked at")

    def accepted(self, part: Part, ask: Ask, since: int) -> None:
        """Judge an invitation that is said to be accepted."""
        seen = self.products[part.vendor].seen_since(ask.email or "", since)
        if not any(seat is not None and not seat.is_invited for seat in seen):
            self.wrong.append(f"false green: #{ask.number} was never accepted: {seen}")

    def completed(self, ask: Ask, parts: list[Part]) -> None:
        """Judge the end of a request of which nothing is said to be left."""
        bad = [one for one in parts if one.state not in SAFE | {"invited", "expired"}]
        if ask.kind == "offboard":
            bad = [one for one in parts if one.state not in SAFE - {"withdrawn"}]
        if bad or not parts:
            self.wrong.append(f"ended: #{ask.number} is completed with {bad}")

    def card(self, drawing: Drawing, ask: Ask, parts: list[Part]) -> None:
        """Judge what a card says."""
        blocks = json.loads(json.dumps([block.to_dict() for block in drawing.blocks]))
        texts = [str((block.get("text") or {}).get("text", "")) for block in blocks]
        left = {one.state for one in parts if one.state in BAD and not one.made_good_by}
        lapsed = ask.state == "completed" and "expired" in left
        says = "an invitation has expired" if lapsed else REQUEST_WORDS[ask.state]
        if ask.state == "completed_with_errors" and not left:
            says = "seen to otherwise since"
        if says not in texts[0]:
            self.wrong.append(f"card: #{ask.number} is {ask.state}, and its card says {texts[0]}")
        for part in parts:
            line = next(text for text in texts if text.startswith(f"*{part.title}*"))
            if _claims_more(line.splitlines()[0], part, ask):
                self.wrong.append(f"card: {part.title} is {part.state}, and its card says {line}")


def _is_as_asked(seat: Seat | None, part: Part, *, invited: bool) -> bool:
    if not part.access:
        return seat is None
    if seat is None or seat.role != json.loads(part.access)["role"]:
        return False
    return invited or not seat.is_invited


def _claims_more(headline: str, part: Part, ask: Ask) -> bool:
    claimed = [claim for claim in CLAIMS if claim in headline]
    if ask.state in {"pending", "scheduled", "denied", "cancelled", "expired"}:
        return bool(claimed)
    is_seen_to = part.state in BAD and part.made_good_by is not None
    known = "seen to otherwise since" if is_seen_to else STEP_WORDS[part.state]
    return any(claim not in known for claim in claimed) or (
        known not in headline and part.next_at is None
    )
