"""Builds everything once and takes it down again in the right order."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from ssl import SSLContext

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import alerting, anchoring, audit_desk, existing, logs, pausing, slack
from bot.audit_desk import Running
from bot.check_vendors import Watch
from bot.checking import lines
from bot.crier import Crier
from bot.installed import Installed
from bot.life import Life
from bot.metrics import Meters
from bot.queues import queue_rules
from bot.reader import ConfigurationError
from bot.rotation import Rotation
from bot.settings import Settings
from bot.single import only_one
from bot.tracing import open_tracer
from bot.vendor_desk import vendors_on
from bot.watched import Watched
from bot.work import Round, Work, name_of
from commands.batch_delivery import BatchDelivery
from commands.checks import Checks
from commands.daily import DailyDelivery
from commands.delivery import Delivery
from commands.desk import Desk, Whispers
from commands.directory import SlackDirectory
from commands.dispatch import KINDS, Dispatch
from commands.notifier import Notifier
from commands.uploads import Uploads
from storage import migrate, soundness
from storage.database import Database
from storage.engine import is_sqlite
from vendors.github import GitHub
from vendors.tools import Tools, both
from workflow.accesses import Accesses
from workflow.archive import Archive
from workflow.audit_refusals import Refusals
from workflow.batch_deciding import BatchDesk
from workflow.batch_outbox import BatchOutbox
from workflow.batch_views import BatchReads
from workflow.batches import Batches, Ports
from workflow.clock import Clock, as_datetime, system_clock
from workflow.daily import DailyDesk
from workflow.dequeuing import LeftLying
from workflow.erasing import Retention
from workflow.events import Bell, Bells
from workflow.forgetting import Forgetting
from workflow.homereads import HomeReads
from workflow.invitations import Invitations
from workflow.loops import Loop
from workflow.means import Means
from workflow.offers import Offers
from workflow.outbox import Outbox
from workflow.preparing import Preparer
from workflow.reads import Reads
from workflow.runner import Runner
from workflow.service import Service
from workflow.shift import Shift
from workflow.stops import Stops
from workflow.timers import Timers

_log = structlog.get_logger(__name__)

CLAIMS_SECONDS = 5.0
"""What the engine leaves lying is found at the second look."""


@dataclass(frozen=True, slots=True)
class Aboard:
    """The composed bot. ``schema`` is the revision that the database has to have."""

    bolt: AsyncApp
    means: Means
    reads: Reads
    outbox: Outbox
    delivery: Delivery
    timers: Timers
    invitations: Invitations
    whispers: Whispers
    batches: Batches
    batch_delivery: BatchDelivery
    meters: Meters
    life: Life
    schema: str
    daily: DailyDelivery
    rotation: Rotation
    refusals: Refusals
    forgetting: Forgetting
    stops: Stops


@asynccontextmanager
async def compose(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Aboard]:
    """Yield the running bot; when it is left, what is under way is finished first.

    Raises ``ConfigurationError`` where Slack or the database refuses the settings or is silent.
    """
    async with AsyncExitStack() as stack:
        url = settings.environment.database_url.get_secret_value()
        database = _open_database(settings, url, stack)
        trust = settings.trust()
        client = await _open_client(settings, trust, stack)
        ours = await slack.identity(client)
        tracer = open_tracer(settings.environment.otel_exporter_otlp_endpoint, stack)
        watched = Watched(Meters(), Life(), tracer)
        watch = Watch(lambda: as_datetime(clock()))
        tools = Tools(lambda: as_datetime(clock()), both(watched.called, watch), tls=trust)
        github = _open_github(settings, tools, stack)
        vendors = await stack.enter_async_context(
            vendors_on(settings, replace(tools, github=github))
        )
        watched.meters.expect(vendors, KINDS)
        runner = Runner(url, name_of(url), queue_rules(vendors))
        directory = SlackDirectory(client, clock, ours.team)
        means = Means(
            database, directory, vendors, settings.catalog, clock,
            lambda: secrets.token_urlsafe(16), runner, Bells(), settings.slack.channel,
            anchoring.grace(settings),
        )  # fmt: skip
        await audit_desk.note_settings(settings, database, clock())
        await runner.open()
        stack.push_async_callback(runner.stop)
        offers = Offers(vendors, clock)
        stack.push_async_callback(offers.finish)
        ports = Ports(directory.by_email, Uploads(client).text)
        checks = Checks(settings.operators, partial(lines, settings, vendors, watch))
        home = (client, ours.team, Rotation(settings.credentials, logs.learn))
        aboard = assemble(means, runner, home, (offers, ports, checks), watched)
        retention = Retention(means, ours.team, settings.people_after_days)
        crier = Crier(means, client, settings.operators)
        rounds = [
            *_rounds(aboard, Preparer(means, github), crier),
            *anchoring.rounds(settings, crier),
            Round("retain", Bell(), 3600.0, retention.once),
        ]
        finish = (aboard.delivery.finish, aboard.batch_delivery.finish)
        work = Work(means, runner, rounds, finish, watched)
        await _start_work(work, settings, crier, stack)
        _start_watching(aboard, client, (ours, settings.installed), stack)
        stack.push_async_callback(aboard.whispers.finish)
        yield aboard
        _log.info("stopping")


def _open_database(settings: Settings, url: str, stack: AsyncExitStack) -> Database:
    if is_sqlite(url):
        stack.enter_context(only_one(url))
    database = Database(url, settings.audit_key)
    stack.callback(database.close)
    existing.reach(database.engine)
    if is_sqlite(url):
        migrate.upgrade(database.engine)
    if not migrate.serves(migrate.current(database.engine), migrate.newest()):
        raise ConfigurationError(["The database has another schema: run `aboard migrate` first."])
    if off := " and ".join(soundness.lost_after_crash(database.engine)):
        raise ConfigurationError([f"A crash could lose what was acknowledged: switch {off} on."])
    return database


async def _open_client(
    settings: Settings, trust: SSLContext, stack: AsyncExitStack
) -> AsyncWebClient:
    """Return a client with one session: it would open one for every call otherwise."""
    if settings.installed is not None:
        await settings.installed.fill(logs.learn, slack.AT_THE_START)
    session = await stack.enter_async_context(slack.session(trust))
    return slack.Client(
        token=settings.environment.slack_bot_token.get_secret_value(),
        base_url=f"{settings.environment.slack_api_url}/",
        session=session,
        timeout=slack.SECONDS,
    )


def _open_github(settings: Settings, tools: Tools, stack: AsyncExitStack) -> GitHub | None:
    if settings.github is None:
        return None
    github = GitHub(settings.github, tools)
    stack.push_async_callback(github.aclose)
    return github


def assemble(
    means: Means,
    runner: Runner,
    home: tuple[AsyncWebClient, str, Rotation],
    outside: tuple[Offers, Ports, Checks],
    watched: Watched,
) -> Aboard:
    """Put together what answers Slack and what works, without beginning anything.

    ``home`` is the client of Slack, the workspace it is for, and what renews its token.
    """
    (client, team, rotation), (offers, ports, checks) = home, outside
    resending = frozenset(one.name for one in means.vendors.values() if one.traits.resend)
    reads = Reads(means.database, means.catalog, team, resending)
    outbox = Outbox(means.database, means.clock)
    homes = HomeReads(means.database, means.directory, means.catalog, team, resending)
    whispers = Whispers()
    refusals = Refusals(means.database, means.clock)
    desk = Desk(
        Service(means, refusals.note_ask), reads, means.directory, client, means.catalog,
        {name: vendor.title for name, vendor in means.vendors.items()}, team, whispers,
        Accesses(means.vendors, means.catalog, offers), Archive(means.database, means.clock),
        homes,
        BatchDesk(means, refusals.note_ask), BatchReads(means.database, means.catalog), checks,
        DailyDesk(means, homes, team),
    )  # fmt: skip
    bolt = AsyncApp(
        client=client,
        process_before_response=True,
        before_authorize=Dispatch(desk, watched.answering),
        request_verification_enabled=False,  # bot.guard does, over the raw bytes
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,  # no custom steps of workflows here
        logger=logging.getLogger("slack_bolt"),
    )
    delivery = Delivery(outbox, Notifier(reads), client, means.directory, means.clock)
    timers, invitations = Timers(means, runner), Invitations(means)
    shown = BatchOutbox(means.database, desk.batch_reads, means.clock)
    return Aboard(
        bolt, means, reads, outbox, delivery, timers, invitations, whispers,
        Batches(means, ports), BatchDelivery(shown, client), watched.meters, watched.life,
        migrate.newest(), DailyDelivery(desk.daily, client), rotation,
        refusals, Forgetting(means.database, means.clock, runner), Stops(means),
    )  # fmt: skip


def _start_watching(
    aboard: Aboard,
    client: AsyncWebClient,
    home: tuple[slack.Identity, Installed | None],
    stack: AsyncExitStack,
) -> None:
    """Watch the door and the credentials, also while Aboard is paused.

    A bot token is used only where it belongs to the same app in the same workspace.
    """
    ours, installed = home
    if installed is not None:
        aboard.life.add("installation", installed.is_there)
    for name in slack.TOKEN:
        aboard.rotation.before(name, partial(slack.objection, client, ours))
        aboard.rotation.after(name, partial(slack.carry, aboard.bolt))
    for vendor in aboard.means.vendors.values():
        for name in vendor.secrets.values():
            aboard.rotation.after(name, partial(aboard.stops.renewed, vendor.name))
    stack.push_async_callback(aboard.refusals.finish)
    for loop in (aboard.rotation.loop(), Loop("refusals", Bell(), 60.0, aboard.refusals.once)):
        loop.start()
        aboard.life.add("loops", loop.is_alive)
        stack.push_async_callback(loop.stop)


def _rounds(aboard: Aboard, preparer: Preparer, crier: Crier) -> list[Round]:
    bells, teller = aboard.means.bells, alerting.Teller(aboard.means, crier)
    return [
        Round("prepare", bells.received, 5.0, preparer.once),
        Round("deliver", bells.outdated, 5.0, aboard.delivery.once),
        Round("batches", bells.batches, 5.0, aboard.batches.once),
        Round("deliver-batches", bells.shown, 5.0, aboard.batch_delivery.once),
        Round("claims", Bell(), CLAIMS_SECONDS, LeftLying().once),
        Round("timers", Bell(), 15.0, aboard.timers.once),
        Round("stops", bells.stops, 5.0, aboard.stops.once),
        Round("alerts", bells.alerts, 60.0, teller.once),
        Round("invitations", bells.invitations, 30.0, aboard.invitations.once),
        Round("digests", Bell(), 30.0, aboard.daily.once),
        Round("forget", Bell(), 3600.0, aboard.forgetting.once),
    ]


async def _start_work(work: Work, settings: Settings, crier: Crier, stack: AsyncExitStack) -> None:
    """Begin to work, unless this database shows that it is a copy or somebody paused it."""
    means, life = work.means, work.watched.life
    anchor = await asyncio.to_thread(pausing.newest_anchor, settings)
    examine = partial(pausing.examine, anchor=anchor, now=means.clock())
    await means.database.write(examine)
    running = Running(means.database, means.clock, work.runner.executor)
    stack.push_async_callback(running.stopped)
    await running.started()
    shift = Shift(means.database, work.at_work, pausing.Teller(means, crier).tell)
    await shift.start()
    stack.push_async_callback(shift.stop)
    life.add("work", shift.is_alive)
    life.note("paused", lambda: shift.is_paused)
