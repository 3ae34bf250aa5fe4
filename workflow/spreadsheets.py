"""Comma-separated values that no spreadsheet takes for formulas.

A program that opens a CSV file runs a cell that begins with ``=``, ``+``, ``-`` or ``@``, also
behind a tab or a line break, and in some languages their wide forms: such a cell gets an apostrophe
in front (https://owasp.org/www-community/attacks/CSV_Injection). The library ``defusedcsv`` was
looked at (3.0.0): it lets tabs, line breaks and wide forms pass and rewrites bars elsewhere.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

_STARTS = frozenset("=+-@|%")


def harmless(text: str) -> str:
    """Return ``text`` as a cell that is read as text, whatever it begins with."""
    if not text:
        return text
    first = next((one for one in text if not _is_skipped(one)), "")
    wide = unicodedata.normalize("NFKC", first)[:1]
    return f"'{text}" if text[0] in "\t\r\n" or wide in _STARTS else text


def _is_skipped(sign: str) -> bool:
    """Tell whether a program may skip ``sign`` at the beginning of a cell."""
    return sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf"}


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """Return rows as CSV (RFC 4180), every cell in quotes and harmless."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    for row in rows:
        writer.writerow([harmless(one) if isinstance(one, str) else one for one in row])
    return page.getvalue()
