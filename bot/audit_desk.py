"""What the bot and ``aboard audit`` do with the audit trail: anchor it, note settings, check it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot import existing
from bot.reader import ConfigurationError
from bot.settings import Settings
from storage import anchors, audit, audit_chain
from storage.anchors import Sink
from storage.audit import Fact
from storage.audit_chain import KeyMissingError
from storage.database import Database
from workflow import audit_configuration, audit_signing, audit_verify
from workflow.audit_anchors import Anchoring, Often, Outlet, into_file
from workflow.audit_configuration import Plain
from workflow.audit_signing import Anchor, AnchorError
from workflow.audit_verify import Verdict
from workflow.clock import Clock, as_micros

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_log = structlog.get_logger(__name__)

_WERE_THERE = (
    "is missing, and anchors of the audit trail were written into it: put it back. Where it is "
    "lost for good, note why and make an empty one."
)


def signing_key(settings: Settings) -> "Ed25519PrivateKey | None":
    """Return the key that anchors are signed with."""
    secret = settings.environment.audit_signing_key
    return audit_signing.key_from(secret.get_secret_value()) if secret else None


def anchoring(
    settings: Settings, database: Database, client: AsyncWebClient, clock: Clock
) -> Anchoring:
    """Return what anchors the audit trail as the settings say."""
    section, outlets = settings.audit, dict[Sink, Outlet]()
    if section.file is not None:
        outlets[Sink.FILE] = into_file(Path(section.file))
    if section.channel is not None:
        outlets[Sink.SLACK] = _into_slack(client, section.channel)
    often = Often(section.every, as_micros(section.at_least))
    return Anchoring(database, clock, often, signing_key(settings), outlets)


def _into_slack(client: AsyncWebClient, channel: str) -> Outlet:
    async def post(line: str) -> None:
        text = f"An anchor of the audit trail:\n```{line}```"
        await client.chat_postMessage(channel=channel, text=text, unfurl_links=False)

    return post


async def note_settings(settings: Settings, database: Database, now: int) -> None:
    """Record in the audit trail that Aboard runs with other settings, where it does.

    ``ConfigurationError`` where the settings lack the key that the trail is sealed with.
    """
    held = audit_configuration.fingerprints(_sections(settings))
    try:
        await database.read(partial(audit_chain.may_seal, key=settings.audit_key))
        await database.write(partial(audit_configuration.note, settings=held, now=now))
    except KeyMissingError as error:
        raise ConfigurationError([str(error)]) from error


class Running:
    """Records that the process ``name`` has started, and in the end that it has stopped.

    A start without a stop before it is a process that was killed, or a machine that died.
    """

    def __init__(self, database: Database, clock: Clock, name: str) -> None:
        """Record into ``database``."""
        self._database, self._clock, self._name = database, clock, name
        self._is_noted = False

    async def started(self) -> None:
        """Record the start."""
        await self._note("SYS001I")
        self._is_noted = True

    async def stopped(self) -> None:
        """Record the stop of what has started; where that is impossible, the log tells."""
        try:
            if self._is_noted:
                await self._note("SYS002I")
        except SQLAlchemyError as error:
            _log.warning("the stop was not recorded", failure=type(error).__name__)

    async def _note(self, code: str) -> None:
        await self._database.write(
            partial(audit.record, fact=Fact(code, self._clock(), self._name))
        )


def _sections(settings: Settings) -> dict[str, Plain]:
    """Return the settings without their secrets: pydantic writes stars for them."""
    catalog = settings.catalog
    policy = {one.name: _plain(getattr(catalog, one.name)) for one in fields(catalog) if one.init}
    vendors = {name: one.model_dump(mode="json") for name, one in settings.vendors.items()}
    return {
        **policy,
        "slack": settings.slack.model_dump(mode="json"),
        "audit": settings.audit.model_dump(mode="json"),
        "operators": list(settings.operators),
        "retention": settings.people_after_days,
        "environment": settings.environment.model_dump(mode="json"),
        "vendors": _plain(vendors),
    }


def _plain(value: object) -> Plain:
    match value:
        case None | bool() | str() | int() | float():
            return value
        case Mapping():
            return {str(name): _plain(one) for name, one in value.items()}
        case set() | frozenset():
            return [_plain(one) for one in sorted(map(str, value))]
        case list() | tuple():
            return [_plain(one) for one in value]
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the anchors are, and the public keys that may have signed them.

    ``missing`` is the file of the settings where it is not there.
    """

    files: Sequence[Path]
    public: Collection[str]
    missing: Path | None = None


def sources(settings: Settings, files: Sequence[Path], public: Sequence[str]) -> Sources:
    """Return what to compare with: by default the file and the key of the settings."""
    own = signing_key(settings)
    known = [*public, *([audit_signing.public_of(own)] if own and not public else [])]
    kept = Path(settings.audit.file) if settings.audit.file and not files else None
    if kept is None or kept.exists():
        return Sources([kept] if kept else files, known)
    return Sources([], known, kept)


def anchors_in(held: Sources) -> list[Anchor]:
    """Read every anchor; ``ConfigurationError`` with the file and line of what is none.

    A line that only begins the next one was broken off by a full disk or a death, and is passed
    over: what it would have said stands there.
    """
    if not all(map(audit_signing.is_public_key, held.public)):
        raise ConfigurationError(["A public key must be 32 bytes in base64."])
    found, problems = list[Anchor](), list[str]()
    for path in held.files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError([f"{path} cannot be read as anchors."]) from error
        for number, (text, after) in enumerate(pairwise([*lines, ""]), start=1):
            if after.startswith(text) and after != text:
                continue
            try:
                found += [audit_signing.read(text, held.public)] if text.strip() else []
            except AnchorError as error:
                problems.append(f"{path}, line {number} {error}.")
    if problems:
        raise ConfigurationError(problems)
    return found


async def verify(settings: Settings, held: Sources) -> Verdict:
    """Check the whole trail; ``ConfigurationError`` where it or an anchor cannot be read."""
    with existing.opened(settings) as database:
        return await verdict(settings, database, held)


async def verdict(settings: Settings, database: Database, held: Sources) -> Verdict:
    """Check the whole trail of ``database``; ``ConfigurationError`` where anchors are missing."""
    found = anchors_in(held)
    filed = await database.read(partial(anchors.has_arrived, sink=Sink.FILE))
    if held.missing is not None and filed:
        raise ConfigurationError([f"{held.missing} {_WERE_THERE}"])
    check = partial(audit_verify.verify, keys=settings.audit_keys, anchors=found)
    return await database.read(check)
