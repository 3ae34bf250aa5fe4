"""Several people at once: the form, the buttons of a batch's card, and its list as a file."""

from commands import answering, asking, decisions
from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Done, Interaction, Reply, Say, Wrong
from commands.papers import hand_over
from commands.views import answers, several_file, several_form
from rules.values import Verdict
from workflow.archive import Paper
from workflow.batch_views import BatchView
from workflow.batches import BatchDraft
from workflow.drafts import Click, Refusal

_UNKNOWN = "I don't know this batch any more."
_TEMPLATE = "Here is the template. Fill it in, then choose it in the form for several people."


async def open_form(interaction: Interaction, desk: Desk) -> Reply:
    """Show the form for several people in the place of the one for one person."""
    await desk.update(
        interaction, several_form.form(list(desk.catalog.profiles), desk.catalog.default.name)
    )
    return Done()


async def submitted(interaction: Interaction, desk: Desk) -> Reply:
    """Write down what was handed in; it is read afterwards."""
    filled = several_form.parse(interaction.values)
    if not filled.source and filled.file is None:
        return Wrong({Block.ROWS.value: "Please paste some rows, or choose a file."})
    wrong = await asking.wrong_principal(desk, interaction, filled.principal, "")
    if wrong is not None:
        return Wrong({Block.PRINCIPAL.value: wrong})
    ruling = await desk.ruling(interaction.actor)
    if not ruling.allowed:
        return Say(ruling.sentence)
    draft = BatchDraft(
        interaction.team_id, interaction.actor, filled.source, filled.file, filled.reason,
        interaction.delivery, filled.principal,
    )  # fmt: skip
    end = await desk.batches.submit(draft)
    if isinstance(end, Refusal):
        return Wrong({Block.ROWS.value: answers.without_markup(answers.refused(end))})
    return Done()


async def approve(interaction: Interaction, desk: Desk) -> Reply:
    """Count an approval of everybody in a batch, as the button's card shows it."""
    ref, _, seen = interaction.value.partition(":")
    actor, delivery = interaction.actor, interaction.delivery
    act = desk.batches.decide(Click(ref, actor, Verdict.APPROVE, "", delivery, seen))
    return await answering.told(desk, interaction, act)


async def deny(interaction: Interaction, desk: Desk) -> Reply:
    """Ask for the reason; what counts is the form that comes back."""
    why_not = await desk.batches.obstacle(decisions.pressed(interaction, Verdict.DENY))
    view = await desk.batch_reads.by_ref(interaction.value)
    form = several_form.denial(view) if view else None
    return await answering.asked(desk, interaction, form, why_not)


async def denied(interaction: Interaction, desk: Desk) -> Reply:
    """Count a denial with its reason."""
    return await decisions.count_denial(interaction, desk.batches.decide)


async def cancel(interaction: Interaction, desk: Desk) -> Reply:
    """Withdraw a batch."""
    return await answering.done(desk, interaction, desk.batches.cancel)


async def send_list(interaction: Interaction, desk: Desk) -> Reply:
    """Hand over every line of a batch as it stands, to those who may see it."""
    view = await desk.batch_reads.by_ref(interaction.value)
    if view is None:
        desk.whisper(interaction, _UNKNOWN)
    elif not await _may_see(view, interaction.actor, desk):
        desk.whisper(interaction, "Only the requester and the approvers see the list.")
    else:
        words = f"Batch {view.number}, every line as it stands now."
        desk.whispers.start(_send(several_file.paper(view), interaction.actor, words, desk))
    return Done()


async def send_template(interaction: Interaction, desk: Desk) -> Reply:
    """Hand over the table that people fill in."""
    desk.whispers.start(_send(several_file.template(), interaction.actor, _TEMPLATE, desk))
    return Done()


async def _may_see(view: BatchView, slack_id: str, desk: Desk) -> bool:
    if slack_id in view.askers:
        return (await desk.ruling(slack_id)).allowed
    return await desk.is_approver(slack_id)


async def _send(paper: Paper, to: str, words: str, desk: Desk) -> None:
    await hand_over(desk.client, to, paper, words)
