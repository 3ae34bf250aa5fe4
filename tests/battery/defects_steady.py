"""Planted defects: what comes second after second, for long."""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest

from commands.dispatch import Dispatch, Handler, Reader
from commands.interaction import Reply
from workflow.drafts import Receipt, Refusal, RequestDraft
from workflow.service import Service

_A_VENDOR_SECONDS = 2.0


def _every_request_kept() -> None:
    handle, kept = Dispatch._handle, list[object]()

    async def keeping(
        self: Dispatch,
        body: dict[str, Any],
        request: AsyncBoltRequest,
        read: Reader,
        handler: Handler,
    ) -> Reply:
        kept.append((body, request))
        return await handle(self, body, request, read, handler)

    Dispatch._handle = keeping  # type: ignore[method-assign]  # that is the defect


def _slow_to_answer() -> None:
    submit = Service.submit

    async def late(self: Service, draft: RequestDraft) -> Receipt | Refusal:
        await asyncio.sleep(_A_VENDOR_SECONDS)
        return await submit(self, draft)

    Service.submit = late  # type: ignore[method-assign]  # that is the defect


def _asked_before_answered() -> None:
    submit = Service.submit

    async def after_a_look(self: Service, draft: RequestDraft) -> Receipt | Refusal:
        await self._means.directory.resident(draft.requester)
        return await submit(self, draft)

    Service.submit = after_a_look  # type: ignore[method-assign]  # that is the defect


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "every request is kept in memory": _every_request_kept,
        "an ask is answered as late as a vendor answers": _slow_to_answer,
        "Slack is asked who asks before they are answered": _asked_before_answered,
    }
)
