"""The audit trail as evidence: the chain and its anchors, and a database that refuses changes.

What was recorded before is sealed now, without a key.
"""

import sqlalchemy as sa
from alembic import op

from storage.links import BEGINNING, FIELDS, seal

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = ("auditevent", "auditlink")
_WORDS = "the audit trail is only ever added to"
_AT_ONCE = 1_000


def upgrade() -> None:
    op.create_table(
        "auditlink",
        sa.Column("position", _BIG, autoincrement=False, nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["auditevent.seq"]),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("seq"),
    )
    op.create_table(
        "auditanchor",
        sa.Column("position", _BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=True),
        sa.Column("posted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("position"),
    )
    _seal_what_is_there()
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _seal_what_is_there() -> None:
    events = sa.table("auditevent", *(sa.column(name) for name in FIELDS))
    links = sa.table("auditlink", *map(sa.column, ("position", "seq", "key_id", "hash")))
    bind, position, before, after = op.get_bind(), 0, BEGINNING, 0
    ordered = sa.select(events).order_by(events.c.seq).limit(_AT_ONCE)
    while rows := bind.execute(ordered.where(events.c.seq > after)).mappings().all():
        made = []
        for row in rows:
            position, after = position + 1, row["seq"]
            before = seal(before, position, dict(row), None)
            made.append({"position": position, "seq": after, "key_id": "", "hash": before})
        bind.execute(sa.insert(links), made)


def _refuse_on_sqlite() -> None:
    for table, key in zip(_KEPT, ("seq", "position"), strict=True):
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{what.lower()} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
            )
        # INSERT OR REPLACE would delete a row without calling the trigger above.
        there = f"SELECT 1 FROM {table} WHERE {key} = NEW.{key}"  # noqa: S608 - names from above # nosec B608
        op.execute(
            f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN EXISTS ({there}) "
            f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        )


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION aboard_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$"
    )
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION aboard_keep()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION aboard_keep()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER auditevent_rows ON auditevent")
        op.execute("DROP TRIGGER auditevent_whole ON auditevent")
    else:
        for what in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER auditevent_{what}")
    op.drop_table("auditanchor")
    op.drop_table("auditlink")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION aboard_keep()")
