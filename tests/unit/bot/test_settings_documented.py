"""What docs/configuration.md shows as an example is a file that Aboard starts with."""

import re

import pytest

from tests.architecture.source import ROOT
from tests.unit.bot.configured import DOCUMENT, ENVIRONMENT, Configuration

SECRETS = {
    **ENVIRONMENT,
    "IXON_TOKEN": "ixon-token-0123456789",
    "APPXITE_SUBSCRIPTION_KEY": "appxite-key-0123456789",
    "APPXITE_CLIENT_ID": "appxite-client",
    "APPXITE_CLIENT_SECRET": "appxite-secret-0123456789",
    "AMBITION_TOKEN": "ambition-token-0123456789",
}
BLOCKS = re.findall(
    r"^```toml\n(.*?)^```$",
    (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
HEAD = DOCUMENT.partition("[vendors.axolo]")[0]
AXIOM = """
[vendors.axiom]

[profiles.engineer]
axiom = {}
"""
ANALYST = """
[profiles.analyst]
axiom = {}
"""


def example(*words: str) -> str:
    """Return the one example of the page that has these words in it."""
    [found] = [one for one in BLOCKS if all(word in one for word in words)]
    return str(found)


RULES = example("[[rules]]")
VENDORS = example("[vendors.axolo]", "[profiles.seller]")
CALLS = example("[vendors.appxite.paths]")
USER_API = example("[vendors.ambition.user_api]")


@pytest.fixture
def all_secrets(configuration: Configuration) -> Configuration:
    configuration.environment = dict(SECRETS)
    return configuration


def test_every_example_is_tried_here() -> None:
    assert {RULES, VENDORS, CALLS, USER_API} == set(BLOCKS)


def test_the_example_of_five_vendors_is_loaded(all_secrets: Configuration) -> None:
    all_secrets.document = HEAD + VENDORS
    loaded = all_secrets.load()
    assert set(loaded.vendors) == {"axolo", "axiom", "ixon", "appxite", "ambition"}


def test_the_example_of_calls_is_loaded_behind_it(all_secrets: Configuration) -> None:
    all_secrets.document = HEAD + VENDORS + CALLS
    all_secrets.load()


def test_the_example_of_a_user_api_is_loaded(all_secrets: Configuration) -> None:
    all_secrets.document = HEAD + AXIOM + USER_API
    all_secrets.load()


def test_the_example_of_a_rule_is_loaded(all_secrets: Configuration) -> None:
    all_secrets.document += ANALYST + RULES
    all_secrets.load()
