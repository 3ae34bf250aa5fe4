"""`pytest -m live` calls what the settings name: here the sandbox, as if it were the products."""

import asyncio
import json
import os
import sys
from pathlib import Path

from pydantic import BaseModel, SecretStr

from bot.settings import load
from sandbox.parts import Server
from sandbox.server import running
from tests.architecture.source import ROOT


def revealed(settings: BaseModel) -> str:
    """Write down settings with their secrets, as whoever runs the tests would."""
    names = type(settings).model_fields
    secrets = {
        name: value.get_secret_value()
        for name in names
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    return json.dumps(settings.model_dump(mode="json") | secrets)


def environment(server: Server, folder: Path) -> dict[str, str]:
    file = folder / "aboard.toml"
    file.write_text(server.configuration(), encoding="utf-8")
    loaded = load(server.environment() | {"ABOARD_CONFIG": str(file)})
    live = {f"ABOARD_LIVE_{name.upper()}": revealed(one) for name, one in loaded.vendors.items()}
    return dict(os.environ) | live


async def test_the_promises_about_the_products_hold_in_the_sandbox(tmp_path: Path) -> None:
    async with running() as server:
        server.ixon.company.add_user("Ola Nordmann", "ola@nordmann.example")
        tested = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", "-m", "live", "-q", "-rN", "tests/contract"),
            cwd=ROOT,
            env=environment(server, tmp_path),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await tested.communicate())[0].decode()
        journals = [server.axiom.journal, server.ixon.journal, server.ambition.journal]
    assert tested.returncode == 0, said
    assert " passed" in said
    assert " failed" not in said
    assert all(journal.calls for journal in journals)
    assert {one.method for journal in journals for one in journal.calls} == {"GET"}
