"""When people are reminded, and whom else is asked after a while: the settings of time."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When Aboard speaks up by itself.

    ``remind_after`` counts from the moment a stage is asked, ``overdue_after`` from the moment an
    offboarding should have been done; its last length repeats. ``notice_days`` are calendar days
    before an end. ``escalate_to`` are people and user groups who may decide as well after
    ``escalate_after``.
    """

    remind_after: tuple[timedelta, ...] = (
        timedelta(hours=4),
        timedelta(hours=24),
        timedelta(hours=48),
    )
    escalate_to: tuple[str, ...] = ()
    escalate_after: timedelta = timedelta(hours=24)
    notice_days: tuple[int, ...] = (7, 3, 1)
    overdue_after: tuple[timedelta, ...] = (
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(hours=24),
    )
