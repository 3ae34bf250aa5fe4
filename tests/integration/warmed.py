"""What the process that bots are forked from has done beforehand, so that none of them has to.

Uvicorn imports what it speaks with when it begins to listen. Bolt asks `inspect` for its caller
when it starts, and that reads the path of every module. Alembic reads every migration, and
`importlib` every package, whenever it is asked; neither finds anything new while tests run.
"""

import functools
import gc
import inspect
from typing import Any

import dbos._sys_db_sqlite
import uvicorn.lifespan.off
import uvicorn.protocols.http.auto
import uvicorn.protocols.websockets.auto
from alembic.util import pyfiles

from bot import socket_mode
from storage import migrate
from tests.integration import forked
from vendors import registry

PARTS = (forked, socket_mode, dbos._sys_db_sqlite, uvicorn)

slow: Any
for slow, name in ((pyfiles, "load_module_py"), (registry, "entry_points")):
    setattr(slow, name, functools.cache(getattr(slow, name)))
migrate.newest()
registry.known_vendors()
inspect.stack()
slow = inspect
slow.stack = functools.partial(inspect.stack, 0)
gc.freeze()
