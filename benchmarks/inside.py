"""Aboard within this process: all that it answers, and nothing at work beside them.

What it asks of Slack is answered at once and without a network, so that what a call takes is what
it takes here. Nothing is asked of a vendor.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast
from urllib.parse import urlsplit

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.configured import CONFIGURATION, environment
from benchmarks.payloads import TEAM, TOKEN
from benchmarks.town import member_object
from bot.app import assemble
from bot.check_vendors import Watch
from bot.checking import lines
from bot.life import Life
from bot.metrics import Meters
from bot.rotation import Rotation
from bot.settings import Settings, load
from bot.tracing import open_tracer
from bot.vendor_desk import vendors_on
from bot.watched import Watched
from commands.checks import Checks
from commands.directory import SlackDirectory
from commands.uploads import Uploads
from storage import migrate
from storage.database import Database
from vendors.tools import Tools
from workflow.batches import Ports
from workflow.clock import as_datetime, system_clock
from workflow.events import Bells
from workflow.means import Means
from workflow.offers import Offers
from workflow.runner import Runner

if TYPE_CHECKING:
    import aiohttp

_NOBODY = "http://127.0.0.1:9"
_CLOCK = system_clock


class _Answer:
    """What Slack answered, as aiohttp hands it out."""

    status, content_type = 200, "application/json"
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, content: Mapping[str, object]) -> None:
        self._content = content

    async def json(self) -> Mapping[str, object]:
        return self._content

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


class Slack:
    """A session in which Slack answers at once; ``shown`` is the view that it got last."""

    closed = False

    def __init__(self) -> None:
        """Have been shown nothing."""
        self.shown: Mapping[str, Any] = {}

    def request(self, _verb: str, url: str, **given: Mapping[str, Any]) -> _Answer:
        """Answer one method as ``benchmarks.town`` does."""
        address = urlsplit(url)
        self.shown = (given.get("json") or {}).get("view") or self.shown
        method, ours = address.path.rpartition("/")[2], {"ok": True, "team_id": TEAM}
        if method == "users.info":
            user = (given.get("params") or given.get("data") or {}).get("user")
            return _Answer({**ours, "user": member_object(str(user))})
        return _Answer({**ours, "user_id": "U0BENCHBOT", "bot_id": "B0BENCH00", "users": []})


@dataclass(frozen=True, slots=True)
class Inside:
    """A bot that answers, and what Slack was shown by it."""

    bolt: AsyncApp
    slack: Slack

    async def answer(self, body: Mapping[str, Any]) -> str:
        """Hand in a payload as the server does after its guard; return what is acknowledged."""
        answer = await self.bolt.async_dispatch(asked(body))
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"not acknowledged: {answer.status} {answer.body}")
        return str(answer.body)


def asked(body: Mapping[str, Any]) -> AsyncBoltRequest:
    """Return a payload that was checked and parsed already."""
    request = AsyncBoltRequest(body=dict(body), mode="socket_mode")
    request.mode = "http"
    return request


@asynccontextmanager
async def aboard(url: str) -> AsyncIterator[Inside]:
    """Yield an Aboard on the database at ``url``, whose schema is brought up to date."""
    async with AsyncExitStack() as stack:
        settings = _settings(url, Path(stack.enter_context(TemporaryDirectory())))
        database = Database(url)
        stack.callback(database.close)
        migrate.upgrade(database.engine)
        slack = Slack()
        yield Inside(await _composed(settings, database, slack, stack), slack)


def _settings(url: str, folder: Path) -> Settings:
    file = folder / "aboard.toml"
    file.write_text(CONFIGURATION.format(town=_NOBODY), encoding="utf-8")
    given = {"ABOARD_CONFIG": str(file), "DATABASE_URL": url, **environment(_NOBODY)}
    return load(given)


async def _composed(
    settings: Settings, database: Database, slack: Slack, stack: AsyncExitStack
) -> AsyncApp:
    watch = Watch(lambda: as_datetime(_CLOCK()))
    tools = Tools(lambda: as_datetime(_CLOCK()), watch, tls=settings.trust())
    vendors = await stack.enter_async_context(vendors_on(settings, tools))
    client = AsyncWebClient(token=TOKEN, session=cast("aiohttp.ClientSession", slack))
    directory = SlackDirectory(client, _CLOCK, TEAM)
    runner = Runner(database.url, "bench", {})
    means = Means(
        database, directory, vendors, settings.catalog, _CLOCK, partial(secrets.token_urlsafe, 16),
        runner, Bells(), settings.slack.channel,
    )  # fmt: skip
    outside = (
        Offers(vendors, _CLOCK),
        Ports(directory.by_email, Uploads(client).text),
        Checks((), partial(lines, settings, vendors, watch)),
    )
    watched = Watched(Meters(), Life(), open_tracer(None, stack))
    rotation = Rotation((), lambda _: None)
    return assemble(means, runner, (client, TEAM, rotation), outside, watched).bolt
