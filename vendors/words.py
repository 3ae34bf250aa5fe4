"""Which word a profile, a form and an approval use for a thing that a vendor knows by an id."""

from collections import Counter
from collections.abc import Iterable

LONGEST = 70


def words_for(known: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a word for each id of ``known`` (ids and names): its name, which people can read.

    It is the id where the name would not do: where something else has that name or that id, in any
    case, or where the name is empty, longer than 70 characters or padded.
    """
    pairs = dict(known)
    meant = Counter(word for pair in pairs.items() for word in {one.casefold() for one in pair})
    return {
        public_id: name if _is_word(name) and meant[name.casefold()] == 1 else public_id
        for public_id, name in pairs.items()
    }


def _is_word(name: str) -> bool:
    return name == name.strip() and 0 < len(name) <= LONGEST and name.isprintable()
