"""Which of a vendor's own words may be repeated to people and logs.

A refusal often echoes what was sent: the e-mail, the name, now and then the credential. Only plain
words pass, and none that the call itself carried; everything else becomes an ellipsis.
"""

import re
from collections.abc import Iterable

LONGEST = 160
_WORD = re.compile(r"[^\W\d_]{1,24}(?:['\u2019-][^\W\d_]{1,24})?")
_PIECE = re.compile(r"[^\W_]+")
_AROUND = "\"'`\u201c\u201d\u2018\u2019()[]{}.,;:!?"


def quoted(words: str, carried: Iterable[str]) -> str:
    """Return what is harmless of ``words``, on one line of at most 160 characters."""
    hidden = {piece for text in carried for piece in _PIECE.findall(text.casefold())}
    plain = (_plain(word, hidden) for word in words[:2000].split())
    line = " ".join(plain)
    line = re.sub(r"…(?: …)+", "…", line)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _plain(word: str, hidden: set[str]) -> str:
    core = word.strip(_AROUND)
    if _WORD.fullmatch(core) is None:
        return "…"
    if any(piece in hidden for piece in _PIECE.findall(core.casefold())):
        return "…"
    return f"{core}{word[-1]}" if word[-1] in ".,;:!?" else core
