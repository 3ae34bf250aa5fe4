"""The parts that have to live for Aboard to work, each under the word that readiness says."""

from collections.abc import Callable

Alive = Callable[[], bool]


class Life:
    """Knows every part that has to live. Parts are added while they start."""

    def __init__(self) -> None:
        """Know no part yet."""
        self._parts: list[tuple[str, Alive]] = []

    def add(self, name: str, alive: Alive) -> None:
        """Watch a part; several may share a name."""
        self._parts.append((name, alive))

    def missing(self) -> list[str]:
        """Return the names of the parts that do not live, each once."""
        return list(dict.fromkeys(name for name, alive in self._parts if not alive()))
