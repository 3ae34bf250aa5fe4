"""How much somebody has asked for is counted, however many requests there are."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_COUNTED = sa.text("counted_at IS NOT NULL")
_UNDECIDED = sa.text("state IN ('received', 'pending') AND coalesce(counted_at, 0) > 0")
_UNDECIDED_BATCH = sa.text("state IN ('received', 'reading', 'pending')")


def upgrade() -> None:
    op.add_column("request", sa.Column("counted_at", sa.BigInteger(), nullable=True))
    _index("request_counted", "request", ["team_id", "requester", "counted_at"], _COUNTED)
    _index("request_undecided", "request", ["team_id", "requester"], _UNDECIDED)
    op.create_index("batch_by_asker", "batch", ["team_id", "requester", "created_at"])
    _index("batch_undecided", "batch", ["team_id", "requester"], _UNDECIDED_BATCH)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("batch_undecided", table_name="batch")
    op.drop_index("batch_by_asker", table_name="batch")
    op.drop_index("request_undecided", table_name="request")
    op.drop_index("request_counted", table_name="request")
    op.drop_column("request", "counted_at")
