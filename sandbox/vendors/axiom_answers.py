"""How Axiom answers: its error body, and the headers that stand on every answer.

Sources: https://axiom.co/docs/restapi/introduction and https://axiom.co/docs/restapi/api-limits
(read 2026-11). X-RateLimit-Reset is a second since 1970, not a wait.
"""

import math

from aiohttp import web

PER_MINUTE = 1000
TOO_MANY = 429


def error_body(_status: int, message: str) -> object:
    """Return `{"message": …}`."""
    return {"message": message}


def refusal(status: int, message: str) -> web.Response:
    """Answer with an error."""
    return web.json_response(error_body(status, message), status=status)


def headers_of(trace: str, now: float, *, limited: bool) -> dict[str, str]:
    """Return the trace id and what is left of the rate limit; a 429 says the latter itself."""
    always = {"X-Axiom-Trace-Id": trace}
    if limited:
        return always
    return always | {
        "X-RateLimit-Scope": "user",
        "X-RateLimit-Limit": str(PER_MINUTE),
        "X-RateLimit-Remaining": str(PER_MINUTE - 1),
        "X-RateLimit-Reset": str(math.ceil(now / 60) * 60),
    }
