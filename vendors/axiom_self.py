"""The user whose personal token Aboard works with: it must not be removed, and only it is renamed.

An API token belongs to an organization and to nobody.
"""

from vendors.axiom_api import NAME, AxiomApi
from vendors.errors import AmbiguousError, ForbiddenError


class AxiomSelf:
    """Whose token it is, asked once."""

    def __init__(self, api: AxiomApi, *, personal: bool) -> None:
        self._api = api
        self._personal = personal
        self._id: str | None = None

    async def is_id(self, user_id: str) -> bool:
        """Tell whether the token is this user's own."""
        if self._personal and self._id is None:
            self._id = (await self._api.own()).id
        return user_id == self._id

    async def rename(self, name: str) -> bool:
        """Give the user another name; tell whether it had another one before.

        ``ForbiddenError`` with an API token, ``AmbiguousError`` where the old name is still shown.
        """
        if not self._personal:
            raise ForbiddenError(NAME, "Only a personal token can rename, and only its own user.")
        own = await self._api.own()
        if own.name == name:
            return False
        await self._api.rename_own(own.id, name)
        if (await self._api.own()).name != name:
            raise AmbiguousError(NAME, "Axiom said yes, and shows the old name still.")
        return True
