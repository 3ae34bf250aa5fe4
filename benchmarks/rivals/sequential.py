"""The script that somebody would write first: calls with `requests`, one after the other.

`python -m benchmarks.rivals.sequential FILE` sends what stands in the file, a list of calls for
each person, and prints how many seconds each person took.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

import requests

_PATIENCE = 30.0


class Asked(TypedDict):
    """One call as it is to be sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


def send(session: requests.Session, calls: Sequence[Asked]) -> float:
    """Send the calls of one person; return the seconds. ``HTTPError`` where one is refused."""
    began = time.perf_counter()
    for one in calls:
        answer = session.request(
            one["method"], one["url"], headers=one["headers"],
            data=one["body"].encode() or None, timeout=_PATIENCE,
        )  # fmt: skip
        answer.raise_for_status()
    return time.perf_counter() - began


def main(file: Path) -> None:
    """Send everything, and print what it took."""
    people: list[list[Asked]] = json.loads(file.read_text(encoding="utf-8"))
    with requests.Session() as session:
        session.trust_env = False
        json.dump([send(session, calls) for calls in people], sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
