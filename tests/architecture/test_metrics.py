"""The metrics and alerts that docs/operations.md describes are those that there are."""

import yaml

from bot.door import DoorMeters
from bot.metrics import Meters
from tests.architecture.documents import first_column
from tests.architecture.source import ROOT

DOCUMENT = ROOT / "docs" / "operations.md"


def test_every_metric_is_described_and_nothing_else() -> None:
    described = [one for one in first_column(DOCUMENT) if one.startswith("aboard_")]
    assert sorted(described) == sorted([*Meters().names(), *DoorMeters().names()])


def test_every_alert_has_its_line_that_says_what_to_do_and_no_other_has() -> None:
    rules = yaml.safe_load((ROOT / "docs" / "deploy" / "prometheus.yml").read_text())
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    told = [one for one in first_column(DOCUMENT) if one.startswith("Aboard")]
    assert sorted(told) == sorted(alerts)
