"""What follows a vendor's part: try it again, attest it, or have an invitation mailed again."""

from commands import answering
from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Interaction, Reply, Wrong
from commands.views import handing
from workflow.attesting import LONGEST_EVIDENCE, Word


async def take(interaction: Interaction, desk: Desk) -> Reply:
    """Have whoever clicked see to an offboarding that is overdue."""
    return await answering.done(desk, interaction, desk.service.take)


async def retry(interaction: Interaction, desk: Desk) -> Reply:
    """Have one vendor tried again, under the approval there is; whoever clicked is told."""
    return await answering.done(desk, interaction, desk.service.retry)


async def retry_all(interaction: Interaction, desk: Desk) -> Reply:
    """Have all that failed in a request tried again; whoever clicked is told what was not."""
    return await answering.done(desk, interaction, desk.service.retry_all)


async def resend(interaction: Interaction, desk: Desk) -> Reply:
    """Have an invitation mailed again; whoever clicked is told."""
    return await answering.done(desk, interaction, desk.service.resend)


async def by_hand(interaction: Interaction, desk: Desk) -> Reply:
    """Ask for the evidence; what counts is the form that comes back."""
    why_not = await desk.service.may_attest(interaction.value, interaction.actor)
    step = await desk.reads.step(interaction.value)
    form = handing.by_hand(step) if step else None
    return await answering.asked(desk, interaction, form, why_not)


async def done_by_hand(interaction: Interaction, desk: Desk) -> Reply:
    """Count somebody's word, with its evidence."""
    evidence = handing.evidence(interaction.values)
    if not evidence:
        return Wrong({Block.EVIDENCE.value: "Please say how this can be seen."})
    if len(evidence) > LONGEST_EVIDENCE:
        sentence = f"Please keep it under {LONGEST_EVIDENCE} characters."
        return Wrong({Block.EVIDENCE.value: sentence})
    word = Word(interaction.metadata, evidence)
    answer = await desk.service.attest(word, interaction.actor, interaction.delivery)
    return answering.beside(Block.EVIDENCE, answer)
