"""How AppXite's gateway answers: the bodies of Azure API Management.

Source: https://learn.microsoft.com/troubleshoot/azure/api-mgmt/availability/
unauthorized-errors-invoke-apis (read 2026-11). AppXite documents no error body of its own, so
what stands behind the gateway refuses in the same shape here. A 404 that says "Resource not
found" means that no such call exists, never that a person does not.
"""

from collections.abc import Mapping

from aiohttp import web

NO_CALL = "Resource not found"
NO_KEY = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
WRONG_KEY = (
    "Access denied due to invalid subscription key. "
    "Make sure to provide a valid key for an active subscription."
)
WRONG_TOKEN = "Unauthorized. Access token is missing or invalid."  # noqa: S105 - a sentence
CONFLICT = "Internal server error"

KEY_CHALLENGE = {
    "WWW-Authenticate": 'AzureApiManagementKey realm="https://api.appxite.com",'
    'name="Ocp-Apim-Subscription-Key",type="header"'
}
TOKEN_CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def error_body(status: int, message: str) -> object:
    """Return the gateway's error body."""
    return {"statusCode": status, "message": message}


class RefusalError(Exception):
    """The request is refused."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers

    def answer(self) -> web.Response:
        """Return the answer that says so."""
        body = error_body(self.status, str(self))
        return web.json_response(body, status=self.status, headers=self.headers)
