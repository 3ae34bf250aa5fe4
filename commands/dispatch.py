"""From Bolt to the handlers, which are looked up by the kind of what was sent and by its id.

Bolt tries its listeners one after the other, so that thirty cost four times as much as one and five
twice as much. So this is one middleware, the first: what it knows it answers, and nobody else is
asked, not even Slack, of which Bolt wants to know whose token it has. It runs with
``process_before_response``: the answer leaves when the handler is done, and a handler does no more
than read, write one transaction and answer. Slack waits three seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, suppress
from types import MappingProxyType
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from commands import (
    aboard,
    again,
    decisions,
    errors,
    evidence,
    extending,
    followups,
    handing,
    history,
    home,
    ids,
    interaction,
    offboard,
    onboard,
    options,
    scheduled,
    several,
)
from commands.desk import Desk
from commands.ids import Action, Block, Form
from commands.interaction import (
    Interaction,
    Offer,
    PayloadError,
    Reply,
    Say,
    acknowledgement,
)

Handler = Callable[[Interaction, Desk], Awaitable[Reply]]
Reader = Callable[[Mapping[str, Any], str], Interaction]
Answering = Callable[[AsyncAck, dict[str, Any], AsyncBoltRequest], Awaitable[BoltResponse]]

Watching = Callable[[str], AbstractContextManager[Callable[[], None]]]
"""Watches one answer, by its kind of payload; what it gives is called where the answer failed."""

_SECONDS = 2.6
_COMMAND = "command"
_ELSEWHERE = "Aboard belongs to another workspace and can't do this here."

COMMANDS: Mapping[str, Handler] = MappingProxyType(
    {
        ids.ONBOARD_COMMAND: onboard.command,
        ids.OFFBOARD_COMMAND: offboard.command,
        ids.ABOARD_COMMAND: aboard.command,
    }
)

ACTIONS: Mapping[str, Handler] = MappingProxyType(
    {
        Action.APPROVE: home.then_redrawn(decisions.approve),
        Action.DENY: decisions.deny,
        Action.DETAILS: decisions.details,
        Action.EVIDENCE: evidence.pressed,
        Action.MORE: history.turn,
        Action.RETRY: home.then_redrawn(followups.retry),
        Action.RETRY_ALL: home.then_redrawn(followups.retry_all),
        Action.BY_HAND: followups.by_hand,
        Action.HAND_OVER: handing.open_form,
        Action.RESEND: home.then_redrawn(followups.resend),
        Action.CANCEL: home.then_redrawn(scheduled.cancel),
        Action.TAKE: home.then_redrawn(followups.take),
        Action.EXTEND: extending.open_form,
        Action.ASK_AGAIN: again.open_form,
        Action.PAGE: home.turned,
        Action.SEARCH: home.searched,
        Action.EVERYTHING: home.searched,
        Action.ASK_ONBOARD: onboard.open_form,
        Action.ASK_OFFBOARD: offboard.open_form,
        Action.ASK_SEVERAL: several.open_form,
        Action.APPROVE_BATCH: home.then_redrawn(several.approve),
        Action.DENY_BATCH: several.deny,
        Action.CANCEL_BATCH: home.then_redrawn(several.cancel),
        Action.LIST_BATCH: several.send_list,
        Action.TEMPLATE: several.send_template,
        Block.PROFILE: onboard.profile_chosen,
    }
)

FORMS: Mapping[str, Handler] = MappingProxyType(
    {
        Form.ONBOARD: onboard.submitted,
        Form.OFFBOARD: offboard.submitted,
        Form.EXTEND: extending.submitted,
        Form.DENY: home.drawn_after(decisions.denied),
        Form.BY_HAND: home.drawn_after(followups.done_by_hand),
        Form.HAND_OVER: home.drawn_after(handing.submitted),
        Form.SEVERAL: several.submitted,
        Form.DENY_BATCH: home.drawn_after(several.denied),
    }
)

_KINDS: Mapping[Reader, str] = MappingProxyType(
    {
        interaction.of_command: "command",
        interaction.of_action: "action",
        interaction.of_suggestion: "suggestion",
        interaction.of_submission: "submission",
        interaction.of_event: "event",
    }
)
"""What each kind of payload is called by who counts them."""

KINDS = tuple(_KINDS.values())
"""Every kind of payload."""

EVENTS: Mapping[str, Handler] = MappingProxyType({"app_home_opened": home.opened})


class Dispatch(AsyncMiddleware):
    """Hands each payload to its handler and turns what went wrong into a sentence."""

    def __init__(self, desk: Desk, watching: Watching) -> None:
        """Dispatch to handlers that work with ``desk``; have ``watching`` watch each answer."""
        self._desk, self._watching = desk, watching
        self._answering: Mapping[str, Answering] = {
            _COMMAND: self._command,
            "block_actions": self._action,
            "block_suggestion": self._suggestion,
            "view_submission": self._submission,
            "event_callback": self._event,
        }

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt gives it
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's own name
    ) -> BoltResponse | None:
        """Answer what Slack sends; what is of no kind that Aboard knows is left to Bolt."""
        answering = self._answering.get(_kind(req.body))
        if answering is None:
            return await next()
        return await answering(req.context.ack, req.body, req)

    async def _command(
        self, ack: AsyncAck, body: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        handler = COMMANDS.get(str(body.get("command")), aboard.command)
        reply = await self._handle(body, request, interaction.of_command, handler)
        return await ack(**acknowledgement(reply))

    async def _action(
        self, ack: AsyncAck, body: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        handler = ACTIONS.get(_action_name(body))
        if handler is not None:
            reply = await self._handle(body, request, interaction.of_action, handler)
            self._tell(body, request, reply)
        return await ack()

    def _tell(self, body: dict[str, Any], request: AsyncBoltRequest, reply: Reply) -> None:
        """Say to whoever pressed what an acknowledgement of a press cannot say."""
        if isinstance(reply, Say):
            with suppress(PayloadError):
                pressed = interaction.of_action(body, request.raw_body)
                self._desk.whisper(pressed, reply.text)

    async def _suggestion(
        self, ack: AsyncAck, body: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        reply = await self._handle(body, request, interaction.of_suggestion, options.suggest)
        offer = reply if isinstance(reply, Offer) else Offer()
        return await ack(**acknowledgement(offer))

    async def _submission(
        self, ack: AsyncAck, body: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        handler = FORMS.get(str((body.get("view") or {}).get("callback_id")))
        if handler is None:
            return await ack()
        reply = await self._handle(body, request, interaction.of_submission, handler)
        if isinstance(reply, Say):
            reply = interaction.Wrong({_first_field(body): reply.text})
        return await ack(**acknowledgement(reply))

    async def _event(
        self, ack: AsyncAck, body: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        handler = EVENTS.get(str((body.get("event") or {}).get("type")))
        if handler is not None:
            await self._handle(body, request, interaction.of_event, handler)
        return await ack()

    async def _handle(
        self, body: dict[str, Any], request: AsyncBoltRequest, read: Reader, handler: Handler
    ) -> Reply:
        with self._watching(_KINDS[read]) as failed:
            try:
                what = read(body, request.raw_body)
                if what.team_id != self._desk.home_team:
                    return Say(_ELSEWHERE)
                async with asyncio.timeout(_SECONDS):
                    return await handler(what, self._desk)
            except Exception as error:  # noqa: BLE001 - the one error handler; whoever acted is told
                failed()
                return Say(errors.explain(error))


def _kind(body: Mapping[str, Any]) -> str:
    """Return the type of what was sent; a command has none."""
    return _COMMAND if _COMMAND in body else str(body.get("type"))


def _action_name(body: Mapping[str, Any]) -> str:
    """Return what was pressed; a field that speaks while its form is open is known by its block."""
    action = (body.get("actions") or [{}])[0]
    name = str(action.get("action_id") or "").partition(":")[0]
    return str(action.get("block_id") or "") if name == ids.VALUE else name


def _first_field(body: Mapping[str, Any]) -> str:
    """Return the first field of a form: the only place where a refused form can say why."""
    blocks = (body.get("view") or {}).get("blocks") or []
    inputs = (block["block_id"] for block in blocks if block.get("type") == "input")
    return str(next(inputs, "reason"))
