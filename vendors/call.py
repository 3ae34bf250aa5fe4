"""One call to a vendor, and the vendor as the client sees it: where it is, and how it speaks."""

from collections.abc import Callable, Container, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable
from urllib.parse import quote

import httpx
from pydantic import JsonValue, SecretStr

from vendors.secrets import look_for

Complaint = Callable[[JsonValue], str | None]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: ``path`` is a template ("/v2/users/{user}") that ``names`` fill.

    ``body`` is sent as JSON; ``text`` instead of it as it is, under a content type that stands in
    ``headers``. ``repeatable``: the vendor documents that a second call changes nothing more; every
    GET is.
    """

    method: str
    path: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    body: JsonValue = None
    text: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether a second call does no more than one."""
        return self.repeatable or self.method == "GET"

    def filled_path(self) -> str:
        """Return the path with its names encoded; ``ValueError`` for one that leads elsewhere."""
        return self.path.format_map({key: _segment(name) for key, name in self.names.items()})

    def carried(self) -> Iterator[str]:
        """Yield every text that the call sends about a person."""
        yield from self.names.values()
        yield from (value for _, value in self.query)
        yield from _texts(self.body)
        yield self.text or ""


def _segment(name: str) -> str:
    if not name.strip("."):
        raise ValueError("a path segment cannot be empty or consist of dots")
    return quote(name, safe="")


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for inner in value:
                yield from _texts(inner)
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case _:
            return


@runtime_checkable
class Renewable(Protocol):
    """An ``auth`` whose secrets may be replaced while calls are under way."""

    def is_renewed(self, sent: Container[str]) -> bool:
        """Look for newer secrets; tell whether one of now is none of the headers ``sent``."""


class HeaderAuth(httpx.Auth):
    """Reveals secrets into headers at the moment of sending, and nowhere else.

    ``headers`` maps a header to what stands before the secret ("Bearer ") and the secret.
    """

    def __init__(self, headers: Mapping[str, tuple[str, SecretStr]]) -> None:
        self._headers = headers

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the secrets into ``request``."""
        request.headers.update(self._revealed())
        yield request

    def is_renewed(self, sent: Container[str]) -> bool:
        """Look for newer secrets; tell whether one of now is none of the headers ``sent``."""
        look_for(*(secret for _, secret in self._headers.values()))
        return any(value not in sent for value in self._revealed().values())

    def _revealed(self) -> dict[str, str]:
        return {
            header: before + secret.get_secret_value()
            for header, (before, secret) in self._headers.items()
        }


def message_of(body: JsonValue) -> str | None:
    """Return the words of the usual complaint, ``{"message": …}`` or ``{"error": …}``."""
    if not isinstance(body, dict):
        return None
    said = body.get("message", body.get("error"))
    return said if isinstance(said, str) else None


def too_many(status: int, _headers: Mapping[str, str]) -> bool:
    """Tell whether an answer means "too often", where a vendor does as RFC 6585 says."""
    return status == httpx.codes.TOO_MANY_REQUESTS


def the_credential(_body: JsonValue, _headers: Mapping[str, str]) -> str:
    """Name what a 401 refuses, where a vendor takes one credential only."""
    return "the credential"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One vendor as the client sees it.

    ``auth`` adds the credential. ``complaint`` returns the vendor's words from an error body, or
    None where the body is not in the vendor's shape: so a gateway's 404 is not taken for the
    vendor's. ``limited`` knows an answer that means "too often", after which ``patience`` seconds
    are waited where the vendor gives no hint. ``accepted`` knows the statuses that the vendor
    documents for a yes. ``refused`` names the credential that a 401 does not accept, from its body
    and headers. ``trace_header`` names the answer's id.
    """

    name: str
    title: str
    base_url: str
    auth: httpx.Auth
    complaint: Complaint = message_of
    limited: Callable[[int, Mapping[str, str]], bool] = too_many
    patience: float = 60.0
    accepted: Callable[[int], bool] = httpx.codes.is_success
    refused: Callable[[JsonValue, Mapping[str, str]], str] = the_credential
    trace_header: str = "x-request-id"
