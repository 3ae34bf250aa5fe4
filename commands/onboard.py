"""``/onboard``, and its form with the fields of the chosen profile's vendors."""

from collections.abc import Sequence
from dataclasses import replace

import structlog
from slack_sdk.models.views import View

from commands import asking, typed
from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply, Say, Show, Wrong
from commands.views import access, forms, times
from commands.views.forms import Filled, ProfileChoice
from rules.values import Kind
from workflow.accesses import FieldView, Wrongs

_log = structlog.get_logger(__name__)

_LOOK_AGAIN = "These are the fields of the profile that is chosen. Please look, then ask again."


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
    if filled.subject is not None and await desk.may_look_up(interaction.actor):
        known = await desk.reads.known(filled.subject)
        filled = replace(filled, github_login=filled.github_login or known.github_login)
    note = await _change(interaction, desk, filled)
    sorry = await desk.open(interaction, _form(desk, filled, interaction.channel, note))
    return Say(sorry) if sorry else Done()


def _form(desk: Desk, filled: Filled, asked_in: str | None, note: str = "") -> View:
    """Draw the form, and have the vendors say early what may be chosen in it."""
    profiles = [ProfileChoice(one.name, one.title) for one in desk.catalog.profiles.values()]
    fields = desk.accesses.fields(filled.profile, filled.accesses)
    for field in fields:
        if not access.fits(field):
            _log.warning("a field does not fit", vendor=field.vendor, field=field.name)
    desk.accesses.warm(filled.profile)
    return forms.onboard(filled, profiles, asked_in, fields, note)


async def _change(interaction: Interaction, desk: Desk, filled: Filled) -> str:
    """Say that somebody has another profile than the one that is chosen; empty where they don't."""
    if filled.subject is None or not await desk.may_look_up(interaction.actor):
        return ""
    held = desk.catalog.profiles.get((await desk.reads.known(filled.subject)).profile)
    chosen = desk.catalog.find(filled.profile or "") or desk.catalog.default
    return times.change(held.title) if held is not None and held != chosen else ""


async def profile_chosen(interaction: Interaction, desk: Desk) -> Reply:
    """Show the fields of another profile in the form that is open."""
    filled = replace(forms.parse(interaction.values), profile=interaction.value)
    note = await _change(interaction, desk, filled)
    await desk.update(interaction, _form(desk, filled, interaction.metadata, note))
    return Done()


async def submitted(interaction: Interaction, desk: Desk) -> Reply:
    """Record what was filled in; what was changed under another profile is not dropped unsaid."""
    filled = forms.parse(interaction.values)
    fields = desk.accesses.fields(filled.profile)
    if _is_lost(interaction, desk, fields):
        return Show(_form(desk, filled, interaction.metadata, _LOOK_AGAIN))
    given = access.parse(interaction.values, fields)
    asked = await desk.accesses.read(filled.profile, given)
    if isinstance(asked, Wrongs):
        return Wrong(access.errors(asked, fields))
    return await asking.submit_form(desk, Kind.ONBOARD, interaction, filled, asked.accesses)


def _is_lost(interaction: Interaction, desk: Desk, fields: Sequence[FieldView]) -> bool:
    """Tell whether something was changed in fields that do not belong to the chosen profile."""
    others = access.profiles(interaction.values) - {one.profile for one in fields}
    return any(access.changed(interaction.values, desk.accesses.fields(one)) for one in others)
