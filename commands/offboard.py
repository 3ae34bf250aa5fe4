"""``/offboard``, and its form. A removal is always confirmed in the form, never typed away."""

from dataclasses import replace

from commands import asking, typed
from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply, Say
from commands.views import forms
from commands.views.forms import Filled
from rules.plans import PlannedStep
from rules.values import Kind
from workflow.directory import DirectoryError


async def command(interaction: Interaction, desk: Desk) -> Reply:
    """Open the form, with what would be removed where a person is named."""
    said = typed.parse(interaction.text)
    if said.wrong:
        return Say(said.wrong)
    return await open_form(interaction, desk, Filled(said.subject, reason=" ".join(said.words)))


async def open_form(interaction: Interaction, desk: Desk, filled: Filled | None = None) -> Reply:
    """Open the form, filled in with what is known."""
    filled = filled or Filled()
    removals: list[PlannedStep] = []
    if filled.subject is not None and await desk.may_look_up(interaction.actor):
        known = await desk.reads.known(filled.subject)
        filled = replace(filled, github_login=filled.github_login or known.github_login)
        removals = await _removals(interaction, desk, filled.subject or "")
    form = forms.offboard(filled, removals, desk.titles, interaction.channel)
    sorry = await desk.open(interaction, form)
    return Say(sorry) if sorry else Done()


async def _removals(interaction: Interaction, desk: Desk, subject: str) -> list[PlannedStep]:
    """Look up what would be removed, for those who may ask for it.

    The form opens without it where Slack is silent.
    """
    try:
        if not await desk.service.may_offboard(interaction.team_id, subject, interaction.actor):
            return []
        return await desk.service.preview_removal(interaction.team_id, subject)
    except DirectoryError:
        return []


async def submitted(interaction: Interaction, desk: Desk) -> Reply:
    """Record what was filled in."""
    return await asking.submit_form(
        desk, Kind.OFFBOARD, interaction, forms.parse(interaction.values)
    )
