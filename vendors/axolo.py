"""Axolo: a Slack channel for every pull request; an engineer is a GitHub login in an organization.

Page: https://axolo.co/docs/application-settings/provisioning, read 2026-11; the whole interface is
two calls, onboard and offboard. There is nothing to look anybody up with, to list, or to prove the
key with, and no documented status, body, error or limit. So: any yes is believed and called
unverified; a 404 counts only as JSON, since another server's 404 is a page.

Credential: Axolo's support switches the interface on (enterprise plan); then Settings → API Key.
The organization is case-sensitive at Axolo though not at GitHub, and logins can be renamed: where
GitHub may be asked, both are resolved first.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, JsonValue

from vendors.call import Call, Endpoint, HeaderAuth, message_of
from vendors.client import VendorClient
from vendors.contract import Account, Change, Choice, Effect, End, Outcome, Person, Result, Traits
from vendors.errors import (
    ConflictError,
    CredentialError,
    NotFoundError,
    PermanentError,
    RejectedError,
)
from vendors.github import is_login
from vendors.many import one_by_one
from vendors.settings import SETTINGS, BaseUrl, Secret
from vendors.tools import Tools

Organization = Annotated[str, Field(min_length=1, max_length=39, pattern=r"^[A-Za-z0-9-]+$")]

UNSEEN = "Axolo offers no way to look."
MEMBERSHIP = "The membership of the GitHub organization is not touched."


class AxoloSettings(BaseModel):
    """``organization`` is the GitHub organization, in its exact case; others may be offered too.

    Since Axolo cannot say where somebody is, whoever leaves is offboarded from all of them.
    """

    model_config = SETTINGS

    organization: Organization
    other_organizations: tuple[Organization, ...] = ()
    base_url: BaseUrl = "https://api.axolo.co"
    api_key: Secret

    @property
    def organizations(self) -> tuple[str, ...]:
        """All organizations, the usual one first."""
        return (self.organization, *self.other_organizations)


class AxoloAccess(BaseModel):
    """In which GitHub organization the person's pull requests get channels."""

    model_config = SETTINGS

    organization: Organization | None = Field(
        default=None, title="GitHub organization", description="Leave empty for the usual one."
    )


class Axolo:
    """Onboards and offboards engineers at Axolo."""

    name: ClassVar[str] = "axolo"
    title: ClassVar[str] = "Axolo"
    access: ClassVar[type[BaseModel]] = AxoloAccess
    settings: ClassVar[type[BaseModel]] = AxoloSettings
    secrets: ClassVar[Mapping[str, str]] = {"api_key": "AXOLO_API_KEY"}
    needs: ClassVar[frozenset[str]] = frozenset({"github_login"})
    traits: ClassVar[Traits] = Traits(
        check=False,
        find=False,
        list=False,
        remove=True,
        verify=False,
        invites=False,
        rate=None,
        page="https://axolo.co/docs/application-settings/provisioning",
        read_on=date(2026, 11, 1),
        notes=(
            "The key can be proven only by using it.",
            "Nobody can be looked up: what Axolo says is all there is.",
            "The organization's name is case-sensitive.",
            MEMBERSHIP,
        ),
    )

    def __init__(self, settings: AxoloSettings, tools: Tools) -> None:
        endpoint = Endpoint(
            name=self.name,
            title=self.title,
            base_url=settings.base_url,
            auth=HeaderAuth({"x-api-key": ("", settings.api_key)}),
            complaint=_complaint,
        )
        self._client = VendorClient(endpoint, tools)
        self._organizations = settings.organizations
        self._configured = {name.casefold(): name for name in self._organizations}
        self._github = tools.github
        self._spelled: dict[str, str] = {}

    async def check(self) -> None:
        """Check what can be: that GitHub knows the organizations. The key stays unproven."""
        for organization in self._organizations:
            await self._known_spelling(organization)

    async def find(self, person: Person) -> Account | None:  # noqa: ARG002 - the contract gives it
        """Return None: Axolo has no look-up."""
        return None

    def plan(self, person: Person, access: AxoloAccess, found: Account | None) -> Change:  # noqa: ARG002 - the contract gives it
        """Say that Axolo would be asked to onboard, or what is missing for it."""
        asked = access.organization or self._organizations[0]
        organization = self._configured.get(asked.casefold(), asked)
        lack = self._lack(person, organization)
        if lack is not None:
            return Change(Effect.BY_HAND, lack, after=organization, verifiable=False)
        detail = f"Onboard the GitHub login in {organization}. {UNSEEN}"
        return Change(Effect.CREATE, detail, after=organization, verifiable=False)

    def plan_removal(self, person: Person, found: Account | None) -> Change:  # noqa: ARG002 - the contract gives it
        """Say that Axolo would be asked to offboard, or what is missing for it."""
        lack = self._lack(person, self._organizations[0])
        if lack is not None:
            return Change(Effect.BY_HAND, f"{lack} {MEMBERSHIP}", verifiable=False)
        where = ", ".join(self._organizations)
        detail = f"Offboard the GitHub login from {where}. {UNSEEN} {MEMBERSHIP}"
        return Change(Effect.REMOVE, detail, verifiable=False)

    async def provision(
        self, person: Person, access: AxoloAccess, found: Account | None
    ) -> Outcome:
        """Onboard the person: UNVERIFIED, or UNCHANGED where Axolo answers 409."""
        change = self.plan(person, access, found)
        if change.after is None or change.effect is Effect.BY_HAND:
            return Outcome(Result.ACTION_REQUIRED, change.detail)
        organization = await self._spelling(change.after)
        login = await self._login(person)
        try:
            await self._onboard(organization, login, person.slack_id)
        except ConflictError:
            detail = f"Axolo says that the engineer is on board already. {UNSEEN}"
            return Outcome(Result.UNCHANGED, detail, _account(organization, login))
        return Outcome(
            Result.UNVERIFIED, f"Axolo said yes. {UNSEEN}", _account(organization, login)
        )

    async def provision_many(
        self, people: Sequence[tuple[Person, AxoloAccess, Account | None]]
    ) -> list[End]:
        """Onboard everybody by a call of their own: Axolo takes one engineer a call."""
        return await one_by_one(self, people)

    async def deprovision(self, person: Person, found: Account | None) -> Outcome:
        """Offboard the person everywhere: UNVERIFIED, or UNCHANGED where Axolo knows nobody."""
        change = self.plan_removal(person, found)
        if change.effect is Effect.BY_HAND:
            return Outcome(Result.ACTION_REQUIRED, change.detail)
        login = await self._login(person)
        known = [await self._offboard(name, login) for name in self._organizations]
        if any(known):
            return Outcome(Result.UNVERIFIED, f"Axolo said yes. {UNSEEN} {MEMBERSHIP}")
        detail = f"Axolo says that it knows no such engineer. {UNSEEN} {MEMBERSHIP}"
        return Outcome(Result.UNCHANGED, detail)

    def accounts(self) -> AsyncIterator[Account]:
        """Raise ``RejectedError``: Axolo has no list."""
        raise RejectedError(self.name, "Axolo offers no list of its engineers.")

    async def choices(self, field: str, query: str) -> list[Choice]:
        """Return the configured organizations; Axolo cannot be asked for them."""
        if field != "organization":
            raise ValueError(f"Axolo's access has no {field}")
        wanted = query.casefold()
        return [Choice(name, name) for name in self._organizations if wanted in name.casefold()]

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _lack(self, person: Person, organization: str) -> str | None:
        """Return what keeps Axolo from being asked, as a sentence that says what to do."""
        if person.github_login is None or not is_login(person.github_login):
            return "Axolo knows people by their GitHub login: say which it is, then ask again."
        if organization not in self._organizations:
            return f"Axolo is not set up for {organization}: an administrator must add it."
        return None

    async def _onboard(self, organization: str, login: str, slack_id: str) -> None:
        body: JsonValue = {"organization": organization, "githubLogin": login, "slackId": slack_id}
        try:
            await self._client.acknowledge(Call("POST", "/v1/engineer/onboard", body=body))
        except NotFoundError as error:
            sentence = (
                f"Axolo does not know the organization {organization} (its case matters) "
                f"or the GitHub login {login}."
            )
            raise NotFoundError(self.name, sentence, error.status, error.trace) from error

    async def _offboard(self, name: str, login: str) -> bool:
        """Tell whether Axolo knew the engineer."""
        body: JsonValue = {"organization": await self._spelling(name), "githubLogin": login}
        try:
            await self._client.acknowledge(Call("POST", "/v1/engineer/offboard", body=body))
        except NotFoundError:
            return False
        return True

    async def _login(self, person: Person) -> str:
        """Return the login as it is today: a renamed one keeps its numeric id."""
        login = None
        if self._github is not None and person.github_id is not None:
            try:
                login = await self._github.login_of(person.github_id)
            except PermanentError:
                login = None  # GitHub refuses us, not the person: what was recorded stands
        return login or person.github_login or ""

    async def _spelling(self, organization: str) -> str:
        """Return the organization in the case that Axolo wants, as far as GitHub tells us."""
        try:
            return await self._known_spelling(organization)
        except CredentialError:
            return organization  # GitHub refuses us, not the organization

    async def _known_spelling(self, organization: str) -> str:
        """Return how GitHub spells the organization, asked once; a wrong one is our setting's."""
        if self._github is None:
            return organization
        if organization not in self._spelled:
            spelling = await self._github.organization(organization)
            if spelling is None:
                sentence = f"GitHub knows no organization {organization}: check Axolo's settings."
                raise PermanentError(self.name, sentence)
            self._spelled[organization] = spelling
        return self._spelled[organization]


def _account(organization: str, login: str) -> Account:
    return Account(
        id=f"{organization}/{login}",
        who=login,
        access=organization,
        access_keys=(organization.casefold(),),
    )


def _complaint(body: JsonValue) -> str | None:
    """Take any JSON object for Axolo's: its errors are not documented."""
    return message_of(body) or "" if isinstance(body, dict) else None
