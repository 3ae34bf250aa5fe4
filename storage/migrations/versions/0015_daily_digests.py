"""Who gets a daily digest, and when the next one is due."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dailyreader",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "place"),
    )
    op.create_index("ix_dailyreader_next_at", "dailyreader", ["next_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_dailyreader_next_at", table_name="dailyreader")
    op.drop_table("dailyreader")
