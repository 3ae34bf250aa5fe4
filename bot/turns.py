"""How long one thread computes while others wait, in a process that serves.

Beside the loop that answers, threads write, read and carry out. Whoever wants Python's interpreter
lock waits until its holder has had it for so long; the loop wants it anew after every look at its
sockets and all that it sends, and there may be several before it. An answer would wait for some
tenths of a second.

https://docs.python.org/3/library/sys.html#sys.setswitchinterval
"""

import sys

SECONDS = 0.0002
"""By default it is twenty-five times as long."""


def keep_short() -> None:
    """Have every thread give way after ``SECONDS`` of computing where another waits."""
    sys.setswitchinterval(SECONDS)
