"""Logs: one JSON object a line, secrets and e-mail addresses masked wherever they turn up.

Masking goes by the values that were loaded, not only by patterns: a secret is found in the middle
of an address, an error or a traceback. The libraries that log whole URLs or payloads are kept at
warnings.
"""

import base64
import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

import structlog

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TOKENS = re.compile(r"\b(?:xox[a-z]-|xapp-|xaat-|xapt-|gh[pousr]_)[A-Za-z0-9._-]{6,}")
_SHORTEST = 4
_LIBRARIES = (
    "aiohttp", "alembic", "dbos", "httpcore", "httpx", "slack_sdk", "uvicorn",
)  # fmt: skip

_LONG = 12
"""From so many signs on, a part of base64 stands for one secret and for nothing else."""
_SKIPPED = (0, 2, 3)
"""How many signs of base64 depend on what stands before: none, one or two bytes of a group."""

Event = MutableMapping[str, Any]


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (repr(secret)[1:-1], json.dumps(secret)[1:-1])
    if len(secret) >= _LONG:
        yield from _in_base64(secret.encode())


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield what a secret is within the base64 of any text, as in a header ``Basic``."""
    for before, skipped in enumerate(_SKIPPED):
        whole = (before + len(secret)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + secret)[skipped:whole].decode()


class Mask:
    """Replaces secrets, tokens and e-mail addresses in a line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Mask each of ``secrets``, also in an address, quoted, and within base64."""
        self._values = set[str]()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Mask each of ``secrets`` as well, and go on masking what was masked before."""
        self._values |= {one for secret in secrets for one in _forms(secret)}
        longest_first = sorted(
            (one for one in self._values if len(one) >= _SHORTEST), key=len, reverse=True
        )
        self._secrets = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def line(self, text: str) -> str:
        """Return ``text`` without anything that must not be read."""
        for pattern, instead in ((self._secrets, "***"), (_TOKENS, "***"), (_EMAIL, "*@*")):
            text = pattern.sub(instead, text)
        return text

    def value(self, value: object) -> object:
        """Return a value of an event with every text in it masked, its keys included."""
        match value:
            case None | bool() | int() | float():
                return value
            case Mapping():
                return {self.line(str(key)): self.value(one) for key, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.value(one) for one in value]
            case _:
                return self.line(str(value))

    def __call__(self, _: object, __: str, event: Event) -> Event:
        """Mask an event before it is rendered: JSON's own escapes would hide what to mask."""
        return {self.line(key): self.value(value) for key, value in event.items()}


def configure(secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send every log line of this process, ours and the libraries', to ``stream`` as JSON."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            Mask(secrets),
            structlog.processors.JSONRenderer(),
        ],
    )
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)  # warns of settings that are meant
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_dead_thread


def learn(secrets: Iterable[str]) -> None:
    """Mask ``secrets`` as well, wherever this process logs to since ``configure``."""
    given = list(secrets)
    for handler in logging.getLogger().handlers:
        for one in getattr(handler.formatter, "processors", ()):
            if isinstance(one, Mask):
                one.learn(given)


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log what nobody caught: the interpreter would print it as it is."""
    logging.getLogger("aboard").critical("nobody caught this", exc_info=(kind, error, trace))


def _log_dead_thread(died: threading.ExceptHookArgs) -> None:
    """Log what ended a thread: the interpreter would print that, too."""
    if died.exc_value is not None:
        _log_uncaught(died.exc_type, died.exc_value, died.exc_traceback)
