"""The writes at IXON that take more than one call: giving exactly what was asked, and taking away.

A user's memberships are replaced by one call. An invitation's are not: so first what it lacks is
added and what it has otherwise is changed, and only then what is too much is taken away. Each of
these calls leaves something that a look shows truly, and a second attempt ends what one began.
"""

from collections.abc import Awaitable, Callable, Sequence

from pydantic import JsonValue

from vendors.contract import Account, AccountState
from vendors.errors import AmbiguousError, NotFoundError, RejectedError
from vendors.ixon_access import Held
from vendors.ixon_api import NAME, IxonApi
from vendors.ixon_directory import GroupRole
from vendors.ixon_people import Places

Look = Callable[[], Awaitable[Account | None]]


class IxonWrites:
    """Changes and removes accounts, wherever IXON keeps them."""

    def __init__(self, api: IxonApi) -> None:
        self._api = api

    async def give(self, found: Account, wanted: Sequence[GroupRole]) -> None:
        """Give ``found`` exactly ``wanted``, and mail an invitation again that has expired."""
        places = Places.of(found)
        try:
            if places.user is not None:
                await self._give_user(places.user, places.invite, wanted)
            elif places.invite is not None:
                await self._give_invite(places.invite, found, wanted)
        except NotFoundError as error:
            sentence = "IXON does not know the account any more that it has just shown."
            raise AmbiguousError(NAME, sentence, error.status, error.trace) from error

    async def take(self, found: Account, look: Look) -> bool:
        """Take ``found`` away; tell whether this did it, or somebody else had just done it."""
        places = Places.of(found)
        taken = False
        if places.user is not None:
            taken |= await self._taken(self._api.remove_user, places.user, look)
        if places.invite is not None:
            taken |= await self._taken(self._api.remove_invite, places.invite, look)
        return taken

    async def _give_user(self, user: str, invite: str | None, wanted: Sequence[GroupRole]) -> None:
        await self._api.replace_memberships(user, [group_role(one) for one in wanted])
        if invite is not None:
            await self._api.remove_invite(invite)

    async def _give_invite(self, invite: str, found: Account, wanted: Sequence[GroupRole]) -> None:
        held = [Held.of(key) for key in found.access_keys]
        kept = [one for one in held if _is_wanted(one, wanted)]
        missing = [one for one in wanted if one not in [_pair(other) for other in kept]]
        spare = [one for one in held if one not in kept]
        changed = _changed(missing, spare)
        added = [one for one in missing if one not in [to for _, to in changed]]
        removed = [one for one in spare if one not in [what for what, _ in changed]]
        if changed:
            await self._api.change_memberships([_change(*one) for one in changed])
        if added:
            holder: JsonValue = {"publicId": invite}
            await self._api.add_memberships([{"invite": holder, **group_role(o)} for o in added])
        if removed:
            await self._api.remove_memberships(*(one.membership_id for one in removed))
        if found.state is AccountState.INACTIVE:
            await self._api.resend(invite)

    async def _taken(
        self, remove: Callable[[str], Awaitable[None]], public_id: str, look: Look
    ) -> bool:
        """Remove one; which status says that it is gone already is undocumented, so look."""
        try:
            await remove(public_id)
        except RejectedError:
            left = await look()
            if left is not None and public_id in left.id:
                raise
            return False
        return True


def group_role(one: GroupRole) -> dict[str, JsonValue]:
    """Return a role in a group as IXON's bodies have it."""
    return {"group": {"publicId": one.group_id}, "role": {"publicId": one.role_id}}


def _pair(held: Held) -> GroupRole:
    return GroupRole(held.group_id, held.role_id)


def _is_wanted(held: Held, wanted: Sequence[GroupRole]) -> bool:
    return held.until is None and _pair(held) in wanted


def _changed(missing: Sequence[GroupRole], spare: Sequence[Held]) -> list[tuple[Held, GroupRole]]:
    """Pair what is too much with what is missing in the same group: a role there is changed."""
    changed: list[tuple[Held, GroupRole]] = []
    for one in missing:
        free = [held for held in spare if held not in [other for other, _ in changed]]
        same = next((held for held in free if held.group_id == one.group_id), None)
        if same is not None:
            changed.append((same, one))
    return changed


def _change(held: Held, to: GroupRole) -> dict[str, JsonValue]:
    """Return a membership with another role, and without an end if it has one."""
    for_good: dict[str, JsonValue] = {"expiresOn": None} if held.until else {}
    return {"publicId": held.membership_id, "role": {"publicId": to.role_id}, **for_good}
