"""The conditions of the partial indexes, in the words in which the queries ask.

SQLite uses such an index only where a query has its condition as it stands here (``storage.home``).
"""

from typing import Final

from sqlalchemy import text

OPEN: Final = text("state IN ('received', 'pending', 'approved', 'running')")
FOR_ANOTHER: Final = text("principal IS NOT NULL")
ON_BOARD: Final = text("kind = 'onboard' AND state = 'completed'")
IN_TROUBLE: Final = text(
    "coalesce(state, '') IN ('failed', 'unknown', 'action_required', 'expired')"
)
COMING: Final = text("kind IN ('end', 'start')")
OVERDUE: Final = text("coalesce(kind, '') = 'overdue'")
