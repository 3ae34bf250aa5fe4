"""Looking at what a vendor shows: one person in its lists, and once more after a write."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from vendors.errors import AmbiguousError, RejectedError, VendorError

T = TypeVar("T")


def grouped(items: Iterable[T], words: Callable[[T], Iterable[str]]) -> Mapping[str, Sequence[T]]:
    """Return the items by each of their words in small letters; an empty word is none."""
    known: dict[str, list[T]] = {}
    for item in items:
        for word in {one.casefold() for one in words(item) if one}:
            known.setdefault(word, []).append(item)
    return known


def only_one(name: str, title: str, found: Sequence[T], what: str = "users") -> T | None:
    """Return the only item found, or None; ``RejectedError`` where ``title`` has several."""
    if len(found) > 1:
        sentence = f"{title} has several {what} with this e-mail: an administrator must sort it."
        raise RejectedError(name, sentence)
    return found[0] if found else None


async def after_a_write(title: str, look: Awaitable[T]) -> T:
    """Return what a look shows after a write; ``AmbiguousError`` where the vendor does not say."""
    try:
        return await look
    except VendorError as error:
        sentence = f"{title} said yes, and could not be asked whether it is so."
        raise AmbiguousError(error.vendor, sentence, error.status, error.trace) from error
