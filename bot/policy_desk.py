"""What an operator asks about the policy: whether it can be meant so, and who could approve what.

Rules are judged as they would be for a request; people are those whom Slack names at this moment.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot import logs, slack
from bot.findings import Finding, Mark
from bot.reader import ConfigurationError
from bot.rows import Row
from bot.settings import Settings
from commands.directory import SlackDirectory
from rules import policy
from rules.approval import Part
from rules.catalog import Catalog
from rules.panel import Panel
from rules.policy import Ask
from rules.seats import Seats, can_be_filled
from rules.states import RequestState
from rules.terms import Circle, Stage, Terms
from rules.values import Kind, is_group_id
from workflow.clock import system_clock
from workflow.directory import Directory, DirectoryError, actor_now, approvers_now
from workflow.policing import panel_now, parts_asked

_MOST_NAMES = 25

_EMPTY = "Slack knows nobody in this group: add somebody to it, or name another one in aboard.toml."
_NOBODY_TO_SPARE = (
    "What one of them asks for, or what is about one of them, nobody could approve: name one more."
)
_GONE = "Name somebody else in aboard.toml."
_NOBODY = "Slack knows nobody of this id: copy it from their profile once more."


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody might ask: ``risky`` are the vendors of which the plan would warn."""

    kind: Kind
    profile: str
    requester: str
    subject: str
    risky: frozenset[str]


@dataclass(frozen=True, slots=True)
class Desk:
    """Slack, as far as it is asked here."""

    directory: Directory
    team: str


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Desk]:
    """Yield who is who, from Slack; raises as ``slack.identity`` does."""
    if settings.installed is not None:
        await settings.installed.fill(logs.learn, slack.AT_A_TERMINAL)
    async with slack.session(settings.trust()) as session:
        client = AsyncWebClient(
            token=settings.environment.slack_bot_token.get_secret_value(),
            base_url=f"{settings.environment.slack_api_url}/",
            session=session,
        )
        team = await slack.home_team(client)
        yield Desk(SlackDirectory(client, system_clock, team), team)


async def check(settings: Settings, desk: Desk) -> AsyncIterator[Finding]:
    """Yield what Slack says of everybody whom the settings name, rule by rule."""
    default = settings.catalog.approval.as_default().rule
    for rule in (default, *settings.catalog.rules):
        for stage in rule.stages:
            async for finding in _listed(rule.name, stage.approvers, desk):
                yield finding
        if rule.stages:
            yield await _seats(rule.name, rule.stages, desk)
        async for finding in _listed(rule.name, rule.requesters, desk):
            yield finding
        if rule.automatic:
            yield Finding(rule.name, "approval", Mark.OK, "approves by itself.")
    for setting, listed in _also_named(settings):
        async for finding in _listed(setting, listed, desk):
            yield finding


def _also_named(settings: Settings) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield whom else the settings name, by the setting."""
    catalog = settings.catalog
    yield "people.operators", settings.operators
    for vendor, listed in catalog.approval.by_hand.items():
        yield f"approval.by_hand.{vendor}", listed
    yield "people.protected", catalog.protected
    yield "reminders.escalate_to", catalog.rhythm.escalate_to
    readers = catalog.daily.readers if catalog.daily is not None else ()
    yield "digest.readers", [one for one in readers if one not in catalog.approvers]


async def _listed(subject: str, listed: Sequence[str], desk: Desk) -> AsyncIterator[Finding]:
    for one in listed:
        try:
            wrong = await (_group(one, desk) if is_group_id(one) else _person(one, desk))
        except DirectoryError as error:
            yield Finding(subject, one, Mark.UNKNOWN, str(error))
            continue
        yield Finding(subject, one, Mark.WRONG if wrong else Mark.OK, wrong or "is known to Slack.")


async def _group(group: str, desk: Desk) -> str | None:
    return None if await desk.directory.members(group) else _EMPTY


async def _person(person: str, desk: Desk) -> str | None:
    if await desk.directory.resident(person) is None:
        return _NOBODY
    ruling = policy.standing(await actor_now(desk.directory, person), desk.team)
    return None if ruling.allowed else f"cannot do this: {ruling.sentence} {_GONE}"


async def _seats(subject: str, stages: Sequence[Stage], desk: Desk) -> Finding:
    needed = sum(stage.threshold for stage in stages)
    try:
        people = [await _fit(stage, desk) for stage in stages]
    except DirectoryError as error:
        return Finding(subject, "approval", Mark.UNKNOWN, str(error))
    seats = [Seats(one.threshold, who) for one, who in zip(stages, people, strict=True)]
    if not can_be_filled(seats):
        detail = f"needs {needed} different people, and there are too few: name more of them."
        return Finding(subject, "approval", Mark.WRONG, detail)
    there = len(frozenset().union(*people))
    detail = f"approvals needed: {needed}, of {there} people."
    if needed and there == needed:
        return Finding(subject, "approval", Mark.UNKNOWN, f"{detail} {_NOBODY_TO_SPARE}")
    return Finding(subject, "approval", Mark.OK, detail)


async def _fit(stage: Stage, desk: Desk) -> frozenset[str]:
    """Return the people of a stage but for those whom it names and who can decide nothing."""
    unfit = {one for one in stage.approvers if not is_group_id(one) and await _person(one, desk)}
    return await approvers_now(desk.directory, stage.approvers) - unfit


def parts(catalog: Catalog, vendors: Sequence[str], asked: Asked) -> list[Part]:
    """Return what somebody would ask for; ``ConfigurationError`` where there is no such profile."""
    profile = catalog.find(asked.profile) if asked.profile else catalog.default
    if profile is None:
        raise ConfigurationError([f"There is no profile {asked.profile}."])
    accesses = dict.fromkeys(vendors, "")
    name = asked.profile and profile.name
    if asked.kind is Kind.ONBOARD:
        accesses, name = dict(profile.accesses), profile.name
    found = parts_asked(asked.kind, name, accesses.items())
    return [
        Part(one.action, one.profile, one.vendor, one.access, is_risky=one.vendor in asked.risky)
        for one in found
    ]


async def explain(
    catalog: Catalog, vendors: Sequence[str], asked: Asked, desk: Desk | None
) -> list[Row]:
    """Say who could approve ``asked``, and which rule says so; without ``desk`` by ids alone."""
    wanted = parts(catalog, vendors, asked)
    protected = await _protected(catalog, asked, desk)
    terms = catalog.terms(wanted, is_protected=protected)
    rows = [_row(part.vendor, _about(catalog, part), "asked for") for part in wanted]
    rows += [await _may_ask(terms, asked, desk)]
    rows += await _stages(terms, asked, desk)
    times = f"{_hours(terms.expires_after)} to decide; an approval counts {_hours(terms.valid_for)}"
    rows.append(_row("times", ", ".join(terms.rules), times))
    if terms.confidential:
        rows.append(_row("confidential", ", ".join(terms.rules), "direct messages only"))
    return [*rows, _row("policy", ", ".join(terms.rules), terms.digest())]


def _row(about: str, rule: str, detail: str) -> Row:
    return {"about": about, "rule": rule, "detail": detail}


def _about(catalog: Catalog, part: Part) -> str:
    return ", ".join(catalog.terms([part]).rules)


def _hours(length: timedelta) -> str:
    return f"{length / timedelta(hours=1):g} hours"


async def _protected(catalog: Catalog, asked: Asked, desk: Desk | None) -> bool:
    if desk is None:
        return asked.subject in catalog.protected
    return asked.subject in await approvers_now(desk.directory, catalog.protected)


async def _may_ask(terms: Terms, asked: Asked, desk: Desk | None) -> Row:
    rule = ", ".join(circle.rule for circle in terms.requesters)
    if desk is None or not asked.requester:
        named = " and ".join(" ".join(circle.people) for circle in terms.requesters)
        return _row("may ask", rule, named or "every full member")
    circles: list[tuple[Circle, frozenset[str]]] = [
        (circle, await approvers_now(desk.directory, circle.people)) for circle in terms.requesters
    ]
    actor = await actor_now(desk.directory, asked.requester)
    ruling = policy.may_ask(actor, desk.team, circles)
    return _row("may ask", ruling.rule, f"{asked.requester}: {ruling.sentence}")


async def _stages(terms: Terms, asked: Asked, desk: Desk | None) -> list[Row]:
    if terms.automatic is not None:
        return [_row("approval", terms.automatic, "approved by this rule, and by nobody")]
    if desk is None:
        return [
            _row(_title(number, one), one.rule, f"{one.threshold} of {' '.join(one.approvers)}")
            for number, one in enumerate(terms.stages, start=1)
        ]
    panel = await panel_now(desk.directory, terms, ())
    ask = Ask(desk.team, RequestState.PENDING, asked.requester, asked.subject, None, None)
    rows = [
        _row(_title(number, stage), stage.rule, await _people(stage, people, ask, desk))
        for number, (stage, people) in enumerate(
            zip(panel.stages, panel.people, strict=True), start=1
        )
    ]
    return [*rows, _enough(ask, panel)]


def _title(number: int, stage: Stage) -> str:
    return f"stage {number}: {stage.title}"


async def _people(stage: Stage, people: frozenset[str], ask: Ask, desk: Desk) -> str:
    able = sorted(policy.eligible(ask, people))
    names = [await _name(one, desk) for one in able[:_MOST_NAMES]]
    more = [f"and {len(able) - _MOST_NAMES} more"] if len(able) > _MOST_NAMES else []
    return f"{stage.threshold} of {', '.join([*names, *more]) or 'nobody'}"


async def _name(slack_id: str, desk: Desk) -> str:
    resident = await desk.directory.resident(slack_id)
    return f"{resident.name} ({slack_id})" if resident else slack_id


def _enough(ask: Ask, panel: Panel) -> Row:
    detail = "yes" if policy.enough(ask, panel) else "no: a person counts once"
    return _row("enough people", "enough-approvers", detail)
