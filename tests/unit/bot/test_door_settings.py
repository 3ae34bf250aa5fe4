"""What the door is told: all that is wrong is named, and no secret is repeated."""

from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store import Installation

from bot import door_desk
from bot.door_settings import DoorSettings, load
from bot.reader import ConfigurationError
from storage.engine import create_engine
from storage.installations import Installations, key_of, signing_secret_of

DOCUMENT = """\
[door]
url = "https://door.example/"

[workspaces.T0NORTH001]
url = "http://north:3000"
"""
KEY, BEFORE = "door-key-0123456789-0123456789-0123", "door-key-of-before-0123456789-0123"
ENVIRONMENT = {
    "SLACK_CLIENT_ID": "1042.2084",
    "SLACK_CLIENT_SECRET": "client-secret-0123456789",
    "SLACK_SIGNING_SECRET": "signing-secret-0123456789",
    "DOOR_KEY": KEY,
}
SCOPES = "chat:write commands files:read files:write usergroups:read users:read users:read.email"


def _load(folder: Path, document: str = DOCUMENT, **more: str) -> DoorSettings:
    (folder / "door.toml").write_text(document, encoding="utf-8")
    url = f"sqlite:///{folder / 'installations.db'}"
    given = {"DOOR_CONFIG": str(folder / "door.toml"), "SLACK_INSTALLATIONS": url}
    return load(ENVIRONMENT | given | more)


def _problems(folder: Path, document: str = DOCUMENT, **more: str) -> str:
    with pytest.raises(ConfigurationError) as refusal:
        _load(folder, document, **more)
    return str(refusal.value).replace(f"{folder}/", "")


def test_the_door_knows_its_address_its_workspaces_and_its_secrets(tmp_path: Path) -> None:
    settings = _load(tmp_path, DOOR_KEY_BEFORE=BEFORE)
    assert settings.url == "https://door.example"
    assert settings.workspaces == {"T0NORTH001": "http://north:3000"}
    assert settings.keys == [KEY, BEFORE]
    assert settings.authorize_url == "https://slack.com/oauth/v2/authorize"
    secrets = {ENVIRONMENT["SLACK_CLIENT_SECRET"], ENVIRONMENT["SLACK_SIGNING_SECRET"], KEY, BEFORE}
    assert secrets <= set(settings.secrets())
    assert all(one not in repr(settings) for one in secrets)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("T0NORTH001", "C0NORTH001", "workspaces.C0NORTH001 must be the id of a workspace"),
        ("http://north:3000", "ftp://north", "workspaces.T0NORTH001.url must look like"),
        ("http://north:3000", "http://169.254.169.254", "must not name a link-local"),
        ("https://door.example/", "http://door.example", "door.url must be https"),
        ("[door]", "[dor]", "dor is unknown"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert sentence in _problems(tmp_path, DOCUMENT.replace(old, new))


@pytest.mark.parametrize("value", ["short-secret", f"{KEY},{BEFORE}"])
def test_a_key_that_is_short_or_two_is_refused_and_not_repeated(tmp_path: Path, value: str) -> None:
    said = _problems(tmp_path, DOOR_KEY=value)
    assert said.startswith("DOOR_KEY must")
    assert value not in said


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file"):
        load(ENVIRONMENT | {"DOOR_CONFIG": str(tmp_path / "door.toml")})


def test_an_operator_sees_every_workspace_and_no_token(tmp_path: Path) -> None:
    settings = _load(tmp_path)
    _install(settings, "T0SOUTH001", ["commands"])
    assert {one["state"] for one in door_desk.rows(settings)} == {
        "not installed",
        "not in door.toml",
    }
    _install(settings, "T0NORTH001", SCOPES.split())
    rows = door_desk.rows(settings)
    assert [one["team"] for one in rows] == ["T0NORTH001", "T0SOUTH001"]
    assert [one["state"] for one in rows] == ["ok", "not in door.toml"]
    assert "xoxb-" not in str(rows)


def test_whoever_looks_where_no_door_has_written_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"There is no database .*installations\.db"):
        door_desk.rows(_load(tmp_path))
    assert not (tmp_path / "installations.db").exists()


def test_a_scope_that_was_not_granted_is_told(tmp_path: Path) -> None:
    settings = _load(tmp_path)
    _install(settings, "T0NORTH001", SCOPES.split()[:-1])
    [row] = door_desk.rows(settings)
    assert row["state"] == "lacks users:read.email: install it again"


def test_the_secrets_of_a_process_are_given_for_those_on_the_list(tmp_path: Path) -> None:
    settings = _load(tmp_path, DOOR_KEY_BEFORE=BEFORE)
    found = door_desk.key(settings, "T0NORTH001")
    assert found == {
        "SLACK_INSTALLATIONS_KEY": f"{key_of(KEY, 'T0NORTH001')},{key_of(BEFORE, 'T0NORTH001')}",
        "SLACK_SIGNING_SECRET": signing_secret_of(KEY, "T0NORTH001"),
        "SLACK_SIGNING_SECRET_PREVIOUS": signing_secret_of(BEFORE, "T0NORTH001"),
    }
    alone = door_desk.key(_load(tmp_path), "T0NORTH001")
    assert alone["SLACK_SIGNING_SECRET_PREVIOUS"] == ""
    assert len({*found.values(), alone["SLACK_INSTALLATIONS_KEY"]}) == 4
    with pytest.raises(ConfigurationError, match=r"does not stand in door\.toml"):
        door_desk.key(settings, "T0SOUTH001")


def test_sealing_anew_needs_the_key_that_sealed(tmp_path: Path) -> None:
    _install(_load(tmp_path), "T0NORTH001", ["commands"])
    with pytest.raises(ConfigurationError, match="DOOR_KEY_BEFORE"):
        door_desk.reseal(_load(tmp_path, DOOR_KEY=BEFORE))
    assert door_desk.reseal(_load(tmp_path, DOOR_KEY=BEFORE, DOOR_KEY_BEFORE=KEY)) == 1
    assert door_desk.reseal(_load(tmp_path, DOOR_KEY=BEFORE)) == 1


def _install(settings: DoorSettings, team: str, scopes: list[str]) -> None:
    engine = create_engine(settings.environment.slack_installations.get_secret_value())
    installations = Installations(engine, "1042.2084", settings.keys)
    installations.prepare()
    installations.save(
        Installation(
            app_id="A1", team_id=team, team_name="A", user_id="U1", bot_token="xoxb-here",
            bot_scopes=scopes, installed_at=1_000.0,
        )
    )  # fmt: skip
    engine.dispose()
