"""Columns that the tables have in common."""

from sqlalchemy import BigInteger, Column, Integer

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only where the key is called INTEGER."""


def numbered() -> Column[int]:
    """Return a key that the database numbers, anew for each table."""
    return Column(BIG, primary_key=True, autoincrement=True)
