"""An ask becomes a row: what can be said against it at once, and the one transaction that keeps it.

Only what needs no one else is checked here, so that the acknowledgement waits for nothing but the
disk. Who the person is, what the policy says and what the vendors know is looked into afterwards
(``workflow.preparing``), from the row.
"""

from sqlalchemy.engine import Connection

from rules.catalog import Profile
from rules.states import STATE_WORDS, RequestState
from rules.terms import Terms
from rules.values import Kind, is_person_id
from storage import audit, inbox, messages, requests
from storage.asked import Asker
from storage.audit import Fact
from storage.messages import Place
from storage.models import Request
from vendors.github import is_login
from workflow import dates, limiting, planning, policing
from workflow.drafts import Receipt, Refusal, RequestDraft
from workflow.holdings import profile_held
from workflow.means import Means

LONGEST_REASON = 1000

RECEIVED = "REQ001I"
"""The code of the fact that somebody asked; its detail says on whose behalf."""


def what_is_wrong(draft: RequestDraft, means: Means) -> Refusal | None:
    """Return the first thing in a draft that cannot be, or None."""
    if not is_person_id(draft.subject):
        return Refusal("Please name a person, for example `@ada`.", "subject")
    if draft.github_login is not None and not is_login(draft.github_login):
        return Refusal(
            "That is no GitHub login: letters, digits and single hyphens, at most 39 of them.",
            "github",
        )
    if draft.principal is not None and draft.principal in {draft.requester, draft.subject}:
        return Refusal("Name somebody who neither asks nor is the one concerned.", "principal")
    if len(draft.reason) > LONGEST_REASON:
        return Refusal(f"Please keep the reason under {LONGEST_REASON} characters.", "reason")
    wrong = dates.what_is_wrong(draft, means.clock())
    if wrong is not None:
        return wrong
    return _profile_problem(draft, means) if draft.kind is Kind.ONBOARD else None


def _profile_problem(draft: RequestDraft, means: Means) -> Refusal | None:
    profile = means.catalog.find(draft.profile or means.catalog.default.name)
    if profile is None:
        known = ", ".join(f"`{name}`" for name in means.catalog.profiles)
        return Refusal(f"There is no such profile. Please choose one of {known}.", "profile")
    needing = [
        means.vendors[vendor].title
        for vendor in profile.accesses
        if "github_login" in means.vendors[vendor].needs
    ]
    if needing and draft.github_login is None:
        names = " and ".join(needing)
        return Refusal(f"{names} needs a GitHub login. Please add it.", "github")
    return None


def record(connection: Connection, draft: RequestDraft, means: Means) -> Receipt | Refusal:
    """Write the request, unless this delivery or an open request is already there."""
    now = means.clock()
    if not inbox.first_time(connection, draft.delivery, now):
        number = inbox.request_of(connection, draft.delivery)
        return Receipt(number, repeated=True) if number else _repeated()
    if draft.batch is None:
        much = limiting.too_much(connection, _asker(draft), means)
        if much is not None:
            return much
    waiting = requests.scheduled_about(connection, draft.team_id, draft.subject, draft.kind)
    if waiting is not None and draft.origin is None:
        return _scheduled(waiting)
    number = requests.insert(connection, _row(connection, draft, means, now))
    if number is None:
        return _already_open(requests.open_about(connection, draft.team_id, draft.subject))
    inbox.belongs_to(connection, draft.delivery, number)
    _announce(connection, draft, number, now)
    return Receipt(number)


def _asker(draft: RequestDraft) -> Asker:
    return Asker(draft.team_id, draft.requester, draft.kind)


def _repeated() -> Refusal:
    return Refusal("Slack sent this twice; it was already answered.")


_NOT_NOW = "Nothing can be asked about this person just now. Please try again later."


def _already_open(request: Request | None) -> Refusal:
    """Return the sentence for a second ask about the same person."""
    if request is None:
        return Refusal("Another request about this person has just ended. Please ask again.")
    if request.confidential:
        return Refusal(_NOT_NOW, "subject", "one-open-request")
    return Refusal(
        f"Request #{request.number} about this person is still open "
        f"({STATE_WORDS[request.state]}). "
        f"Please wait for its end, or type `/aboard cancel {request.number}` first.",
        "subject",
        "one-open-request",
    )


def _scheduled(request: Request) -> Refusal:
    if request.confidential:
        return Refusal(_NOT_NOW, "subject", "one-open-request")
    return Refusal(
        f"Request #{request.number} about this person is approved already and waits for its start. "
        f"Please type `/aboard cancel {request.number}` first.",
        "subject",
        "one-open-request",
    )


def _row(connection: Connection, draft: RequestDraft, means: Means, now: int) -> requests.Row:
    onboard = draft.kind is Kind.ONBOARD
    profile = means.catalog.find(draft.profile or "") or means.catalog.default
    return {
        "ref": means.reference(),
        "team_id": draft.team_id,
        "kind": draft.kind.value,
        "state": RequestState.RECEIVED.value,
        "version": 0,
        "requester": draft.requester,
        "principal": draft.principal,
        "subject": draft.subject,
        "github_login": draft.github_login,
        "profile": profile.name if onboard else "",
        "changes_from": _changed_profile(connection, draft, profile),
        "accesses": planning.packed(draft.accesses) if onboard else "",
        "reason": draft.reason,
        "starts_wall": draft.starts,
        "until_wall": draft.until if onboard else None,
        "origin": draft.origin if onboard else None,
        "asked_in": draft.asked_in,
        "batch": draft.batch,
        **policing.columns(_terms(connection, draft, profile, means), now),
        "created_at": now,
        "counted_at": now if draft.batch is None else None,
        "look_at": 0,
    }


def _changed_profile(connection: Connection, draft: RequestDraft, profile: Profile) -> str:
    """Return the profile under which somebody holds accounts, where this asks for another one."""
    if draft.kind is not Kind.ONBOARD:
        return ""
    given = profile_held(connection, draft.team_id, draft.subject)
    return "" if given == profile.name else given


def _terms(connection: Connection, draft: RequestDraft, profile: Profile, means: Means) -> Terms:
    """Return the terms as far as the ask alone tells them; the plan may add to them."""
    accesses = dict.fromkeys(means.vendors, "")
    if draft.kind is Kind.ONBOARD:
        accesses = {**profile.accesses, **draft.accesses}
    name = policing.profile_of(
        connection, draft.kind, draft.team_id, draft.subject, asked=profile.name
    )
    return means.catalog.terms(policing.parts_asked(draft.kind, name, accesses.items()))


def _announce(connection: Connection, draft: RequestDraft, number: int, now: int) -> None:
    """Keep a place for the answer: nothing to show before the request was looked into.

    A batch answers for all of its requests.
    """
    another = f" on behalf of {draft.principal}" if draft.principal else ""
    fact = Fact(RECEIVED, now, draft.requester, number, detail=f"{draft.kind.value}{another}")
    seq = audit.record(connection, fact)
    if draft.batch is not None:
        return
    channel = draft.asked_in or draft.requester
    messages.want(connection, Place(number, "answer", channel), wanted=seq, shown=seq)
