"""What must be true after any crash, checked on the rows, the vendors' own state and the messages.

`judge` returns every violation as a sentence; `tests/integration/test_judge.py` plants each of them
and sees it found.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rules.terms import from_text
from sandbox.parts import Server
from sandbox.slack.model import Message
from sandbox.vendors.journal import Call
from tests.integration.facts import Case

NUMBER, ADDRESS = re.compile(r"#(\d+)"), re.compile(r'"([^"\s]+@[^"\s]+)"')
OK = 200
VERIFIED = ("done, verified", "already so, verified")
ONCE = ("REQ001I", "REQ002I", "REQ003I", "REQ008I")
DECISIONS = ("DEC001I", "DEC002I")
ENDS = ("REQ006I", "REQ007W")


@dataclass(frozen=True)
class Post:
    """A call to a vendor that writes: about whom, how it was answered, and when (seconds)."""

    who: str
    status: int | None
    at: float


@dataclass(frozen=True)
class Evidence:
    """Everything that can be looked at from outside when the work is done."""

    cases: Sequence[Case]
    promised: Mapping[int, str]
    axiom: Sequence[str]
    """The e-mail of every user, as often as there are users."""
    axiom_posts: Sequence[Post]
    axolo: frozenset[str]
    axolo_posts: Sequence[Post]
    shown: Sequence[Message]
    invited: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The e-mails that a vendor was asked to invite and said yes to, by vendor."""


def gather(server: Server, cases: Sequence[Case], promised: Mapping[int, str]) -> Evidence:
    """Look at the vendors and at Slack."""
    return Evidence(
        cases,
        promised,
        [user.email for user in server.axiom.users.values()],
        list(_posts(server.axiom.journal.asked("POST", "/v2/users"), "email")),
        frozenset(server.axolo.engineers),
        list(_posts(server.axolo.journal.asked("POST", "/v1/engineer/onboard"), "githubLogin")),
        list(_shown(server)),
        {
            "ixon": _invited(server.ixon.journal.asked("POST", "/invites")),
            "appxite": _invited(server.appxite.journal.asked("POST", "/users/invite")),
        },
    )


def _posts(calls: Sequence[object], field: str) -> Iterator[Post]:
    for call in calls:
        body = getattr(call, "body", None)
        who = str(body.get(field)) if isinstance(body, dict) else ""
        yield Post(who, getattr(call, "status", None), getattr(call, "at", 0.0))


def _invited(calls: Sequence[Call]) -> list[str]:
    """Return every address in calls that were answered with a yes, as often as it is there."""
    yes = [json.dumps(one.body) for one in calls if one.status is not None and one.status < 300]
    return [address for text in yes for address in ADDRESS.findall(text)]


def _shown(server: Server) -> Iterator[Message]:
    slack = server.workspace
    yield from (one for one in slack.messages(server.cast.requests) if not one.is_reply)
    for channel in list(slack.state.directory.channels.values()):
        if channel.im_with:
            yield from slack.direct_messages(channel.im_with)


def judge(evidence: Evidence) -> list[str]:
    """Return everything that is not as it must be."""
    found = [*_lost(evidence), *_created_twice(evidence)]
    for case in evidence.cases:
        found += _about(case, evidence)
    return [*found, *_false_green(evidence)]


def _lost(evidence: Evidence) -> Iterator[str]:
    subjects = {case.number: case.request.subject for case in evidence.cases}
    for number, subject in evidence.promised.items():
        if subjects.get(number) != subject:
            yield f"lost: #{number} was recorded, and is not there"
    for case in evidence.cases:
        if not case.is_ended:
            yield f"lost: #{case.number} is {case.request.state} for ever"


def _created_twice(evidence: Evidence) -> Iterator[str]:
    for email, count in Counter(evidence.axiom).items():
        if count > 1:
            yield f"twice: Axiom has {count} accounts for {email}"
    for who, count in Counter(one.who for one in evidence.axiom_posts).items():
        statuses = [one.status for one in evidence.axiom_posts if one.who == who]
        if statuses.count(OK) > 1 or 409 in statuses:
            yield f"twice: Axiom was asked {count} times to create {who}: {statuses}"
    for who, count in Counter(one.who for one in evidence.axolo_posts).items():
        if count > 1:
            yield f"twice: Axolo, which cannot be looked up, was asked {count} times for {who}"
    for vendor, addresses in evidence.invited.items():
        for who, count in Counter(addresses).items():
            if count > 1:
                yield f"twice: {vendor} invited {who} {count} times"


DECIDED = {"completed", "completed_with_errors", "partly_done", "denied"}


def _about(case: Case, evidence: Evidence) -> Iterator[str]:
    decided = case.codes(*DECISIONS)
    too_many = len(decided) > _asked_for(case) or decided.count("DEC002I") > 1
    if len(case.dossier.decisions) != len(decided) or too_many:
        yield f"decisions: #{case.number} has {len(case.dossier.decisions)}, recorded as {decided}"
    if case.request.state in DECIDED and not decided:
        yield f"decisions: #{case.number} is {case.request.state} without one"
    for code in ONCE:
        if len(case.codes(code)) > 1:
            yield f"audit: #{case.number} has {code} more than once"
    if len(case.codes(*ENDS)) != (case.request.state.startswith("completed")):
        yield f"audit: #{case.number} is {case.request.state} with {case.codes(*ENDS)}"
    yield from _calls_of(case, evidence)
    yield from _steps_of(case, evidence)


def _asked_for(case: Case) -> int:
    """Return how many people had to decide; one of them is enough to deny."""
    terms = case.request.terms
    return max(1, from_text(terms).approvals) if terms else 1


def _approved_at(case: Case) -> list[int]:
    """Return when it was approved: when the last of those who had to said so (microseconds)."""
    approved = sorted(event.at for event in case.events if event.code == "DEC001I")
    return approved[_asked_for(case) - 1 :][:1]


def _calls_of(case: Case, evidence: Evidence) -> Iterator[str]:
    person, subject = case.dossier.person, case.request.subject
    others = [one for one in evidence.cases if one.request.subject == subject]
    approved = [at for one in others for at in _approved_at(one)]
    mine = {person.email, person.github_login} if person else set()
    for post in (*evidence.axiom_posts, *evidence.axolo_posts):
        if post.who in mine and not any(at / 1e6 <= post.at for at in approved):
            yield f"unasked: {post.who} was sent to a vendor before an approval"


def _steps_of(case: Case, evidence: Evidence) -> Iterator[str]:
    person, state = case.dossier.person, case.request.state
    if person is None or not state.startswith("completed"):
        return
    axiom, is_there = case.state_at("axiom"), person.email in evidence.axiom
    wanted = case.request.kind == "onboard"
    if axiom in {"done", "unchanged"} and is_there != wanted:
        yield f"false green: #{case.number} says {axiom}, and Axiom does not: {person.email}"
    if axiom == "failed" and is_there == wanted:
        yield f"false red: #{case.number} says failed, and Axiom has done it for {person.email}"
    for vendor, addresses in evidence.invited.items():
        if (
            case.state_at(vendor) in {"done", "invited"}
            and wanted
            and person.email not in addresses
        ):
            yield f"false green: #{case.number} is green at {vendor}, which did nothing"
    if case.state_at("axolo") is not None and wanted:
        yield from _axolo_of(case, evidence, person.github_login or "")


def _axolo_of(case: Case, evidence: Evidence, login: str) -> Iterator[str]:
    axolo = case.state_at("axolo")
    answered = any(one.who == login and one.status == OK for one in evidence.axolo_posts)
    if axolo in {"done", "unchanged"} or (axolo == "unverified" and not answered):
        yield f"false green: #{case.number} says {axolo} of Axolo, which nobody can know"
    if axolo == "failed" and login.casefold() in evidence.axolo:
        yield f"false red: #{case.number} says failed, and Axolo has {login}"


def _false_green(evidence: Evidence) -> Iterator[str]:
    cases = {case.number: case for case in evidence.cases}
    for message in evidence.shown:
        case = cases.get(number_of(message))
        person = case.dossier.person if case else None
        if case is None or person is None:
            continue
        is_there, wanted = person.email in evidence.axiom, case.request.kind == "onboard"
        if is_green(message, "Axiom") and is_there != wanted:
            yield f"false green: a message about #{case.number} shows Axiom as verified"
        if is_green(message, "Axolo"):
            yield f"false green: a message about #{case.number} shows Axolo as verified"
        is_unknown = case.state_at("axolo") == "unknown" and _is_last_word(message, case)
        if is_unknown and "unknown" not in line(message, "Axolo"):
            yield f"unsaid: the outcome of #{case.number} does not say that Axolo is unknown"


def _is_last_word(message: Message, case: Case) -> bool:
    """Tell whether this is the direct message about the end, as it was wanted last."""
    return any(one.ts == message.ts and one.shown >= one.wanted for one in case.answers)


def number_of(message: Message) -> int:
    """Return the number of the request that a message shows; 0 where it shows none."""
    texts = [
        str(block.get("text", "")) + str(block.get("elements", "")) for block in message.blocks
    ]
    found = NUMBER.search(" ".join(texts))
    return int(found[1]) if found else 0


def is_green(message: Message, vendor: str) -> bool:
    """Tell whether a message says of a vendor what only a look-up can tell."""
    return any(words in line(message, vendor) for words in VERIFIED)


def line(message: Message, vendor: str) -> str:
    """Return what a message says about a vendor."""
    texts = [str((block.get("text") or {}).get("text", "")) for block in message.blocks]
    return next((text for text in texts if text.startswith(f"*{vendor}*")), "")
