"""The way to the app: over HTTP or a socket, with a journal, retries and Slackbot's excuses.

Events that fail are sent again at once, after one minute and after five, as long as the workspace
lives; commands and clicks are not: the person is told instead.
"""

import asyncio
from collections.abc import Mapping, Sequence

from sandbox.slack.delivery import RETRIES, Answer, Transport
from sandbox.slack.messages import Draft
from sandbox.slack.model import Delivery, Json, Message
from sandbox.slack.state import SLACKBOT, State

REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "http_error"}
WORDS = {
    "operation_timeout": "the app didn't respond in time",
    "dispatch_failed": "the app could not be reached",
}


class Messenger:
    """Sends payloads by the transport the workspace is set to."""

    def __init__(self, state: State, transports: Mapping[str, Transport], mode: str) -> None:
        self._state = state
        self._transports = transports
        self._retrying: set[asyncio.Task[None]] = set()
        self.mode = mode
        self.retries: Sequence[float] = RETRIES

    async def send(self, kind: str, payload: Json) -> Answer:
        """Send once and write it into the journal."""
        return await self._attempt(kind, payload, 0, "")

    async def send_event(self, payload: Json) -> Answer:
        """Send an event and return the first answer; where it failed, retry in the background."""
        answer = await self._attempt("event", payload, 0, "")
        if not answer.ok:
            task = asyncio.create_task(self._retry(payload, answer))
            self._retrying.add(task)
            task.add_done_callback(self._retrying.discard)
        return answer

    async def close(self) -> None:
        """Give up the retries that still wait."""
        for task in self._retrying:
            task.cancel()
        await asyncio.gather(*self._retrying, return_exceptions=True)

    def excuse(self, user: str, channel: str, what: str, answer: Answer) -> Message:
        """Let Slackbot tell a person that the app did not answer."""
        error = answer.error or "dispatch_failed"
        draft = Draft(f'{what} failed with the error "{error}": {WORDS[error]}.')
        return self._state.messages.post(channel, SLACKBOT, draft, ephemeral_for=user)

    async def _retry(self, payload: Json, answer: Answer) -> None:
        for number, pause in enumerate(self.retries, start=1):
            await asyncio.sleep(pause)
            reason = REASONS[answer.error or "dispatch_failed"]
            answer = await self._attempt("event", payload, number, reason)
            if answer.ok or answer.headers.get("X-Slack-No-Retry"):
                return

    async def _attempt(self, kind: str, payload: Json, number: int, reason: str) -> Answer:
        retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        transport = self._transports[self.mode]
        answer = await transport.send(kind, payload, retry if number else {})
        self._state.deliveries.append(
            Delivery(kind, payload, answer.status, answer.seconds, answer.error, number)
        )
        self._state.changes.happened()
        return answer
