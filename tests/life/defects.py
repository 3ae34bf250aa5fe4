"""Planted defects: each breaks one promise of the bot, and has a life that finds it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

import pytest

from rules import policy, states
from rules.people import Actor
from rules.policy import Ask, Hands, Ruling
from rules.states import RequestState, StepState
from storage import audit, request_statements
from storage.audit import Fact
from storage.models import Request
from tests.life import walks
from tests.life.machine import Life
from workflow import deciding, ending, judging
from workflow.ending import Ending

Plant = Callable[[pytest.MonkeyPatch], None]
Walk = Callable[[Life], None]


def everybody_may_approve(patch: pytest.MonkeyPatch) -> None:
    """Count everybody's approval."""
    yes = Ruling(allowed=True, rule="approval", sentence="Yes.")
    patch.setattr(policy, "may_approve", lambda *_: yes)


def nobody_compares_the_plan(patch: pytest.MonkeyPatch) -> None:
    """Do what the product makes of it now, whatever was approved."""
    patch.setattr(judging, "within", lambda *_: True)


def silence_is_taken_for_yes(patch: pytest.MonkeyPatch) -> None:
    """Show green where the answer never came."""
    done = Ending(StepState.DONE, "It will have been done.")
    patch.setattr(ending, "unknown", lambda *_: done)


def an_old_approval_counts(patch: pytest.MonkeyPatch) -> None:
    """Carry out what was approved days ago."""
    patch.setattr(judging, "is_stale", lambda *_: False)


def what_cannot_be_looked_up_is_repeated(patch: pytest.MonkeyPatch) -> None:
    """Call again after a crash, though nobody can see whether the first call arrived."""
    patch.setattr(judging, "hindrance", lambda *_: None)


def a_failure_completes(patch: pytest.MonkeyPatch) -> None:
    """Say of every request whose steps have ended that it is completed."""
    original = states.settled

    def completed(steps: list[StepState], *, looking: bool = False) -> RequestState | None:
        return RequestState.COMPLETED if original(steps, looking=looking) else None

    patch.setattr(ending, "settled", completed)


def a_move_leaves_no_fact(patch: pytest.MonkeyPatch) -> None:
    """Forget to write down that work has started."""
    original = audit.record

    def record(connection: object, fact: Fact) -> int:
        return 0 if fact.code == "REQ008I" else original(connection, fact)  # type: ignore[arg-type] # a connection

    patch.setattr(audit, "record", record)


def a_denial_can_be_overruled(patch: pytest.MonkeyPatch) -> None:
    """Let the next approver approve what was denied."""
    original, plain = deciding.ask_of, states.before

    def as_if_pending(request: Request, now: int) -> Ask:
        return replace(original(request, now), state=RequestState.PENDING)

    def before(to: RequestState) -> frozenset[RequestState]:
        return plain(to) | ({RequestState.DENIED} if to is RequestState.APPROVED else set())

    patch.setattr(deciding, "ask_of", as_if_pending)
    patch.setattr(states, "before", before)
    patch.setattr(request_statements, "moving", cache(request_statements.moving.__wrapped__))


def the_one_who_approved_vouches(patch: pytest.MonkeyPatch) -> None:
    """Let the only one who approved attest that it was done."""
    original = policy.may_attest

    def alone(actor: Actor, ask: Ask, hands: Hands) -> Ruling:
        return original(actor, ask, replace(hands, approved_by=frozenset()))

    patch.setattr(policy, "may_attest", alone)


def the_plan_is_not_bound(patch: pytest.MonkeyPatch) -> None:
    """Keep a digest that is no digest of the plan."""
    patch.setattr("rules.plans.Plan.digest", lambda self: f"of {self.kind} {self.subject}")


def nobody_asks_whether_it_runs(patch: pytest.MonkeyPatch) -> None:
    """Take every step for lost that has been quiet for a while."""

    async def never(*_: object) -> bool:
        return False

    patch.setattr("tests.life.books.Books.alive", never)


@dataclass(frozen=True)
class Defect:
    """What is planted, the life that meets it, and how the judge begins to speak of it."""

    plant: Plant
    walk: Walk
    word: str


DEFECTS: Mapping[str, Defect] = MappingProxyType(
    {
        "everybody-approves": Defect(everybody_may_approve, walks.requester_approves, "approver:"),
        "plan-not-compared": Defect(nobody_compares_the_plan, walks.role_changes, "plan:"),
        "silence-is-yes": Defect(silence_is_taken_for_yes, walks.answer_is_lost, "false green:"),
        "old-approval": Defect(an_old_approval_counts, walks.work_is_late, "approval:"),
        "blind-repeat": Defect(
            what_cannot_be_looked_up_is_repeated, walks.dies_in_a_blind_call, "twice:"
        ),
        "failure-completes": Defect(a_failure_completes, walks.is_refused, "ended:"),
        "removal-completes": Defect(a_failure_completes, walks.removal_is_refused, "ended:"),
        "no-fact": Defect(a_move_leaves_no_fact, walks.all_goes_well, "moves:"),
        "denial-overruled": Defect(a_denial_can_be_overruled, walks.is_denied, "moves: DEC001I"),
        "vouches-alone": Defect(the_one_who_approved_vouches, walks.approver_attests, "attested:"),
        "plan-not-bound": Defect(the_plan_is_not_bound, walks.all_goes_well, "approval:"),
        "two-at-once": Defect(nobody_asks_whether_it_runs, walks.call_takes_long, "at once:"),
    }
)
