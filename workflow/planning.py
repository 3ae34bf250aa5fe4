"""The plan: who somebody is to the vendors, and what would happen at each of them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial

import structlog
from pydantic import BaseModel

from rules.plans import NOTHING, Effect, Plan, PlannedStep
from rules.values import Kind
from storage.models import Person as Remembered
from storage.models import Request
from vendors.contract import Account, AnyVendor, Change, Person, missing
from vendors.errors import PermanentError, VendorError
from vendors.github import GitHub
from workflow import addresses
from workflow.accesses import difference
from workflow.directory import Resident
from workflow.drafts import Refusal
from workflow.means import Means
from workflow.past import Past, past

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 5.0
_PREVIEW_SECONDS = 1.2

NOT_SEEN = "{title} did not answer when this plan was made; it is looked up before anything is done"


async def identify(
    request: Request, resident: Resident | None, known: Remembered | None, github: GitHub | None
) -> Person | Refusal:
    """Put together what Slack says, what is remembered and what GitHub says."""
    person = _person(request, resident, known)
    if person.github_login is None or github is None:
        return person
    try:
        if request.kind == Kind.OFFBOARD:
            return await _after_rename(person, github)
        return await _checked(person, person.github_login, github)
    except PermanentError as error:
        _log.warning("GitHub refuses to be asked; the login is taken as typed", error=str(error))
        return person


async def _checked(person: Person, login: str, github: GitHub) -> Person | Refusal:
    user = await github.user(login)
    if user is None:
        return Refusal(f"GitHub knows no `{login}`. Please check the login.", "github")
    if user.kind != "User":
        return Refusal(f"`{user.login}` on GitHub is no person.", "github")
    return _with_login(person, user.login, user.id)


def _person(request: Request, resident: Resident | None, known: Remembered | None) -> Person:
    login = request.github_login or (known.github_login if known else None)
    same = known is not None and known.github_login == login
    github_id = request.github_id or (known.github_id if known is not None and same else None)
    if resident is not None and resident.email is not None:
        given, family, email = resident.given_name, resident.family_name, resident.email
    elif known is not None:
        given, family, email = known.given_name, known.family_name, known.email
    else:
        raise ValueError("Neither Slack nor the rows know this person.")
    return Person(request.subject, email, given, family, login, github_id)


async def _after_rename(person: Person, github: GitHub) -> Person:
    """Return the person with the login they have now; the number GitHub gave them stays."""
    if person.github_id is not None:
        user = await github.user_by_id(person.github_id)
    else:
        user = await github.user(person.github_login or "")
    return person if user is None else _with_login(person, user.login, user.id)


def _with_login(person: Person, login: str, github_id: int) -> Person:
    facts = asdict(person) | {"github_login": login, "github_id": github_id}
    return Person(**facts)


async def plan(request: Request, person: Person, means: Means) -> Plan:
    """Look the person up at every vendor concerned, all at once, and say what would happen.

    A change of profile also removes what only the profile before it gave.
    """
    accesses = accesses_of(request, means)
    known = partial(past, request=request, person=person, given=frozenset(accesses), means=means)
    before = await means.database.read(known)
    accesses |= dict.fromkeys(before.gone, "")
    looks = (
        planned(means.vendors[name], person, text, () if text else before.former.get(name, ()))
        for name, text in accesses.items()
    )
    found = await asyncio.gather(*looks)
    steps = [_with(one, _warnings(one, before, person, means)) for one in found]
    steps[0] = _with(steps[0], before.out_of_reach)
    return Plan(request.kind, person.slack_id, person.email, person.github_login, tuple(steps))


def _with(step: PlannedStep, risks: Sequence[str]) -> PlannedStep:
    return replace(step, risks=(*risks, *step.risks)) if risks else step


def _warnings(step: PlannedStep, before: Past, person: Person, means: Means) -> Sequence[str]:
    """Return what the looks at the vendors do not show: who else may be meant, or whose it is."""
    vendor = means.vendors[step.vendor]
    by_address = "email" in vendor.needs
    if step.access:
        is_given = by_address and step.effect not in NOTHING
        return addresses.strange(person.email, means.catalog.domains) if is_given else ()
    risks = list[str]()
    if by_address and step.vendor in before.shared and step.effect is Effect.REMOVE:
        risks.append(addresses.SHARED.format(title=vendor.title))
    if before.has_other_login and "github_login" in vendor.needs and not vendor.traits.find:
        risks.append(addresses.OTHER_LOGIN.format(title=vendor.title))
    return risks


def accesses_of(request: Request, means: Means) -> dict[str, str]:
    """Return vendor and access (canonical JSON; empty for a removal) of a request's steps."""
    if request.kind == Kind.OFFBOARD:
        return dict.fromkeys(means.vendors, "")
    given, asked = means.catalog.profiles[request.profile].accesses, unpacked(request.accesses)
    return {vendor: asked.get(vendor, access) for vendor, access in given.items()}


def packed(accesses: Mapping[str, str]) -> str:
    """Return the accesses that a request asks for in place of its profile's, as one text.

    The request's row keeps these alone: what is asked for as the profile has it follows the
    profile until the plan is made, and from then on the steps hold it.
    """
    if not accesses:
        return ""
    return _canonical({vendor: json.loads(text) for vendor, text in sorted(accesses.items())})


def unpacked(text: str) -> dict[str, str]:
    """Return the accesses that ``packed`` wrote, by vendor."""
    asked: dict[str, object] = json.loads(text or "{}")
    return {vendor: _canonical(access) for vendor, access in asked.items()}


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def departure(request: Request, step: PlannedStep, means: Means) -> str:
    """Say where a step's access differs from what the profile gives; empty where it does not."""
    given = means.catalog.profiles[request.profile].accesses if step.access else {}
    if step.vendor not in given or given[step.vendor] == step.access:
        return ""
    vendor = means.vendors[step.vendor]
    return difference(access_of(vendor, given[step.vendor]), access_of(vendor, step.access))


async def planned(
    vendor: AnyVendor,
    person: Person,
    access: str,
    before: Sequence[str] = (),
    seconds: float = _LOOK_SECONDS,
) -> PlannedStep:
    """Look ``person`` up and say what would happen; an empty ``access`` asks for a removal.

    ``before`` are addresses under which they may be there as well.
    """
    lacking = missing(vendor.needs, person)
    if lacking:
        return by_hand(vendor, lacking, access)
    try:
        async with asyncio.timeout(seconds):
            who, found = await addresses.look(vendor, person, before)
    except (VendorError, TimeoutError):
        return _unseen(vendor, person, access)
    step = step_of(vendor, change(vendor, who, access, found), access)
    if who == person:
        return step
    return _with(step, [addresses.FOUND_THERE.format(title=vendor.title)])


def _unseen(vendor: AnyVendor, person: Person, access: str) -> PlannedStep:
    """Say what would happen where nobody knows what is there: a removal is never taken as done."""
    step = step_of(vendor, change(vendor, person, access, None), access)
    risks = (NOT_SEEN.format(title=vendor.title), *step.risks)
    if step.effect is Effect.ABSENT:
        detail = "Remove the account, if there is one."
        return replace(step, effect=Effect.REMOVE, detail=detail, before=None, risks=risks)
    return replace(step, risks=risks)


async def preview(resident: Resident, known: Remembered | None, means: Means) -> list[PlannedStep]:
    """Say what a removal would do at every vendor, within the time that a form may take to open."""
    person = Person(
        resident.slack_id,
        resident.email or (known.email if known else ""),
        resident.given_name,
        resident.family_name,
        known.github_login if known else None,
        known.github_id if known else None,
    )
    moved = partial(
        addresses.former, team_id=resident.team_id, subject=person.slack_id, email=person.email
    )
    before = await means.database.read(moved)
    looks = (
        planned(one, person, "", before.get(one.name, ()), _PREVIEW_SECONDS)
        for one in means.vendors.values()
    )
    return list(await asyncio.gather(*looks))


def by_hand(vendor: AnyVendor, lacking: tuple[str, ...], access: str) -> PlannedStep:
    """Say that nobody can act at a vendor as long as something about the person is unknown."""
    words = " and ".join(_WORDS.get(field, field) for field in lacking)
    detail = f"{vendor.title} needs the {words}, which is not known: this has to be done by hand"
    return PlannedStep(vendor.name, Effect.BY_HAND, detail, None, None, (), access)


_WORDS = {"github_login": "GitHub login", "email": "e-mail address", "slack_id": "Slack id"}


def change(vendor: AnyVendor, person: Person, access: str, found: Account | None) -> Change:
    """Return what a write would do; an empty ``access`` asks for a removal."""
    if not access:
        return vendor.plan_removal(person, found)
    return vendor.plan(person, access_of(vendor, access), found)


def access_of(vendor: AnyVendor, text: str) -> BaseModel:
    """Return an access from its canonical JSON, checked by the vendor's own model."""
    return vendor.access.model_validate_json(text)


def step_of(vendor: AnyVendor, change: Change, access: str) -> PlannedStep:
    """Return a vendor's change in the words of the rules."""
    effect = Effect(change.effect.value)
    return PlannedStep(
        vendor.name, effect, change.detail, change.before, change.after, change.risks, access
    )
