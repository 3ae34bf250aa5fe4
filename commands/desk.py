"""What the handlers work with, and the words that are spoken after the answer.

A whisper is a courtesy: what it says stands on the card as well. It is sent after Slack was
answered, so that a slow Slack delays nobody, and it is waited for when the process ends.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from commands import slack_errors
from commands.checks import Checks
from commands.interaction import Interaction, Say
from commands.screens import Screens
from rules.catalog import Catalog
from rules.people import Actor, same_mailbox
from rules.policy import Ruling, standing
from workflow.accesses import Accesses
from workflow.archive import Archive
from workflow.batch_deciding import BatchDesk
from workflow.batch_views import BatchReads
from workflow.daily import DailyDesk
from workflow.directory import Directory, DirectoryError, actor_now, approvers_now
from workflow.homereads import HomeReads
from workflow.readmodels import RequestView
from workflow.reads import Reads
from workflow.service import Service

_log = structlog.get_logger(__name__)

_UPDATE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a handler may use. ``titles`` maps vendor names to how people call them."""

    service: Service
    reads: Reads
    directory: Directory
    client: AsyncWebClient
    catalog: Catalog
    titles: dict[str, str]
    home_team: str
    whispers: "Whispers"
    accesses: Accesses
    archive: Archive
    homes: HomeReads
    batches: BatchDesk
    batch_reads: BatchReads
    checks: Checks
    daily: DailyDesk
    screens: Screens = field(default_factory=Screens)

    async def ruling(self, slack_id: str) -> Ruling:
        """Say whether somebody is a full, active member of the home workspace."""
        resident = await self.directory.resident(slack_id)
        actor = resident.as_actor() if resident else Actor(slack_id, team_id="")
        return standing(actor, self.home_team)

    async def may_look_up(self, slack_id: str) -> bool:
        """Tell whether somebody may read what is remembered of people: no, if Slack is silent."""
        try:
            return (await self.ruling(slack_id)).allowed
        except DirectoryError:
            return False

    async def is_approver(self, slack_id: str) -> bool:
        """Tell whether the policy lets somebody approve something at this moment."""
        return await self._is_one_of(slack_id, self.catalog.approvers)

    async def is_operator(self, slack_id: str) -> bool:
        """Tell whether the settings name somebody as one who runs Aboard."""
        return await self._is_one_of(slack_id, self.checks.operators)

    async def may_see(self, view: RequestView, slack_id: str) -> bool:
        """Tell whether somebody may read everything about a request.

        Those who asked may and its approvers; where it is not confidential, all other approvers.
        Whoever it is about reads nothing of it in confidence, under no account of theirs.
        """
        if slack_id in view.askers or await self._is_one_of(slack_id, view.approvers):
            return not view.terms.confidential or not await self._is_about(view, slack_id)
        return not view.terms.confidential and await self.is_approver(slack_id)

    async def _is_about(self, view: RequestView, slack_id: str) -> bool:
        reader = await actor_now(self.directory, slack_id)
        return view.subject == slack_id or same_mailbox(reader.email, view.email)

    async def _is_one_of(self, slack_id: str, listed: tuple[str, ...]) -> bool:
        approvers = await approvers_now(self.directory, listed)
        return slack_id in approvers and (await self.ruling(slack_id)).allowed

    async def open(self, interaction: Interaction, view: View) -> str | None:
        """Open a form; return a sentence where Slack would not."""
        try:
            await self.client.views_open(trigger_id=interaction.trigger_id, view=view)
        except SlackApiError as error:
            if slack_errors.note(_log, "a form could not be opened", error) in slack_errors.LOUD:
                return "Slack refuses the form. Whoever runs Aboard finds the reason in its log."
            return "Slack did not open the form in time. Please try once more."
        return None

    async def update(self, interaction: Interaction, view: View) -> None:
        """Show something else in the form that ``interaction`` came from.

        Where the form has moved on since, or Slack is silent, it stays as it is.
        """
        revision = interaction.view_hash or None
        try:
            async with asyncio.timeout(_UPDATE_SECONDS):
                await self.client.views_update(view_id=interaction.view, hash=revision, view=view)
        except SlackApiError as error:
            slack_errors.note(_log, "a form could not be changed", error)
        except slack_errors.UNREACHABLE as error:
            _log.warning("a form could not be changed", error=type(error).__name__)

    def instead(self, interaction: Interaction, said: Say) -> None:
        """Put ``said`` in the place of the answer whose button was pressed."""
        self.whispers.start(_instead(self.client, interaction, said))

    def whisper(self, interaction: Interaction, text: str) -> None:
        """Tell the one who acted something that nobody else sees."""
        self.whispers.start(_whisper(self.client, interaction, text))

    def whisper_when(self, interaction: Interaction, found: Awaitable[Iterable[str]]) -> None:
        """Tell the one who acted what is found, when it is; nobody else sees it."""
        self.whispers.start(_whisper_when(self.client, interaction, found))


class Whispers:
    """Keeps hold of what is being said, so that it is not lost when the process ends."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, saying: Coroutine[Any, Any, None]) -> None:
        """Say something without waiting for it."""
        task = asyncio.create_task(saying)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float = 5.0) -> None:
        """Wait for what is being said, for at most ``seconds``."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)


async def _whisper(client: AsyncWebClient, interaction: Interaction, text: str) -> None:
    channel = interaction.channel or interaction.actor
    try:
        if interaction.channel is None:
            await client.chat_postMessage(channel=interaction.actor, text=text)
        else:
            await client.chat_postEphemeral(channel=channel, user=interaction.actor, text=text)
    except SlackApiError as error:
        await _through_hook(client, interaction, text, slack_errors.code_of(error))
    except slack_errors.UNREACHABLE as error:
        _log.warning("a whisper was lost", error=type(error).__name__)


async def _whisper_when(
    client: AsyncWebClient, interaction: Interaction, found: Awaitable[Iterable[str]]
) -> None:
    for text in await found:
        await _whisper(client, interaction, text)


async def _instead(client: AsyncWebClient, interaction: Interaction, said: Say) -> None:
    if interaction.response_url is None:
        _log.warning("an answer could not be replaced", error="no response_url")
        return
    try:
        hook = AsyncWebhookClient(interaction.response_url, session=client.session)
        await hook.send(text=said.text, blocks=said.blocks, replace_original=True)
    except slack_errors.UNREACHABLE as error:
        _log.warning("an answer could not be replaced", error=type(error).__name__)


async def _through_hook(
    client: AsyncWebClient, interaction: Interaction, text: str, why: str
) -> None:
    if interaction.response_url is None:
        _log.warning("a whisper was refused", error=why)
        return
    try:
        hook = AsyncWebhookClient(interaction.response_url, session=client.session)
        await hook.send(text=text, response_type="ephemeral", replace_original=False)
    except slack_errors.UNREACHABLE as error:
        _log.warning("a whisper was lost", error=type(error).__name__)
