"""One attempt of one step: look up, compare with the plan, write, read back, record.

An attempt may run twice, since a process can die at any point of it. So it claims the step first,
looks before it writes, and records its end by compare-and-set: whoever comes late changes nothing.
Where a vendor cannot be looked up, an attempt that died on the way is ``unknown``: nobody knows
whether the call arrived, so a person decides.
"""

from functools import partial

import structlog

from rules.plans import NOTHING, Effect, is_unseen, within
from rules.policy import is_stale
from rules.retry import Failure, wait_before_next
from rules.states import StepState
from vendors.contract import Account, AnyVendor, Outcome, Result, missing
from vendors.errors import VendorError
from workflow import ending, planning
from workflow.asking_again import OTHERWISE, OUTLIVED
from workflow.claiming import Claim, claim
from workflow.ending import Ending
from workflow.means import Means

_log = structlog.get_logger(__name__)


class Attempts:
    """Does attempts of steps with ``means``."""

    def __init__(self, means: Means) -> None:
        """Attempt with ``means``."""
        self._means = means

    async def attempt(self, ref: str, number: int) -> None:
        """Do attempt ``number`` of the step ``ref``; does nothing where it is done already."""
        means = self._means
        claimed = await means.database.write(
            partial(claim, ref=ref, number=number, now=means.clock())
        )
        if claimed is None:
            return
        means.bells.outdated.ring()
        end = await self._perform(claimed)
        await means.database.write(partial(ending.record, claim=claimed, end=end, means=means))
        means.bells.outdated.ring()
        if end.problem in OUTLIVED:
            means.bells.received.ring()

    async def _perform(self, claim: Claim) -> Ending:
        vendor = self._means.vendors.get(claim.step.vendor)
        if vendor is None:
            return ending.failed(f"{claim.step.title} is switched off in this Aboard.")
        if claim.again and not vendor.traits.find:
            return ending.unknown(
                f"Aboard stopped while it was calling {vendor.title}, which cannot be looked up: "
                "whether the call arrived is unknown."
            )
        try:
            return await self._look_and_write(claim, vendor)
        except VendorError as error:
            return self._after_failure(claim, vendor, error)
        except Exception:  # noqa: BLE001 - whatever broke, the vendor may have been told
            _log.exception("an attempt broke", step=claim.step.ref, vendor=vendor.name)
            return ending.unknown("Something went wrong inside Aboard; an operator should look.")

    async def _look_and_write(self, claim: Claim, vendor: AnyVendor) -> Ending:
        if claim.planned.effect is Effect.BY_HAND:
            return await self._look_what_was_done(claim, vendor)
        found = await vendor.find(claim.person)
        change = planning.change(vendor, claim.person, claim.step.access, found)
        now = planning.step_of(vendor, change, claim.step.access)
        if not within(claim.planned, now):
            return Ending(
                StepState.ACTION_REQUIRED,
                f"This is not what was approved any more: {now.detail.rstrip('.')}.",
                "STP007W",
                OTHERWISE,
            )
        if now.effect not in NOTHING and self._is_stale(claim):
            return ending.stale(claim.terms.valid_for)
        outcome = await self._write(claim, vendor, found)
        return _of_outcome(claim, vendor, outcome)

    def _is_stale(self, claim: Claim) -> bool:
        return is_stale(claim.approved_at, self._means.clock(), claim.terms.valid_for)

    async def _look_what_was_done(self, claim: Claim, vendor: AnyVendor) -> Ending:
        """See whether a person has done by hand what was planned so; nothing is written."""
        to_do = Ending(StepState.ACTION_REQUIRED, claim.planned.detail)
        if not vendor.traits.find or missing(vendor.needs, claim.person):
            return to_do
        try:
            found = await vendor.find(claim.person)
        except VendorError:
            return to_do
        change = planning.change(vendor, claim.person, claim.step.access, found)
        if change.effect.value not in {Effect.KEEP, Effect.ABSENT}:
            return to_do
        return Ending(StepState.UNCHANGED, change.detail, account=found)

    async def _write(self, claim: Claim, vendor: AnyVendor, found: Account | None) -> Outcome:
        if not claim.step.access:
            return await vendor.deprovision(claim.person, found)
        access = planning.access_of(vendor, claim.step.access)
        return await vendor.provision(claim.person, access, found)

    def _after_failure(self, claim: Claim, vendor: AnyVendor, error: VendorError) -> Ending:
        failure = Failure(error.failure)
        wait = wait_before_next(
            failure,
            claim.step.tries,
            asked=getattr(error, "retry_after", None),
            can_look_up=vendor.traits.find,
        )
        if failure is Failure.AMBIGUOUS:
            return ending.unknown(error.sentence, wait)
        if wait is not None:
            return Ending(StepState.WAITING, error.sentence, "STP005I", error.kind, wait)
        return ending.failed(error.sentence, error.kind)


def _of_outcome(claim: Claim, vendor: AnyVendor, outcome: Outcome) -> Ending:
    planned_nothing = claim.planned.effect in NOTHING or is_unseen(claim.planned)
    unchanged = outcome.result is Result.UNCHANGED
    if unchanged and not vendor.traits.find:
        return Ending(StepState.UNVERIFIED, outcome.detail, account=outcome.account)
    if unchanged and claim.later and not planned_nothing:
        detail = f"{outcome.detail} An earlier call did it; a look-up confirmed it."
        return Ending(StepState.DONE, detail, account=outcome.account)
    return Ending(StepState(outcome.result.value), outcome.detail, account=outcome.account)
