"""What App Home lists is found by indexes that hold nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEXES = {
    "request_on_board": (
        "request",
        ["team_id", "number"],
        "kind = 'onboard' AND state = 'completed'",
    ),
    "step_in_trouble": (
        "step",
        ["request_number"],
        "coalesce(state, '') IN ('failed', 'unknown', 'action_required', 'expired')",
    ),
    "alarm_to_come": ("alarm", ["due_at", "request_number"], "kind IN ('end', 'start')"),
    "alarm_of_overdue": ("alarm", ["request_number", "kind"], "coalesce(kind, '') = 'overdue'"),
}


def upgrade() -> None:
    for name, (table, columns, condition) in _INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table_name=table)
