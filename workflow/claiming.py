"""Taking a step for one attempt: nobody else works on it, and a late comer changes nothing."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules.plans import Effect, PlannedStep
from rules.states import RequestState, StepState
from rules.terms import Terms
from storage import people, requests
from storage.audit import Fact
from storage.models import Person as Remembered
from storage.models import Request, Step
from vendors.contract import Person
from workflow.policing import terms_of


@dataclass(frozen=True, slots=True)
class Claim:
    """A step that this attempt may work on. ``again``: an earlier run of it died on the way.

    ``approved_at`` is in microseconds, and not before the planned start: what starts later is
    approved for then; ``terms`` are those that the request was approved under.
    """

    step: Step
    person: Person
    person_id: int
    again: bool
    approved_at: int
    terms: Terms

    @property
    def planned(self) -> PlannedStep:
        """What was approved for this step."""
        step, risks = self.step, tuple(self.step.risks.splitlines())
        return PlannedStep(
            step.vendor,
            Effect(step.effect),
            step.planned,
            step.before,
            step.after,
            risks,
            step.access,
        )

    @property
    def later(self) -> bool:
        """Whether something may have been written for this step before."""
        return self.again or self.step.attempts > 1


def claim(connection: Connection, ref: str, number: int, now: int) -> Claim | None:
    """Take a step for attempt ``number``; None where that attempt is done or not due."""
    found = requests.step_by_ref(connection, ref)
    request = requests.lock(connection, found.request_number) if found else None
    step = requests.step_by_ref(connection, ref)
    if request is None or step is None or request.person_id is None:
        return None
    running = step.state == StepState.RUNNING
    again = running and number - step.attempts in {0, 1}
    next_one = step.attempts == number - 1 and not running
    if not (again or next_one):
        return None
    fact = Fact("STP001I", now, "aboard", step.request_number, step.vendor)
    values: requests.Row = {
        "attempts": number,
        "tries": step.tries + (0 if again else 1),
        "next_at": None,
        "updated_at": now,
    }
    if not requests.move_step(connection, step, StepState.RUNNING, fact, values):
        return None
    started = Fact("REQ008I", now, "aboard", step.request_number)
    requests.move(connection, RequestState.RUNNING, started)
    return _claimed(connection, ref, request, again=again)


def _claimed(connection: Connection, ref: str, request: Request, *, again: bool) -> Claim | None:
    person_id = request.person_id or 0
    step, who = requests.step_by_ref(connection, ref), people.by_key(connection, person_id)
    if step is None or who is None:
        return None
    return Claim(step, as_person(who), person_id, again, _approved_at(request), terms_of(request))


def as_person(who: Remembered) -> Person:
    """Return what the vendors identify somebody by, as it is remembered."""
    return Person(
        who.slack_id, who.email, who.given_name, who.family_name, who.github_login, who.github_id
    )


def _approved_at(request: Request) -> int:
    return max(request.decided_at or 0, request.starts_at or 0)
