"""The bot token of an installation that people made through the door, instead of a variable's.

The process of a workspace reads one row, with a key that opens that row alone. It looks again while
it runs: a token that changed is used, and where the app was removed from the workspace that is said
until somebody installs it anew.

What reads and opens a row is imported where there is an installation: few have one, and it takes
7 MB.
"""

import asyncio
import time
from collections.abc import Callable, Iterable

import stamina
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot.credentials import Credential, UnreadableError
from bot.reader import ConfigurationError, UnavailableError
from rules.values import is_team_id
from vendors.secrets import LiveSecret

SECONDS = 5.0
"""So often the row is looked for at most: many processes share the door's database."""

_TOKEN, _KEY = "SLACK_BOT_TOKEN", "SLACK_INSTALLATIONS_KEY"
_UNREAD = (
    "the door's installations cannot be read: look at SLACK_INSTALLATIONS, and whether that "
    "database runs"
)


class UnansweredError(UnreadableError):
    """The door's database cannot be read just now."""


class Installed:
    """Where one workspace's token comes from. ``is_missing`` once nobody has the app installed."""

    def __init__(
        self,
        url: str,
        team: str,
        keys: SecretStr,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the row of ``team`` in the database ``url``, opened by one of ``keys``.

        ``keys`` may be replaced, and have commas between them. ``clock`` tells seconds.
        """
        self._url, self._team, self._keys = url, team, keys
        self._clock, self._next = clock, 0.0
        self._credential: Credential | None = None
        self._last: str | UnreadableError = ""
        self.is_missing = False

    def is_there(self) -> bool:
        """Tell whether the app was installed when that was last looked at."""
        return not self.is_missing

    @property
    def problem(self) -> str:
        """Why there is no token, as a part of a sentence; empty where there is one."""
        return str(self._last) if isinstance(self._last, UnreadableError) else ""

    def token(self) -> str:
        """Return the newest token; raises ``UnreadableError``."""
        if self._clock() >= self._next:
            try:
                self._last = self._read()
            except UnreadableError as error:
                self._last = error
            self._next = self._clock() + SECONDS
        if isinstance(self._last, UnreadableError):
            raise type(self._last)(str(self._last))
        return self._last

    def supply(self, credentials: Iterable[Credential]) -> None:
        """Have the bot token among ``credentials`` read from here; nothing is read yet."""
        for one in credentials:
            if one.name == _TOKEN and isinstance(one.secret, LiveSecret):
                one.source, self._credential = self.token, one
            elif one.name == _KEY:
                one.fits, one.is_list = are_keys, True

    async def fill(self, learn: Callable[[Iterable[str]], None], patience: float) -> None:
        """Read the token before Slack is spoken to; ``learn`` is told it before anything uses it.

        Waits so many seconds for a database that cannot be read. Raises ``UnavailableError`` where
        it never could, and ``ConfigurationError`` where the app is not installed or no key opens
        the row.
        """
        try:
            async for attempt in stamina.retry_context(
                on=UnansweredError, attempts=None, timeout=patience
            ):
                with attempt:
                    self._put(await asyncio.to_thread(self.token), learn)
        except UnreadableError as error:
            if self._credential is not None:
                self._credential.problem = str(error)
            passes = isinstance(error, UnansweredError)
            kind = UnavailableError if passes else ConfigurationError
            raise kind([f"{_TOKEN}: {error}."]) from error

    def _put(self, token: str, learn: Callable[[Iterable[str]], None]) -> None:
        one = self._credential
        if one is not None and isinstance(one.secret, LiveSecret):
            learn([token])
            one.secret.replace(token)
            one.problem = ""

    def _read(self) -> str:
        from storage import installations  # noqa: PLC0415 - see above

        try:
            sealed = installations.sealed_token(self._url, self._team)
        except installations.NoDoorError as error:
            sentence = "SLACK_INSTALLATIONS names a database in which no door has written"
            raise UnreadableError(sentence) from error
        except (SQLAlchemyError, OSError) as error:
            raise UnansweredError(_UNREAD) from error
        self.is_missing = sealed is None
        if sealed is None:
            sentence = f"the app is not installed in {self._team}: install it through the door"
            raise UnreadableError(sentence)
        try:
            return installations.opened(sealed, parts(self._keys))
        except installations.SealedError as error:
            raise UnreadableError(f"{_KEY} does not open the installation") from error


def parts(keys: SecretStr | None) -> list[str]:
    """Return the keys in a secret that has commas between them."""
    return keys.get_secret_value().split(",") if keys is not None else []


def are_keys(text: str) -> bool:
    """Tell whether ``text`` could be the keys of a workspace."""
    from storage import installations  # noqa: PLC0415 - see above

    return all(map(installations.is_key, text.split(",")))


def chosen(
    token: SecretStr,
    url: SecretStr | None,
    key: SecretStr | None,
    team: str | None,
    problems: list[str],
) -> Installed | None:
    """Return where the bot token comes from; None where it is a variable or a file.

    What does not go together is added to ``problems``.
    """
    is_given = bool(token.get_secret_value())
    if url is None:
        problems += [] if is_given else [f"{_TOKEN} is missing."]
        problems += [] if team is None else ["slack.team is for SLACK_INSTALLATIONS: set both."]
        return None
    if is_given:
        problems.append(f"{_TOKEN} and SLACK_INSTALLATIONS are both set; please keep one.")
    if key is None or not are_keys(key.get_secret_value()):
        problems.append(f"{_KEY} must be what `aboard workspaces key` prints.")
    if team is None or not is_team_id(team):
        problems.append("slack.team must be the workspace (T…) whose installation is used.")
    if key is None or team is None or problems:
        return None
    return Installed(url.get_secret_value(), team, key)
