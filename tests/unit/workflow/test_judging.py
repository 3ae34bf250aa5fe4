"""What a vendor answers decides how a step ends: every answer, at a vendor that can look or not."""

from dataclasses import dataclass, replace
from typing import cast

import pytest
from pydantic import BaseModel

from rules.plans import Effect
from rules.states import StepState
from storage.models import Step
from storage.pauses import RESTORED
from tests.terms import one_stage
from vendors.contract import Account, AccountState, AnyVendor, Change, Outcome, Person, Result
from vendors.contract import Effect as Planned
from vendors.errors import (
    AmbiguousError,
    CredentialError,
    ForbiddenError,
    PermanentError,
    RateLimitError,
    RejectedError,
    ResponseError,
    UnavailableError,
    VendorError,
)
from workflow import judging
from workflow.claiming import Claim
from workflow.clock import SECOND
from workflow.ending import Ending
from workflow.stops import WAITS, Gate

NOW, DAY = 1_800_000_000_000_000, 24 * 3_600_000_000
ACTIVE = Account("id-1", "ada@acme.example", "user")
INVITED = Account("id-1", "ada@acme.example", "user", state=AccountState.PENDING)
S = StepState


@dataclass(frozen=True)
class Traits:
    find: bool
    settle: int = 30


class Access(BaseModel):
    """An access that asks for nothing in particular."""


@dataclass
class Tools:
    """A vendor that plans whatever it is told to."""

    traits: Traits
    change: Change
    name: str = "tools"
    title: str = "Tools"
    access: type[BaseModel] = Access

    def plan(self, person: Person, access: BaseModel, found: Account | None) -> Change:
        """Plan, if asked as it must be."""
        assert (person.slack_id, access, found) == ("U0ADA", Access(), ACTIVE)
        return self.change

    def plan_removal(self, person: Person, found: Account | None) -> Change:
        """Plan a removal, if asked as it must be."""
        assert (person.slack_id, found) == ("U0ADA", ACTIVE)
        assert self.change.effect is Planned.REMOVE
        return self.change


def vendor(*, find: bool = True, change: Change | None = None) -> AnyVendor:
    """Return a vendor at which people can be looked up, or not."""
    approved = Change(Planned.CREATE, "A user.", after="user")
    return cast("AnyVendor", Tools(Traits(find), change or approved))


def claim(*, again: bool = False, **changed: str | int | None) -> Claim:
    """Return a step as it was approved, and what has changed of it since."""
    step = Step(
        ref="r", request_number=1, vendor="tools", title="Tools", state="running", access="{}",
        effect=Effect.CREATE.value, planned="A user.", after="user", tries=1, attempts=1,
        updated_at=NOW,
    )  # fmt: skip
    for name, value in changed.items():
        setattr(step, name, value)
    person = Person("U0ADA", "ada@acme.example", "Ada", "Lovelace")
    return Claim(step, person, 1, again, NOW, one_stage("U0BOSS"))


def error(kind: type[VendorError], **more: float) -> VendorError:
    """Return what a vendor's client raises."""
    return kind("tools", "Tools said so.", **more)  # type: ignore[arg-type]  # seconds to be left


@pytest.mark.parametrize("find", [True, False])
@pytest.mark.parametrize("result", [one for one in Result if one is not Result.UNCHANGED])
def test_what_was_written_ends_as_the_vendor_says(result: Result, *, find: bool) -> None:
    answered = find or result is not Result.ACTION_REQUIRED
    for asked in (claim(), claim(attempts=2), claim(again=True)):
        end = judging.of_end(asked, vendor(find=find), Outcome(result, "So.", ACTIVE))
        assert end == Ending(
            StepState(result.value), "So.", account=ACTIVE, wrote=True, was_answered=answered
        )
        assert (end.code, end.problem, end.wait) == ("STP002I", None, None)


def test_a_step_that_was_taken_over_ends_as_unknown() -> None:
    words = "Another process goes on with this."
    assert (judging.LOST.state, judging.LOST.detail) == (S.UNKNOWN, words)


@pytest.mark.parametrize(
    ("asked", "find", "account", "state"),
    [
        (claim(), True, ACTIVE, S.UNCHANGED),
        (claim(), False, ACTIVE, S.UNVERIFIED),
        (claim(attempts=2), False, None, S.UNVERIFIED),
        (claim(attempts=2), True, ACTIVE, S.DONE),
        (claim(attempts=2), True, None, S.DONE),
        (claim(again=True), True, ACTIVE, S.DONE),
        (claim(problem=RESTORED), True, ACTIVE, S.DONE),
        (claim(attempts=2), True, INVITED, S.INVITED),
        (claim(attempts=2, effect=Effect.KEEP), True, ACTIVE, S.UNCHANGED),
        (claim(attempts=2, effect=Effect.ABSENT), True, None, S.UNCHANGED),
        (claim(attempts=2, effect=Effect.REMOVE), True, None, S.UNCHANGED),
        (claim(attempts=2, effect=Effect.REMOVE, before="user"), True, None, S.DONE),
    ],
)
def test_what_was_so_already_was_perhaps_done_by_an_earlier_call(
    asked: Claim,
    find: bool,  # noqa: FBT001 - parametrized
    account: Account | None,
    state: StepState,
) -> None:
    end = judging.of_end(asked, vendor(find=find), Outcome(Result.UNCHANGED, "It is so.", account))
    earlier = " An earlier call did it; a look-up confirmed it."
    ours = state in {S.DONE, S.INVITED}
    said = f"It is so.{earlier}" if ours else "It is so."
    assert end == Ending(state, said, account=account, wrote=True, was_answered=True)


@pytest.mark.parametrize(
    ("raised", "find", "tries", "end"),
    [
        (error(UnavailableError), True, 1, (S.WAITING, "STP005I", "unavailable", 2.0)),
        (error(UnavailableError), False, 2, (S.WAITING, "STP005I", "unavailable", 4.0)),
        (error(UnavailableError), True, 6, (S.FAILED, "STP004E", "unavailable", None)),
        (
            error(RateLimitError, retry_after=90.0),
            True,
            1,
            (S.WAITING, "STP005I", "rate_limit", 90),
        ),
        (error(AmbiguousError), True, 1, (S.UNKNOWN, "STP003W", "ambiguous", 2.0)),
        (error(AmbiguousError), True, 6, (S.UNKNOWN, "STP003W", "ambiguous", None)),
        (error(AmbiguousError), False, 1, (S.UNKNOWN, "STP003W", "ambiguous", None)),
        (error(ForbiddenError), True, 1, (S.FAILED, "STP004E", "forbidden", None)),
        (error(RejectedError), False, 1, (S.FAILED, "STP004E", "rejected", None)),
    ],
)
def test_what_a_vendor_refuses_or_leaves_open_ends_as_its_kind_says(
    raised: VendorError,
    find: bool,  # noqa: FBT001 - parametrized
    tries: int,
    end: tuple[StepState, str, str, float | None],
) -> None:
    for judge in (judging.of_end, judging.of_look):
        found = judge(claim(tries=tries), vendor(find=find), raised)
        assert (found.state, found.code, found.problem, found.wait) == end
        assert (found.detail, found.account) == ("Tools said so.", None)


@pytest.mark.parametrize(
    ("raised", "lets_in"),
    [
        (RejectedError("tools", "No.", 422), True),
        (ForbiddenError("tools", "Not this.", 403), True),
        (ResponseError("tools", "Odd.", 200), True),
        (PermanentError("tools", "No such address.", 404), False),
        (RejectedError("tools", "Two of them."), False),
        (PermanentError("tools", "GitHub knows no such organization."), False),
        (ForbiddenError("github", "GitHub does not allow it.", 403), False),
        (UnavailableError("tools", "Away.", 503), False),
        (RateLimitError("tools", "Too often.", 429), False),
        (AmbiguousError("tools", "Lost.", 502), False),
        (CredentialError("tools", "Not you.", 401), False),
    ],
)
def test_only_an_answer_of_the_vendor_itself_says_that_it_lets_the_credential_in(
    raised: VendorError,
    lets_in: bool,  # noqa: FBT001 - parametrized
) -> None:
    for judge in (judging.of_end, judging.of_look):
        for asked in (claim(tries=6), claim(problem="ambiguous")):
            for find in (True, False):
                assert judge(asked, vendor(find=find), raised).was_answered is lets_in


@pytest.mark.parametrize(
    "raised", [error(UnavailableError), error(AmbiguousError), error(PermanentError)]
)
def test_a_look_that_was_answered_lets_the_credential_in_whatever_became_of_the_write(
    raised: VendorError,
) -> None:
    end = judging.of_end(asking(claim()), vendor(), raised)
    looked = judging.of_end(asking(claim()), vendor(), raised, looked_up=True)
    assert looked == replace(end, was_answered=True)


@pytest.mark.parametrize("find", [True, False])
def test_what_is_not_written_after_a_look_says_so_where_there_was_one(*, find: bool) -> None:
    hidden = Change(Planned.CREATE, "A user.", after="user", verifiable=False)
    looked = judging.withheld(claim(), vendor(find=find), ACTIVE, NOW + 2 * DAY)
    blind = judging.withheld(claim(), vendor(find=find, change=hidden), ACTIVE, NOW + 2 * DAY)
    assert looked is not None
    assert blind is not None
    assert (looked.problem, blind.problem) == ("stale", "stale")
    assert (looked.was_answered, blind.was_answered) == (find, False)
    assert judging.withheld(claim(), vendor(find=find), ACTIVE, NOW) is None


def test_what_waits_for_another_credential_has_no_next_try_and_is_not_taken_for_untouched() -> None:
    refused = error(CredentialError)
    looked, wrote = (
        judge(claim(), vendor(), refused) for judge in (judging.of_look, judging.of_end)
    )
    for found in (looked, wrote):
        assert (found.state, found.code, found.wait) == (S.WAITING, "STP013W", None)
        assert found.is_stopped
        assert found.detail.startswith("Tools said so. This waits")
    assert (looked.wrote, wrote.wrote) == (False, True)
    assert not judging.of_end(claim(), vendor(find=False), refused).wrote
    assert judging.of_end(claim(access=""), vendor(find=False), refused).wrote
    unseen = judging.of_look(claim(problem="ambiguous"), vendor(), refused)
    assert (unseen.state, unseen.problem, unseen.is_stopped) == (S.UNKNOWN, "ambiguous", True)


def asking(one: Claim) -> Claim:
    """Return a step that alone asks whether the credential is accepted again."""
    return replace(one, gate=Gate.PROBE)


AWAY = [
    (UnavailableError("tools", "Away.", unsent=True), 0.0),
    (RateLimitError("tools", "Too often.", 429, retry_after=600), 600),
    (UnavailableError("github", "GitHub is away.", 503), 0.0),
    (RateLimitError("github", "GitHub is called too often.", 429, retry_after=600), 0.0),
]
LOST = UnavailableError("tools", "Away.", 503)
"""What may be repeated, and may have been done."""


@pytest.mark.parametrize(("raised", "pause"), [*AWAY, (LOST, 0.0)])
def test_a_look_that_asks_for_all_goes_on_waiting_while_the_vendor_is_away(
    raised: VendorError, pause: float
) -> None:
    waits = Ending(
        S.WAITING,
        f"{raised.sentence} {WAITS}",
        "STP005I",
        raised.kind,
        is_stopped=True,
        pause=pause,
    )
    unseen = replace(waits, state=S.UNKNOWN, code="STP003W", problem="ambiguous")
    assert judging.of_look(asking(claim(tries=6)), vendor(), raised) == waits
    assert judging.of_look(asking(claim(problem="ambiguous")), vendor(), raised) == unseen
    assert not judging.of_look(claim(), vendor(), raised).is_stopped


def test_a_write_that_asks_for_all_goes_on_waiting_only_where_it_surely_did_nothing() -> None:
    for raised, pause in AWAY:
        end = judging.of_end(asking(claim()), vendor(find=False), raised)
        assert (end.state, end.is_stopped, end.wrote, end.pause) == (S.WAITING, True, False, pause)
    for asked, find, raised in (
        (asking(claim()), False, LOST),
        (asking(claim(access="")), False, AWAY[0][0]),
        (asking(claim()), True, AWAY[0][0]),
        (claim(), False, AWAY[0][0]),
    ):
        end = judging.of_end(asked, vendor(find=find), raised)
        assert (end.is_stopped, end.wrote, end.wait) == (False, True, 2.0)


@pytest.mark.parametrize(
    "asked", [claim(again=True), claim(problem=RESTORED), claim(problem="ambiguous")]
)
def test_a_look_that_fails_leaves_unknown_what_may_have_been_done(asked: Claim) -> None:
    for raised, wait in ((error(ForbiddenError), None), (error(UnavailableError), 2.0)):
        found = judging.of_look(asked, vendor(), raised)
        assert (found.state, found.wait, found.detail) == (S.UNKNOWN, wait, "Tools said so.")
        assert judging.of_end(asked, vendor(), raised).state is not S.UNKNOWN


def test_nobody_is_called_where_the_vendor_is_gone_or_a_call_may_have_arrived() -> None:
    gone = judging.hindrance(claim(), None)
    assert gone is not None
    assert (gone.state, gone.detail) == (S.FAILED, "Tools is switched off in this Aboard.")
    stopped = "Aboard stopped while it was calling Tools, which cannot be looked up: whether the "
    restored = "This Aboard was restored from a copy, and Tools cannot be looked up: whether it "
    for asked, words in (
        (claim(again=True), f"{stopped}call arrived is unknown."),
        (claim(problem=RESTORED), f"{restored}was done since is unknown."),
    ):
        found = judging.hindrance(asked, vendor(find=False))
        assert found is not None
        assert (found.state, found.detail, found.wait) == (S.UNKNOWN, words, None)
        assert judging.hindrance(asked, vendor(find=True)) is None
    assert judging.hindrance(claim(), vendor(find=False)) is None


def test_what_broke_together_is_looked_up_alone_where_that_can_be() -> None:
    found = judging.broken_together(claim(tries=2), vendor())
    words = "Something went wrong inside Aboard; it is looked up again."
    assert (found.state, found.detail, found.wait) == (S.UNKNOWN, words, 4.0)
    words = "Something went wrong inside Aboard; an operator should look."
    for asked, find in ((claim(), False), (claim(tries=6), True)):
        found = judging.broken_together(asked, vendor(find=find))
        assert (found.state, found.detail, found.wait) == (S.UNKNOWN, words, None)


def test_what_would_be_more_than_was_approved_needs_a_person() -> None:
    admin = Change(Planned.CREATE, "An admin of X.", after="admin")
    found = judging.objection(claim(), vendor(change=admin), ACTIVE, NOW)
    assert found is not None
    assert (found.state, found.code, found.problem) == (S.ACTION_REQUIRED, "STP007W", "otherwise")
    assert found.detail == "This is not what was approved any more: An admin of X."


def test_what_was_approved_is_written_until_the_approval_is_too_old() -> None:
    assert judging.objection(claim(), vendor(), ACTIVE, NOW + DAY) is None
    found = judging.objection(claim(), vendor(), ACTIVE, NOW + DAY + 1)
    assert found is not None
    assert (found.state, found.code, found.problem) == (S.ACTION_REQUIRED, "STP010W", "stale")
    assert found.detail == "The approval is older than 24 hours: nothing was changed."


def test_nothing_to_do_is_never_too_old_and_a_removal_is_planned_as_one() -> None:
    kept = vendor(change=Change(Planned.KEEP, "It is so.", "user", "user"))
    assert judging.objection(claim(), kept, ACTIVE, NOW + 2 * DAY) is None
    removal = vendor(
        change=Change(Planned.REMOVE, "The account goes.", before="user", after="user")
    )
    asked = claim(effect=Effect.REMOVE, access="", before="user")
    assert judging.objection(asked, removal, ACTIVE, NOW) is None


@pytest.mark.parametrize(
    ("seconds", "problem", "wait"),
    [
        (0, "ambiguous", 30), (0, "absent", 30), (0, None, 30), (28.5, "absent", 2),
        (20, "ambiguous", 10), (30, "ambiguous", 2.0), (300, None, 2.0),
    ],
)  # fmt: skip
def test_what_may_have_arrived_is_not_written_again_before_two_looks_and_half_a_minute(
    seconds: float, problem: str | None, wait: float
) -> None:
    asked = claim(problem=problem, unsettled_at=NOW - int(seconds * SECOND))
    end = judging.too_soon(asked, vendor(), None, NOW)
    assert end is not None
    assert (end.state, end.problem, end.wait) == (S.UNKNOWN, "absent", wait)
    assert end.detail == "Tools shows nothing yet of a call that may have arrived."
    assert judging.too_soon(asked, vendor(), ACTIVE, NOW) is None


def test_where_nobody_can_look_a_second_write_says_that_it_waits_for_the_first() -> None:
    asked = claim(problem="ambiguous", unsettled_at=NOW)
    end = judging.too_soon(asked, vendor(find=False), None, NOW)
    assert end is not None
    waits = "It is asked again when an earlier call has had time to arrive."
    assert end.detail == f"Tools offers no way to look. {waits}"


def test_what_nothing_was_seen_of_in_two_looks_or_was_never_written_is_written() -> None:
    settled = claim(problem="absent", unsettled_at=NOW - 30 * SECOND)
    removal = claim(problem="ambiguous", unsettled_at=NOW, access="")
    for asked in (settled, removal, claim(), claim(problem="absent")):
        assert judging.too_soon(asked, vendor(), None, NOW) is None


@pytest.mark.parametrize(
    ("begun", "found", "stops"),
    [
        (NOW, Change(Planned.CHANGE, "The rest.", "an account", "user", completes=True), False),
        (NOW, Change(Planned.CHANGE, "Lowered.", "admin", "user"), True),
        (NOW, Change(Planned.CHANGE, "More.", "an account", "admin", completes=True), True),
        (None, Change(Planned.CHANGE, "The rest.", "an account", "user", completes=True), True),
    ],
)
def test_the_rest_of_a_creation_that_was_begun_is_what_was_approved(
    begun: int | None,
    found: Change,
    stops: bool,  # noqa: FBT001 - parametrized
) -> None:
    asked = claim(unsettled_at=begun)
    end = judging.objection(asked, vendor(change=found), ACTIVE, NOW)
    assert (end is not None) is stops
