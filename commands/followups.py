"""What follows a vendor's part: try it again, attest it, or have an invitation mailed again."""

from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Done, Interaction, Reply, Wrong
from commands.views import answers, forms
from workflow.attesting import LONGEST_EVIDENCE, Word


async def take(interaction: Interaction, desk: Desk) -> Reply:
    """Have whoever clicked see to an offboarding that is overdue."""
    answer = await desk.service.take(interaction.value, interaction.actor, interaction.delivery)
    desk.whisper(interaction, answer.sentence)
    return Done()


async def retry(interaction: Interaction, desk: Desk) -> Reply:
    """Have one vendor tried again, under the approval there is; whoever clicked is told."""
    answer = await desk.service.retry(interaction.value, interaction.actor, interaction.delivery)
    desk.whisper(interaction, answer.sentence)
    return Done()


async def retry_all(interaction: Interaction, desk: Desk) -> Reply:
    """Have all that failed in a request tried again; whoever clicked is told what was not."""
    answer = await desk.service.retry_all(
        interaction.value, interaction.actor, interaction.delivery
    )
    desk.whisper(interaction, answer.sentence)
    return Done()


async def resend(interaction: Interaction, desk: Desk) -> Reply:
    """Have an invitation mailed again; whoever clicked is told."""
    answer = await desk.service.resend(interaction.value, interaction.actor, interaction.delivery)
    desk.whisper(interaction, answer.sentence)
    return Done()


async def by_hand(interaction: Interaction, desk: Desk) -> Reply:
    """Ask for the evidence; what counts is the form that comes back."""
    ref = interaction.value
    sorry = await desk.service.may_attest(ref, interaction.actor)
    step = await desk.reads.step(ref)
    if step is not None and sorry is None:
        sorry = await desk.open(interaction, forms.by_hand(step))
    if sorry:
        desk.whisper(interaction, sorry)
    return Done()


async def done_by_hand(interaction: Interaction, desk: Desk) -> Reply:
    """Count somebody's word, with its evidence."""
    evidence = forms.evidence(interaction.values)
    if not evidence:
        return Wrong({Block.EVIDENCE.value: "Please say how this can be seen."})
    if len(evidence) > LONGEST_EVIDENCE:
        sentence = f"Please keep it under {LONGEST_EVIDENCE} characters."
        return Wrong({Block.EVIDENCE.value: sentence})
    word = Word(interaction.metadata, evidence)
    answer = await desk.service.attest(word, interaction.actor, interaction.delivery)
    if not answer.counted:
        return Wrong({Block.EVIDENCE.value: answers.without_markup(answer.sentence)})
    return Done()
