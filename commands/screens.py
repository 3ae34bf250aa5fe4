"""Whose drawing of one person's Home is the latest, so that a slow one covers no newer one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Screen:
    begun: int = 0
    under_way: int = 0
    sent: int = 0


class Screens:
    """What is being drawn for each person; nothing is kept of whom nothing is drawn for."""

    def __init__(self) -> None:
        """Know of nothing that is being drawn."""
        self._screens: dict[str, _Screen] = {}

    @contextmanager
    def drawing(self, person: str) -> Iterator[Callable[[], bool]]:
        """Begin to draw; give what is asked just before it is sent: whether it still is to be.

        It is not where one that was begun later was sent meanwhile: that one has read whatever was
        there when this one began, and is where the person went since.
        """
        screen = self._screens.setdefault(person, _Screen())
        screen.begun += 1
        screen.under_way += 1
        mine = screen.begun

        def is_to_be_sent() -> bool:
            overtaken = screen.sent > mine
            screen.sent = max(screen.sent, mine)
            return not overtaken

        try:
            yield is_to_be_sent
        finally:
            screen.under_way -= 1
            if not screen.under_way:
                del self._screens[person]
