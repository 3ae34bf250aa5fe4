"""What an attempt makes of what it was told: whether it goes on, and how it has ended.

The same for a step that is carried out alone and for one of many in a call.
"""

from dataclasses import replace
from math import ceil

from rules.plans import NOTHING, Effect, PlannedStep, is_unseen, within
from rules.policy import is_stale
from rules.retry import Failure, wait_before_next
from rules.states import StepState
from vendors.contract import Account, AnyVendor, Change, End, Outcome, Result
from vendors.errors import (
    CredentialError,
    ForbiddenError,
    RateLimitError,
    RejectedError,
    ResponseError,
    UnavailableError,
    VendorError,
)
from workflow import ending, planning
from workflow.asking_again import OTHERWISE
from workflow.claiming import ABSENT, AMBIGUOUS, Claim
from workflow.clock import SECOND
from workflow.ending import Ending
from workflow.stops import WAITS, Gate

_BROKEN = "Something went wrong inside Aboard"
BROKEN = replace(ending.unknown(f"{_BROKEN}; an operator should look."), wrote=True)
LOST = ending.unknown("Another process goes on with this.")
"""The end of an attempt whose step was taken over: it is not recorded, and was logged by then."""


def broken_together(claim: Claim, vendor: AnyVendor) -> Ending:
    """Return the end where a call for many broke: a look for this one alone follows if it can."""
    wait = wait_before_next(
        Failure.AMBIGUOUS, claim.step.tries, asked=None, can_look_up=vendor.traits.find
    )
    return BROKEN if wait is None else ending.unknown(f"{_BROKEN}; it is looked up again.", wait)


def hindrance(claim: Claim, vendor: AnyVendor | None) -> Ending | None:
    """Return why nobody may be called at all for a step; None where somebody may."""
    if vendor is None:
        return ending.failed(f"{claim.step.title} is switched off in this Aboard.")
    if claim.again and not vendor.traits.find:
        return ending.unknown(
            f"Aboard stopped while it was calling {vendor.title}, which cannot be looked up: "
            "whether the call arrived is unknown."
        )
    if claim.is_restored and not vendor.traits.find:
        return ending.unknown(
            f"This Aboard was restored from a copy, and {vendor.title} cannot be looked up: "
            "whether it was done since is unknown."
        )
    return None


def withheld(claim: Claim, vendor: AnyVendor, found: Account | None, now: int) -> Ending | None:
    """Return the end of a step that is not written after a look; None where it may be ``now``."""
    end = objection(claim, vendor, found, now) or too_soon(claim, vendor, found, now)
    if end is None:
        return None
    return replace(end, was_answered=was_looked_up(claim, vendor, found))


def was_looked_up(claim: Claim, vendor: AnyVendor, found: Account | None) -> bool:
    """Tell whether the vendor itself has answered the look that has ``found`` this."""
    change = planning.change(vendor, claim.person, claim.step.access, found)
    return vendor.traits.find and change.verifiable


def objection(claim: Claim, vendor: AnyVendor, found: Account | None, now: int) -> Ending | None:
    """Hold what would happen ``now`` against what was approved; None where it may be written."""
    change = planning.change(vendor, claim.person, claim.step.access, found)
    step = planning.step_of(vendor, change, claim.step.access)
    if not within(claim.planned, step) and not _goes_on(claim, change, step):
        return Ending(
            StepState.ACTION_REQUIRED,
            f"This is not what was approved any more: {step.detail.rstrip('.')}.",
            "STP007W",
            OTHERWISE,
        )
    valid_for = claim.terms.valid_for
    if step.effect not in NOTHING and is_stale(claim.approved_at, now, valid_for):
        return ending.stale(valid_for)
    return None


def _goes_on(claim: Claim, change: Change, step: PlannedStep) -> bool:
    """Tell whether a step is the rest of an approved creation that an earlier call has begun."""
    begun = claim.step.unsettled_at is not None and claim.planned.effect is Effect.CREATE
    rest = change.completes and step.effect is Effect.CHANGE
    same = (claim.planned.after, claim.planned.access) == (step.after, step.access)
    return begun and rest and same


_NOTHING_YET = "{title} shows nothing yet of a call that may have arrived."
_NO_LOOK = (
    "{title} offers no way to look. It is asked again when an earlier call has had time to arrive."
)


def too_soon(claim: Claim, vendor: AnyVendor, found: Account | None, now: int) -> Ending | None:
    """Return the end where a second write has to wait; None where it may be written ``now``.

    What was written before and may have arrived can show late. It counts as never arrived once two
    looks in a row have shown nothing, the last of them ``traits.settle`` seconds after the write.
    """
    since, step = claim.step.unsettled_at, claim.step
    if since is None or found is not None or not step.access:
        return None
    left = since + vendor.traits.settle * SECOND - now
    if left <= 0 and step.problem == ABSENT:
        return None
    asked = ceil(max(left, 0) / SECOND)
    wait = wait_before_next(Failure.AMBIGUOUS, step.tries, asked=asked, can_look_up=True)
    said = _NOTHING_YET if vendor.traits.find else _NO_LOOK
    detail = said.format(title=vendor.title)
    return replace(ending.unknown(detail, wait), problem=ABSENT)


def of_end(claim: Claim, vendor: AnyVendor, end: End, *, looked_up: bool = False) -> Ending:
    """Return how a step has ended that was written, or why it was not.

    ``looked_up``: the vendor has answered a look just before, whatever it made of the write.

    A refusal of the credential may come after the first of several calls: the next try looks, and
    what gives an access at a vendor without a look-up is one call.
    """
    if isinstance(end, VendorError):
        is_one_call = bool(claim.step.access) and not vendor.traits.find
        wrote_nothing = is_one_call and _came_to_nothing(end, vendor)
        told = _of_error(claim, vendor, end, wrote_nothing=wrote_nothing)
        wrote, answered = not (told.is_stopped and is_one_call), told.was_answered or looked_up
        return replace(told, wrote=wrote, was_answered=answered)
    was_called = vendor.traits.find or end.result is not Result.ACTION_REQUIRED
    return replace(_of_outcome(claim, vendor, end), wrote=True, was_answered=was_called)


def of_look(claim: Claim, vendor: AnyVendor, error: VendorError) -> Ending:
    """Return how a step stands whose person could not be looked up.

    What may have been done before stays unknown: no failure of a look says that nothing was.
    """
    end = _of_error(claim, vendor, error, wrote_nothing=True)
    if not claim.is_unsettled:
        return end
    return replace(end, state=StepState.UNKNOWN, code="STP003W", problem=AMBIGUOUS)


def _of_error(
    claim: Claim, vendor: AnyVendor, error: VendorError, *, wrote_nothing: bool
) -> Ending:
    """Return how an attempt has ended that brought an error.

    One that was to find out whether the credential is accepted, and ``wrote_nothing``, has found
    out nothing where the vendor is away: the step goes on waiting.
    """
    detail = f"{error.sentence} {WAITS}"
    if _stops(error, vendor):
        return Ending(StepState.WAITING, detail, "STP013W", error.kind, is_stopped=True)
    failure, asked = Failure(error.failure), getattr(error, "retry_after", None)
    if failure is Failure.TRANSIENT and wrote_nothing and claim.gate is Gate.PROBE:
        end = Ending(StepState.WAITING, detail, "STP005I", error.kind, is_stopped=True)
        return replace(end, pause=(asked or 0.0) if error.vendor == vendor.name else 0.0)
    wait = wait_before_next(failure, claim.step.tries, asked=asked, can_look_up=vendor.traits.find)
    if failure is Failure.AMBIGUOUS:
        return ending.unknown(error.sentence, wait)
    if wait is not None:
        return Ending(StepState.WAITING, error.sentence, "STP005I", error.kind, wait)
    return replace(ending.failed(error.sentence, error.kind), was_answered=_lets_in(error, vendor))


def _stops(error: VendorError, vendor: AnyVendor) -> bool:
    """Tell whether the vendor itself, and none that it was looked up at, lets nobody in."""
    is_refused = isinstance(error, CredentialError) and not isinstance(error, ForbiddenError)
    return is_refused and error.vendor == vendor.name


def _came_to_nothing(error: VendorError, vendor: AnyVendor) -> bool:
    """Tell whether a single call that brought an error has surely changed nothing."""
    if error.vendor != vendor.name or isinstance(error, RateLimitError):
        return True
    return isinstance(error, UnavailableError) and error.unsent


def _lets_in(error: VendorError, vendor: AnyVendor) -> bool:
    """Tell whether a refusal is the vendor's own answer, which it gives to those it lets in."""
    is_answer = isinstance(error, ForbiddenError | RejectedError | ResponseError)
    return is_answer and error.status is not None and error.vendor == vendor.name


def _of_outcome(claim: Claim, vendor: AnyVendor, outcome: Outcome) -> Ending:
    planned_nothing = claim.planned.effect in NOTHING or is_unseen(claim.planned)
    unchanged = outcome.result is Result.UNCHANGED
    if unchanged and not vendor.traits.find:
        return Ending(StepState.UNVERIFIED, outcome.detail, account=outcome.account)
    if unchanged and claim.later and not planned_nothing:
        account = outcome.account
        state = StepState.INVITED if account is not None and account.pending else StepState.DONE
        detail = f"{outcome.detail} An earlier call did it; a look-up confirmed it."
        return Ending(state, detail, account=account)
    return Ending(StepState(outcome.result.value), outcome.detail, account=outcome.account)
