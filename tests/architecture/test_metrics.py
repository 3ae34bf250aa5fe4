"""The metrics that docs/operations.md describes are those that the code has."""

from bot.metrics import Meters
from tests.architecture.documents import first_column
from tests.architecture.source import ROOT

DOCUMENT = ROOT / "docs" / "operations.md"


def test_every_metric_is_described_and_nothing_else() -> None:
    described = [one for one in first_column(DOCUMENT) if one.startswith("aboard_")]
    assert sorted(described) == sorted(Meters().names())
