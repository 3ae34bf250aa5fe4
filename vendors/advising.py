"""What a vendor finds out by itself about the settings that it was given."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Advising(Protocol):
    """A vendor that can tell which settings would show more of what it is asked for."""

    async def advice(self) -> list[str]:
        """Return what an operator should know, in sentences, by calls that change nothing.

        What the vendor refuses is no advice, and no error either.
        """
        ...
