"""Alembic's entrance: runs the migrations on the connection that ``storage.migrate`` hands in.

Only Aboard's own tables are looked at: the durable engine keeps its tables in the same SQLite file
and looks after them by itself.
"""

from alembic import context
from alembic.runtime.environment import NameFilterParentNames, NameFilterType

from storage.models import METADATA

OURS = set(METADATA.tables)


def _is_ours(name: str | None, kind: NameFilterType, _: NameFilterParentNames) -> bool:
    return kind != "table" or name in OURS


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_name=_is_ours,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
