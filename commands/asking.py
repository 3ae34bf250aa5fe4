"""From what was typed or filled in to a recorded request: shared by onboarding and offboarding."""

from collections.abc import Mapping

from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Done, Interaction, Reply, Say, Wrong
from commands.views import answers
from commands.views.forms import Filled
from rules.behalf import may_be_principal
from rules.policy import Ask
from rules.states import RequestState
from rules.values import Kind, is_channel_id
from workflow.directory import DirectoryError, actor_now
from workflow.drafts import Receipt, Refusal, RequestDraft
from workflow.preparing import wrong_subject

_FIELDS = {
    "subject": Block.SUBJECT,
    "github": Block.GITHUB,
    "profile": Block.PROFILE,
    "reason": Block.REASON,
    "starts": Block.STARTS,
    "until": Block.UNTIL,
    "principal": Block.PRINCIPAL,
}


def draft(
    kind: Kind,
    interaction: Interaction,
    filled: Filled,
    asked_in: str | None,
    accesses: Mapping[str, str] | None = None,
) -> RequestDraft:
    """Return the ask that somebody made; ``accesses`` are asked for in place of the profile's."""
    return RequestDraft(
        kind=kind,
        team_id=interaction.team_id,
        requester=interaction.actor,
        subject=filled.subject or "",
        github_login=filled.github_login,
        profile=filled.profile,
        reason=filled.reason,
        asked_in=asked_in,
        delivery=interaction.delivery,
        accesses=accesses or {},
        starts=filled.starts,
        until=filled.until,
        principal=filled.principal,
    )


async def submit_typed(desk: Desk, ask: RequestDraft) -> Reply:
    """Record what was typed after a command."""
    end = await desk.service.submit(ask)
    if isinstance(end, Refusal):
        return Say(f":no_entry: {answers.refused(end)}")
    return Say(answers.received(end.number, repeated=end.repeated))


async def submit_form(
    desk: Desk,
    kind: Kind,
    interaction: Interaction,
    filled: Filled,
    accesses: Mapping[str, str] | None = None,
) -> Reply:
    """Record what was filled in; what is wrong is said beside its field."""
    wrong = await _wrong_person(desk, kind, filled)
    if wrong is not None:
        return Wrong({Block.SUBJECT.value: wrong})
    wrong = await wrong_principal(desk, interaction, filled.principal, filled.subject or "")
    if wrong is not None:
        return Wrong({Block.PRINCIPAL.value: wrong})
    asked_in = interaction.metadata if is_channel_id(interaction.metadata) else None
    ask = draft(kind, interaction, filled, asked_in, accesses)
    return tell(desk, interaction, await desk.service.submit(ask), asked_in=asked_in)


def tell(
    desk: Desk,
    interaction: Interaction,
    end: Receipt | Refusal,
    *,
    asked_in: str | None = None,
    field: Block | None = None,
) -> Reply:
    """Say what became of a form: beside its field (``field`` where it has one alone), or aside."""
    if isinstance(end, Refusal):
        place = field or _FIELDS[end.field or "subject"]
        return Wrong({place.value: answers.without_markup(answers.refused(end))})
    whisper = Interaction(interaction.team_id, interaction.actor, "", asked_in)
    desk.whisper(whisper, answers.received(end.number, repeated=end.repeated))
    return Done()


async def wrong_principal(
    desk: Desk, interaction: Interaction, named: str | None, subject: str
) -> str | None:
    """Say likewise what is wrong with the one on whose behalf it is asked; None where nothing."""
    if named is None:
        return None
    try:
        principal = await actor_now(desk.directory, named)
    except DirectoryError:
        return None
    ask = Ask(desk.home_team, RequestState.RECEIVED, interaction.actor, subject, None, None)
    ruling = may_be_principal(principal, ask)
    return None if ruling.allowed else ruling.sentence


async def _wrong_person(desk: Desk, kind: Kind, filled: Filled) -> str | None:
    """Say what is wrong with the person, as far as Slack knows in time; more is checked later."""
    if filled.subject is None:
        return "Please choose a person."
    if kind is Kind.OFFBOARD and (await desk.reads.known(filled.subject)).holdings:
        return None
    try:
        resident = await desk.directory.resident(filled.subject)
    except DirectoryError:
        return None
    refusal = wrong_subject(kind, desk.home_team, resident, None)
    return refusal.sentence if refusal else None
