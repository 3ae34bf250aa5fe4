"""A step that somebody acts on, with the request that it belongs to."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from storage import requests
from storage.models import Request, Step


@dataclass(frozen=True, slots=True)
class Task:
    """A step, the request it belongs to, and who is named to do it by hand."""

    request: Request
    step: Step

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of people and user groups."""
        handed = self.step.handed_to
        return (*self.step.hands.split(), *([handed] if handed else []))


def find(connection: Connection, ref: str) -> Task | None:
    """Return the step that a button names, with its request."""
    step = requests.step_by_ref(connection, ref)
    request = requests.by_number(connection, step.request_number) if step else None
    return Task(request, step) if request and step else None


def lock(connection: Connection, ref: str) -> Task | None:
    """Return the same, held against other writers until the end of the transaction."""
    found = requests.step_by_ref(connection, ref)
    request = requests.lock(connection, found.request_number) if found else None
    # Another writer may have moved the step while this one waited for the request.
    step = requests.step_by_ref(connection, ref)
    return Task(request, step) if request and step else None
