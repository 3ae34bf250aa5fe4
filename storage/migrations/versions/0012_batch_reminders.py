"""Approvers of a batch are reminded, and others are asked after a while."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    asked_at = sa.Column("asked_at", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("batch", asked_at)
    op.add_column("batch", sa.Column("reminded", sa.Integer(), server_default="0", nullable=False))
    op.add_column("batch", sa.Column("others", sa.String(), server_default="", nullable=False))
    op.add_column("batch", sa.Column("others_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in ("others_at", "others", "reminded", "asked_at"):
        op.drop_column("batch", name)
