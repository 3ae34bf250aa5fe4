"""No message ever repeats what was typed: what was typed may be a secret in the wrong place."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reader import ConfigurationError
from tests.unit.bot.configured import DOCUMENT, Configuration

CANARY = st.text("bcdfghjkmnpqrstvwxz0123456789", min_size=12, max_size=40)
VALUES = (
    '"C0123456789"', '["U0123456789", "U0223456789"]', '"U0223456789"', "1", '"72h"', '"acme"',
    '"Engineer"', "{}", '{ role = "user" }', '"user"',
)  # fmt: skip
VARIABLES = (
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_API_URL", "GITHUB_TOKEN",
    "GITHUB_API_URL", "AXOLO_API_KEY", "AXIOM_TOKEN", "SLACK_BOT_TOKEN_FILE", "AXIOM_TOKEN_FILE",
    "SLACK_CLI_XOXB", "SLACK_CLI_XAPP", "DATABASE_URL", "DATABASE_URL_FILE",
)  # fmt: skip
FORMS = (
    "{}", '"{}"', "'{}'", '["{}"]', '{{ x = "{}" }}', '{{ role = "{}" }}', '"{}', '"{}"\nx = 1',
    "2026-01-01 # {}", '[1, ["{}"]]', '"{} with spaces"', '"https://u:{}@host"', '"-{}h"',
)  # fmt: skip
SURROUNDED = (
    "{}", " {}", "{}\n", "https://u:{}@host", "http://{}.example", "ünïcode{}",
    "mysql://u:{}@host/name", "postgresql://u:{}@host:port/name", "postgresql://u:{}@[::1",
)  # fmt: skip


def message_about(document: str, environment: dict[str, str]) -> str:
    """Load, and return everything that the refusal says; nothing where it loads."""
    with TemporaryDirectory() as folder:
        configuration = Configuration(Path(folder), document)
        configuration.environment |= environment
        try:
            configuration.load()
        except ConfigurationError as refusal:
            return f"{refusal} {refusal!r} {refusal.problems}"
    return ""


@given(st.sampled_from(VALUES), st.sampled_from(FORMS), CANARY)
@settings(max_examples=300)
def test_no_message_repeats_a_value_of_the_document(value: str, form: str, canary: str) -> None:
    assert canary not in message_about(DOCUMENT.replace(value, form.format(canary), 1), {})


@given(st.sampled_from(VARIABLES), st.sampled_from(SURROUNDED), CANARY)
@settings(max_examples=200)
def test_no_message_repeats_a_value_of_the_environment(name: str, form: str, canary: str) -> None:
    assert canary not in message_about(DOCUMENT, {name: form.format(canary)})


@given(CANARY, st.sampled_from(["token", "api_key"]), st.sampled_from(["axiom", "axolo"]))
def test_no_message_repeats_a_secret_that_was_put_into_the_document(
    canary: str, key: str, vendor: str
) -> None:
    section = f"[vendors.{vendor}]"
    document = DOCUMENT.replace(section, f"{section}\n{key} = {json.dumps(canary)}")
    message = message_about(document, {})
    assert f"vendors.{vendor}.{key}" in message
    assert canary not in message


def test_the_canaries_would_be_found_where_a_message_repeats_them() -> None:
    assert "tpyo" in message_about(DOCUMENT.replace("[slack]", "[slack]\ntpyo = 1"), {})
