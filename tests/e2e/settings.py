"""The settings of the worlds: on which database, and with how many approvals."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Setting:
    """One world's."""

    database: str
    threshold: int = 1


def on_both_databases(threshold: int = 1) -> list[object]:
    """Return the parameters of the fixture `world`, one for each database."""
    more = "" if threshold == 1 else f"-{threshold}-approvals"
    return [
        pytest.param(Setting("sqlite", threshold), id=f"sqlite{more}"),
        pytest.param(
            Setting("postgres", threshold), id=f"postgres{more}", marks=pytest.mark.postgres
        ),
    ]
