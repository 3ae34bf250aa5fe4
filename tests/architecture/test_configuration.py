"""The settings that docs/configuration.md describes are those that the code reads."""

from bot import door_settings
from bot.settings import documented_names
from tests.architecture.documents import first_column
from tests.architecture.source import ROOT


def test_every_setting_is_described_and_nothing_else() -> None:
    described = list(first_column(ROOT / "docs" / "configuration.md"))
    assert set(described) == documented_names() | door_settings.documented_names()
    assert len(described) == len(set(described)), "a setting is described twice"
