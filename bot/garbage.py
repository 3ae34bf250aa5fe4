"""What Python's collector looks at, in a process that serves.

Almost all that is there when Aboard is ready stays until it ends: what was imported, and what it
was put together from. The collector would go through all of it again and again while everybody
waits, for 130 ms each time.

https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc
from collections.abc import Mapping

ALLOCATIONS = 5_000
"""So many new objects are made before the collector looks at them: an ask makes some hundred. Twice
as many at a time would cost as much in all, and everybody would wait twice as long at the worst."""

ROUNDS = 2
"""After so many looks at what is new, what they left is looked at again. An attempt leaves what
refers to itself, and outlives a look while it is under way: by default, that of ten looks would be
kept, and gone through at once."""

SELDOM = 20
"""After so many of those looks everything that outlived them is gone through, which takes the
longest: a third of it is garbage by then, of three hundred people's attempts. By default it is
after ten."""

FIRST_LOOKS = 3
"""After each of so many looks at everything what is left stays, too: by then the tables, statements
and lists are there that are made at their first use, which is two thirds of it. What is garbage
later among the rest stays for ever. It is what was under way at the moment: so, no more often."""

_EVERYTHING = 2
"""The collector's name for a look at all that outlived two others."""


def leave_what_stays() -> None:
    """Have the collector never again look at what is there now, and less often at what is new.

    What is garbage by now stays as well: it is little, and to look for it would delay the start.
    The look after it finds nothing and takes no time. Without it the collector would compare with
    all that was imported, and go through the rest only when that is a quarter as much.
    """
    gc.freeze()
    gc.collect()
    gc.set_threshold(ALLOCATIONS, ROUNDS, SELDOM)
    gc.callbacks.append(_Settling())


class _Settling:
    """What the first looks at everything leave is left out of all later ones."""

    def __init__(self) -> None:
        self._looks = 0

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        if phase == "stop" and info["generation"] == _EVERYTHING and self._looks < FIRST_LOOKS:
            self._looks += 1
            gc.freeze()
