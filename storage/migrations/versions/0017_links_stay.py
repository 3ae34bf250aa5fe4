"""A link cannot be removed by putting its event to another place: SQLite would replace it unseen.

PostgreSQL has no such statement, and its trigger sees what ``ON CONFLICT`` would change.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_BEFORE = "position = NEW.position"
_NOW = "position = NEW.position OR seq = NEW.seq"


def upgrade() -> None:
    _refuse_where(_NOW)


def downgrade() -> None:
    _refuse_where(_BEFORE)


def _refuse_where(there: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TRIGGER IF EXISTS auditlink_replace")
    is_there = f"EXISTS (SELECT 1 FROM auditlink WHERE {there})"  # noqa: S608 - words from above # nosec B608
    op.execute(
        f"CREATE TRIGGER auditlink_replace BEFORE INSERT ON auditlink WHEN {is_there} "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END"
    )
