"""What docs/deploy and the image promise: nobody's rights, nothing writable, no place but a name.

Docker, Kubernetes and Prometheus are not here to be asked, so the files are read: each promise is
looked for where those programs look. systemd judges its own unit where it is installed.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from benchmarks.configured import AS_INSTALLED
from bot.cli import app
from bot.door import DoorMeters
from bot.metrics import Meters
from bot.reader import ConfigurationError, UnavailableError
from bot.settings import load
from bot.slack import AT_THE_START
from tests.architecture.source import PACKAGES, ROOT

DEPLOY = ROOT / "docs" / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())
COMPOSES = (ROOT / "compose.yml", *sorted(DEPLOY.glob("*compose.yml")))
SERVICES: list[dict[str, Any]] = [
    one for file in COMPOSES for one in yaml.safe_load(file.read_text())["services"].values()
]
UNIT = (DEPLOY / "aboard.service").read_text()
GUIDE = (ROOT / "docs" / "deploy.md").read_text().replace("\\\n", "")
KUBERNETES: list[dict[str, Any]] = list(yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text()))
MANIFESTS: list[dict[str, Any]] = [
    one
    for file in sorted(DEPLOY.glob("*kubernetes.yml"))
    for one in yaml.safe_load_all(file.read_text())
]
RULES: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana.json").read_text())
PLAIN_NAME = re.compile(r"[a-z]+(?::[\w.-]+)?")
METRIC = re.compile(r"\baboard_\w+")


def _lines(word: str) -> list[str]:
    """Return what stands behind an instruction of the Dockerfile, each time that it is there."""
    return re.findall(rf"^{word} (.+)$", DOCKERFILE, re.MULTILINE)


def _of(kind: str) -> dict[str, Any]:
    return next(one for one in KUBERNETES if one["kind"] == kind)


def _pods() -> Iterator[dict[str, Any]]:
    """Return the pods of every manifest."""
    for one in MANIFESTS:
        if one["kind"] == "Deployment":
            yield one["spec"]["template"]["spec"]


def _containers(pods: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pods["containers"], *pods.get("initContainers", [])]


def known_options(command: str) -> set[str]:
    """Return the options that a command of ``aboard`` knows."""
    known = typer.main.get_group(app).commands[command].params
    return {option for parameter in known for option in parameter.opts}


def expressions() -> Iterator[str]:
    """Return everything that the alerts and the dashboard ask Prometheus."""
    for group in RULES["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_the_image_is_checked_by_hash_and_takes_nothing_else_from_an_index() -> None:
    installs = [one for line in _lines("RUN") for one in line.split("&&") if "pip install" in one]
    for one in installs:
        assert "--require-hashes" in one or {"--no-index", "--no-deps"} <= set(one.split())
    assert [one for one in installs if "--requirement requirements.lock" in one]


def test_the_image_can_be_built_with_what_traces_need() -> None:
    [argument] = re.findall(r"--build-arg (\w+=\S+)", GUIDE)
    name, _, file = argument.partition("=")
    assert [one.partition("=")[0] for one in _lines("ARG")] == [name]
    assert f"--requirement ${name}" in DOCKERFILE
    assert file in _lines("COPY")[0].split()


def test_the_image_runs_as_nobody_in_particular_and_can_be_watched() -> None:
    [user] = _lines("USER")
    assert user.split(":")[0].isdigit()
    assert int(user.split(":")[0]) > 0
    assert DOCKERFILE.index("USER") < DOCKERFILE.index("ENTRYPOINT")
    assert "/readyz" in _lines("HEALTHCHECK")[0]
    assert _lines("STOPSIGNAL") == ["SIGTERM"]
    assert "HOME=" in _lines("ENV")[0], "slack_bolt cannot be imported by a user without a home"


def test_memory_is_shared_and_given_back_as_it_is_where_memory_is_measured() -> None:
    [image] = _lines("ENV")
    [unit] = re.findall(r"^Environment=(.+)$", UNIT, re.MULTILINE)
    wanted = {f"{name}={value}" for name, value in AS_INSTALLED.items()}
    assert wanted <= set(image.split())
    assert wanted <= set(unit.split())


def test_the_image_holds_every_package_and_the_context_nothing_besides() -> None:
    copied = {one.split()[0] for one in _lines("COPY") if not one.startswith("--from")}
    assert set(PACKAGES) <= copied
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {one.removeprefix("!") for one in ignored if one.startswith("!")}
    first = next(one for one in ignored if not one.startswith("#"))
    assert first == "*"
    wanted = {name for one in _lines("COPY") if "--from" not in one for name in one.split()[:-1]}
    assert let_in == wanted
    assert all((ROOT / name).exists() for name in let_in)


def test_images_are_called_by_a_plain_name() -> None:
    named = [
        *(line.split()[0] for line in _lines("FROM")),
        *(one["image"] for one in SERVICES),
        *(one["image"] for pods in _pods() for one in _containers(pods)),
    ]
    assert [one for one in named if not PLAIN_NAME.fullmatch(one)] == []


def test_compose_gives_aboard_no_rights_and_nothing_to_write_to() -> None:
    ours = [one for one in SERVICES if one["image"] == "aboard"]
    assert len(ours) > len(COMPOSES)
    for one in ours:
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in one["security_opt"]
        assert all(volume.endswith(":ro") for volume in one["volumes"])


@pytest.mark.parametrize("file", COMPOSES, ids=lambda file: file.name)
def test_compose_opens_ports_on_this_machine_alone_and_keeps_no_password(file: Path) -> None:
    written = file.read_text()
    services = yaml.safe_load(written)["services"].values()
    ports = [port for one in services for port in one.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    for line in written.splitlines():
        if "PASSWORD" in line and not line.startswith("#"):
            assert re.search(r"\$\{\w+_PASSWORD:\?|=\$\$\w+_PASSWORD psql", line), line


def test_the_schema_is_there_before_aboard_starts() -> None:
    waits = COMPOSE["services"]["aboard"]["depends_on"]
    assert waits["migrate"]["condition"] == "service_completed_successfully"
    [migrate] = _of("Deployment")["spec"]["template"]["spec"]["initContainers"]
    assert COMPOSE["services"]["migrate"]["command"] == migrate["args"] == ["migrate"]


def test_the_pods_are_restricted_and_asked_how_they_are() -> None:
    for pods in _pods():
        assert pods["securityContext"]["runAsNonRoot"] is True
        assert pods["automountServiceAccountToken"] is False
        for one in _containers(pods):
            assert one["securityContext"]["readOnlyRootFilesystem"] is True
            assert one["securityContext"]["allowPrivilegeEscalation"] is False
            assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert one["resources"]["limits"]["memory"]
        [running] = pods["containers"]
        assert running["readinessProbe"]["httpGet"]["path"] == "/readyz"
        assert running["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert len([*_pods()]) == len([*DEPLOY.glob("*kubernetes.yml")])
    assert not [one for one in MANIFESTS if one["kind"] == "Secret"]


def _secrets(container: dict[str, Any]) -> dict[str, str]:
    """Return what a container is given as files, and where each is."""
    return {one["name"].removesuffix("_FILE"): one["value"] for one in container["env"]}


def test_the_pods_see_every_secret_as_a_file_so_that_it_can_be_replaced() -> None:
    pods = _of("Deployment")["spec"]["template"]["spec"]
    [volume] = [one["name"] for one in pods["volumes"] if "secret" in one]
    for one in (*pods["containers"], *pods["initContainers"]):
        [folder] = [mount["mountPath"] for mount in one["volumeMounts"] if mount["name"] == volume]
        assert "envFrom" not in one
        assert all(given["name"].endswith("_FILE") for given in one["env"])
        assert _secrets(one) == {name: f"{folder}/{name}" for name in _secrets(one)}
        assert set(_secrets(one)) == set(re.findall(r"^([A-Z_]+)=", GUIDE, re.MULTILINE))


def test_the_world_reaches_slacks_door_and_nothing_else() -> None:
    [rule] = _of("Ingress")["spec"]["rules"]
    [path] = rule["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/slack/events", "Exact")
    assert path["backend"]["service"] == {"name": "aboard", "port": {"name": "slack"}}
    assert re.findall(r"reverse_proxy (\S+)", GUIDE) == [path["path"]]


def test_the_settings_of_the_manifests_are_right(tmp_path: Path) -> None:
    file = tmp_path / "aboard.toml"
    file.write_text(_of("ConfigMap")["data"]["aboard.toml"])
    given = {"ABOARD_CONFIG": str(file)}
    values = {"DATABASE_URL": "postgresql://a:b@c/d", "SLACK_SIGNING_SECRET_PREVIOUS": ""}
    for name in _secrets(_of("Deployment")["spec"]["template"]["spec"]["containers"][0]):
        (tmp_path / name).write_text(values.get(name, "xoxb-1"))
        given[f"{name}_FILE"] = str(tmp_path / name)
    loaded = load(given)
    assert loaded.catalog.profiles
    assert {one.name for one in loaded.credentials if one.is_replaceable} >= {"AXIOM_TOKEN"}


def test_every_place_calls_aboard_by_options_that_it_knows() -> None:
    started = re.search(r"^ExecStart=\S+/aboard (.+)$", UNIT, re.MULTILINE)
    assert started
    image = json.loads(_lines("CMD")[-1])
    for command, *options in (started[1].split(), image):
        assert {one for one in options if one.startswith("--")} <= known_options(command)
    assert str(image[image.index("--status-port") + 1]) in _lines("EXPOSE")[0].split()


def test_a_command_beside_the_service_finds_what_the_service_has() -> None:
    [line] = re.findall(r"systemd-run (.+)", GUIDE)
    given = dict(one.split("=", 1) for one in re.findall(r"-p (\S+)", line))
    of_unit = dict(re.findall(r"^(\w+)=(.+)$", UNIT, re.MULTILINE))
    assert given.pop("User") == "aboard", "what systemd calls the user of aboard.service"
    assert given["DynamicUser"] == "yes"
    for name, value in given.items():
        assert value in of_unit[name].split(), name
    assert line.split()[-2] == of_unit["ExecStart"].split()[0]


def test_systemd_starts_again_whatever_another_start_may_mend() -> None:
    of_unit = dict(re.findall(r"^(\w+)=(.+)$", UNIT, re.MULTILINE))
    assert of_unit["Restart"] == "always"
    final = of_unit["RestartPreventExitStatus"].split()
    assert str(ConfigurationError.status) in final
    assert str(UnavailableError.status) not in final


def test_kubernetes_lets_a_start_wait_for_slack_as_long_as_it_does() -> None:
    probes = [
        one["startupProbe"]
        for document in MANIFESTS
        if document["kind"] == "Deployment"
        for one in document["spec"]["template"]["spec"]["containers"]
        if one.get("args", ["serve"])[0] == "serve"
    ]
    assert probes
    assert all(one["periodSeconds"] * one["failureThreshold"] > AT_THE_START for one in probes)


def test_prometheus_sees_replicas_that_are_not_ready() -> None:
    status = next(one for one in KUBERNETES if one["metadata"]["name"] == "aboard-status")
    assert status["spec"]["publishNotReadyAddresses"] is True
    assert f"{status['metadata']['name']}.{status['metadata']['namespace']}.svc" in GUIDE


def test_the_manifests_are_where_the_guide_says() -> None:
    [file] = re.findall(r"kubectl apply --filename=(\w\S+)", GUIDE)
    assert (ROOT / file).is_file()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_the_unit_right_and_closed(tmp_path: Path) -> None:
    unit = tmp_path / "aboard.service"
    unit.write_text(UNIT.replace("/opt/aboard/.venv/bin/aboard", shutil.which("true") or ""))
    for options in (["verify"], ["security", "--offline=true", "--threshold=15"]):
        judged = subprocess.run(
            ["systemd-analyze", *options, str(unit)],  # noqa: S607 - wherever it is installed
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert judged.returncode == 0, judged.stdout + judged.stderr
        assert unit.name not in judged.stderr, "an unknown key"


def test_alerts_and_dashboard_ask_for_metrics_that_there_are() -> None:
    suffixes = ("", "_bucket", "_count", "_sum")
    names = {*Meters().names(), *DoorMeters().names()}
    known = {f"{name}{suffix}" for name in names for suffix in suffixes}
    asked = {name for one in expressions() for name in METRIC.findall(one)}
    assert asked <= known
    watched = {name for name in names if any(one.startswith(name) for one in asked)}
    assert watched == names, "a metric that nobody looks at"


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for group in RULES["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in {"warning", "critical"}
            assert set(rule["annotations"]) == {"summary", "description"}


def test_no_two_panels_of_the_dashboard_lie_on_each_other() -> None:
    taken = set[tuple[int, int]]()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        mine = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & mine
        assert place["x"] + place["w"] <= 24
        taken |= mine
