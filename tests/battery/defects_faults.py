"""Planted defects: vendors and a Slack that fail."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rules.retry import Failure, wait_before_next
from workflow import ending, judging


def _tried_again_unseen() -> None:
    def whatever_happened(
        failure: Failure, tries: int, *, asked: float | None, can_look_up: bool
    ) -> float | None:
        del can_look_up
        kind = Failure.TRANSIENT if failure is Failure.AMBIGUOUS else failure
        return wait_before_next(kind, tries, asked=asked, can_look_up=True)

    setattr(judging, "wait_before_next", whatever_happened)  # noqa: B010 - the name is another's


def _unknown_is_failed() -> None:
    def failed(detail: str, wait: float | None = None) -> ending.Ending:
        del wait
        return ending.failed(detail)

    ending.unknown = failed


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "an unknown outcome is tried again without a look": _tried_again_unseen,
        "an unknown outcome counts as failed": _unknown_is_failed,
    }
)
