"""Who is who, from Slack: people by id or e-mail, and groups; at most 30 seconds old.

Many people at once are looked up in the list of members, whoever is not in it alone.

https://docs.slack.dev/reference/methods/users.info (tier 4, about 100 calls a minute),
https://docs.slack.dev/reference/methods/users.lookupByEmail (tier 3, about 50 a minute),
https://docs.slack.dev/reference/methods/usergroups.users.list (tier 2, about 20 a minute).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands.members import Members
from commands.slack_errors import UNREACHABLE, code_of, cure_of, pause_of
from workflow.clock import SECOND, Clock
from workflow.directory import DirectoryError, Resident

T = TypeVar("T")

_FRESH = 30 * SECOND
_MOST = 5_000
_FEW = 10
"""So many people are asked for one by one: the list of members would be more to read."""
_PATIENCE_SECONDS = 2.0


class SlackDirectory:
    """Answers from Slack, or from what Slack said less than thirty seconds ago."""

    def __init__(self, client: AsyncWebClient, clock: Clock, home_team: str) -> None:
        """Ask with ``client`` on behalf of the workspace ``home_team``."""
        self._client, self._clock, self._home = client, clock, home_team
        self._people: dict[str, tuple[int, Resident | None]] = {}
        self._addresses: dict[str, tuple[int, Resident | None]] = {}
        self._groups: dict[str, tuple[int, frozenset[str]]] = {}
        self._members, self._listing = Members(client, clock), asyncio.Lock()

    async def get_to_know(self, people: Collection[str]) -> None:
        """Look many people up by few calls, by their ids or e-mail addresses.

        Afterwards ``resident`` and ``by_email`` know whomever the list of members has.
        """
        if self._are_few(people):
            return
        async with self._listing:
            if not self._are_few(people):
                await self._members.read(self._learn)

    def _are_few(self, people: Collection[str]) -> bool:
        """Tell whether so few of them are unknown that nobody waits for a list."""
        now = self._clock()
        return sum(not self._is_known(one, now) for one in people) <= _FEW

    def _is_known(self, who: str, now: int) -> bool:
        return _is_fresh(self._people.get(who) or self._addresses.get(who.casefold()), now)

    def _learn(self, members: Sequence[Mapping[str, Any]]) -> None:
        now = self._clock()
        for one in members:
            resident = _resident(one, self._home)
            _note(self._people, resident.slack_id, resident, now)
            if resident.email and not resident.is_deleted:
                _note(self._addresses, resident.email.casefold(), resident, now)

    async def resident(self, slack_id: str) -> Resident | None:
        """Return a person; None where Slack knows none of that id; else raise DirectoryError."""
        return await self._remembered(self._people, slack_id, self._ask_person)

    async def by_email(self, email: str) -> Resident | None:
        """Return the person with an e-mail address; None where Slack knows none of it.

        Raises ``DirectoryError`` where Slack is silent.
        """
        found = await self._remembered(self._addresses, email.casefold(), self._ask_address)
        if found is not None:
            at, _ = self._addresses[email.casefold()]
            _note(self._people, found.slack_id, found, at)
        return found

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of a user group's members; a group that is gone has none."""
        return await self._remembered(self._groups, group_id, self._ask_group)

    async def _remembered(
        self,
        known: dict[str, tuple[int, T]],
        key: str,
        ask: Callable[[str], Awaitable[T]],
    ) -> T:
        now, before = self._clock(), known.get(key)
        if before is not None and _is_fresh(before, now):
            return before[1]
        answer = await _in_time(ask(key))
        _note(known, key, answer, now)
        return answer

    async def _ask_person(self, slack_id: str) -> Resident | None:
        try:
            answer = await self._client.users_info(user=slack_id)
        except SlackApiError as error:
            if cure_of(error) == "gone":
                return None
            raise
        return _resident(answer.get("user") or {}, self._home)

    async def _ask_address(self, email: str) -> Resident | None:
        try:
            answer = await self._client.users_lookupByEmail(email=email)
        except SlackApiError as error:
            if cure_of(error) == "gone":
                return None
            raise
        return _resident(answer.get("user") or {}, self._home)

    async def _ask_group(self, group_id: str) -> frozenset[str]:
        try:
            answer = await self._client.usergroups_users_list(usergroup=group_id)
        except SlackApiError as error:
            if cure_of(error) == "gone":
                return frozenset()
            raise
        return frozenset(answer.get("users") or ())


def _is_fresh(answered: tuple[int, object] | None, now: int) -> bool:
    return answered is not None and 0 <= now - answered[0] < _FRESH


def _note(known: dict[str, tuple[int, T]], key: str, answer: T, now: int) -> None:
    _make_room(known, now)
    known.pop(key, None)
    known[key] = (now, answer)


def _make_room(known: dict[str, tuple[int, T]], now: int) -> None:
    """Forget what is too old to count; the oldest comes first."""
    while known:
        oldest = next(iter(known))
        if _is_fresh(known[oldest], now) and len(known) < _MOST:
            return
        del known[oldest]


async def _in_time(asked: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await asked
    except SlackApiError as error:
        code = code_of(error)
        sentence = f"Slack answered {code} when asked who somebody is."
        raise DirectoryError(sentence, pause_of(error) or 0.0) from error
    except UNREACHABLE as error:
        raise DirectoryError("Slack could not be asked who somebody is.") from error


def _resident(user: Mapping[str, Any], home_team: str) -> Resident:
    profile: Mapping[str, Any] = user.get("profile") or {}
    given, family = _names(user, profile)
    return Resident(
        slack_id=str(user.get("id") or ""),
        team_id=_team(user, home_team),
        email=profile.get("email") or None,
        given_name=given,
        family_name=family,
        is_deleted=bool(user.get("deleted")),
        is_bot=bool(user.get("is_bot") or user.get("is_workflow_bot"))
        or user.get("id") == "USLACKBOT",
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        time_zone=user.get("tz") or None,
    )


def _names(user: Mapping[str, Any], profile: Mapping[str, Any]) -> tuple[str, str]:
    given, family = profile.get("first_name") or "", profile.get("last_name") or ""
    if given or family:
        return str(given), str(family)
    full = profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    given, _, family = str(full).partition(" ")
    return given, family


def _team(user: Mapping[str, Any], home_team: str) -> str:
    """Return the home workspace for its members, also where an Enterprise Grid shares them."""
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    return home_team if home_team in teams else str(user.get("team_id") or home_team)
