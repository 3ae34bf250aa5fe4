"""Who was kept long enough, and of whom something is still to come."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from rules.states import StepState
from rules.values import ERASED_PREFIX
from storage import alarms, erasure, holds, needed, people, sweeping
from storage.alarms import Due
from storage.erasure import Traces
from storage.models import METADATA
from tests.unit.storage.rows import NOW, SECOND, add_request, add_step, end_step

TEAM = "T0HOME"
BEFORE = NOW + SECOND


def person(connection: Connection, slack_id: str) -> int:
    return people.remember(
        connection,
        {
            "team_id": TEAM, "slack_id": slack_id, "email": f"{slack_id}@acme.example",
            "given_name": "Ada", "family_name": "Moreno", "updated_at": NOW,
        },
    )  # fmt: skip


def over(connection: Connection) -> set[str]:
    return set(needed.over(connection, TEAM, BEFORE, 10))


def swept(connection: Connection, found: Traces) -> bool:
    """Erase somebody, and tell whether something was left because of a hold."""
    places = sweeping.search(connection, TEAM, {"them": found.words})["them"]
    for place in places:
        sweeping.take_out(connection, TEAM, place, sweeping.pattern(found.words))
    left = erasure.erase(connection, found, f"{ERASED_PREFIX}1")
    return left or any(one.held for one in places)


def test_those_are_over_of_whom_nothing_is_to_come_and_who_have_nothing(engine: Engine) -> None:
    ended: dict[str, str | int | None] = {"state": "completed", "ended_at": NOW}
    with engine.begin() as connection:
        add_request(connection, subject="U0GONE", **ended)
        add_request(connection, subject="U0OTHER", team_id="T0OTHER", **ended)
        add_request(connection, subject=f"{ERASED_PREFIX}1", **ended)
        add_request(connection, subject="U0LATELY", **ended)
        add_request(connection, subject="U0LATELY", state="completed", ended_at=BEFORE)
        add_request(connection, subject="U0WAITS", **ended)
        add_request(connection, subject="U0WAITS", state="scheduled")
        ends = add_request(connection, subject="U0ENDS", **ended)
        alarms.set_anew(connection, Due(ends, "end", NOW, NOW))
        late = add_request(connection, subject="U0REMINDED", **ended)
        alarms.set_anew(connection, Due(late, "remind", NOW, NOW))
        add_request(connection, subject="U0HELD", **ended)
        holds.put(connection, TEAM, "U0HELD", "Case 7", NOW)
        add_request(connection, subject="U0STAYS", **ended)
        people.note_account(
            connection,
            {
                "person_id": person(connection, "U0STAYS"), "vendor": "axiom", "access": "",
                "state": "done", "updated_at": NOW,
            },
        )  # fmt: skip
        assert over(connection) == {"U0GONE", "U0REMINDED"}
        holds.lift(connection, TEAM, "U0HELD")
        people.drop_account(connection, person(connection, "U0STAYS"), "axiom")
        assert over(connection) == {"U0GONE", "U0REMINDED", "U0HELD", "U0STAYS"}


@pytest.mark.parametrize("column", ["subject", "requester", "principal"])
def test_whoever_has_a_part_in_what_is_open_is_needed(engine: Engine, column: str) -> None:
    with engine.begin() as connection:
        number = add_request(connection, **{column: "U0ADA"})
        assert needed.unfinished(connection, TEAM, "U0ADA") == [number]
        assert needed.unfinished(connection, "T0OTHER", "U0ADA") == []
        connection.execute(sa.update(METADATA.tables["request"]).values(state="completed"))
        assert needed.unfinished(connection, TEAM, "U0ADA") == []


def test_what_failed_is_in_doubt_until_the_same_person_is_helped(engine: Engine) -> None:
    with engine.begin() as connection:
        failed = add_request(connection, subject="U0ADA", state="partly_done", ended_at=NOW)
        add_step(connection, failed, vendor="axiom", state="failed")
        for _ in range(2):
            other = add_request(connection, subject="U0BEA", state="completed", ended_at=NOW)
            add_step(connection, other, vendor="axiom", state="done")
        assert needed.unfinished(connection, TEAM, "U0ADA") == [failed]
        assert over(connection) == {"U0BEA"}
        helped = add_request(connection, subject="U0ADA", state="completed", ended_at=NOW)
        end_step(connection, helped, StepState.DONE, vendor="axolo")
        assert over(connection) == {"U0BEA"}
        end_step(connection, helped, StepState.DONE, vendor="axiom")
        assert needed.unfinished(connection, TEAM, "U0ADA") == []
        assert over(connection) == {"U0ADA", "U0BEA"}


def test_an_address_leads_to_whoever_is_kept_with_it_however_it_is_spelled(engine: Engine) -> None:
    with engine.begin() as connection:
        person(connection, "U0ADA")
        add_request(connection, requester="U0BEA", requester_email="Bea@acme.example")
        assert erasure.of_address(connection, TEAM, "u0ada@ACME.example") == {"U0ADA"}
        assert erasure.of_address(connection, TEAM, "bea@acme.example") == {"U0BEA"}
        assert erasure.of_address(connection, TEAM, "cem@acme.example") == set()


def test_whoever_was_in_a_batch_leaves_no_word_of_it(engine: Engine) -> None:
    tables, words = METADATA.tables, ("U0ADA", "u0ada@acme.example", "ada-dev", "Ada Moreno")
    with engine.begin() as connection:
        person(connection, "U0ADA")
        connection.execute(
            sa.insert(tables["batch"]).values(
                number=1, ref="b", team_id=TEAM, requester="U0BOSS", state="ended", created_at=NOW,
                reason="Ada Moreno and others", source="U0ADA@acme.example,ada-dev,\nU0BEA,,",
            )
        )  # fmt: skip
        number = add_request(
            connection, subject="U0ADA", email="u0ada@acme.example", github_login="ada-dev",
            batch=1, state="completed", ended_at=NOW,
        )  # fmt: skip
        row = {"batch_number": 1, "profile": "", "github_login": "ada-dev"}
        rows = [
            row | {"line": 1, "person": "u0ada@acme.example", "subject": "U0ADA",
                   "problem": None, "request_number": number},
            row | {"line": 2, "person": "U0ADA", "subject": "U0ADA", "problem": "twice",
                   "request_number": None},
        ]  # fmt: skip
        connection.execute(sa.insert(tables["batchrow"]), rows)
        found = erasure.traces(connection, TEAM, "U0ADA")
        assert found is not None
        swept(connection, found)
        tables_of_ours = METADATA.sorted_tables
        rows_left = [row for one in tables_of_ours for row in connection.execute(one.select())]
    left = "\n".join(map(str, rows_left))
    assert f"{ERASED_PREFIX}1" in left
    assert "U0BOSS" in left
    assert [word for word in words if word.lower() in left.lower()] == []


def test_an_address_like_anothers_is_not_theirs(engine: Engine) -> None:
    """Whoever is known by an address that has the other one within is still known by it."""
    tables, others = METADATA.tables, ["joann@example.com", "ann@example.com.au"]
    with engine.begin() as connection:
        add_request(connection, subject="U0ANN", email="ann@example.com", given_name="Li",
                    family_name="An", state="completed", ended_at=NOW)  # fmt: skip
        numbers = [
            add_request(connection, email=one, requester_email=one, principal_email=one,
                        reason="Cecili and others", given_name="Li An")
            for one in others
        ]  # fmt: skip
        batch = {
            "number": 1, "ref": "b", "team_id": TEAM, "requester": "U0BOSS", "state": "ended",
            "created_at": NOW, "source": "",
        }  # fmt: skip
        connection.execute(sa.insert(tables["batch"]).values(batch))
        row = {"batch_number": 1, "profile": "", "github_login": ""}
        persons = [*others, "ANN@example.com"]
        rows = [row | {"line": line, "person": one} for line, one in enumerate(persons)]
        connection.execute(sa.insert(tables["batchrow"]), rows)
        found = erasure.traces(connection, TEAM, "U0ANN")
        assert found is not None
        swept(connection, found)
        kept = tables["request"].c
        query = sa.select(kept.email, kept.requester_email, kept.principal_email, kept.reason)
        left = connection.execute(query.where(kept.number.in_(numbers)).order_by(kept.number)).all()
        lines = tables["batchrow"].c
        written = connection.scalars(sa.select(lines.person).order_by(lines.line)).all()
    assert left == [(one, one, one, "Cecili and others") for one in others]
    assert written == [*others, "(erased)"]


@pytest.mark.parametrize("state", ["unknown", "action_required", "failed"])
@pytest.mark.parametrize("kind", ["onboard", "offboard"])
def test_whoever_may_have_an_account_stays_until_a_later_request_made_it_good(
    engine: Engine, kind: str, state: str
) -> None:
    ended: dict[str, str | int | None] = {"subject": "U0ADA", "ended_at": NOW}
    with engine.begin() as connection:
        number = add_request(connection, kind=kind, state="completed_with_errors", **ended)
        add_step(connection, number, state=state, vendor="ixon")
        add_step(connection, number, state="done")
        assert needed.unfinished(connection, TEAM, "U0ADA") == [number]
        assert over(connection) == set()
        later = add_request(connection, kind="offboard", state="completed", **ended)
        end_step(connection, later, StepState.DONE)
        assert needed.unfinished(connection, TEAM, "U0ADA") == [number]
        end_step(connection, later, StepState.UNCHANGED, vendor="ixon")
        assert needed.unfinished(connection, TEAM, "U0ADA") == []
        assert over(connection) == {"U0ADA"}


def test_those_who_are_over_can_be_erased_and_come_in_order(engine: Engine) -> None:
    """Whoever cannot be erased takes nobody's place."""
    ended: dict[str, str | int | None] = {"state": "completed", "ended_at": NOW}
    with engine.begin() as connection:
        for one in ("U0ASKER", "U0BEHALF", "U0INSIDE", "U0MANY", "U0BOSS", "U0Y", "U0Z", "U0X"):
            add_request(connection, subject=one, **ended)
        add_request(connection, requester="U0ASKER", principal="U0BEHALF")
        batch = {
            "number": 1, "ref": "b", "team_id": TEAM, "requester": "U0MANY", "state": "pending",
            "principal": "U0BOSS", "created_at": NOW, "source": "",
        }  # fmt: skip
        connection.execute(sa.insert(METADATA.tables["batch"]).values(batch))
        row = {"batch_number": 1, "line": 1, "person": "", "profile": "", "github_login": ""}
        rows = [row | {"subject": "U0INSIDE"}, row | {"line": 2, "subject": None}]
        connection.execute(sa.insert(METADATA.tables["batchrow"]), rows)
        assert needed.unfinished_batches(connection, TEAM, "U0INSIDE") == [1]
        assert needed.unfinished_batches(connection, TEAM, "U0MANY") == [1]
        assert needed.unfinished_batches(connection, TEAM, "U0BOSS") == [1]
        assert needed.over(connection, TEAM, BEFORE, 2) == ["U0X", "U0Y"]
        assert needed.over(connection, TEAM, BEFORE, 2, "U0Y") == ["U0Z"]


def test_an_address_is_found_in_any_script_and_on_whose_behalf_it_was_asked(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        add_request(connection, principal="U0EMIL", principal_email="Émil@acme.example")
        assert erasure.of_address(connection, TEAM, "éMIL@acme.example") == {"U0EMIL"}
        assert erasure.of_address(connection, TEAM, "emil@acme.example") == set()
        assert erasure.of_address(connection, TEAM, "mil@acme.example") == set()
