"""Rules of this house that no linter has: ast-grep finds nothing by them, and what breaks them.

The rules stand in `house_rules.yml`. Each is broken here by code as somebody in a hurry writes it.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml

from tests.architecture.source import PACKAGES
from tests.battery.frame import ROOT
from tests.battery.needs import ast_grep, no_ast_grep

pytestmark = pytest.mark.skipif(no_ast_grep() is not None, reason="`make battery` installs it")

RULES = ROOT / "tests" / "battery" / "house_rules.yml"
BROKEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nothing-is-awaited-in-a-transaction": (
            "async def grant(connection: Connection) -> None:\n    await vendor.provision(ada)\n",
            "async def ask(connection: sa.Connection) -> None:\n    await slack.post()\n",
        ),
        "sql-is-never-made-of-words": (
            "found = connection.execute(sa.text(f\"SELECT * FROM request WHERE ref = '{ref}'\"))\n",
            "found = connection.exec_driver_sql('SELECT number FROM request WHERE ref = ' + ref)\n",
        ),
        "no-failure-is-swallowed": (
            "try:\n    await vendor.find(person)\nexcept Exception:\n    pass\n",
            "for one in all_of_them:\n    try:\n        one()\n    except:\n        continue\n",
            "with contextlib.suppress(Exception):\n    audit.record(connection, fact)\n",
        ),
        "no-connection-goes-by-a-proxy-of-the-environment": (
            "client = httpx.AsyncClient(timeout=3, verify=tls)\n",
            "async with aiohttp.ClientSession() as session:\n    pass\n",
        ),
        "no-redirect-is-followed-and-no-certificate-taken-unseen": (
            "client = httpx.AsyncClient(trust_env=False, follow_redirects=True)\n",
            "answer = await session.get(url, ssl=False)\n",
        ),
        "no-secret-is-put-into-words": (
            "url = f'{base}/users?key={token.get_secret_value()}'\n",
            "_log.warning('refused', token=token.get_secret_value())\n",
        ),
        "no-signature-is-compared-in-haste": (
            "ok = signature == given\n",
            "if hmac.new(key, body, hashlib.sha256).hexdigest() != given:\n    raise Refused\n",
        ),
        "no-text-of-a-person-is-markup": (
            'block = {"type": "mrkdwn", "text": f"*{person.name}* asks"}\n',
            'block = {"type": "mrkdwn", "text": "Reason: " + request.reason}\n',
        ),
        "no-clock-but-the-one-that-is-given": (
            "is_late = time.time() > due\n",
            "today = datetime.now(UTC).date()\n",
        ),
        "no-setting-but-in-settings": (
            "limit = int(os.environ.get('LIMIT', '3'))\n",
            "limit = int(os.getenv('LIMIT') or 3)\n",
        ),
    }
)
"""By rule, what has to be found."""


def _found(where: Path, *places: str) -> list[tuple[str, str]]:
    """Return which rule is broken in which file."""
    command = (str(ast_grep()), "scan", "--rule", str(RULES), "--json=compact", *places)
    told = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    return sorted((one["ruleId"], one["file"]) for one in json.loads(told.stdout))


def test_the_code_keeps_every_rule() -> None:
    assert _found(ROOT, *(one for one in PACKAGES if one != "sandbox")) == []


def test_every_way_of_breaking_a_rule_is_found(tmp_path: Path) -> None:
    (tmp_path / "workflow").mkdir()
    planted = {(rule, n): text for rule, all_ in BROKEN.items() for n, text in enumerate(all_)}
    for (rule, number), text in planted.items():
        (tmp_path / "workflow" / f"{rule}-{number}.py").write_text(text, encoding="utf-8")
    found = set(_found(tmp_path, "workflow"))
    missed = {(rule, f"workflow/{rule}-{number}.py") for rule, number in planted} - found
    assert missed == set()


def test_every_rule_has_a_way_of_breaking_it() -> None:
    rules = list(yaml.safe_load_all(RULES.read_text(encoding="utf-8")))
    assert [one["id"] for one in rules] == list(BROKEN)
    assert all(one["message"] for one in rules)
