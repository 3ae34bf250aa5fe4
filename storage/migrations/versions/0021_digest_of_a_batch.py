"""What was decided about a batch is kept with the digest of the plans it was decided about."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batchdecision", sa.Column("plan_digest", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("batchdecision", "plan_digest")
