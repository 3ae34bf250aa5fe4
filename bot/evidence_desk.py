"""What ``aboard evidence`` does: finds whom it is about, makes a certificate, checks one."""

import asyncio
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import existing
from bot.reader import ConfigurationError
from bot.settings import Settings, load
from rules.values import is_person_id
from storage import history, people, requests
from storage.database import Database
from workflow import certificate, evidence
from workflow.archive import Archive, Paper
from workflow.certificate import Facts
from workflow.clock import system_clock

_BY = "aboard"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be said of a file, and whether it may be believed."""

    genuine: bool
    sentences: tuple[str, ...]


async def certify(settings: Settings, person: str, number: int | None) -> Paper:
    """Make a certificate; raise ``ConfigurationError`` with a sentence where there is none."""
    with existing.opened(settings) as database:
        found = await database.read(partial(_number, person=person, number=number))
        paper = await Archive(database, system_clock).certify(found, _BY)
    if paper is None:
        raise ConfigurationError([f"Request #{found} has no certificate."])
    return paper


def _number(connection: Connection, person: str, number: int | None) -> int:
    """Return the number of the offboarding that is meant."""
    team = history.workspace(connection) or ""
    subject = _slack_id(connection, team, person)
    if number is None:
        request = evidence.latest(connection, team, subject)
    else:
        request = requests.by_number(connection, number)
    if request is None or request.subject != subject:
        raise ConfigurationError([f"There is no finished offboarding of {person} like that."])
    return requests.number_of(request)


def _slack_id(connection: Connection, team: str, person: str) -> str:
    if is_person_id(person):
        return person
    found = people.with_email(connection, team, person)
    if len(found) > 1:
        ids = ", ".join(one.slack_id for one in found)
        raise ConfigurationError([f"Several people have this address: {ids}. Give the id."])
    if not found:
        raise ConfigurationError([f"Nobody with the Slack id or address {person} is known here."])
    return found[0].slack_id


def verify(content: bytes, *, asking: bool) -> Finding:
    """Check a file by itself, then against the audit log where that can be asked."""
    examined = certificate.examine(content)
    if not examined.genuine or examined.facts is None:
        return Finding(genuine=False, sentences=(examined.sentence,))
    facts = examined.facts
    about = f"Request #{facts.request} about {facts.person.slack_id}, SHA-256 {facts.digest()}"
    seen = (examined.sentence, about)
    if not asking:
        return Finding(genuine=True, sentences=seen)
    known = _asked(facts)
    return Finding(known.genuine, (*seen, *known.sentences))


def _asked(facts: Facts) -> Finding:
    try:
        made = asyncio.run(_made(existing.address(load()), facts))
    except ConfigurationError:
        said = "The audit log was not asked: no settings here lead to it."
        return Finding(genuine=True, sentences=(said,))
    except SQLAlchemyError:
        said = "The audit log was not asked: the database cannot be read."
        return Finding(genuine=True, sentences=(said,))
    if not made:
        said = "The audit log knows no such certificate: its facts were made up, or it is not ours."
        return Finding(genuine=False, sentences=(said,))
    times = tuple(f"The audit log knows it: made at {at}, asked for by {by}." for at, by in made)
    return Finding(genuine=True, sentences=times)


async def _made(address: str, facts: Facts) -> list[tuple[str, str]]:
    database = Database(address)
    try:
        return await database.read(partial(evidence.certified, facts=facts))
    finally:
        database.close()
