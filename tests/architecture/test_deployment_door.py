"""The examples of a door and its workspaces: who reaches whom, and what each is given.

What every example promises, these included, is in test_deployment.py.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bot import door_desk, door_settings, settings
from bot.reader import ConfigurationError
from tests.architecture.source import ROOT
from tests.architecture.test_deployment import DEPLOY, known_options

GUIDE = (ROOT / "docs" / "workspaces.md").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "door-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOOR: list[dict[str, Any]] = [*yaml.safe_load_all((DEPLOY / "door-kubernetes.yml").read_text())]
WORKSPACE: list[dict[str, Any]] = [
    *yaml.safe_load_all((DEPLOY / "workspace-kubernetes.yml").read_text())
]
TEAMS = {"north": "T0NORTH0001", "south": "T0SOUTH0001"}
DOOR_KEY = "the-key-of-the-door-0123456789abcdef"


def _of(manifests: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(one for one in manifests if one["kind"] == kind)


def _containers(manifests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    pods = _of(manifests, "Deployment")["spec"]["template"]["spec"]
    return [*pods["containers"], *pods.get("initContainers", [])]


def _blocks(name: str) -> list[str]:
    """Return the blocks of the guide that stand behind the name of a file."""
    found: list[str] = re.findall(rf"`{re.escape(name)}`:\n\n```\n(.*?)```", GUIDE, re.DOTALL)
    return found


def _lines(name: str) -> dict[str, str]:
    return dict(line.split("=", 1) for one in _blocks(name) for line in one.splitlines())


def _loads(load: Callable[[dict[str, str]], object], given: dict[str, str]) -> bool:
    try:
        load(given)
    except ConfigurationError:
        return False
    return True


def test_a_process_shares_a_network_with_the_door_and_the_database_alone() -> None:
    for name in TEAMS:
        [own] = SERVICES[name]["networks"]
        inside = {one for one, service in SERVICES.items() if own in service["networks"]}
        assert inside == {name, f"migrate-{name}", "door", "postgres"}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["door"]


def test_a_process_is_given_nothing_of_another() -> None:
    for name, other in (("north", "south"), ("south", "north")):
        for service in (name, f"migrate-{name}"):
            given = yaml.safe_dump(SERVICES[service])
            assert not re.search(f"{other}|door\\.|{other.upper()}|DOOR_", given)
    assert not re.search("north.env|south.env|NORTH|SOUTH", yaml.safe_dump(SERVICES["door"]))


def test_the_table_is_there_before_it_is_granted_and_granted_before_it_is_read() -> None:
    assert SERVICES["grants"]["depends_on"]["door"]["condition"] == "service_healthy"
    for name in TEAMS:
        ended = {"condition": "service_completed_successfully"}
        assert SERVICES[f"migrate-{name}"]["depends_on"] == {"grants": ended}
        assert SERVICES[name]["depends_on"] == {f"migrate-{name}": ended}


def _called() -> Iterator[list[str]]:
    """Return how each service and container calls ``aboard``, where it says so."""
    for service in SERVICES.values():
        if service["image"] == "aboard" and "command" in service:
            yield service["command"]
    yield from (
        one["args"] for one in (*_containers(DOOR), *_containers(WORKSPACE)) if "args" in one
    )


def test_aboard_is_called_by_options_that_it_knows() -> None:
    called = [*_called()]
    assert {command for command, *_ in called} == {"door", "migrate"}
    for command, *given in called:
        assert {one for one in given if one.startswith("--")} <= known_options(command)


def _as_files(container: dict[str, Any], folder: Path, values: dict[str, str]) -> dict[str, str]:
    """Return a container's variables, with each secret's file in ``folder`` instead."""
    given = {}
    for one in container["env"]:
        name = one["name"].removesuffix("_FILE")
        if name != one["name"]:
            assert one["value"] == f"/run/secrets/aboard/{name}"
            (folder / name).write_text(values[name])
            given[one["name"]] = str(folder / name)
    return given


def _door_secrets(**more: str) -> dict[str, str]:
    return {
        "DOOR_KEY": DOOR_KEY, "DOOR_KEY_BEFORE": "", "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "a", "SLACK_SIGNING_SECRET": "b",
        "SLACK_SIGNING_SECRET_PREVIOUS": "", "SLACK_INSTALLATIONS": "postgresql://a:b@c/d",
    } | more  # fmt: skip


def test_the_door_of_the_manifests_is_told_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "door.toml"
    file.write_text(_of(DOOR, "ConfigMap")["data"]["door.toml"])
    [container] = _containers(DOOR)
    given = _as_files(container, tmp_path, _door_secrets())
    loaded = door_settings.load(given | {"DOOR_CONFIG": str(file)})
    service = _of(WORKSPACE, "Service")["metadata"]
    for name, team in TEAMS.items():
        place = service["namespace"].replace("north", name)
        assert loaded.workspaces[team] == f"http://{service['name']}.{place}.svc.cluster.local"
    assert set(_lines("door.env")) == {name.removesuffix("_FILE") for name in given}


def _printed_at_the_door(folder: Path) -> dict[str, str]:
    """Return what ``aboard workspaces key`` prints for the environment of a process."""
    file = folder / "door.toml"
    file.write_text(_of(DOOR, "ConfigMap")["data"]["door.toml"])
    told = door_settings.load(_door_secrets() | {"DOOR_CONFIG": str(file)})
    return door_desk.key(told, TEAMS["north"])


def test_the_process_of_the_manifests_is_told_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "aboard.toml"
    file.write_text(_of(WORKSPACE, "ConfigMap")["data"]["aboard.toml"])
    url = "postgresql://a:b@c/d"
    values = {
        "DATABASE_URL": url, "SLACK_INSTALLATIONS": url, "AXIOM_TOKEN": "xaat-1",
        **_printed_at_the_door(tmp_path),
    }  # fmt: skip
    for container in _containers(WORKSPACE):
        given = _as_files(container, tmp_path, values)
        loaded = settings.load(given | {"ABOARD_CONFIG": str(file)})
        assert loaded.slack.team == TEAMS["north"]
        written = {*_lines("north.env"), *_printed_at_the_door(tmp_path)}
        assert written == {name.removesuffix("_FILE") for name in given}


def test_what_the_guide_has_in_the_place_of_secrets_starts_nothing(tmp_path: Path) -> None:
    for manifests, load, name in (
        (DOOR, door_settings.load, "door"),
        (WORKSPACE, settings.load, "aboard"),
    ):
        file = tmp_path / f"{name}.toml"
        file.write_text(_of(manifests, "ConfigMap")["data"][file.name])
        placeholders = _lines("door.env" if name == "door" else "north.env")
        given = placeholders | {f"{name.upper()}_CONFIG": str(file)}
        assert not _loads(load, given)


def test_the_door_of_compose_finds_the_processes_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "door.toml"
    [written] = _blocks("door.toml")
    file.write_text(written)
    loaded = door_settings.load(_door_secrets() | {"DOOR_CONFIG": str(file)})
    assert loaded.workspaces == {team: f"http://{name}:3000" for name, team in TEAMS.items()}


def test_the_world_reaches_the_three_addresses_of_the_door_and_nothing_else() -> None:
    [rule] = _of(DOOR, "Ingress")["spec"]["rules"]
    paths = {(path["path"], path["pathType"]) for path in rule["http"]["paths"]}
    known = (door_settings.EVENTS_PATH, door_settings.INSTALL_PATH, door_settings.REDIRECT_PATH)
    assert paths == {(path, "Exact") for path in known}
    assert "Ingress" not in {one["kind"] for one in WORKSPACE}


def test_the_door_alone_reaches_a_process_on_kubernetes() -> None:
    slack, status = _of(WORKSPACE, "NetworkPolicy")["spec"]["ingress"]
    [peer] = slack["from"]
    door = _of(DOOR, "Deployment")
    namespace = {"kubernetes.io/metadata.name": door["metadata"]["namespace"]}
    assert peer["namespaceSelector"]["matchLabels"] == namespace
    assert peer["podSelector"]["matchLabels"] == door["spec"]["template"]["metadata"]["labels"]
    assert slack["ports"] == [{"port": "slack"}]
    assert status["ports"] == [{"port": "status"}]


def test_the_files_that_the_guide_names_are_there() -> None:
    named = re.findall(r"docs/deploy/[\w.-]+", GUIDE)
    assert {one.removeprefix("docs/deploy/") for one in named} == {
        "accounts.sql", "door-compose.yml", "door-kubernetes.yml", "workspace-kubernetes.yml",
    }  # fmt: skip
    assert all((ROOT / one).is_file() for one in named)


def test_the_guide_speaks_of_services_and_passwords_that_there_are() -> None:
    spoken = re.findall(r"docker compose (?:exec(?: --no-TTY)?|up --detach) (\w+)", GUIDE)
    assert {"door", *TEAMS} == set(spoken)
    assert set(_lines(".env")) == set(re.findall(r"\$\{(\w+):\?", yaml.safe_dump(COMPOSE)))
    files = {one for service in SERVICES.values() for one in _mounted(service)}
    laid = set(re.findall(r"\.\./aboard-door/(\S+)", GUIDE)) - {".env", "compose.yml"}
    assert files == laid


def test_laying_out_the_files_again_keeps_the_secrets_that_are_in_them(tmp_path: Path) -> None:
    [block] = re.findall(r"```\n(mkdir .*?)```", GUIDE, re.DOTALL)
    given, made = tmp_path / "repository", tmp_path / "aboard-door"
    for name in ("docs/deploy/door-compose.yml", "docs/deploy/accounts.sql", "aboard.example.toml"):
        (given / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, given / name)
    subprocess.run(["/bin/bash", "-ec", block], cwd=given, check=True)
    for one in made.iterdir():
        one.write_text("edited")
    again = subprocess.run(["/bin/bash", "-c", block], cwd=given, capture_output=True, check=False)
    assert again.returncode != 0
    assert {one.read_text() for one in made.iterdir()} == {"edited"}


def _mounted(service: dict[str, Any]) -> Iterator[str]:
    if "env_file" in service:
        yield service["env_file"]
    for volume in service.get("volumes", []):
        if volume.startswith("./"):
            yield volume.removeprefix("./").partition(":")[0]


def test_the_guide_grants_one_workspace_what_compose_grants_two() -> None:
    granted = re.findall(r'--command="(GRANT .+)"', GUIDE)
    of_compose = [one for one in SERVICES["grants"]["command"] if "GRANT" in one]
    assert [f"--command={one}, aboard_south" for one in granted] == of_compose
