"""The deployment's files before judges of their own: schemas, grammars and a linter, all offline.

What Aboard promises there is in test_deployment.py. Here somebody else says whether Kubernetes,
Compose, Docker and Prometheus would understand the files at all.
"""

import copy
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # it comes without types
import promql_parser
import pytest
import yaml
from compose_spec import PyCompose

from tests.architecture.source import ROOT
from tests.architecture.test_deployment import (
    COMPOSE,
    COMPOSES,
    DEPLOY,
    KUBERNETES,
    MANIFESTS,
    RULES,
    expressions,
)

OLDEST = "1.30.0"
"""The Kubernetes that docs/deploy.md asks for."""

HADOLINT = Path(sys.executable).parent / "hadolint"
PROMTOOL = shutil.which("promtool")


def _refused(manifest: Mapping[str, Any], version: str) -> str:
    """Return why Kubernetes would refuse a manifest; nothing where it takes it."""
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return str(error.message)
    return ""


def _composed(services: Mapping[str, Any], whole: Mapping[str, Any] = COMPOSE) -> PyCompose:
    """Read services as Compose would; YAML's anchors are resolved before."""
    return PyCompose.from_yaml(yaml.safe_dump({**whole, "services": services}))


def _readable(expression: str) -> str:
    """Return an expression of the dashboard with what Grafana puts in the place of its variable."""
    return expression.replace("$__rate_interval", "5m")


@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
@pytest.mark.parametrize("number", range(len(MANIFESTS)))
def test_kubernetes_takes_every_manifest_without_a_word_it_does_not_know(
    number: int, version: str
) -> None:
    assert not _refused(MANIFESTS[number], version)


def test_a_manifest_with_a_misspelt_word_or_a_wrong_type_is_refused() -> None:
    deployment = next(one for one in KUBERNETES if one["kind"] == "Deployment")
    misspelt, wrong = copy.deepcopy(deployment), copy.deepcopy(deployment)
    misspelt["spec"]["template"]["spec"]["automountServiceToken"] = False
    wrong["spec"]["replicas"] = "two"
    assert "automountServiceToken" in _refused(misspelt, OLDEST)
    assert "two" in _refused(wrong, OLDEST)


@pytest.mark.parametrize("file", COMPOSES, ids=lambda file: file.name)
def test_compose_takes_its_files(file: Path) -> None:
    whole = yaml.safe_load(file.read_text())
    services = whole["services"]
    assert set(_composed(services, whole).service_names()) == set(services)


def test_compose_takes_no_word_that_it_does_not_know() -> None:
    services = COMPOSE["services"]
    misspelt = {**services, "aboard": {**services["aboard"], "cap_dorp": ["ALL"]}}
    with pytest.raises(ValueError, match="cap_dorp"):
        _composed(misspelt)


def _linted(dockerfile: str) -> str:
    """Return what hadolint has against a Dockerfile."""
    judged = subprocess.run(
        [HADOLINT, "--failure-threshold=style", "-"],
        input=dockerfile, capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert bool(judged.returncode) == bool(judged.stdout), judged.stderr
    return judged.stdout


def test_the_linter_of_dockerfiles_has_nothing_against_ours() -> None:
    ours = (ROOT / "Dockerfile").read_text()
    assert _linted(ours) == ""
    assert "DL3006" in _linted(ours.replace("python:3.13-slim", "python")), "it does look"


def test_prometheus_understands_every_expression_of_alerts_and_dashboard() -> None:
    asked = [_readable(one) for one in expressions()]
    assert len(asked) > len(RULES["groups"][0]["rules"])
    for one in asked:
        promql_parser.parse(one)
    with pytest.raises(ValueError, match="matrix"):
        promql_parser.parse("rate(aboard_ack_seconds_count)")


def _judged(*arguments: str) -> str:
    """Return what promtool says; it has to be content."""
    judged = subprocess.run(
        [str(PROMTOOL), *arguments], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr
    return judged.stdout


@pytest.mark.skipif(PROMTOOL is None, reason="Prometheus is not installed")
def test_prometheus_takes_the_alert_rules() -> None:
    assert "SUCCESS" in _judged("check", "rules", str(DEPLOY / "prometheus.yml"))


@pytest.mark.skipif(PROMTOOL is None, reason="Prometheus is not installed")
@pytest.mark.parametrize(
    ("alert", "series", "labels"),
    [
        ("AboardDown", "aboard_ready", {}),
        (
            "AboardVendorRefusesCredential",
            'aboard_vendor_call_seconds_count{vendor="axiom",outcome="credential"}',
            {"vendor": "axiom"},
        ),
    ],
)
def test_an_alert_is_raised_by_what_it_is_about(
    tmp_path: Path, alert: str, series: str, labels: dict[str, str]
) -> None:
    [rule] = [one for one in RULES["groups"][0]["rules"] if one["alert"] == alert]
    values = "1x5 0x30" if alert == "AboardDown" else "0x5 1x30"
    wanted = {
        "exp_labels": {**rule["labels"], **labels},
        "exp_annotations": {
            name: text.replace("{{ $labels.vendor }}", labels.get("vendor", ""))
            for name, text in rule["annotations"].items()
        },
    }
    trial = {
        "interval": "1m",
        "input_series": [{"series": series, "values": values}],
        "alert_rule_test": [
            {"eval_time": "4m", "alertname": alert},
            {"eval_time": "15m", "alertname": alert, "exp_alerts": [wanted]},
        ],
    }
    file = tmp_path / "trial.yml"
    rules = str(DEPLOY / "prometheus.yml")
    file.write_text(yaml.safe_dump({"rule_files": [rules], "tests": [trial]}))
    _judged("test", "rules", str(file))


REFUSALS = 'aboard_vendor_call_seconds_count{vendor="axiom",outcome="%s"}'
STOPPED = 'aboard_vendor_stopped{vendor="axiom"}'


@pytest.mark.skipif(PROMTOOL is None, reason="Prometheus is not installed")
@pytest.mark.parametrize(
    ("outcome", "stopped", "raised"),
    [("credential", "0x5 1x20 0x60", {"AboardVendorStopped"}),
     ("credential", "0x90", {"AboardVendorRefusesCredential"}),
     ("forbidden", "0x5 1x20 0x60", {"AboardVendorStopped", "AboardVendorRefusesCredential"})],
)  # fmt: skip
def test_a_stopped_vendor_is_alarmed_about_once_and_a_missing_right_besides(
    tmp_path: Path, outcome: str, stopped: str, raised: set[str]
) -> None:
    firing = "ALERTS{alertname=~'AboardVendor.*',alertstate='firing'}[90m]"
    fired = f"count by (alertname) (count_over_time({firing}))"
    series = [
        {"series": REFUSALS % outcome, "values": "0x4 1+1x20 21x65"},
        {"series": STOPPED, "values": stopped},
    ]
    wanted = [{"labels": f'{{alertname="{one}"}}', "value": 1} for one in raised]
    asked = [{"expr": fired, "eval_time": "90m", "exp_samples": wanted}]
    trial = {"interval": "1m", "input_series": series, "promql_expr_test": asked}
    file = tmp_path / "trial.yml"
    rules = [str(DEPLOY / "prometheus.yml")]
    file.write_text(yaml.safe_dump({"rule_files": rules, "tests": [trial]}))
    _judged("test", "rules", str(file))
