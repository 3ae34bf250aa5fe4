"""Approve, Deny and Details on a card."""

from collections.abc import Awaitable, Callable

from commands import answering
from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Done, Interaction, Reply, Wrong
from commands.views import answers, forms
from rules.values import Verdict
from workflow.drafts import Answer, Click

Decide = Callable[[Click], Awaitable[Answer]]


async def approve(interaction: Interaction, desk: Desk) -> Reply:
    """Count an approval; whoever clicked is told what became of it."""
    act = desk.service.decide(pressed(interaction, Verdict.APPROVE))
    return await answering.told(desk, interaction, act)


async def deny(interaction: Interaction, desk: Desk) -> Reply:
    """Ask for the reason; what counts is the form that comes back."""
    why_not = await desk.service.may_decide(interaction.value, interaction.actor)
    view = await desk.reads.by_ref(interaction.value)
    form = forms.deny(view.ref, view.number) if view else None
    return await answering.asked(desk, interaction, form, why_not)


async def denied(interaction: Interaction, desk: Desk) -> Reply:
    """Count a denial with its reason."""
    return await count_denial(interaction, desk.service.decide)


def pressed(interaction: Interaction, verdict: Verdict) -> Click:
    """Return the decision that a button stands for."""
    return Click(interaction.value, interaction.actor, verdict, "", interaction.delivery)


async def count_denial(interaction: Interaction, decide: Decide) -> Reply:
    """Have ``decide`` count the denial that a form came back with."""
    reason = forms.parse(interaction.values).reason
    if not reason:
        return Wrong({Block.REASON.value: "Please say why: the requester reads it."})
    ref, actor, delivery = interaction.metadata, interaction.actor, interaction.delivery
    answer = await decide(Click(ref, actor, Verdict.DENY, reason, delivery))
    return answering.beside(Block.REASON, answer)


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
    return await answering.asked(desk, interaction, forms.details(view.number, text), None)
