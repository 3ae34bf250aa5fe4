"""The settings of the worlds: on which database, with how many approvals, under which policy."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Setting:
    """One world's."""

    database: str
    threshold: int = 1
    policy: str = ""
    """What stands in aboard.toml besides: rules, and the profiles that they are about."""


def on_both_databases(threshold: int = 1, policy: str = "") -> list[object]:
    """Return the parameters of the fixture `house`, one for each database."""
    more = "" if threshold == 1 else f"-{threshold}-approvals"
    more += "-rules" if policy else ""
    sqlite = Setting("sqlite", threshold, policy)
    postgres = Setting("postgres", threshold, policy)
    return [
        pytest.param(sqlite, id=f"sqlite{more}"),
        pytest.param(postgres, id=f"postgres{more}", marks=pytest.mark.postgres),
    ]
