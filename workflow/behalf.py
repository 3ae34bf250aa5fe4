"""A request that somebody makes on behalf of another: both are told, and neither decides."""

from rules import behalf
from rules.people import Actor
from rules.policy import Ask
from rules.states import RequestState
from storage.batch_models import Batch
from storage.models import Request
from workflow.directory import Directory, Resident, actor_now
from workflow.drafts import Refusal


def askers(request: Request | Batch) -> tuple[str, ...]:
    """Return the ids of who asked and on whose behalf: whoever is told of it is told."""
    named = [request.requester, *([request.principal] if request.principal else [])]
    return tuple(dict.fromkeys(named))


async def principal_of(
    request: Request, requester: Resident | None, subject_email: str, directory: Directory
) -> Actor | Refusal | None:
    """Return on whose behalf a request is made, as Slack knows them now; None where nobody's.

    A refusal where it cannot be theirs. Raises ``DirectoryError``.
    """
    if request.principal is None:
        return None
    principal = await actor_now(directory, request.principal)
    ask = Ask(
        request.team_id, RequestState.RECEIVED, request.requester, request.subject,
        requester.email if requester else None, subject_email,
    )  # fmt: skip
    ruling = behalf.may_be_principal(principal, ask)
    return principal if ruling.allowed else Refusal(ruling.sentence, "principal", ruling.rule)
