"""What Slack would send: signed slash commands, each of another person about another person."""

import hashlib
import hmac
import time
from itertools import count
from urllib.parse import urlencode

SECRET = "bench-signing-secret"  # noqa: S105 - opens nothing but the servers of a benchmark
TOKEN = "xoxb-bench"  # noqa: S105 - likewise
TEAM = "T0BENCH00"
APP = "A0BENCH00"
CHANNEL = "C0BENCH00"
_FORM = "application/x-www-form-urlencoded"


def member(number: int) -> str:
    """Return the Slack id of the member with this number."""
    return f"U0B{number:08d}"


class Commands:
    """Writes `/onboard <@newcomer> login` again and again, never twice the same."""

    def __init__(self, first: int) -> None:
        """Begin with the member ``first``; each command takes two of them."""
        self._numbers = count(first, 2)

    def next(self) -> bytes:
        """Return the next request, head and body, as it goes over the wire."""
        number = next(self._numbers)
        return post(urlencode(_command(number)).encode())


def _command(number: int) -> dict[str, str]:
    return {
        "token": "bench",
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": CHANNEL,
        "channel_name": "bench",
        "user_id": member(number),
        "user_name": f"member-{number}",
        "command": "/onboard",
        "text": f"<@{member(number + 1)}|member> login-{number}",
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response",
        "trigger_id": f"{number}.1.bench",
    }


def post(body: bytes, path: str = "/slack/events") -> bytes:
    """Return a signed POST of a form, head and body.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    stamp = str(int(time.time()))
    base = b"v0:" + stamp.encode() + b":" + body
    signature = hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Slackbot 1.0\r\n"
        f"Accept: application/json,*/*\r\nContent-Type: {_FORM}\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
        f"X-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + body
