"""Delivery to Slack: one message a second per conversation, 429 honoured, nothing given up.

Conversations are independent: one that is slow or silent keeps its own messages waiting, and a look
at the outbox leaves out those that are spoken to or have to rest.

https://docs.slack.dev/apis/web-api/rate-limits: about one message a second in a conversation.
``slack_sdk`` retries lost connections only; here a failure puts the message back into the outbox
with a time, so that it survives a restart and holds up nobody else. A post whose answer was lost is
posted again: Slack offers no key by which it would know the second one.
"""

import asyncio
from dataclasses import replace
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands import slack_errors
from commands.notifier import Notifier, Sheet
from rules.people import same_mailbox
from rules.values import is_person_id
from workflow.clock import SECOND, Clock
from workflow.directory import Directory, DirectoryError, actor_now, approvers_now
from workflow.outbox import Outbox, Outdated

_log = structlog.get_logger(__name__)

_PACE = SECOND
_CALL_SECONDS = 15.0
_MOST_AT_ONCE = 50
_A_MOMENT = 0.25
_LONGEST = 300.0
_SOON = 20.0
"""What passes by itself is tried again so often: all but digests and files is told within a minute
of Slack's return."""

_UNCOUNTED = 5
"""So many tries make the wait as long as ``_SOON``; those that pass by themselves are never more,
so that an outage takes nothing from the patience with a place that refuses."""

_REDRAWN = {"card", "task", "notice", "reminder", "ending", "overdue"}
"""The kinds of message that are changed where they stand; every other one is posted anew."""


class Delivery:
    """Brings Slack in line with the rows. ``once`` is called by a loop."""

    def __init__(
        self,
        outbox: Outbox,
        notifier: Notifier,
        client: AsyncWebClient,
        directory: Directory,
        clock: Clock,
    ) -> None:
        """Deliver with ``client``."""
        self._outbox, self._notifier, self._client = outbox, notifier, client
        self._directory, self._clock = directory, clock
        self._free_at: dict[str, int] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def once(self) -> float | None:
        """Deliver one message to each free channel; return the seconds until the next may go.

        Waits for a moment only: what takes longer goes on by itself, at most fifty at once.
        """
        now = self._clock()
        self._free_at = {name: at for name, at in self._free_at.items() if at > now}
        begun = await self._begin()
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=_A_MOMENT)
        if self._under_way:
            return _A_MOMENT
        if not begun and not self._free_at:
            return None
        soonest = min(self._free_at.values(), default=now) - self._clock()
        return max(soonest / SECOND, 0.01)

    async def finish(self, seconds: float = 4.0) -> None:
        """Let what is under way end for at most ``seconds``; the next start does the rest."""
        under_way = set(self._under_way.values())
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=seconds)
            for one in late:
                one.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _begin(self) -> bool:
        """Begin with one message for each channel that is free; tell whether there was any."""
        room = _MOST_AT_ONCE - len(self._under_way)
        if room <= 0:
            return False
        due = await self._outbox.due({*self._free_at, *self._under_way}, room)
        for one in due:
            if one.channel not in self._under_way:
                task = asyncio.create_task(self._deliver(one))
                self._under_way[one.channel] = task
                task.add_done_callback(partial(self._ended, one.channel))
        return bool(due)

    def _ended(self, channel: str, task: asyncio.Task[None]) -> None:
        del self._under_way[channel]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("a delivery could not be settled", exc_info=error)

    async def _deliver(self, one: Outdated) -> None:
        if not await self._outbox.take(one):
            return
        try:
            await self._draw_and_send(one)
        except Exception:  # noqa: BLE001 - one message that cannot be drawn holds up no other
            _log.exception("a message could not be drawn", kind=one.kind)
            await self._again(one, "internal")

    async def _draw_and_send(self, one: Outdated) -> None:
        sheet = await self._notifier.draw(one)
        try:
            if sheet is None or await self._is_kept_from(one.channel, sheet):
                await self._outbox.shown(one, None, None)
                return
        except DirectoryError:
            await self._again(one, "", _SOON)
            return
        self._free_at[one.channel] = self._clock() + _PACE
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                await self._send(one, sheet)
        except SlackApiError as error:
            await self._cure(one, sheet, error)
        except slack_errors.UNREACHABLE as error:
            await self._again(one, type(error).__name__, _SOON)

    async def _is_kept_from(self, reader: str, sheet: Sheet) -> bool:
        if sheet.kept_from is None:
            return False
        return same_mailbox((await actor_now(self._directory, reader)).email, sheet.kept_from)

    async def _send(self, one: Outdated, sheet: Sheet) -> None:
        if one.kind == "answer":
            await self._answer(one, sheet)
        elif one.kind == "thread":
            await self._thread(one, sheet)
        elif one.ts and one.posted_in and one.kind.partition(".")[0] in _REDRAWN:
            text, blocks = sheet.drawing.text, sheet.drawing.blocks
            channel = one.posted_in
            await self._client.chat_update(channel=channel, ts=one.ts, text=text, blocks=blocks)
            await self._outbox.shown(one, one.ts, one.posted_in)
        else:
            ts, posted_in = await self._post(one.channel, sheet)
            await self._outbox.shown(one, ts, posted_in)

    async def _post(
        self, channel: str, sheet: Sheet, thread_ts: str | None = None
    ) -> tuple[str | None, str | None]:
        said = await self._client.chat_postMessage(
            channel=channel,
            thread_ts=thread_ts,
            text=sheet.drawing.text,
            blocks=sheet.drawing.blocks,
            unfurl_links=False,
            unfurl_media=False,
        )
        return said.get("ts"), said.get("channel")

    async def _answer(self, one: Outdated, sheet: Sheet) -> None:
        """Answer where somebody asked, seen by them alone; in a direct message where that fails."""
        if is_person_id(one.channel):
            await self._post(one.channel, sheet)
        elif one.problem:
            await self._post(sheet.requester, sheet)
        else:
            await self._client.chat_postEphemeral(
                channel=one.channel,
                user=sheet.requester,
                text=sheet.drawing.text,
                blocks=sheet.drawing.blocks,
            )
        await self._outbox.shown(one, None, None)

    async def _thread(self, one: Outdated, sheet: Sheet) -> None:
        card = await self._outbox.posted(one.request_number, one.channel)
        if card is None:
            await self._outbox.wait(one, 2.0)
            return
        channel, ts = card
        await self._post(channel, sheet, thread_ts=ts)
        await self._outbox.shown(one, ts, channel)

    async def _cure(self, one: Outdated, sheet: Sheet, error: SlackApiError) -> None:
        seconds, code = slack_errors.pause_of(error), slack_errors.code_of(error)
        if seconds is not None:
            self._free_at[one.channel] = self._clock() + int(seconds * SECOND)
            await self._outbox.wait(one, seconds)
            return
        cure = slack_errors.note(_log, "slack refused a message", error, kind=one.kind)
        if cure == "anew" and one.ts is not None:
            await self._outbox.post_anew(one)
        elif cure in {"elsewhere", "gone"} and (one.kind == "card" or one.problem is None):
            await self._elsewhere(one, sheet, code)
        else:
            await self._again(one, code, _SOON if cure == "later" else _LONGEST)

    async def _elsewhere(self, one: Outdated, sheet: Sheet, code: str) -> None:
        """Find another way to those who must see this; the first is tried again now and then."""
        if one.kind == "card":
            try:
                people = await approvers_now(self._directory, sheet.asked)
            except DirectoryError:
                await self._again(one, "", _SOON)
                return
            await self._outbox.instead(one, people, code)
        await self._outbox.later(one, 0.0 if one.kind == "answer" else _LONGEST, code)

    async def _again(self, one: Outdated, problem: str, most: float = _LONGEST) -> None:
        if most == _SOON:
            one = replace(one, tries=min(one.tries, _UNCOUNTED))
        await self._outbox.later(one, min(most, 2.0 ** min(one.tries, 10)), problem)
