"""What AppXite's gateway wants of every call before anybody looks at it.

Sources, read 2026-11: https://support.appxite.com/hc/en-us/articles/24358349656732 (Order API
3.1: `Referer` is the portal's URL, `Ocp-Apim-Subscription-Key`, `api-version`, `X-On-Behalf-Of`
is an organization's id) and https://developer.appxite.com/Docs (key and bearer token). As in
Azure API Management, a path or a version that no call has is a 404 before any credential is
looked at; the key comes before the token. Which status a wrong portal or organization gets is
not public and chosen here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.vendors.appxite_answers import (
    KEY_CHALLENGE,
    NO_CALL,
    NO_KEY,
    TOKEN_CHALLENGE,
    WRONG_KEY,
    WRONG_TOKEN,
    RefusalError,
)
from sandbox.vendors.appxite_shape import Shape
from sandbox.vendors.appxite_tokens import Tokens

KEY = "Ocp-Apim-Subscription-Key"


@dataclass(frozen=True)
class AppxiteTenant:
    """A customer: credentials, portal and organizations, of which the first is its own.

    `names` are what the portal calls the organizations, by their ids.
    """

    subscription_key: str
    client_id: str
    client_secret: str
    portal: str
    organizations: tuple[str, ...]
    api_version: str = "3.1"
    names: Mapping[str, str] = field(default_factory=dict)


class Gateway:
    """The checks, in the gateway's order."""

    def __init__(self, tenant: AppxiteTenant, shape: Shape, tokens: Tokens) -> None:
        self._tenant = tenant
        self._shape = shape
        self._tokens = tokens

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a call through, or say what it lacks."""
        try:
            self._check(request)
            return await handler(request)
        except RefusalError as error:
            return error.answer()

    def _check(self, request: web.Request) -> None:
        if request.match_info.http_exception is not None:
            raise RefusalError(404, NO_CALL)
        if request.path.endswith(self._shape.paths.token):
            return
        if request.headers.get("api-version") != self._tenant.api_version:
            raise RefusalError(404, NO_CALL)
        self._check_credentials(request)
        self._check_context(request)

    def _check_credentials(self, request: web.Request) -> None:
        key = request.headers.get(KEY)
        if not key:
            raise RefusalError(401, NO_KEY, KEY_CHALLENGE)
        if key != self._tenant.subscription_key:
            raise RefusalError(401, WRONG_KEY, KEY_CHALLENGE)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not self._tokens.is_good(token):
            raise RefusalError(401, WRONG_TOKEN, TOKEN_CHALLENGE)

    def _check_context(self, request: web.Request) -> None:
        portal = request.headers.get(self._shape.referer, "")
        if not portal:
            raise RefusalError(400, f"{self._shape.referer} header is required.")
        if portal.rstrip("/") != self._tenant.portal.rstrip("/"):
            raise RefusalError(403, f"{portal} is not your portal.")
        organization = request.headers.get("X-On-Behalf-Of", "")
        if not organization:
            raise RefusalError(400, "X-On-Behalf-Of header is required.")
        if organization not in self._tenant.organizations:
            raise RefusalError(403, "No access to this organization.")
