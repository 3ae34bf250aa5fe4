"""Settings refuse to start on anything unknown, empty or impossible, and say where it stands."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.reader import ConfigurationError
from bot.settings import load
from tests.unit.bot.configured import ENVIRONMENT, NEEDED, Configuration

EXAMPLE = Path(__file__).parents[3] / "aboard.example.toml"
UNKNOWN = "is unknown; please remove it or mend its spelling."


def test_a_right_configuration_loads_whole(configuration: Configuration) -> None:
    settings = configuration.load()
    assert settings.slack.channel == "C0123456789"
    assert settings.catalog.approval.approvers == ("U0123456789", "U0223456789")
    assert settings.catalog.approval.expires_after == timedelta(hours=72)
    assert set(settings.vendors) == {"axolo", "axiom"}
    assert settings.catalog.default.accesses["axiom"] == '{"role":"user"}'
    assert settings.environment.database_url.get_secret_value() == "sqlite:///aboard.db"


def test_the_documented_example_loads_with_the_environment_it_needs() -> None:
    settings = load(ENVIRONMENT | {"ABOARD_CONFIG": str(EXAMPLE)})
    assert list(settings.catalog.profiles) == ["engineer", "analyst"]
    assert set(settings.vendors) == {"axolo", "axiom"}


@pytest.mark.parametrize("name", NEEDED)
def test_the_documented_example_needs_every_one_of_its_secrets(name: str) -> None:
    environment = {key: value for key, value in ENVIRONMENT.items() if key != name}
    with pytest.raises(ConfigurationError, match=f"{name}.* is missing"):
        load(environment | {"ABOARD_CONFIG": str(EXAMPLE)})


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[slack]", "[slack]\nchanel = 1", "slack.chanel"),
        ("[approval]", "[approval]\nself_approval = true", "approval.self_approval"),
        ("[vendors.axiom]", "[vendors.axiom]\norg = 1", "vendors.axiom.org"),
        ('{ role = "user" }', '{ role = "user", rights = 1 }', "profiles.engineer.axiom.rights"),
        ("[slack]", "[emergency]\nenabled = true\n\n[slack]", "emergency"),
        ("[slack]", "version = 1\n\n[slack]", "version"),
    ],
)
def test_an_unknown_key_is_refused_by_its_name(
    configuration: Configuration, old: str, new: str, key: str
) -> None:
    configuration.change(old, new)
    assert f"aboard.toml: {key} {UNKNOWN}" in configuration.problems()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('channel = "C0123456789"', "", "slack.channel is missing."),
        ('"C0123456789"', '"#general"', "slack.channel must be the id of a channel"),
        ('"C0123456789"', '"U0123456789"', "slack.channel must be the id of a channel"),
        ('["U0123456789", "U0223456789"]', "[]", "approval.approvers must not be empty."),
        ('["U0123456789", "U0223456789"]', '"U0123456789"', "approval.approvers must be a list."),
        ('"U0123456789", ', '"@ada", ', "approval.approvers.0 must be a user id"),
        ("threshold = 1", "threshold = 0", "approval.threshold input should be greater than"),
        ("threshold = 1", "threshold = 3", "approval.threshold is larger than the number of"),
        ('"U0223456789"]\nthreshold = 1', '"U0123456789"]\nthreshold = 2', "is larger than the"),
        ('"72h"', "72", 'approval.expires_after must be a length of time such as "72h".'),
        ('"72h"', '"three days"', "approval.expires_after must be a length of time"),
        ('"72h"', '"99999999999999999999h"', "approval.expires_after must be a length of time"),
        ('"72h"', '"30s"', "approval.expires_after input should be greater than or equal to"),
        ('"72h"', '"2161h"', "approval.expires_after input should be less than or equal to"),
        ('organization = "acme"', "", "vendors.axolo.organization is missing."),
        ("[vendors.axiom]", "[vendors.axion]", "vendors.axion is unknown; there are ambition, "),
        ("[vendors.axiom]\n", "", "profiles.engineer.axiom names a vendor that is off: add [vend"),
        ('title = "Engineer"', "title = 1", "profiles.engineer.title must be a text."),
        ('title = "Engineer"', 'title = " "', "profiles.engineer.title must be a text."),
        ('title = "Engineer"', 'welcome = "#new"', "profiles.engineer.welcome must be the id of a"),
        ('title = "Engineer"', "welcome = 1", "profiles.engineer.welcome must be the id of a"),
        ('{ role = "user" }', '{ role = "" }', "profiles.engineer.axiom.role string should have"),
        ('{ role = "user" }', "{ role = 1 }", "profiles.engineer.axiom.role must be a text."),
        ('{ role = "user" }', '"user"', "profiles.engineer.axiom.it must be a table."),
        ("[slack]", "slack = 1\n[slak]", "slack must be a table."),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_a_sentence(
    configuration: Configuration, old: str, new: str, problem: str
) -> None:
    configuration.change(old, new)
    assert any(
        one.startswith("aboard.toml: ") and problem in one for one in configuration.problems()
    )


def test_a_user_group_may_hold_as_many_approvers_as_are_needed(
    configuration: Configuration,
) -> None:
    configuration.change('"U0223456789"]\nthreshold = 1', '"S0223456789"]\nthreshold = 5')
    assert configuration.load().catalog.approval.threshold == 5


def test_a_profile_that_gives_nothing_is_refused(configuration: Configuration) -> None:
    configuration.document += '\n[profiles.nobody]\ntitle = "Nobody"\n'
    assert configuration.problems() == [
        "aboard.toml: profiles.nobody gives nothing: name a vendor."
    ]


def test_without_profiles_nobody_could_be_given_anything(configuration: Configuration) -> None:
    configuration.document = configuration.document.partition("[profiles")[0]
    assert configuration.problems() == [
        "aboard.toml: profiles is empty: nobody could be given anything."
    ]


def test_a_vendor_whose_settings_are_wrong_is_not_also_called_off(
    configuration: Configuration,
) -> None:
    configuration.change("[vendors.axiom]", "[vendors.axiom]\norg = 1")
    assert configuration.problems() == [f"aboard.toml: vendors.axiom.org {UNKNOWN}"]


def test_everything_that_is_wrong_is_said_at_once(configuration: Configuration) -> None:
    configuration.change("threshold = 1", "threshold = 0")
    configuration.change("[slack]", "[slack]\nchanel = 1")
    del configuration.environment["AXIOM_TOKEN"]
    assert len(configuration.problems()) >= 3


@pytest.mark.parametrize(
    "document", [b"[slack\n", b"channel = = 1", b"a = 1\na = 2", b"\xff\xfe", b"[slack]\nx = 'y"]
)
def test_what_is_no_toml_is_refused_with_its_place(
    configuration: Configuration, document: bytes
) -> None:
    configuration.file.write_bytes(document)
    with pytest.raises(ConfigurationError, match="this is no TOML") as refusal:
        load(ENVIRONMENT | {"ABOARD_CONFIG": str(configuration.file)})
    assert str(configuration.file) in str(refusal.value)


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Copy aboard\.example\.toml"):
        load(ENVIRONMENT | {"ABOARD_CONFIG": str(tmp_path / "nothing.toml")})


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"it cannot be read \(IsADirectoryError\)"):
        load(ENVIRONMENT | {"ABOARD_CONFIG": str(tmp_path)})
