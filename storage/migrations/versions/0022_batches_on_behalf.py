"""Whoever asks for many people may do so on behalf of somebody else."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INDEX = "batch_by_principal"


def upgrade() -> None:
    op.add_column("batch", sa.Column("principal", sa.String(), nullable=True))
    op.add_column("batch", sa.Column("principal_email", sa.String(), nullable=True))
    op.create_index(
        _INDEX,
        "batch",
        ["team_id", "principal", "number"],
        sqlite_where=sa.text("principal IS NOT NULL"),
        postgresql_where=sa.text("principal IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(_INDEX, table_name="batch")
    op.drop_column("batch", "principal_email")
    op.drop_column("batch", "principal")
