"""The words and signs for states and effects: a reader needs no colour to understand a card."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from commands.views.text import literal, person
from rules.states import LEFT, RequestState, StepState
from rules.values import Kind, is_group_id
from workflow.batch_views import BatchView, PartView
from workflow.homeviews import HomeRow
from workflow.readmodels import RequestView, StepView

_SIGN = re.compile(r"^:[a-z0-9_]+: ")

REQUEST_WORDS: Mapping[RequestState, str] = MappingProxyType(
    {
        RequestState.RECEIVED: ":inbox_tray: Being looked into",
        RequestState.REFUSED: ":no_entry: Not possible",
        RequestState.PENDING: ":hourglass_flowing_sand: Waiting for approval",
        RequestState.SCHEDULED: ":calendar: Approved, starts later",
        RequestState.APPROVED: ":arrow_forward: Approved",
        RequestState.RUNNING: ":arrows_counterclockwise: Under way",
        RequestState.COMPLETED: ":white_check_mark: Completed",
        RequestState.COMPLETED_WITH_ERRORS: ":warning: Needs attention",
        RequestState.PARTLY_DONE: ":scissors: Partly done, the rest cancelled",
        RequestState.DENIED: ":x: Denied",
        RequestState.CANCELLED: ":wastebasket: Cancelled",
        RequestState.EXPIRED: ":alarm_clock: Expired",
    }
)

SEEN_TO = ":ballot_box_with_check: Ended with errors, seen to otherwise since"
"""The words for a request that needed attention until later requests have seen to it."""

STEP_WORDS: Mapping[StepState, str] = MappingProxyType(
    {
        StepState.WAITING: ":white_circle: waiting",
        StepState.RUNNING: ":arrows_counterclockwise: running",
        StepState.DONE: ":white_check_mark: done, verified",
        StepState.UNCHANGED: ":heavy_equals_sign: already so, verified",
        StepState.INVITED: ":envelope: invited, the person must accept",
        StepState.UNVERIFIED: ":ballot_box_with_check: accepted, cannot be verified",
        StepState.ACTION_REQUIRED: ":hand: needs a person",
        StepState.UNKNOWN: ":grey_question: unknown",
        StepState.FAILED: ":x: failed",
        StepState.ATTESTED: ":writing_hand: done by hand, attested",
        StepState.EXPIRED: ":alarm_clock: invitation expired",
        StepState.WITHDRAWN: ":wastebasket: invitation taken back",
        StepState.CANCELLED: ":wastebasket: cancelled before it started",
    }
)

_SEEN_TO: Mapping[StepState, str] = MappingProxyType(
    {
        StepState.ACTION_REQUIRED: "needed a person",
        StepState.UNKNOWN: "was unknown",
        StepState.FAILED: "failed",
        StepState.EXPIRED: "invitation expired",
    }
)
"""How a step ended that a later request has made good since."""

EFFECT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "create": ":heavy_plus_sign: create",
        "invite": ":envelope: invite",
        "change": ":pencil2: change",
        "keep": ":heavy_equals_sign: already so",
        "remove": ":heavy_minus_sign: remove",
        "absent": ":heavy_equals_sign: nothing to remove",
        "by_hand": ":hand: by hand",
    }
)

KIND_WORDS: Mapping[Kind, str] = MappingProxyType(
    {Kind.ONBOARD: "Onboard", Kind.OFFBOARD: "Offboard"}
)


def title(view: RequestView) -> str:
    """Return the headline of a request: its state first, in words."""
    return f"{state(view)} · {KIND_WORDS[view.kind]} {who(view)}"


def state(one: RequestView | HomeRow) -> str:
    """Return how a request stands; what was carried out and did not last says so."""
    if one.is_seen_to:
        return SEEN_TO
    if one.state is RequestState.COMPLETED and one.has_lapsed:
        return ":warning: Completed, and an invitation has expired"
    return REQUEST_WORDS[one.state]


def without_sign(said: str) -> str:
    """Return these words without the emoji in front."""
    return _SIGN.sub("", said)


def named(view: RequestView) -> str:
    """Return the headline of a request by the person's name; mentioned only where none is known."""
    whom = name(view) if view.name else who(view)
    return f"{state(view)} · {KIND_WORDS[view.kind]} {whom}"


def who(view: RequestView) -> str:
    """Return whom a request is about: mentioned when they come, only named when they go."""
    return person(view.subject) if view.kind is Kind.ONBOARD else name(view)


def askers(view: RequestView | BatchView) -> str:
    """Return who asked, and on whose behalf."""
    another = f" on behalf of {person(view.principal)}" if view.principal else ""
    return f"{person(view.requester)}{another}"


def name(view: RequestView) -> str:
    """Return the name of the person that a request is about."""
    return literal(view.name or "somebody")


def approvals(count: int) -> str:
    """Return a number of approvals in words."""
    return "1 approval" if count == 1 else f"{count} approvals"


def hands(view: RequestView, step: StepView) -> str:
    """Return who is named to do a step by hand, mentioned; never whoever the request is about."""
    named = [one for one in step.hands if one != view.subject]
    return ", ".join(f"<!subteam^{one}>" if is_group_id(one) else person(one) for one in named)


def step_words(step: StepView) -> str:
    """Return how a step stands, and what it waits for where it does."""
    if step.is_stopped:
        word = "unknown" if step.state is StepState.UNKNOWN else "waiting"
        return f":no_entry: {word}, the credential is refused"
    if step.is_kept_back:
        return stands(step)
    if step.state is StepState.UNKNOWN and step.next_at is not None:
        return ":grey_question: unknown, looking again"
    if step.state is StepState.WAITING and step.next_at is not None:
        return ":arrows_counterclockwise: waiting for another try"
    return stands(step)


def stands(one: StepView | PartView) -> str:
    """Return how a step stands, also where a later request has seen to it since."""
    if one.state in LEFT and not one.is_left:
        return f":ballot_box_with_check: {_SEEN_TO[one.state]}, seen to otherwise since"
    return STEP_WORDS[one.state]
