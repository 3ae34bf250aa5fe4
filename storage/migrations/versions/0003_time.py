"""When an access starts and ends, whom a request follows from, and what is due at a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("starts_wall", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("starts_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("until_wall", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("until_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("origin", _BIG, nullable=True))
        batch_op.add_column(sa.Column("taken_by", sa.String(), nullable=True))

    op.create_table(
        "alarm",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("request_number", _BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["request_number"], ["request.number"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_number", "kind"),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alarm_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("alarm")
    with op.batch_alter_table("request", schema=None) as batch_op:
        for name in (
            "taken_by", "origin", "until_at", "until_wall", "starts_at", "starts_wall", "zone",
        ):  # fmt: skip
            batch_op.drop_column(name)
