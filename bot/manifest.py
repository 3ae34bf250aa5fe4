"""``aboard manifest``: the app's manifest for one's own address, or for Socket Mode, as JSON.

Without an address Slack takes only a manifest that names none:
https://docs.slack.dev/reference/app-manifest
"""

import copy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

_EXAMPLE = "https://aboard.example.com"
_ADDRESSES = frozenset({"url", "request_url", "message_menu_options_url"})
_REDIRECT_PATH = "/slack/oauth_redirect"
_ENDING = ["app_uninstalled", "tokens_revoked"]
_HERE = Path(__file__).parent


def read(source: Path | None = None) -> dict[str, Any]:
    """Return the manifest in ``source``, beside the packages, or inside the installed one."""
    places = [*([source] if source else []), _HERE.parent, _HERE]
    path = next((one / "manifest.yml" for one in places if (one / "manifest.yml").is_file()), None)
    if path is None:
        raise FileNotFoundError("There is no manifest.yml here.")
    manifest: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return manifest


def scopes() -> tuple[str, ...]:
    """Return what the app asks Slack for. Raises ``FileNotFoundError`` as ``read`` does."""
    return tuple(read()["oauth_config"]["scopes"]["bot"])


def objections(url: str, *, socket_mode: bool, door: bool) -> list[str]:
    """Return why Slack would take no manifest made so, in sentences; empty where it would."""
    parts = urlsplit(url)
    found = []
    if url and (parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment):
        found.append(f"Slack calls https://… alone, and --url is {url}.")
    if socket_mode and (url or door):
        found.append("Over Socket Mode nothing is called: leave out --url and --door.")
    if door and not url:
        found.append("The door needs an address: give --url https://… as well.")
    return found


def at(manifest: Any, url: str) -> Any:  # noqa: ANN401 - a document of any shape, and the same one back
    """Return ``manifest`` with every address at ``url`` instead of the example's."""
    if isinstance(manifest, dict):
        return {key: at(value, url) for key, value in manifest.items()}
    if isinstance(manifest, list):
        return [at(value, url) for value in manifest]
    if isinstance(manifest, str):
        return manifest.replace(_EXAMPLE, url.rstrip("/"))
    return manifest


def for_door(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return ``manifest`` with where Slack sends browsers back, and with the events of an end."""
    wanted = copy.deepcopy(manifest)
    wanted["oauth_config"]["redirect_urls"] = [f"{_EXAMPLE}{_REDIRECT_PATH}"]
    wanted["settings"]["event_subscriptions"]["bot_events"] += _ENDING
    return wanted


def for_socket_mode(manifest: Any) -> Any:  # noqa: ANN401 - likewise
    """Return ``manifest`` without addresses, and with Socket Mode on."""
    bare = _without_addresses(manifest)
    bare["settings"]["socket_mode_enabled"] = True
    return bare


def _without_addresses(part: Any) -> Any:  # noqa: ANN401 - likewise
    if isinstance(part, dict):
        kept = {key: value for key, value in part.items() if key not in _ADDRESSES}
        return {key: _without_addresses(value) for key, value in kept.items()}
    return [_without_addresses(one) for one in part] if isinstance(part, list) else part
