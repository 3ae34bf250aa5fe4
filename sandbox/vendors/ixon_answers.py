"""How IXON answers: one envelope for everything, and one body for every error.

Sources: https://developer.ixon.cloud/docs/common-errors (read 2026-11) and the vendor's OpenAPI
document: an error is `{"data": [{"message", "propertyName"?, "listIndex"?}], "moreAfter": null,
"status": "error", "type": "Error"}`, where `listIndex` names the element of a body with many.
Only the class 4XX is specified; the statuses are chosen here, but for the 401 of a bad bearer.
"""

from dataclasses import dataclass

from aiohttp import web

Json = dict[str, object]

INVALID = "Invalid value"
REQUIRED_HEADER = "Required header"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and in which element of the body."""

    message: str
    property: str | None = None
    index: int | None = None

    def written(self) -> Json:
        """Return it as the vendor writes it."""
        said: Json = {"message": self.message}
        if self.property is not None:
            said["propertyName"] = self.property
        if self.index is not None:
            said["listIndex"] = self.index
        return said


class RefusalError(Exception):
    """The request is refused: a status and what was wrong."""

    def __init__(
        self, status: int, message: str, name: str | None = None, index: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(message, name, index)

    def answer(self) -> web.Response:
        """Return the answer that says so."""
        return web.json_response(_error(self.problem), status=self.status)


def _error(problem: Problem) -> Json:
    return {"data": [problem.written()], "moreAfter": None, "status": "error", "type": "Error"}


def error_body(_status: int, message: str) -> object:
    """Return the vendor's error body."""
    return _error(Problem(message))


def success(
    kind: str, data: object, *, status: int = 200, more_after: str | None = None
) -> web.Response:
    """Answer in the vendor's envelope."""
    body = {"type": kind, "data": data, "moreAfter": more_after, "status": "success"}
    return web.json_response(body, status=status)
