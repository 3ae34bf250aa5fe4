"""Steps of a batch that are carried out together, by one call for many."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batchcall",
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("batch_number", _BIG, nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["batch_number"], ["batch.number"]),
        sa.PrimaryKeyConstraint("step"),
    )
    op.create_index("batchcall_of", "batchcall", ["call"])
    op.create_index("batchcall_loose", "batchcall", ["batch_number"])


def downgrade() -> None:
    op.drop_table("batchcall")
