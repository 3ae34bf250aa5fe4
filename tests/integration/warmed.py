"""What the process that bots are forked from has done beforehand, so that none of them has to.

Bolt asks `inspect` for its caller when it starts, and that reads the path of every module, once.
"""

import gc
import inspect

from bot import socket_mode
from tests.integration import forked

PARTS = (forked, socket_mode)
inspect.stack()
gc.freeze()
