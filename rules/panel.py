"""The approvers of a request at one moment, stage by stage, and how far they have come."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from rules.people import Actor
from rules.terms import Stage


@dataclass(frozen=True, slots=True)
class Panel:
    """The stages of a request with their people now; ``approved`` have, in the order they did.

    The stages are filled one after the other, so that the number of approvals tells the stage.
    """

    stages: tuple[Stage, ...]
    people: tuple[frozenset[str], ...]
    approved: tuple[Actor, ...] = ()

    @property
    def everybody(self) -> frozenset[str]:
        """Those who approve in any stage."""
        return frozenset().union(*self.people)

    @property
    def stage(self) -> Stage | None:
        """The stage that is asked now; None where no approval is missing."""
        number = stage_number(self.stages, len(self.approved))
        return None if number is None else self.stages[number]

    @property
    def asked(self) -> frozenset[str]:
        """The people of the stage that is asked now."""
        number = stage_number(self.stages, len(self.approved))
        return frozenset() if number is None else self.people[number]

    @property
    def title(self) -> str:
        """What the stage that is asked now is called."""
        return self.stage.title if self.stage else "Nobody"

    def open_stages(self) -> Iterator[tuple[int, frozenset[str]]]:
        """Yield, for each stage that lacks approvals, how many and who may give them."""
        given = len(self.approved)
        for stage, people in zip(self.stages, self.people, strict=True):
            missing = max(0, stage.threshold - given)
            given = max(0, given - stage.threshold)
            if missing:
                yield missing, people

    def with_approval(self, actor: Actor) -> "Panel":
        """Return the panel as it is after one more approval."""
        return replace(self, approved=(*self.approved, actor))


def stage_number(stages: tuple[Stage, ...], approvals: int) -> int | None:
    """Return which stage is asked after so many approvals, from 0; None after the last one."""
    ends = accumulate(stage.threshold for stage in stages)
    return next((number for number, end in enumerate(ends) if approvals < end), None)


def given_in_stage(stages: tuple[Stage, ...], approvals: int) -> int:
    """Return how many of ``approvals`` count for the stage that is asked now."""
    number = stage_number(stages, approvals)
    return approvals - sum(stage.threshold for stage in stages[: number or 0])
