"""The parts that have to live for Aboard to work, each under the word that readiness says."""

from collections.abc import Callable, Collection

Alive = Callable[[], bool]
Part = tuple[str, Alive]
"""The word that readiness says where it does not live, and whether it does."""


class Life:
    """Knows every part that has to live. Parts are added while they start."""

    def __init__(self) -> None:
        """Know no part yet."""
        self._parts: list[Part] = []
        self._notes: list[Part] = []

    def add(self, name: str, alive: Alive) -> None:
        """Watch a part; several may share a name."""
        self._parts.append((name, alive))

    def missing(self) -> list[str]:
        """Return the names of the parts that do not live, each once."""
        return list(dict.fromkeys(name for name, alive in self._parts if not alive()))

    def drop(self, parts: Collection[Part]) -> None:
        """Watch these no more; others of the same name are still watched."""
        self._parts = [one for one in self._parts if one not in parts]

    def note(self, name: str, so: Callable[[], bool]) -> None:
        """Have something told that keeps Aboard from nothing that Slack waits for."""
        self._notes.append((name, so))

    def degraded(self) -> list[str]:
        """Return what is told so at this moment."""
        return [name for name, so in self._notes if so()]
