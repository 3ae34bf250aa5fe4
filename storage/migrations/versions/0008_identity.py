"""Whom a request was approved for: what identifies the person stands in the request itself."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WORDS = ("email", "given_name", "family_name")
_WHOLE = (*_WORDS, "github_login", "github_id")
_PERSON = sa.table("person", sa.column("id"), *(sa.column(name) for name in _WHOLE))
_REQUEST = sa.table("request", sa.column("person_id"), *(sa.column(name) for name in _WHOLE))


def upgrade() -> None:
    for name in _WORDS:
        op.add_column("request", sa.Column(name, sa.String(), nullable=True))
    op.add_column("request", sa.Column("github_id", sa.BigInteger(), nullable=True))
    # A number belongs to the login that it was found with: another login has another one.
    same = _PERSON.c.github_login == _REQUEST.c.github_login
    known = {name: _remembered(name) for name in _WORDS}
    known["github_id"] = _remembered("github_id").where(same)
    found = {name: query.scalar_subquery() for name, query in known.items()}
    op.execute(sa.update(_REQUEST).values(found))


def _remembered(name: str) -> "sa.Select[tuple[object]]":
    return sa.select(_PERSON.c[name]).where(_PERSON.c.id == _REQUEST.c.person_id)


def downgrade() -> None:
    for name in ("github_id", *reversed(_WORDS)):
        op.drop_column("request", name)
