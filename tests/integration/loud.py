"""`python -m tests.integration.loud DEFECT COMMAND… [+ COMMAND…]`: `aboard`, as loud as can be.

Every logger tells everything, and things break with every secret in their words: what looks at a
command, what carries out a step, and a thread of its own. DEFECT is one of the battery's, or "-".
"""

import base64
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NoReturn
from urllib.parse import quote

import structlog
import typer

from bot import logs
from bot.cli import app
from tests.battery.defects import DEFECTS
from vendors.axiom import Axiom
from workflow.service import Service

BROKEN = ("U0TOMAS001", "femi@acme.example")
"""About whom a command and a step break."""


def main() -> None:
    """Plant everything, then do as `aboard` does."""
    _, defect, *given = sys.argv
    if defect in DEFECTS:
        DEFECTS[defect]()
    configure = logs.configure

    def loudly(secrets: Iterable[str]) -> None:
        known = list(secrets)
        configure(known)
        _loosen()
        _break(_words(known))

    setattr(logs, "configure", loudly)  # noqa: B010 - it takes a stream as well
    for command in " ".join(given).split(" + "):
        try:
            app(command.split(), standalone_mode=False)
        except (typer.Exit, SystemExit):
            continue


def _loosen() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    for name in ("", *logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)


def _words(secrets: list[str]) -> str:
    forms = ((one, quote(one, safe=""), repr(one), _in_base64(one)) for one in secrets)
    return " ".join(f"https://api.example/?token={form}" for one in forms for form in one)


def _in_base64(secret: str) -> str:
    return base64.b64encode(f"aboard:{secret}".encode()).decode()


def _break(words: str) -> None:
    def failing(*_: object) -> NoReturn:
        raise RuntimeError(words)

    structlog.get_logger("ours").debug(words, url=words)
    logging.getLogger("httpx").debug("HTTP Request: GET %s", words)
    thread = threading.Thread(target=failing, name="planted")
    thread.start()
    thread.join()
    for kind, name in ((Service, "submit"), (Axiom, "provision")):
        setattr(kind, name, _breaking(getattr(kind, name), failing))


def _breaking(
    method: Callable[..., Awaitable[Any]], failing: Callable[[], NoReturn]
) -> Callable[..., Awaitable[Any]]:
    async def broken(*given: object) -> Any:  # noqa: ANN401 - as the method returns
        if any(one in repr(given[1:]) for one in BROKEN):
            failing()
        return await method(*given)

    return broken


if __name__ == "__main__":
    main()
