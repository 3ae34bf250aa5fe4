"""A secret that may be replaced while it is in use: whoever holds it reveals the newest value."""

from collections.abc import Callable

from pydantic import SecretStr


class LiveSecret(SecretStr):
    """A ``SecretStr`` that others may replace.

    It is revealed at the moment of sending: a call under way keeps what it has sent already.
    """

    def __init__(self, secret_value: str) -> None:
        """Hold ``secret_value`` until it is replaced."""
        super().__init__(secret_value)
        self._look: Callable[[], None] | None = None

    def __eq__(self, other: object) -> bool:
        """Tell whether ``other`` is a secret with the same value."""
        if not isinstance(other, SecretStr):
            return False
        return self.get_secret_value() == other.get_secret_value()

    __hash__ = SecretStr.__hash__

    def replace(self, value: str) -> None:
        """Reveal ``value`` from now on."""
        self._secret_value = value

    def watched_by(self, look: Callable[[], None]) -> None:
        """Have ``look`` called where a vendor refuses the secret: it replaces it if it can."""
        self._look = look

    def look(self) -> None:
        """Have a newer value looked for at once, where there may be one."""
        if self._look is not None:
            self._look()


def look_for(*secrets: SecretStr | None) -> None:
    """Have newer values looked for, of those secrets that may be replaced."""
    for one in secrets:
        if isinstance(one, LiveSecret):
            one.look()
