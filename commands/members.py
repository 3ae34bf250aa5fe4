"""The list of a workspace's members: five hundred of them by one call, instead of a call for each.

https://docs.slack.dev/reference/methods/users.list (tier 2, about 20 calls a minute)
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands.slack_errors import UNREACHABLE, code_of, pause_of
from workflow.clock import HOUR, SECOND, Clock

_log = structlog.get_logger(__name__)

Learn = Callable[[Sequence[Mapping[str, Any]]], None]
"""Is told of some members, as ``users.list`` has them."""

PAGE = 500
PAGES = 10
"""As many as Slack answers in half a minute: that is how long its answers count."""
_SECONDS = 3.0
_REST_SECONDS = 30.0


class Members:
    """Reads the list, unless Slack has just refused it or it is too long."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        """Ask with ``client``."""
        self._client, self._clock, self._rests_until = client, clock, 0

    async def read(self, learn: Learn) -> None:
        """Tell ``learn`` of all members, those who were deactivated too.

        Where Slack gives no more of the list it ends, without an error: whoever is missing is to be
        asked for alone.
        """
        if self._clock() < self._rests_until:
            return
        try:
            async with asyncio.timeout(_SECONDS):
                is_whole = await self._pages(learn)
        except SlackApiError as error:
            self._rest(pause_of(error) or _REST_SECONDS, code_of(error))
        except UNREACHABLE as error:
            self._rest(_REST_SECONDS, type(error).__name__)
        else:
            if not is_whole:
                self._rest(HOUR / SECOND, "too_long")

    async def _pages(self, learn: Learn) -> bool:
        cursor = ""
        for _ in range(PAGES):
            answer = await self._client.users_list(limit=PAGE, cursor=cursor)
            learn(answer.get("members") or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return True
        return False

    def _rest(self, seconds: float, why: str) -> None:
        self._rests_until = self._clock() + int(seconds * SECOND)
        _log.info("members are asked for one by one", why=why, seconds=seconds)
