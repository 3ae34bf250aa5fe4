"""Brings what Slack shows of batches in line with the rows, at a pace that Slack bears.

A message keeps the digest of what it shows, so that it is changed when it would look otherwise, and
every two seconds at most. A reminder, and a batch that has ended, are looked at when something was
recorded about them: what was left of somebody may be put right after the end. The result follows as
a file once the batch has ended, and is tried until it arrived.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands import slack_errors
from commands.papers import hand_over
from commands.views import several, several_file
from commands.views.card import Drawing
from rules.states import RequestState
from workflow.batch_outbox import BatchOutbox, Shown
from workflow.batch_views import BatchView
from workflow.clock import SECOND

_log = structlog.get_logger(__name__)

_PACE = 2 * SECOND
_CALM = 60 * SECOND
_LONGEST = 300 * SECOND
_SOON = 20 * SECOND
"""What passes by itself is tried again so often, as other messages are."""
_MOST_TRIES = 8
_STILL = 3600 * SECOND
_A_MOMENT = 0.25
_MOST_AT_ONCE = 20
_SELDOM = 6 * 3600 * SECOND
"""After so many tries, the result is tried so seldom: whoever asked reads of each that failed."""
_UNSETTLED = frozenset({RequestState.COMPLETED_WITH_ERRORS, RequestState.RUNNING})
"""The states of a request that may still end otherwise after its batch has ended."""
_DRAWERS = {"card": several.card, "answer": several.answer, "reminder": several.reminder}


class BatchDelivery:
    """Shows batches. ``once`` is called by a loop."""

    def __init__(self, outbox: BatchOutbox, client: AsyncWebClient) -> None:
        """Show what ``outbox`` says, with ``client``."""
        self._outbox, self._client = outbox, client
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._room = asyncio.Semaphore(_MOST_AT_ONCE)

    async def once(self) -> float | None:
        """Show what is due; return the seconds until something may be due again.

        Waits for a moment only: what takes longer goes on by itself, and its conversation alone
        waits for it.
        """
        for message in await self._outbox.due():
            if message.key not in self._under_way:
                task = asyncio.create_task(self._in_turn(message))
                self._under_way[message.key] = task
                task.add_done_callback(partial(self._ended, message.key))
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=_A_MOMENT)
        if not self._under_way:
            self._turns.clear()
        return 0.5 if self._under_way or await self._outbox.is_busy() else None

    async def finish(self, seconds: float = 4.0) -> None:
        """Let what is under way end for at most ``seconds``; the next start does the rest."""
        under_way = set(self._under_way.values())
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=seconds)
            for one in late:
                one.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, key: int, task: asyncio.Task[None]) -> None:
        del self._under_way[key]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("a batch's message could not be settled", exc_info=error)

    async def _in_turn(self, message: Shown) -> None:
        async with self._turns.setdefault(message.channel, asyncio.Lock()), self._room:
            await self._see_to(message)

    async def _see_to(self, message: Shown) -> None:
        try:
            await self._show(message, await self._outbox.view(message))
        except SlackApiError as error:
            await self._refused(message, error)
        except slack_errors.UNREACHABLE as error:
            await self._later(message, type(error).__name__, _SOON)
        except Exception:  # noqa: BLE001 - one that cannot be drawn holds up no other
            _log.exception("a batch could not be drawn", kind=message.kind)
            await self._later(message, "internal")

    async def _show(self, message: Shown, view: BatchView) -> None:
        kind = message.kind.partition(".")[0]
        if kind == "result":
            await self._hand_over(message, view)
            return
        drawing, (is_final, wait) = _DRAWERS[kind](view), _rest(kind, view)
        digest = _digest(drawing)
        values: dict[str, str | int | None] = {"shown": digest, "is_final": is_final, "tries": 0}
        if digest != message.shown or message.ts is None:
            values |= await self._send(message, drawing)
        await self._outbox.settle(message, values, wait)

    async def _send(self, message: Shown, drawing: Drawing) -> Mapping[str, str | int | None]:
        if message.ts and message.posted_in:
            await self._client.chat_update(
                channel=message.posted_in, ts=message.ts, text=drawing.text, blocks=drawing.blocks
            )
            return {}
        said = await self._client.chat_postMessage(
            channel=message.channel, text=drawing.text, blocks=drawing.blocks,
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip
        return {"ts": str(said.get("ts")), "posted_in": str(said.get("channel"))}

    async def _hand_over(self, message: Shown, view: BatchView) -> None:
        paper, words = several_file.paper(view), several_file.result(view, message.tries)
        arrived = await hand_over(
            self._client, message.channel, paper, words, several_file.SENT_AGAIN
        )
        if arrived:
            await self._outbox.settle(message, {"is_final": True}, 0)
        elif message.tries < _MOST_TRIES:
            await self._later(message, "result")
        else:
            await self._outbox.put_off(message, _SELDOM, record=message.tries == _MOST_TRIES)

    async def _refused(self, message: Shown, error: SlackApiError) -> None:
        pause = slack_errors.pause_of(error)
        if pause is not None:
            await self._outbox.settle(message, {}, int(pause * SECOND))
            return
        cure = slack_errors.note(_log, "slack refused a batch", error, kind=message.kind)
        if cure == "anew" and message.ts is not None:
            await self._outbox.settle(message, {"ts": None, "posted_in": None}, 0)
            return
        await self._again(message, _SOON if cure == "later" else _LONGEST)

    async def _later(self, message: Shown, why: str, most: int = _LONGEST) -> None:
        _log.warning("a batch could not be shown", error=why, kind=message.kind)
        await self._again(message, most)

    async def _again(self, message: Shown, most: int) -> None:
        wait = min(most, SECOND * 2 ** min(message.tries, 10))
        await self._outbox.settle(message, {"tries": message.tries + 1}, wait)


def _rest(kind: str, view: BatchView) -> tuple[bool, int]:
    """Tell whether a message stays as it is now, and in how many microseconds it is looked at."""
    if kind == "reminder":
        return view.state != "pending", _STILL
    if view.state == "ended":
        return _UNSETTLED.isdisjoint(one.state for one in view.asked), _STILL
    return False, _CALM if view.state == "pending" else _PACE


def _digest(drawing: Drawing) -> str:
    blocks = [block.to_dict() for block in drawing.blocks]
    for block in blocks:
        block.pop("block_id", None)
    text = json.dumps([drawing.text, blocks], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
