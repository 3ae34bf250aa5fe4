"""Secrets come from the environment or a mounted file, never from the document, and stay hidden."""

import pytest

from tests.unit.bot.configured import ENVIRONMENT, NEEDED, Configuration


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""])
def test_a_secret_that_is_missing_is_named(
    configuration: Configuration, name: str, value: str | None
) -> None:
    del configuration.environment[name]
    if value is not None:
        configuration.environment[name] = value
    assert any(one.startswith(name) and "is missing" in one for one in configuration.problems())


def test_the_tokens_of_the_slack_cli_stand_in_for_missing_ones(
    configuration: Configuration,
) -> None:
    del configuration.environment["SLACK_BOT_TOKEN"]
    configuration.environment |= {"SLACK_CLI_XOXB": "xoxb-cli", "SLACK_CLI_XAPP": "xapp-cli"}
    assert set(configuration.load().secrets()) >= {"xoxb-cli", "xapp-cli"}
    configuration.environment["SLACK_BOT_TOKEN"] = "xoxb-own"
    assert "xoxb-cli" not in configuration.load().secrets()


def test_a_secret_in_the_document_is_refused_with_the_place_it_belongs_to(
    configuration: Configuration,
) -> None:
    configuration.change("[vendors.axiom]", '[vendors.axiom]\ntoken = "xaat-in-the-file"')
    problems = configuration.problems()
    assert problems == ["aboard.toml: vendors.axiom.token is a secret: set AXIOM_TOKEN instead."]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_secret_may_be_a_mounted_file(
    configuration: Configuration, name: str, ending: bytes
) -> None:
    configuration.secret_file(name, b"from-a-file-123" + ending)
    assert "from-a-file-123" in configuration.load().secrets()


def test_the_database_may_be_named_by_a_mounted_file(configuration: Configuration) -> None:
    configuration.secret_file("DATABASE_URL", b"postgresql://a:pass-word@localhost/b\n")
    settings = configuration.load()
    assert settings.environment.database_url.get_secret_value().endswith("@localhost/b")
    assert "pass-word" in settings.secrets()


def test_a_secret_given_twice_is_refused(configuration: Configuration) -> None:
    configuration.secret_file("AXIOM_TOKEN", b"xaat-two")
    configuration.environment["AXIOM_TOKEN"] = "xaat-one"
    assert configuration.problems() == [
        "AXIOM_TOKEN and AXIOM_TOKEN_FILE are both set; please keep one."
    ]


def test_a_secret_file_that_is_not_there_is_named_by_its_variable(
    configuration: Configuration,
) -> None:
    configuration.secret_file("AXIOM_TOKEN", b"").unlink()
    assert "AXIOM_TOKEN_FILE names a file that cannot be read." in configuration.problems()


def test_a_secret_file_that_is_no_text_is_named_by_its_variable(
    configuration: Configuration,
) -> None:
    configuration.secret_file("AXIOM_TOKEN", b"\xff\xfe\x00")
    assert "AXIOM_TOKEN_FILE names a file that cannot be read." in configuration.problems()


def test_an_empty_secret_file_is_a_missing_secret(configuration: Configuration) -> None:
    configuration.secret_file("AXIOM_TOKEN", b"\n")
    assert "AXIOM_TOKEN ([vendors.axiom] is on) is missing." in configuration.problems()


@pytest.mark.parametrize("value", ["with space", "tab\there", "line\nbreak", "naïve", "\x7f"])
@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_secret_that_no_header_can_carry_is_refused(
    configuration: Configuration, name: str, value: str
) -> None:
    configuration.environment[name] = value
    problem = configuration.problems()[0]
    assert problem.startswith(name)
    assert problem.endswith("must be printable ASCII without spaces.")


def test_every_secret_is_listed_for_the_log_to_mask(configuration: Configuration) -> None:
    configuration.environment |= {
        "SLACK_APP_TOKEN": "xapp-1",
        "GITHUB_TOKEN": "ghp_1234567890",
        "DATABASE_URL": "postgresql://aboard:data-base@localhost/aboard",
    }
    listed = set(configuration.load().secrets())
    assert listed >= {*ENVIRONMENT.values(), "xapp-1", "ghp_1234567890", "data-base"}


def test_no_secret_shows_when_the_settings_are_printed(configuration: Configuration) -> None:
    configuration.environment["DATABASE_URL"] = "postgresql://aboard:data-base@localhost/aboard"
    settings = configuration.load()
    printed = f"{settings!r} {settings!s} {settings.environment!r} {settings.environment!s}"
    assert not [secret for secret in (*ENVIRONMENT.values(), "data-base") if secret in printed]


def test_github_is_asked_only_where_a_token_is_given(configuration: Configuration) -> None:
    assert configuration.load().github is None
    configuration.environment["GITHUB_TOKEN"] = "ghp_1234567890"
    assert configuration.load().github is not None


@pytest.mark.parametrize(
    "url", ["http://slack.example/api", "https://u:p@slack.example", "ftp://x", "slack.example"]
)
def test_an_address_that_would_leak_credentials_is_refused(
    configuration: Configuration, url: str
) -> None:
    configuration.environment["SLACK_API_URL"] = url
    (problem,) = configuration.problems()
    assert problem.startswith("SLACK_API_URL must ")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgresql://a:b@host:port/c",
        "postgresql://a:b@host",
        "mysql://a:b@host/c",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_a_database_that_cannot_be_used_is_refused_by_its_name(
    configuration: Configuration, url: str
) -> None:
    configuration.environment["DATABASE_URL"] = url
    (problem,) = configuration.problems()
    assert problem.startswith("DATABASE_URL ")
    assert "a:b@" not in problem
