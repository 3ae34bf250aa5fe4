"""A sandbox in which every credential is a canary, and a bot that gets them as files."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import parts, tenancies
from sandbox import server as sandbox
from sandbox.cast import acme
from sandbox.parts import Server

_CANARY = "{name}-canary/7f3c+91d2=b64a"


def _canary(name: str, before: str = "") -> str:
    return before + _CANARY.format(name=name)


CREDENTIALS: Mapping[str, str] = {
    "SLACK_BOT_TOKEN": _canary("bot", "xoxb-"),
    "SLACK_APP_TOKEN": _canary("app", "xapp-"),
    "SLACK_SIGNING_SECRET": _canary("signing"),
    "GITHUB_TOKEN": _canary("github"),
    "AXOLO_API_KEY": _canary("axolo"),
    "AXIOM_TOKEN": _canary("axiom", "xaat-"),
    "IXON_TOKEN": _canary("ixon"),
    "APPXITE_SUBSCRIPTION_KEY": _canary("appxite-key"),
    "APPXITE_CLIENT_ID": "appxite-id-canary-7f3c91d2b64a",  # the simulator takes them as they are
    "APPXITE_CLIENT_SECRET": "appxite-secret-canary-7f3c91d2b64a",
    "AMBITION_TOKEN": _canary("ambition"),
    "AUDIT_HMAC_KEY": _canary("audit-key-of-32-characters"),
    "AUDIT_HMAC_KEY_BEFORE": _canary("audit-key-before-of-32-characters"),
    "AUDIT_SIGNING_KEY": base64.b64encode(b"the-anchors-canary-of-32-bytes.!").decode(),
}


def _tenancies() -> dict[str, tenancies.Tenancy]:
    return {
        name: replace(one, secrets={key: CREDENTIALS[key] for key in one.secrets})
        for name, one in tenancies.TENANCIES.items()
    }


def _plant(patch: pytest.MonkeyPatch) -> None:
    known = CREDENTIALS
    patch.setattr(tenancies, "AXOLO_KEY", known["AXOLO_API_KEY"])
    patch.setattr(tenancies, "AXIOM_TOKEN", known["AXIOM_TOKEN"])
    patch.setattr(tenancies, "IXON", replace(tenancies.IXON, token=known["IXON_TOKEN"]))
    appxite = replace(
        tenancies.APPXITE,
        subscription_key=known["APPXITE_SUBSCRIPTION_KEY"],
        client_id=known["APPXITE_CLIENT_ID"],
        client_secret=known["APPXITE_CLIENT_SECRET"],
    )
    patch.setattr(tenancies, "APPXITE", appxite)
    ambition = replace(tenancies.AMBITION, token=known["AMBITION_TOKEN"])
    patch.setattr(tenancies, "AMBITION", ambition)
    patch.setattr(sandbox, "GITHUB_TOKEN", known["GITHUB_TOKEN"])
    for module in (sandbox, parts):
        patch.setattr(module, "TENANCIES", _tenancies())


@asynccontextmanager
async def canary_house(folder: Path, database: str) -> AsyncIterator[Server]:
    """Run a sandbox that takes these credentials only; its bot finds them in ``folder``."""
    cast = acme()
    cast.world.app = replace(
        cast.world.app,
        bot_token=CREDENTIALS["SLACK_BOT_TOKEN"],
        app_token=CREDENTIALS["SLACK_APP_TOKEN"],
        signing_secret=CREDENTIALS["SLACK_SIGNING_SECRET"],
    )
    given = {}
    for name, value in {**CREDENTIALS, "DATABASE_URL": database}.items():
        file = folder / name.lower()
        file.write_text(value, encoding="utf-8")
        given[f"{name}_FILE"] = str(file)
    with pytest.MonkeyPatch.context() as patch:
        _plant(patch)
        async with sandbox.running(cast) as server:
            addresses = {
                key: server.environment()[key] for key in ("SLACK_API_URL", "GITHUB_API_URL")
            }
            configuration = (
                f'{server.configuration()}\n[audit]\nfile = "anchors.jsonl"\nevery = 5\n'
            )
            patch.setattr(server, "environment", lambda: given | addresses)
            patch.setattr(server, "configuration", lambda: configuration)
            yield server
