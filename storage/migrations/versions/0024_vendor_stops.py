"""Vendors that refuse the credential, and the steps that wait until they accept it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_WAITS = sa.text("stopped_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "vendorstop",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("probe", sa.String(), nullable=True),
        sa.Column("probe_at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=True),
        sa.Column("tell_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("vendor"),
    )
    op.add_column("step", sa.Column("stopped_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "step_stopped",
        "step",
        ["vendor", "stopped_at"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )


def downgrade() -> None:
    op.drop_index("step_stopped", "step")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_column("stopped_at")
    op.drop_table("vendorstop")
