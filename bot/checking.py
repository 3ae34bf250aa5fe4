"""``aboard check``: what Aboard needs to work, by calls that change nothing.

What a credential may read is proven by reading it; whether it may write shows only when it does.
Clocks are compared with the ``Date`` of any answer: Slack refuses what is five minutes off, and
tokens, invitations and waits are counted in our time.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import check_house, manifest
from bot.audit_checking import audit
from bot.check_house import Now
from bot.clocks import clock
from bot.findings import Finding, Mark
from bot.reader import ConfigurationError
from bot.settings import Settings
from bot.slack import home_team
from bot.vendor_desk import opened
from vendors.advising import Advising
from vendors.contract import AnyVendor
from vendors.errors import AmbiguousError, CredentialError, TransientError, VendorError
from vendors.refusals import told_date
from vendors.tools import Observation
from workflow.clock import as_datetime, system_clock

_CREDENTIAL = "credential"


def _now() -> datetime:
    return as_datetime(system_clock())


async def check(
    settings: Settings, only: str | None, now: Now = _now, *, post: bool = False
) -> AsyncIterator[Finding]:
    """Yield what is found about database, Slack, audit trail and vendors, as soon as it is found.

    ``only`` names the one vendor to ask; all else is left alone then. ``now`` is our clock. With
    ``post`` a message is posted where the cards are, and taken back.
    """
    if only is None:
        async for finding in _ours(settings, now, post=post):
            yield finding
        async for finding in audit(settings):
            yield finding
    watch = _Watch(now)
    async with opened(settings, watch) as vendors:
        if only is not None and only not in vendors:
            yield Finding(only, "settings", Mark.WRONG, "this vendor is not on.")
        for vendor in vendors.values():
            if only in {None, vendor.name}:
                async for finding in _vendor(vendor, watch):
                    yield finding


async def lines(settings: Settings) -> AsyncIterator[str]:
    """Yield everything that is found as people read it; a sentence where settings are wrong."""
    try:
        async for finding in check(settings, None):
            yield finding.text
    except ConfigurationError as error:
        yield Finding("Settings", "vendors", Mark.WRONG, str(error)).text


async def _ours(settings: Settings, now: Now, *, post: bool) -> AsyncIterator[Finding]:
    async for finding in check_house.database(settings, now):
        yield finding
    accepted = False
    async for finding in _slack(settings, now, post=post):
        accepted = accepted or (finding.about == _CREDENTIAL and finding.mark is Mark.OK)
        yield finding
    if accepted:
        async for finding in check_house.approvers(settings):
            yield finding


class _Watch:
    """How far each vendor's clock was from ours, and how many more calls it takes."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self.apart: dict[str, timedelta] = {}
        self.remaining: dict[str, int] = {}

    def __call__(self, seen: Observation) -> None:
        if seen.date is not None:
            apart = seen.date - self._now()
            before = self.apart.setdefault(seen.vendor, apart)
            self.apart[seen.vendor] = min(before, apart, key=abs)
        if seen.remaining is not None:
            self.remaining[seen.vendor] = seen.remaining


async def _vendor(vendor: AnyVendor, watch: _Watch) -> AsyncIterator[Finding]:
    credential = await _credential(vendor)
    yield credential
    if credential.mark is Mark.OK:
        async for finding in _rights(vendor):
            yield finding
        if isinstance(vendor, Advising):
            for detail in await vendor.advice():
                yield Finding(vendor.title, "settings", Mark.UNKNOWN, detail)
    yield _rate(vendor, watch.remaining)
    yield clock(vendor.title, watch.apart.get(vendor.name))


async def _credential(vendor: AnyVendor) -> Finding:
    about = _CREDENTIAL
    if not vendor.traits.check:
        detail = "no harmless call proves it; the first request will."
        return Finding(vendor.title, about, Mark.UNKNOWN, detail)
    try:
        await vendor.check()
    except VendorError as error:
        return Finding(vendor.title, about, Mark.WRONG, f"{error.sentence} {_cure(vendor, error)}")
    return Finding(vendor.title, about, Mark.OK, "it is accepted.")


def _cure(vendor: AnyVendor, error: VendorError) -> str:
    if isinstance(error, CredentialError):
        names = " and ".join(vendor.secrets.values())
        return f"Set {names} to one that may, and start Aboard again."
    if isinstance(error, TransientError | AmbiguousError):
        return "Check once more in a while; until then requests wait and are tried again."
    return f"Compare [vendors.{vendor.name}] in aboard.toml with docs/vendors.md."


async def _rights(vendor: AnyVendor) -> AsyncIterator[Finding]:
    """Read all that can be read: people, and what each field may be set to."""
    about = "rights"
    try:
        if vendor.traits.list:
            known = Counter([one.who.casefold() async for one in vendor.accounts()])
            yield Finding(vendor.title, about, Mark.OK, f"it may list people: {known.total()}.")
            yield _unambiguous(vendor, known)
        for field in vendor.access.model_fields:
            number = len(await vendor.choices(field, ""))
            if number:
                detail = f"it may read what {field} can be: {number}."
                yield Finding(vendor.title, about, Mark.OK, detail)
    except VendorError as error:
        yield Finding(vendor.title, about, Mark.WRONG, f"{error.sentence} {_cure(vendor, error)}")
    detail = "whether it may write shows only when it does."
    yield Finding(vendor.title, about, Mark.UNKNOWN, detail)


def _unambiguous(vendor: AnyVendor, known: Mapping[str, int]) -> Finding:
    """Say whether each address or login leads to one account: another one would be guessed."""
    about, several = "people", sum(number > 1 for who, number in known.items() if who)
    if several:
        detail = (
            f"{several} of them have several accounts, and requests about them are refused: "
            f"`aboard accounts {vendor.name}` says who is ambiguous; remove all but one."
        )
        return Finding(vendor.title, about, Mark.WRONG, detail)
    return Finding(vendor.title, about, Mark.OK, "nobody has two accounts.")


def _rate(vendor: AnyVendor, remaining: Mapping[str, int]) -> Finding:
    about, published = "rate", vendor.traits.rate
    left = remaining.get(vendor.name)
    now = "" if left is None else f" It says that it takes {left} more calls now."
    if published is None:
        mark = Mark.UNKNOWN if left is None else Mark.OK
        return Finding(vendor.title, about, mark, f"no limit is published.{now}")
    detail = f"{published.calls} calls in {published.seconds} s are published.{now}"
    return Finding(vendor.title, about, Mark.OK, detail)


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
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        client = AsyncWebClient(
            token=settings.environment.slack_bot_token.get_secret_value(),
            base_url=f"{settings.environment.slack_api_url}/",
            session=session,
        )
        credential = await _token(client)
        yield credential
        for at, headers in heard[-1:]:
            if credential.mark is Mark.OK:
                yield await _scopes(headers)
            told = told_date(headers)
            yield clock("Slack", told - at if told else None)
        if credential.mark is Mark.OK:
            yield await check_house.channel(client, settings.slack.channel, post=post)


async def _token(client: AsyncWebClient) -> Finding:
    try:
        detail = f"it is accepted, in the workspace {await home_team(client)}."
    except ConfigurationError as error:
        return Finding("Slack", _CREDENTIAL, Mark.WRONG, str(error))
    return Finding("Slack", _CREDENTIAL, Mark.OK, detail)


async def _scopes(headers: Mapping[str, str]) -> Finding:
    """Compare what the token may do with what the manifest asks for."""
    about = "rights"
    granted = {one.strip() for one in headers.get("x-oauth-scopes", "").split(",")} - {""}
    try:
        wanted = await asyncio.to_thread(_wanted)
    except FileNotFoundError:
        wanted = set()
    if not granted or not wanted:
        return Finding("Slack", about, Mark.UNKNOWN, "Slack did not say what the token may do.")
    missing = ", ".join(sorted(wanted - granted))
    if missing:
        detail = f"the token lacks {missing}: install the app again from its manifest."
        return Finding("Slack", about, Mark.WRONG, detail)
    return Finding("Slack", about, Mark.OK, "the token has every scope of the manifest.")


def _wanted() -> set[str]:
    return set(manifest.read()["oauth_config"]["scopes"]["bot"])
