"""What people say they did by hand, one word for each step; written once and never changed."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.models import METADATA, Attestation

_ATTESTATIONS = METADATA.tables["attestation"]
_STEPS = METADATA.tables["step"]


def insert(connection: Connection, values: Mapping[str, str | int | None]) -> None:
    """Write what somebody attests; the database refuses a second word for the same step."""
    connection.execute(sa.insert(_ATTESTATIONS).values(dict(values)))


def of_request(connection: Connection, number: int) -> Sequence[Attestation]:
    """Return what was attested for the steps of a request."""
    mine = (
        sa.select(_ATTESTATIONS)
        .join(_STEPS, _STEPS.c.id == _ATTESTATIONS.c.step_id)
        .where(_STEPS.c.request_number == number)
    )
    return [Attestation(**row) for row in connection.execute(mine).mappings()]
