"""What draws on a terminal, left out of a process that serves.

Two libraries import Rich and Pygments wherever these are installed, and do without them where they
are missing. A process that serves draws nothing, and would keep four megabytes of them for ever.

https://docs.python.org/3/reference/import.html#the-module-cache
"""

import sys
from importlib import import_module

_DRAWING = frozenset({"rich", "pygments"})
_FOND_OF_IT = ("structlog", "httpx")


def leave_drawing_out() -> None:
    """Import the two as if nothing were there to draw with; who imports that later on finds it."""
    hidden = _DRAWING - sys.modules.keys()
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None says that it is missing
    try:
        for name in _FOND_OF_IT:
            import_module(name)
    finally:
        for name in hidden:
            del sys.modules[name]
