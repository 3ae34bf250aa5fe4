"""Many people asked for at once: the batch, its rows, what was decided, and where it is shown."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("number", _BIG, autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("requester_email", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("batch_by_state", "batch", ["state", "look_at"])
    op.create_table(
        "batchrow",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("batch_number", _BIG, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("github_login", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("request_number", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["batch_number"], ["batch.number"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_number", "line"),
    )
    op.create_table(
        "batchdecision",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("batch_number", _BIG, nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["batch_number"], ["batch.number"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_number", "approver"),
    )
    op.create_table(
        "batchmessage",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("batch_number", _BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("posted_in", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_number"], ["batch.number"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_number", "kind"),
    )
    op.create_index("batchmessage_due", "batchmessage", ["is_final", "next_at"])
    op.add_column("request", sa.Column("batch", sa.BigInteger(), nullable=True))
    op.create_index("request_by_batch", "request", ["batch", "number"])


def downgrade() -> None:
    op.drop_index("request_by_batch", table_name="request")
    op.drop_column("request", "batch")
    for table in ("batchmessage", "batchdecision", "batchrow", "batch"):
        op.drop_table(table)
