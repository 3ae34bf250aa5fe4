"""The form of a Web API method, and paging, which many of them share."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from sandbox.slack.arguments import Arguments
from sandbox.slack.model import Json, SlackError
from sandbox.slack.state import State

Method = Callable[[State, Arguments], Json]
T = TypeVar("T")

MOST_PER_PAGE = 1000


def page(items: Sequence[T], arguments: Arguments, default: int) -> tuple[list[T], Json]:
    """Return one page and what to put into the answer; raises invalid_cursor, invalid_limit.

    Source: https://docs.slack.dev/apis/web-api/pagination.
    """
    limit = arguments.number("limit", default)
    if not 1 <= limit <= MOST_PER_PAGE:
        raise SlackError("invalid_limit")
    start = _start(arguments.text("cursor"))
    more = start + limit < len(items)
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return list(items[start : start + limit]), {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, number = base64.b64decode(cursor, validate=True).decode().split(":")
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    if word != "next" or not number.isdigit():
        raise SlackError("invalid_cursor")
    return int(number)
