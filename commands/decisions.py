"""Approve, Deny and Details on a card."""

from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Done, Interaction, Reply, Wrong
from commands.views import answers, forms
from rules.values import Verdict
from workflow.drafts import Click


async def approve(interaction: Interaction, desk: Desk) -> Reply:
    """Count an approval; whoever clicked is told what became of it."""
    answer = await desk.service.decide(
        Click(interaction.value, interaction.actor, Verdict.APPROVE, "", interaction.delivery)
    )
    desk.whisper(interaction, answer.sentence)
    return Done()


async def deny(interaction: Interaction, desk: Desk) -> Reply:
    """Ask for the reason; what counts is the form that comes back."""
    sorry = await desk.service.may_decide(interaction.value, interaction.actor)
    view = await desk.reads.by_ref(interaction.value)
    if view is not None and sorry is None:
        sorry = await desk.open(interaction, forms.deny(view.ref, view.number))
    if sorry:
        desk.whisper(interaction, sorry)
    return Done()


async def denied(interaction: Interaction, desk: Desk) -> Reply:
    """Count a denial with its reason."""
    reason = forms.parse(interaction.values).reason
    if not reason:
        return Wrong({Block.REASON.value: "Please say why: the requester reads it."})
    answer = await desk.service.decide(
        Click(interaction.metadata, interaction.actor, Verdict.DENY, reason, interaction.delivery)
    )
    if not answer.counted:
        return Wrong({Block.REASON.value: answers.without_markup(answer.sentence)})
    return Done()


async def details(interaction: Interaction, desk: Desk) -> Reply:
    """Show everything that happened to a request, to those who may see it."""
    view = await desk.reads.by_ref(interaction.value)
    if view is None:
        desk.whisper(interaction, "I don't know this request any more.")
        return Done()
    if not await desk.may_see(view, interaction.actor):
        desk.whisper(interaction, "Only the requester and the approvers see the details.")
        return Done()
    text = answers.why(view, await desk.reads.lines(view.number))
    sorry = await desk.open(interaction, forms.details(view.number, text))
    if sorry:
        desk.whisper(interaction, sorry)
    return Done()
