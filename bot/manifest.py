"""``aboard manifest``: the app's manifest for one's own address, or for Socket Mode, as JSON.

Without an address Slack takes only a manifest that names none:
https://docs.slack.dev/reference/app-manifest
"""

from pathlib import Path
from typing import Any

import yaml

_EXAMPLE = "https://aboard.example.com"
_ADDRESSES = frozenset({"url", "request_url", "message_menu_options_url"})
_HERE = Path(__file__).parent


def read(source: Path | None = None) -> dict[str, Any]:
    """Return the manifest in ``source``, beside the packages, or inside the installed one."""
    places = [*([source] if source else []), _HERE.parent, _HERE]
    path = next((one / "manifest.yml" for one in places if (one / "manifest.yml").is_file()), None)
    if path is None:
        raise FileNotFoundError("There is no manifest.yml here.")
    manifest: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return manifest


def at(manifest: Any, url: str) -> Any:  # noqa: ANN401 - a document of any shape, and the same one back
    """Return ``manifest`` with every address at ``url`` instead of the example's."""
    if isinstance(manifest, dict):
        return {key: at(value, url) for key, value in manifest.items()}
    if isinstance(manifest, list):
        return [at(value, url) for value in manifest]
    if isinstance(manifest, str):
        return manifest.replace(_EXAMPLE, url.rstrip("/"))
    return manifest


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
