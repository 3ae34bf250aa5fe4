"""``aboard check``: what Aboard needs to work, by calls that change nothing.

What a credential may read is proven by reading it; whether it may write shows only when it does.
Clocks are compared with the ``Date`` of any answer: Slack refuses what is five minutes off, and
tokens, invitations and waits are counted in our time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from types import SimpleNamespace

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import check_door, check_house, check_vendors, credentials, logs, manifest, slack
from bot.audit_checking import audit
from bot.check_house import Now
from bot.check_vendors import CREDENTIAL, Watch
from bot.clocks import clock
from bot.findings import Finding, Mark
from bot.reader import ConfigurationError
from bot.settings import Settings
from bot.vendor_desk import opened
from vendors.contract import AnyVendor
from vendors.refusals import told_date
from workflow.clock import as_datetime, system_clock


def _now() -> datetime:
    return as_datetime(system_clock())


async def check(
    settings: Settings, only: str | None, now: Now = _now, *, post: bool = False
) -> AsyncIterator[Finding]:
    """Yield what is found about all that Aboard needs to work, as soon as it is found.

    ``only`` names the one vendor to ask; all else is left alone then. ``now`` is our clock. With
    ``post`` a message is posted where the cards are, and taken back.
    """
    if only is None:
        await _fill(settings)
        async for finding in _ours(settings, now, post=post):
            yield finding
    watch = Watch(now)
    async with opened(settings, watch) as vendors:
        if only is not None and only not in vendors:
            yield Finding(only, "settings", Mark.WRONG, "this vendor is not on.")
        profiles = settings.catalog.profiles
        async for finding in check_vendors.findings(vendors, profiles, watch, only):
            yield finding


async def lines(
    settings: Settings, vendors: Mapping[str, AnyVendor], watch: Watch
) -> AsyncIterator[str]:
    """Yield everything that is found as people read it.

    The ``vendors`` are those of the running bot, which ``watch`` sees: a second client of a vendor
    would know neither its pace nor how long it has locked us out.
    """
    async for finding in _ours(settings, watch.now, post=False):
        yield finding.text
    watch.begin()
    async for finding in check_vendors.findings(vendors, settings.catalog.profiles, watch):
        yield finding.text


async def _fill(settings: Settings) -> None:
    """Have the token of an installation there; why there is none stands with its credential."""
    if settings.installed is not None:
        with contextlib.suppress(ConfigurationError):
            await settings.installed.fill(logs.learn, slack.AT_A_TERMINAL)


async def _ours(settings: Settings, now: Now, *, post: bool) -> AsyncIterator[Finding]:
    for finding in credentials.findings(settings.credentials, now()):
        yield finding
    async for finding in check_house.database(settings, now):
        yield finding
    accepted = False
    async for finding in _slack(settings, now, post=post):
        accepted = accepted or (finding.about == CREDENTIAL and finding.mark is Mark.OK)
        yield finding
    if accepted:
        async for finding in check_house.approvers(settings):
            yield finding
    async for finding in audit(settings):
        yield finding


async def _slack(settings: Settings, now: Now, *, post: bool) -> AsyncIterator[Finding]:
    heard: list[tuple[datetime, Mapping[str, str]]] = []

    async def hear(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        answered: aiohttp.TraceRequestEndParams,
    ) -> None:
        heard.append((now(), answered.response.headers))

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(hear)
    async with slack.session(settings.trust(), trace) as session:
        client = AsyncWebClient(
            token=settings.environment.slack_bot_token.get_secret_value(),
            base_url=f"{settings.environment.slack_api_url}/",
            session=session,
        )
        credential = await _token(client, settings)
        yield credential
        for at, headers in heard[-1:]:
            if credential.mark is Mark.OK:
                yield await _scopes(headers)
            told = told_date(headers)
            yield clock("Slack", told - at if told else None)
        async for finding in check_door.findings(client, settings.environment):
            yield finding
        if credential.mark is Mark.OK:
            async for finding in check_house.channels(client, settings, post=post):
                yield finding


async def _token(client: AsyncWebClient, settings: Settings) -> Finding:
    try:
        detail = f"it is accepted, in the workspace {await slack.home_team(client)}."
    except ConfigurationError as error:
        is_none = settings.installed is not None and not client.token
        detail = "there is no bot token to ask with." if is_none else str(error)
        return Finding("Slack", CREDENTIAL, Mark.WRONG, detail)
    return Finding("Slack", CREDENTIAL, Mark.OK, detail)


async def _scopes(headers: Mapping[str, str]) -> Finding:
    """Compare what the token may do with what the manifest asks for."""
    about = "rights"
    granted = {one.strip() for one in headers.get("x-oauth-scopes", "").split(",")} - {""}
    try:
        wanted = set(await asyncio.to_thread(manifest.scopes))
    except FileNotFoundError:
        wanted = set()
    if not granted or not wanted:
        return Finding("Slack", about, Mark.UNKNOWN, "Slack did not say what the token may do.")
    missing = ", ".join(sorted(wanted - granted))
    if missing:
        detail = f"the token lacks {missing}: docs/slack.md says how it gets them."
        return Finding("Slack", about, Mark.WRONG, detail)
    return Finding("Slack", about, Mark.OK, "the token has every scope of the manifest.")
