"""How Ambition answers: the shapes of Django REST Framework.

The vendor's pages give no error body; its client of 2015 and the scheme `Token` show the
framework (https://www.django-rest-framework.org/api-guide/exceptions/, read 2026-11):
`{"detail": …}` for the request as a whole, `{"field": ["…"]}` for one object, a list of those
for a list. A path that exists only with a slash at its end is redirected there, and a path that
does not exist at all is an HTML page of Django's.
"""

from collections.abc import Mapping

from aiohttp import web

NO_CREDENTIALS = "Authentication credentials were not provided."
WRONG_TOKEN = "Invalid token."  # noqa: S105 - a sentence
REQUIRED = "This field is required."
BLANK = "This field may not be blank."
NOT_A_NUMBER = "A valid integer is required."
NOT_BOOLEAN = "Must be a valid boolean."
NOT_TEXT = "Not a valid string."
NOT_UNIQUE = "This field must be unique."
NO_PAGE = (
    "<!doctype html><title>Not Found</title><h1>Not Found</h1>"
    "<p>The requested resource was not found on this server.</p>"
)

Errors = dict[str, list[str]]


def error_body(_status: int, message: str) -> object:
    """Return `{"detail": …}`."""
    return {"detail": message}


class RefusalError(Exception):
    """The request is refused, with whatever body says why."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body
        self.headers = headers

    def answer(self) -> web.Response:
        """Return the answer that says so."""
        return web.json_response(self.body, status=self.status, headers=self.headers)


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> RefusalError:
    """Refuse the request as a whole."""
    return RefusalError(status, error_body(status, message), headers)


def not_found() -> web.Response:
    """Answer with Django's own page."""
    return web.Response(status=404, text=NO_PAGE, content_type="text/html")
