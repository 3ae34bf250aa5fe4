"""What people say they did by hand, one word for each step; written once and never changed."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.entities import all_of
from storage.models import METADATA, Attestation

_ATTESTATIONS = METADATA.tables["attestation"]


def insert(connection: Connection, values: Mapping[str, str | int | None]) -> None:
    """Write what somebody attests; the database refuses a second word for the same step."""
    connection.execute(sa.insert(_ATTESTATIONS).values(dict(values)))


def of_steps(connection: Connection, steps: Collection[int]) -> Sequence[Attestation]:
    """Return what was attested for the steps with these ids."""
    mine = sa.select(_ATTESTATIONS).where(_ATTESTATIONS.c.step_id.in_(steps))
    return all_of(connection, mine, Attestation)
