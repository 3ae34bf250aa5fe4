"""What is done by hand: who does it, and how it can be seen; when an invitation ends."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("hands", sa.String(), server_default="", nullable=False))

    op.create_table(
        "attestation",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("step_id", _BIG, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("step_id"),
    )


def downgrade() -> None:
    op.drop_table("attestation")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_column("hands")
        batch_op.drop_column("expires_at")
