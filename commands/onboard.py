"""``/onboard``, and its form."""

from commands import asking, typed
from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply, Say
from commands.views import forms
from commands.views.forms import Filled, ProfileChoice
from rules.values import Kind


async def command(interaction: Interaction, desk: Desk) -> Reply:
    """Ask at once where everything is known; open the form with what was typed where it is not."""
    said = typed.parse(interaction.text)
    if said.wrong:
        return Say(said.wrong)
    if said.subject and said.words:
        filled = _typed(said)
        ask = asking.draft(Kind.ONBOARD, interaction, filled, interaction.channel)
        return await asking.submit_typed(desk, ask)
    return await open_form(interaction, desk, Filled(subject=said.subject))


def _typed(said: typed.Typed) -> Filled:
    login, *profile = said.words
    return Filled(said.subject, login.removeprefix("@"), " ".join(profile) or None)


async def open_form(interaction: Interaction, desk: Desk, filled: Filled | None = None) -> Reply:
    """Open the form, filled in with what is known."""
    filled = filled or Filled()
    if filled.subject is not None:
        known = await desk.reads.known(filled.subject)
        filled = Filled(filled.subject, filled.github_login or known.github_login)
    profiles = [ProfileChoice(one.name, one.title) for one in desk.catalog.profiles.values()]
    sorry = await desk.open(interaction, forms.onboard(filled, profiles, interaction.channel))
    return Say(sorry) if sorry else Done()


async def submitted(interaction: Interaction, desk: Desk) -> Reply:
    """Record what was filled in."""
    return await asking.submit_form(
        desk, Kind.ONBOARD, interaction, forms.parse(interaction.values)
    )
