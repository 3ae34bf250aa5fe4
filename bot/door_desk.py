"""What an operator asks of the door from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot import existing, manifest
from bot.door import installations_of
from bot.door_settings import DoorSettings
from bot.reader import ConfigurationError
from bot.rows import Row
from storage.engine import create_engine
from storage.installations import Installations, Installed, SealedError, key_of, signing_secret_of

_CURE = "set SLACK_INSTALLATIONS, or run this in the door's working directory; the door makes one"


@contextmanager
def _opened(settings: DoorSettings) -> Iterator[Installations]:
    url = settings.environment.slack_installations.get_secret_value()
    engine = create_engine(existing.there(url, _CURE))
    try:
        yield installations_of(settings, engine)
    finally:
        engine.dispose()


def rows(settings: DoorSettings) -> list[Row]:
    """Return a row for each workspace that is listed or has the app installed; no token."""
    with _opened(settings) as installations:
        installed = {one.team: one for one in installations.all()}
    wanted = set(manifest.scopes())
    teams = sorted({*settings.workspaces, *installed})
    return [_row(team, settings, installed.get(team), wanted) for team in teams]


def _row(team: str, settings: DoorSettings, found: Installed | None, wanted: set[str]) -> Row:
    missing = sorted(wanted - set(found.scopes)) if found else []
    state = "ok" if found else "not installed"
    if missing:
        state = f"lacks {', '.join(missing)}: install it again"
    if team not in settings.workspaces:
        state = "not in door.toml"
    return {
        "team": team,
        "name": found.name if found else "",
        "since": found.at.isoformat(timespec="seconds") if found else "",
        "scopes": ",".join(sorted(found.scopes)) if found else "",
        "address": settings.workspaces.get(team, ""),
        "state": state,
    }


def key(settings: DoorSettings, team: str) -> dict[str, str]:
    """Return the secrets of the process of one workspace, by the names of their variables.

    They are its keys, newest first, with which it opens its token, and what the door signs with for
    it, now and before. Raises ``ConfigurationError`` where the workspace is not listed.
    """
    if team not in settings.workspaces:
        raise ConfigurationError([f"{team} does not stand in door.toml."])
    newest, before = settings.keys[0], settings.keys[1:2]
    return {
        "SLACK_INSTALLATIONS_KEY": ",".join(key_of(one, team) for one in settings.keys),
        "SLACK_SIGNING_SECRET": signing_secret_of(newest, team),
        "SLACK_SIGNING_SECRET_PREVIOUS": "".join(signing_secret_of(one, team) for one in before),
    }


def reseal(settings: DoorSettings) -> int:
    """Seal every token with the newest key; return how many there are."""
    with _opened(settings) as installations:
        try:
            return installations.reseal()
        except SealedError as error:
            sentence = "A token cannot be opened: DOOR_KEY_BEFORE lacks the key that sealed it."
            raise ConfigurationError([sentence]) from error
