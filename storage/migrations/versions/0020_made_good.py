"""What a later request made good is passed over by the list of what needs attention.

Without that, the list would look at everything that ever failed before it finds what still does.
The index of before stays: the version before this one asks by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_INDEX = "step_still_in_trouble"
_TROUBLE = "coalesce(state, '') IN ('action_required', 'expired', 'failed', 'unknown')"
_STILL = f"{_TROUBLE} AND made_good_by IS NULL"
_MADE_GOOD = """
SELECT max(later.number) FROM request AS later
JOIN request AS mine ON mine.team_id = later.team_id AND mine.subject = later.subject
JOIN step AS well ON well.request_number = later.number
WHERE mine.number = step.request_number AND later.number > mine.number
  AND well.vendor = step.vendor
  AND well.state IN ('done', 'unchanged', 'unverified', 'attested', 'withdrawn')"""


def upgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made_good_by", sa.BigInteger(), nullable=True))
    marking = f"UPDATE step SET made_good_by = ({_MADE_GOOD}) WHERE {_TROUBLE}"  # noqa: S608 - words from above # nosec B608
    op.execute(marking)
    where = sa.text(_STILL)
    op.create_index(_INDEX, "step", ["request_number"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index(_INDEX, table_name="step")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_column("made_good_by")
