"""What a later request sees to of earlier ones about the person, alone and at once with others."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.catalog import Catalog
from rules.panel import Panel
from rules.people import Actor
from rules.states import RequestState, StepState
from rules.values import Kind
from storage import audit, invitations, people, requests
from storage.database import Database
from storage.models import Step
from tests.integration.decider import RULE, Everybody, Remembering
from tests.terms import one_stage
from tests.unit.storage.rows import NOW, add_request, add_step
from vendors.contract import Account, Person
from workflow import attesting, ending, invited
from workflow.attesting import Word
from workflow.claiming import Claim
from workflow.ending import Ending
from workflow.events import Bells
from workflow.following import Sight
from workflow.invited import Report
from workflow.means import Caller, Means

PATIENCE = 30.0
WHO, LEAD = "U0ADA", "U0LEAD"
PERSON = Person(WHO, "ada@acme.example", "Ada", "Lee")
ACCOUNT = Account("7", "ada@acme.example", "user")
WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@dataclass
class Scene:
    """What was asked about one person at Axiom: two requests of before, and one under way."""

    means: Means
    older: Step
    newer: Step
    last: Step
    person_id: int

    def now(self, connection: Connection, step: Step) -> Step:
        found = requests.step_by_ref(connection, step.ref)
        assert found is not None
        return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def scene(database: Database, older: StepState, newer: StepState, kind: Kind) -> Scene:
    """Have a request about somebody be under way, of whom these two ends are left."""
    means = Means(
        database, Everybody(), {}, Catalog({}, RULE), lambda: NOW, lambda: "reference",
        Remembering(), Bells(), "C0REQUESTS",
    )  # fmt: skip
    with database.engine.begin() as connection:
        person = people.remember(connection, {
            "team_id": "T0HOME", "slack_id": WHO, "email": PERSON.email,
            "given_name": PERSON.given_name, "family_name": PERSON.family_name,
            "github_login": None, "github_id": None, "updated_at": NOW,
        })  # fmt: skip
        first, second = left(connection, person, older), left(connection, person, newer)
        access = "" if kind is Kind.OFFBOARD else "{}"
        number = add_request(
            connection, subject=WHO, person_id=person, kind=kind, state=RequestState.RUNNING
        )
        last = add_step(
            connection, number, state=StepState.RUNNING.value, access=access, attempts=1
        )
        people.note_account(connection, {
            "person_id": person, "vendor": "axiom", "vendor_id": None, "access": "user",
            "state": "done", "updated_at": NOW,
        })  # fmt: skip
    return Scene(means, first, second, last, person)


def left(connection: Connection, person: int, state: StepState) -> Step:
    """Insert a request about the person that ended so at Axiom."""
    is_over = state in {StepState.INVITED, StepState.EXPIRED}
    ended = RequestState.COMPLETED if is_over else RequestState.COMPLETED_WITH_ERRORS
    number = add_request(connection, subject=WHO, person_id=person, state=ended)
    step = add_step(connection, number, state=state.value)
    if is_over:
        values = {"mailed_at": NOW, "look_at": NOW, "nudge_at": None}
        invitations.follow(connection, step.id or 0, values)
    return step


def ends(it: Scene, to: StepState) -> bool:
    """Have the attempt of the request that is under way end."""
    claim = Claim(
        it.last, PERSON, it.person_id, again=False, approved_at=NOW, terms=one_stage(LEAD)
    )
    with it.means.database.engine.begin() as connection:
        return ending.record(connection, claim, Ending(to, "It ended."), it.means)


def accepts(it: Scene, connection: Connection) -> None:
    """Have the person accept the newer invitation."""
    row = invitations.of_step(connection, it.newer.id)
    assert row is not None
    invited.record(connection, row, it.newer, Report(Sight.ACCEPTED, ACCOUNT), it.means)


def attests(it: Scene, connection: Connection) -> None:
    """Have somebody vouch for what failed in the newer request."""
    caller = Caller(Actor(LEAD, "T0HOME"), frozenset({LEAD}), Panel((), ()), "delivery")
    word = Word(it.newer.ref, "Seen in the portal")
    assert attesting.attest(connection, word, caller, it.means).counted


def codes(connection: Connection, step: Step) -> list[str]:
    return [one.code for one in audit.of_request(connection, step.request_number)]


def test_a_removal_tells_an_invitation_that_it_took_it_back_and_makes_good_what_failed_before(
    database: Database,
) -> None:
    it = scene(database, StepState.FAILED, StepState.EXPIRED, Kind.OFFBOARD)
    assert ends(it, StepState.DONE)
    with database.engine.begin() as connection:
        assert it.now(connection, it.newer).state == StepState.WITHDRAWN
        assert codes(connection, it.newer) == ["INV006I"]
        assert it.now(connection, it.older).made_good_by == it.last.request_number
        assert codes(connection, it.older) == ["REQ012I"]


def test_an_invitation_that_takes_the_place_of_another_makes_nothing_good_by_that(
    database: Database,
) -> None:
    it = scene(database, StepState.FAILED, StepState.EXPIRED, Kind.ONBOARD)
    assert ends(it, StepState.INVITED)
    with database.engine.begin() as connection:
        assert it.now(connection, it.newer).state == StepState.WITHDRAWN
        assert it.now(connection, it.older).made_good_by is None
        assert codes(connection, it.older) == []


@pytest.mark.postgres
@pytest.mark.parametrize("url", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("older", "newer", "also_ends"),
    [
        (StepState.FAILED, StepState.INVITED, accepts),
        (StepState.EXPIRED, StepState.INVITED, accepts),
        (StepState.EXPIRED, StepState.FAILED, attests),
    ],
)
def test_a_removal_that_ends_while_an_earlier_request_ends_well_waits_for_it_and_goes_on(
    database: Database,
    older: StepState,
    newer: StepState,
    also_ends: Callable[[Scene, Connection], None],
) -> None:
    it = scene(database, older, newer, Kind.OFFBOARD)
    with ThreadPoolExecutor(1) as threads, database.engine.begin() as connection:
        assert requests.lock(connection, it.newer.request_number)
        other = threads.submit(ends, it, StepState.DONE)
        while not connection.scalar(WAITING):
            assert not other.done()
        also_ends(it, connection)
        connection.commit()
        assert other.result(PATIENCE)
    with database.engine.begin() as connection:
        assert it.now(connection, it.last).state == StepState.DONE
        assert it.now(connection, it.newer).state in {StepState.DONE, StepState.ATTESTED}
        assert codes(connection, it.older)[0] == "REQ012I"
        assert people.accounts_of(connection, it.person_id) == []
