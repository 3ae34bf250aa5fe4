"""What is called off is said to be untouched only where nothing can have been done for it."""

import pytest

from rules.plans import Effect
from rules.states import StepState
from storage.models import Step
from workflow.calling_off import is_untouched

NOW = 1_800_000_000_000_000


def step(*, attempts: int, tries: int, stopped_at: int | None) -> Step:
    """Return a step that waits."""
    return Step(
        ref="r", request_number=1, vendor="tools", title="Tools", access="{}", planned="A user.",
        effect=Effect.CREATE.value, after="user", updated_at=NOW, state=StepState.WAITING.value,
        attempts=attempts, tries=tries, stopped_at=stopped_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("attempts", "tries", "stopped_at", "untouched"),
    [
        (0, 0, None, True),
        (0, 0, NOW, True),
        (1, 1, None, False),
        (2, 0, NOW, True),
        (2, 1, NOW, False),
    ],
)
def test_what_was_let_in_once_is_not_untouched_though_it_was_refused_since(
    attempts: int, tries: int, stopped_at: int | None, *, untouched: bool
) -> None:
    assert is_untouched(step(attempts=attempts, tries=tries, stopped_at=stopped_at)) is untouched
