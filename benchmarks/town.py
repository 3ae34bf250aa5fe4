"""What Aboard talks to while it is measured: a Slack that keeps its own pace, and one vendor.

`python -m benchmarks.town PORT`. Whoever is asked for is a member. Every call takes 100 ms, and as
many are taken a minute as Slack's tiers allow, so that what Aboard does after an acknowledgement
costs it here what it costs beside the real Slack.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from benchmarks.payloads import CHANNEL, TEAM
from sandbox.changes import Changes
from sandbox.tenancies import TENANCIES

_SECONDS = 0.1
_MINUTE = 60.0
_USUAL = 50
_BURST = 5.0
PACE: Mapping[str, int] = MappingProxyType(
    {
        "auth.test": 300,
        "users.info": 100,
        "usergroups.users.list": 20,
        "chat.postMessage": 60,
    }
)
"""Calls a minute, by method; others are of tier 3."""


class Pace:
    """Hands out calls evenly over the minute, a few at once; by method."""

    def __init__(self) -> None:
        """Have handed out none."""
        self._held: dict[str, float] = {}
        self._since: dict[str, float] = {}

    def wait(self, method: str) -> float:
        """Return 0 and count the call, or the seconds until one more is taken."""
        now, rate = time.monotonic(), PACE.get(method, _USUAL) / _MINUTE
        gained = (now - self._since.get(method, now)) * rate
        held = min(_BURST, self._held.get(method, _BURST) + gained)
        self._since[method] = now
        self._held[method] = held - 1 if held >= 1 else held
        return 0.0 if held >= 1 else (1 - held) / rate


class Slack:
    """As much of Slack's Web API as a bot needs to be up and to look people up."""

    def __init__(self) -> None:
        """Have posted nothing."""
        self._pace, self._posted = Pace(), 0

    async def called(self, request: web.Request) -> web.Response:
        """Answer one method."""
        method, given = request.match_info["method"], await request.post()
        wait = self._pace.wait(method)
        if wait:
            headers = {"Retry-After": str(int(wait) + 1)}
            said = {"ok": False, "error": "ratelimited"}
            return web.json_response(said, status=429, headers=headers)
        await asyncio.sleep(_SECONDS)
        return web.json_response({"ok": True, **self._answer(method, {**request.query, **given})})

    def _answer(self, method: str, said: Mapping[str, object]) -> dict[str, object]:
        if method == "users.info":
            return {"user": member_object(str(said.get("user")))}
        if method == "usergroups.users.list":
            return {"users": []}
        if method.startswith("conversations."):
            return {"channel": {"id": CHANNEL, "is_member": True, "is_private": True}}
        self._posted += 1
        sent = {"channel": CHANNEL, "ts": f"{time.time():.6f}", "message_ts": "1.0"}
        return {"team_id": TEAM, "user_id": "U0BENCHBOT", "bot_id": "B0BENCH00", **sent}


def member_object(slack_id: str) -> dict[str, object]:
    """Return a full member as users.info tells them."""
    names = {"first_name": "Member", "last_name": slack_id, "real_name": f"Member {slack_id}"}
    profile = {"email": f"{slack_id.lower()}@bench.example", **names}
    return {"id": slack_id, "team_id": TEAM, "profile": profile, "tz": "Etc/UTC", "deleted": False}


def application() -> web.Application:
    """Return Slack under /slack/api and Axiom under /axiom."""
    app, slack = web.Application(), Slack()
    app.router.add_post("/slack/api/{method}", slack.called)
    app.router.add_get("/slack/api/{method}", slack.called)
    app.add_subapp("/axiom", TENANCIES["axiom"].make(Changes(), time.time).app())
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
