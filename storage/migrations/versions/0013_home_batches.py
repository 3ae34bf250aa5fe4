"""What App Home lists of batches is found by indexes of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_index(
        "batch_waiting", "batch", ["team_id", "number"],
        sqlite_where=_WAITING, postgresql_where=_WAITING,
    )  # fmt: skip
    op.create_index("batch_by_requester", "batch", ["team_id", "requester", "number"])


def downgrade() -> None:
    op.drop_index("batch_by_requester", table_name="batch")
    op.drop_index("batch_waiting", table_name="batch")
