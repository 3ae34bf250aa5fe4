"""The headers that IXON asks for, and which endpoint asks for which.

Sources, read 2026-11: https://developer.ixon.cloud/docs/ixon-api-authentication-headers and the
vendor's OpenAPI document: `Api-Version: 2` everywhere; `Api-Application` (12 characters) and
`Authorization: Bearer` but for discovery; `Api-Company` (four digits five times) wherever the
company matters; `Api-Branding` on what sends a mail. The token of an API service account works
only with the application of that account.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from sandbox.vendors.ixon_answers import INVALID, REQUIRED_HEADER, RefusalError
from sandbox.vendors.ixon_model import Company, IxonUser

APPLICATION = re.compile(r"[0-9a-zA-Z]{12}")
COMPANY = re.compile(r"(\d{4}-){4}\d{4}")
CALLER = web.RequestKey("caller", IxonUser)

Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True)
class Endpoint:
    """One method of one path, and the headers it asks for beside `Api-Version`."""

    method: str
    path: str
    handler: Handler
    company: bool = True
    branding: bool = False
    signed_in: bool = True


@dataclass(frozen=True)
class Credential:
    """The token of an API service account, which application it belongs to, and whose it is."""

    token: str
    application: str
    owner: str


class Headers:
    """The rules, for one company and the credentials that were given out."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self.credentials: dict[str, Credential] = {}

    def behind(self, endpoint: Endpoint) -> Handler:
        """Return the endpoint's handler, behind its rules."""

        async def handler(request: web.Request) -> web.Response:
            if _needed(request, "Api-Version") != "2":
                raise RefusalError(400, INVALID, "Api-Version")
            if endpoint.signed_in:
                request[CALLER] = self._caller(request)
            if endpoint.company:
                self._check_company(request)
            if endpoint.branding:
                _needed(request, "Api-Branding")
            return await endpoint.handler(request)

        return handler

    def _caller(self, request: web.Request) -> IxonUser:
        application = _needed(request, "Api-Application")
        if not APPLICATION.fullmatch(application):
            raise RefusalError(400, INVALID, "Api-Application")
        scheme, _, token = _needed(request, "Authorization", 401).partition(" ")
        credential = self.credentials.get(token)
        owner = self._company.users.get(credential.owner) if credential else None
        fits = credential is not None and credential.application == application
        if scheme != "Bearer" or not fits or owner is None:
            raise RefusalError(401, INVALID, "Authorization")
        return owner

    def _check_company(self, request: web.Request) -> None:
        company = _needed(request, "Api-Company")
        if not COMPANY.fullmatch(company) or company != self._company.public_id:
            raise RefusalError(400, INVALID, "Api-Company")


def _needed(request: web.Request, name: str, status: int = 400) -> str:
    value = request.headers.get(name, "").strip()
    if not value:
        raise RefusalError(status, REQUIRED_HEADER, name)
    return value
