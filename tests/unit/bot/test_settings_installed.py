"""The bot token of an installation: what goes together, and what is read when."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation

from bot.credentials import Credential, UnreadableError, findings
from bot.findings import Mark
from bot.installed import SECONDS, Installed
from bot.reader import ConfigurationError, UnavailableError
from bot.rotation import Rotation
from bot.settings import Settings
from storage.engine import create_engine
from storage.installations import Installations, key_of
from tests.unit.bot.configured import Configuration
from vendors.secrets import LiveSecret
from workflow.clock import as_datetime, system_clock

DOOR_KEY = "door-key-0123456789-0123456789-0123"
TEAM = "T0123456789"
KEY = key_of(DOOR_KEY, TEAM)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'installations.db'}"


@pytest.fixture
def told(configuration: Configuration, url: str) -> Configuration:
    """Say that the bot token is that of an installation."""
    del configuration.environment["SLACK_BOT_TOKEN"]
    configuration.environment |= {"SLACK_INSTALLATIONS": url, "SLACK_INSTALLATIONS_KEY": KEY}
    configuration.change("[slack]", f'[slack]\nteam = "{TEAM}"')
    return configuration


def _install(url: str, token: str, at: float = 1_000.0, team: str = TEAM) -> None:
    engine = create_engine(url)
    door = Installations(engine, "1042.2084", [DOOR_KEY])
    door.prepare()
    door.save(
        Installation(
            app_id="A1", team_id=team, user_id="U1", bot_token=token, installed_at=at
        )
    )  # fmt: skip
    engine.dispose()


async def _filled(settings: Settings, patience: float = 0.1) -> list[str]:
    """Read the token; return what the log was told to mask."""
    learned: list[str] = []
    assert settings.installed is not None
    await settings.installed.fill(learned.extend, patience)
    return learned


async def test_the_token_of_the_installation_is_masked_and_used(
    told: Configuration, url: str
) -> None:
    _install(url, "xoxb-installed")
    settings = told.load()
    assert await _filled(settings) == ["xoxb-installed"]
    assert settings.environment.slack_bot_token.get_secret_value() == "xoxb-installed"
    assert {"xoxb-installed", KEY} <= set(settings.secrets())


async def test_what_does_not_speak_to_slack_reads_no_installation(
    told: Configuration, url: str
) -> None:
    engine = create_engine(url)
    with engine.begin():  # whoever asks this database for its lock waits
        settings = told.load()
    engine.dispose()
    assert settings.environment.slack_bot_token.get_secret_value() == ""
    assert settings.installed is not None
    assert settings.installed.problem == ""


async def test_a_workspace_that_has_not_installed_the_app_is_told_so(
    told: Configuration, url: str
) -> None:
    _install(url, "xoxb-another", team="T0OTHER")
    settings = told.load()
    assert settings.installed is not None
    with pytest.raises(ConfigurationError, match="is not installed in T0123456789: install it"):
        await _filled(settings)
    assert not settings.installed.is_there()
    [wrong] = [
        one
        for one in findings(settings.credentials, as_datetime(system_clock()))
        if one.mark is Mark.WRONG
    ]
    assert wrong.detail == f"the app is not installed in {TEAM}: install it through the door."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-too"}, "SLACK_BOT_TOKEN and SLACK_INSTALLATIONS are both set"),
        ({"SLACK_INSTALLATIONS_KEY": "no-key"}, "SLACK_INSTALLATIONS_KEY must be what"),
        ({"SLACK_INSTALLATIONS_KEY": ""}, "SLACK_INSTALLATIONS_KEY must be what"),
    ],
)
def test_what_does_not_go_together_is_refused(
    told: Configuration, change: dict[str, str], sentence: str
) -> None:
    told.environment |= change
    assert any(one.startswith(sentence) for one in told.problems())


def test_a_workspace_without_an_installation_is_refused(configuration: Configuration) -> None:
    configuration.change("[slack]", f'[slack]\nteam = "{TEAM}"')
    assert configuration.problems() == ["slack.team is for SLACK_INSTALLATIONS: set both."]


def test_without_the_workspace_nobody_knows_whose_installation_it_is(told: Configuration) -> None:
    told.change(f'team = "{TEAM}"', "")
    assert told.problems() == ["slack.team must be the workspace (T…) whose installation is used."]


def test_a_key_of_another_workspace_opens_nothing(url: str) -> None:
    _install(url, "xoxb-installed")
    other = Installed(url, TEAM, SecretStr(key_of(DOOR_KEY, "T0OTHER")))
    with pytest.raises(UnreadableError, match="does not open the installation"):
        other.token()
    assert other.is_there()


def test_a_new_token_is_seen_within_seconds_and_the_row_is_not_read_all_the_time(
    url: str,
) -> None:
    now = 0.0
    installed = Installed(url, TEAM, SecretStr(KEY), lambda: now)
    _install(url, "xoxb-first")
    assert installed.token() == "xoxb-first"
    _install(url, "xoxb-second", at=2_000.0)
    now = SECONDS - 1
    assert installed.token() == "xoxb-first"
    now = SECONDS
    assert installed.token() == "xoxb-second"


def test_a_database_that_cannot_be_read_is_no_removal(tmp_path: Path) -> None:
    (tmp_path / "installations.db").write_bytes(b"no database at all, but some bytes" * 100)
    installed = Installed(f"sqlite:///{tmp_path / 'installations.db'}", TEAM, SecretStr(KEY))
    with pytest.raises(UnreadableError, match="cannot be read"):
        installed.token()
    assert installed.is_there()


async def test_an_address_at_which_no_door_wrote_is_said_to_be_that(told: Configuration) -> None:
    with pytest.raises(ConfigurationError, match="in which no door has written"):
        await _filled(told.load())


async def test_a_key_that_opens_nothing_is_said_and_not_waited_for(
    told: Configuration, url: str
) -> None:
    _install(url, "xoxb-installed")
    told.environment["SLACK_INSTALLATIONS_KEY"] = key_of(DOOR_KEY, "T0OTHER")
    settings = told.load()
    with pytest.raises(ConfigurationError) as refusal:
        await _filled(settings, patience=60.0)
    said = ["SLACK_BOT_TOKEN: SLACK_INSTALLATIONS_KEY does not open the installation."]
    assert refusal.value.problems == said


@pytest.fixture
def broken(url: str) -> Path:
    """Put what is no database where the installations are."""
    file = Path(url.removeprefix("sqlite:///"))
    file.write_bytes(b"no database at all, but some bytes" * 100)
    return file


async def test_a_database_that_cannot_be_read_is_waited_for(broken: Path, url: str) -> None:
    asked = 0.0

    def clock() -> float:
        nonlocal asked
        asked += SECONDS
        if asked == 3 * SECONDS:  # it was read once, and is about to be read again
            broken.unlink()
            _install(url, "xoxb-installed")
        return asked

    secret = LiveSecret("")
    installed = Installed(url, TEAM, SecretStr(KEY), clock)
    installed.supply([Credential("SLACK_BOT_TOKEN", secret, None, bool)])
    learned: list[str] = []
    await installed.fill(learned.extend, 60.0)
    assert secret.get_secret_value() == "xoxb-installed"
    assert asked > 3 * SECONDS


@pytest.mark.usefixtures("broken")
async def test_a_database_that_stays_unreadable_is_said_in_the_end(told: Configuration) -> None:
    settings = told.load()
    with pytest.raises(UnavailableError) as refusal:
        await _filled(settings)
    [said] = refusal.value.problems
    assert said.startswith("SLACK_BOT_TOKEN: the door's installations cannot be read: look at")


def test_what_cannot_be_read_is_not_read_all_the_time_either(url: str) -> None:
    now = 0.0
    installed = Installed(url, TEAM, SecretStr(KEY), lambda: now)
    with pytest.raises(UnreadableError):
        installed.token()
    _install(url, "xoxb-installed")
    with pytest.raises(UnreadableError, match="no door has written"):
        installed.token()
    now = SECONDS
    assert installed.token() == "xoxb-installed"


async def test_keys_in_a_file_are_replaced_and_each_is_masked(
    told: Configuration, url: str
) -> None:
    _install(url, "xoxb-installed")
    old, other = key_of(DOOR_KEY, "T0OTHER"), key_of(DOOR_KEY, "T0ANOTHER")
    file = told.secret_file("SLACK_INSTALLATIONS_KEY", f"{old},{other}".encode())
    settings = told.load()
    assert {old, other} <= set(settings.secrets())
    held = settings.environment.slack_installations_key
    assert held is not None
    installed, learned = Installed(url, TEAM, held), list[str]()
    rotation = Rotation(settings.credentials, learned.extend)
    file.write_text("no key")
    await rotation.once()
    assert "no key" not in learned
    file.write_text(f"{KEY},{old}\n")
    await rotation.once()
    assert {KEY, old} <= set(learned)
    assert installed.token() == "xoxb-installed"
