"""The script beside Aboard: it sends for others what Aboard sent for somebody, one by one."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ledger import Call
from benchmarks.processes import SERVER_CORE, output, python
from benchmarks.rivals.sequential import Asked
from sandbox.slack.model import User


async def seconds(
    url: str, calls: Sequence[Call], who: User, others: Sequence[User]
) -> list[float]:
    """Return how many seconds the script takes for each of ``others``.

    ``calls`` are those that Aboard sent for ``who``.
    """
    people = [[_asked(url, one, who, other) for one in calls] for other in others]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "calls.json"
        file.write_text(json.dumps(people), encoding="utf-8")
        words = python("-m", "benchmarks.rivals.sequential", str(file))
        found: list[float] = json.loads(await asyncio.to_thread(output, words, SERVER_CORE))
    return found


def _asked(url: str, call: Call, who: User, other: User) -> Asked:
    body = call.body
    for mine, theirs in zip(_names(who), _names(other), strict=True):
        body = body.replace(mine, theirs)
    return {
        "method": call.method, "url": f"{url}{call.path}", "headers": call.headers, "body": body
    }  # fmt: skip


def _names(user: User) -> tuple[str, ...]:
    return user.id, user.email, user.real_name.split()[-1], f"{user.name}-hub"
