"""Planted defects: slack's edge: who is heard, who may decide, and what text may do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace

from sqlalchemy.engine import Connection

from bot import guard
from commands.views import text as words
from rules import policy
from rules.people import Actor
from rules.policy import Ruling
from storage import inbox
from workflow import spreadsheets


def _guard_open() -> None:
    def right(*_: object) -> bool:
        return True

    setattr(guard.Guard, "_is_signed", right)  # noqa: B010 - a checker refuses to replace a method


def _long_window() -> None:
    guard.WINDOW_SECONDS = 900


def _every_delivery_is_new() -> None:
    first_time = inbox.first_time

    def always(connection: Connection, key: str, at: int, number: int | None = None) -> bool:
        first_time(connection, key, at, number)
        return True

    inbox.first_time = always


def _any_team() -> None:
    standing = policy.standing

    def at_home(actor: Actor, home_team: str) -> Ruling:
        return standing(replace(actor, team_id=home_team), home_team)

    policy.standing = at_home


def _about_oneself() -> None:
    policy._is_subject = lambda *_: False


def _markup_passes() -> None:
    def as_typed(sign: str, *, quote: bool) -> str:  # noqa: ARG001 - as html.escape is called
        return sign

    vars(words)["html"] = SimpleNamespace(escape=as_typed)  # whoever imported literal has it, too


def _cells_as_a_library_does() -> None:
    spreadsheets._is_skipped = lambda sign: sign == ""


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "any signature is right": _guard_open,
        "a signature holds for fifteen minutes": _long_window,
        "every delivery is new": _every_delivery_is_new,
        "any team is the home team": _any_team,
        "whoever it is about may decide": _about_oneself,
        "text is not escaped": _markup_passes,
        "cells are made safe as defusedcsv 3.0.0 does": _cells_as_a_library_does,
    }
)
