"""Planted defects: the door in front of several workspaces."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from slack_sdk.oauth.installation_store import Installation

from bot import door, door_forwarding, door_installing
from bot.door_installing import Installing, NotInstalledError
from sandbox.cast import acme
from storage import installations, oauth_states
from storage.installations import Installations
from storage.oauth_states import States


def _any_browser() -> None:
    def same(state: str, kept: str) -> bool:
        return bool(state or kept)

    door_installing._is_same = same


def _looked_up_first() -> None:
    def consume(self: States, state: str) -> bool:
        table = oauth_states._STATES
        here = table.c.digest == oauth_states._digest(state)
        with self._engine.begin() as connection:
            known = connection.execute(sa.select(table.c.until).where(here)).scalar() is not None
        with self._engine.begin() as connection:
            connection.execute(sa.delete(table).where(here))
        return known

    setattr(States, "consume", consume)  # noqa: B010 - a checker refuses to replace a method


def _as_they_came() -> None:
    def plain(_: Installations, token: str, __: str) -> str:
        return token

    def as_it_is(sealed: str, _: Sequence[str]) -> str:
        return sealed

    setattr(Installations, "_sealed", plain)  # noqa: B010 - likewise
    setattr(installations, "opened", as_it_is)  # noqa: B010 - likewise


class _Everybody(dict[str, str]):
    def __contains__(self, _: object) -> bool:
        return True


def _whoever_wants() -> None:
    strict = Installing._checked

    def lenient(self: Installing, answer: Mapping[str, Any]) -> Installation | NotInstalledError:
        settings = replace(self.settings, workspaces=_Everybody(self.settings.workspaces))
        return strict(replace(self, settings=settings), answer)

    setattr(Installing, "_checked", lenient)  # noqa: B010 - likewise


def _all_to_one() -> None:
    def first(_: Mapping[str, Any]) -> str:
        return "T0NORTH001"

    setattr(door_forwarding, "team_of", first)  # noqa: B010 - likewise


def _the_apps_own() -> None:
    def same(_: str, __: str) -> str:
        return acme().world.app.signing_secret

    setattr(installations, "signing_secret_of", same)  # noqa: B010 - likewise
    setattr(door, "signing_secret_of", same)  # noqa: B010 - likewise


def _whatever_is_installed() -> None:
    in_time = Installations.delete

    def delete(self: Installations, team: str, until: float) -> int:
        return in_time(self, team, until + 10**8)

    setattr(Installations, "delete", delete)  # noqa: B010 - likewise


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "any browser may end an installation": _any_browser,
        "a state is looked up first and deleted then": _looked_up_first,
        "tokens are kept as they came": _as_they_came,
        "whoever wants may install": _whoever_wants,
        "the door sends everything to one workspace": _all_to_one,
        "every process has the app's own secret": _the_apps_own,
        "a removal ends whatever is installed": _whatever_is_installed,
    }
)
"""What is wrong with the product, in words, and how it is made so."""
