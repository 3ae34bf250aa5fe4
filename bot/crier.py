"""Tells people how Aboard itself stands: in the channel of the cards, or else its operators."""

from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands.slack_errors import UNREACHABLE, cure_of
from workflow.directory import DirectoryError, approvers_now
from workflow.means import Means

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Crier:
    """Tells the channel of the cards; where nothing of ours can stand there, each operator."""

    means: Means
    client: AsyncWebClient
    operators: tuple[str, ...]

    async def tell(self, text: str) -> bool:
        """Tell people; return whether it got to anybody. Whoever asked tries again otherwise."""
        try:
            await self.client.chat_postMessage(channel=self.means.channel, text=text)
        except UNREACHABLE as error:
            kind = type(error).__name__
            _log.warning("the channel could not be told in Slack", error=kind)
            closed = isinstance(error, SlackApiError) and cure_of(error) == "elsewhere"
            return closed and await self._tell_operators(text)
        return True

    async def _tell_operators(self, text: str) -> bool:
        try:
            people = await approvers_now(self.means.directory, self.operators)
        except DirectoryError:
            return False
        return any([await self._reaches(one, text) for one in sorted(people)])

    async def _reaches(self, person: str, text: str) -> bool:
        try:
            await self.client.chat_postMessage(channel=person, text=text)
        except UNREACHABLE as error:
            kind = type(error).__name__
            _log.warning("an operator could not be told in Slack", error=kind, person=person)
            return False
        return True
