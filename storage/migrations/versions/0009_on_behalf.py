"""On whose behalf somebody asks."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEX = "request_by_principal"


def upgrade() -> None:
    op.add_column("request", sa.Column("principal", sa.String(), nullable=True))
    op.add_column("request", sa.Column("principal_email", sa.String(), nullable=True))
    op.create_index(
        _INDEX,
        "request",
        ["team_id", "principal", "number"],
        unique=False,
        sqlite_where=sa.text("principal IS NOT NULL"),
        postgresql_where=sa.text("principal IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(_INDEX, table_name="request")
    op.drop_column("request", "principal_email")
    op.drop_column("request", "principal")
