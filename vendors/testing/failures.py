"""What a network and a vendor do to a caller, and the error that each must become."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from sandbox import mishaps
from sandbox.faults import Faults
from vendors.errors import (
    AmbiguousError,
    ConflictError,
    CredentialError,
    ForbiddenError,
    NotFoundError,
    PermanentError,
    RateLimitError,
    RejectedError,
    ResponseError,
    UnavailableError,
    VendorError,
)

MEBIBYTE = 2**20

Plant = Callable[[Faults, str], None]


@dataclass(frozen=True)
class Fault:
    """One failure: how it is planted, and the named error on a read and on a write.

    ``in_body`` marks what only strikes where an answer has a body.
    """

    name: str
    plant: Plant
    on_read: type[VendorError]
    on_write: type[VendorError]
    in_body: bool = False


def _status(code: int, on_read: type[VendorError], on_write: type[VendorError]) -> Fault:
    def plant(faults: Faults, only: str) -> None:
        faults.status(code, _times(code), only=only)

    return Fault(f"{code}", plant, on_read, on_write)


def _page(code: int, on_read: type[VendorError], on_write: type[VendorError]) -> Fault:
    def plant(faults: Faults, only: str) -> None:
        faults.html(code, _times(code), only=only)

    return Fault(f"{code} html", plant, on_read, on_write)


def _times(code: int) -> int | None:
    """Return how often; a credential that is refused stays refused."""
    return None if code == HTTPStatus.UNAUTHORIZED else 1


def _body(name: str, body: bytes) -> Fault:
    def plant(faults: Faults, only: str) -> None:
        faults.plant(name, mishaps.saying(body), 1, only)

    return Fault(name, plant, ResponseError, AmbiguousError, in_body=True)


def _lost(name: str, plant: Plant, *, in_body: bool = False) -> Fault:
    return Fault(name, plant, UnavailableError, AmbiguousError, in_body)


def _redirect(code: int) -> Fault:
    def plant(faults: Faults, only: str) -> None:
        faults.redirect("http://127.0.0.1:9/elsewhere", code=code, only=only)

    return Fault(f"{code} redirect", plant, PermanentError, PermanentError)


# A vendor's own 404, 409 and 410 mean more than a failure; other promises are about them.
READ_ANSWERS = (
    _status(404, NotFoundError, NotFoundError),
    _status(409, ConflictError, ConflictError),
    _status(410, NotFoundError, NotFoundError),
)

ANSWERS = (
    _status(400, RejectedError, RejectedError),
    _status(401, CredentialError, CredentialError),
    _status(403, ForbiddenError, ForbiddenError),
    _status(422, RejectedError, RejectedError),
    _status(429, RateLimitError, RateLimitError),
    _status(500, UnavailableError, AmbiguousError),
    _status(502, UnavailableError, AmbiguousError),
    _status(503, UnavailableError, AmbiguousError),
    _page(401, CredentialError, CredentialError),
    _page(404, PermanentError, PermanentError),
    _page(502, UnavailableError, AmbiguousError),
    _redirect(302),
    _redirect(308),
)

LOSSES = (
    _lost("refused", lambda faults, only: faults.refuse_before(only=only)),
    _lost("lost", lambda faults, only: faults.lose_answer(only=only)),
    _lost("hanging", lambda faults, only: faults.hang(only=only)),
    _lost("late", lambda faults, only: faults.latency(1.0, 1, only=only)),
    _lost("dripping", lambda faults, only: faults.drip(0.05, only=only), in_body=True),
    _lost("truncated", lambda faults, only: faults.truncated(only=only), in_body=True),
)

WEB_PAGE = _page(200, ResponseError, AmbiguousError)
TOO_LONG = _body("10 MB", b'"' + b"x" * (10 * MEBIBYTE) + b'"')

NO_ANSWERS = (WEB_PAGE, TOO_LONG)

ODD_BODIES = (
    _body("empty", b""),
    _body("text", b"OK"),
    _body("half", b'{"id": "7'),
    _body("nan", b'{"id": NaN}'),
    _body("equal keys", b'{"id": "7", "id": "8"}'),
    _body("deep", b"[" * 100_000),
    _body("another shape", b'{"success": true}'),
)

BODIES = (*NO_ANSWERS, *ODD_BODIES)
