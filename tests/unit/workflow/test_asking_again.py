"""What was asked again in vain says whether it is still to be done, whoever wrote its row."""

import pytest

from rules.states import StepState
from storage.models import Step
from workflow.asking_again import ASKED_AGAIN, IN_VAIN, ended, told

AGAIN = "Ada is an admin by now. It is asked again as request #6."
IN_VAIN_NOW = f"{AGAIN} That was denied."
WRITTEN = [
    IN_VAIN_NOW,
    f"{AGAIN} That was denied: this is still to be done.",
    f"{AGAIN} That was denied, and it was seen to otherwise since.",
]
"""As this version writes it, and as those before did."""


def step(problem: str | None, detail: str, made_good_by: int | None = None) -> Step:
    return Step(
        ref="step", request_number=5, vendor="axiom", title="Axiom", access="", effect="remove",
        state=StepState.ACTION_REQUIRED, planned="", updated_at=0, problem=problem, detail=detail,
        made_good_by=made_good_by,
    )  # fmt: skip


@pytest.mark.parametrize("detail", WRITTEN)
def test_what_was_asked_again_in_vain_is_still_to_be_done(detail: str) -> None:
    said = f"{AGAIN} That was denied: this is still to be done."
    assert told(step(IN_VAIN, detail)) == said


@pytest.mark.parametrize("detail", WRITTEN)
def test_what_was_made_good_since_is_not_to_be_done_any_more(detail: str) -> None:
    assert told(step(IN_VAIN, detail, made_good_by=7)) == IN_VAIN_NOW


@pytest.mark.parametrize("detail", WRITTEN)
def test_what_was_done_by_hand_keeps_how_it_ended_as_a_whole_sentence(detail: str) -> None:
    assert ended(step(IN_VAIN, detail)) == IN_VAIN_NOW


@pytest.mark.parametrize("problem", [None, "permanent", ASKED_AGAIN])
@pytest.mark.parametrize("detail", ["", *WRITTEN, "Axiom says: this is still to be done."])
def test_whatever_else_is_said_of_a_step_stays(problem: str | None, detail: str) -> None:
    assert told(step(problem, detail)) == ended(step(problem, detail)) == detail
