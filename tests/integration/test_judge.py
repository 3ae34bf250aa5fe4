"""The judge of the crash tests sees each thing that must not be: each is planted once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sandbox.slack.model import Message as Shown
from storage.audit_models import AuditEvent
from storage.dossiers import Dossier
from storage.due_models import Message
from storage.models import Decision, Person, Request, Step
from tests.integration.facts import Case
from tests.integration.judge import Evidence, Post, judge
from tests.terms import one_stage

NOW = 1_800_000_000_000_000
EMAIL, LOGIN = "ada@acme.example", "ada-hub"
ADA = Person(
    id=1, team_id="T0", slack_id="U0ADA", email=EMAIL, given_name="Ada", family_name="Doe",
    github_login=LOGIN, updated_at=NOW,
)  # fmt: skip
LIFE = ("REQ001I", "REQ002I", "DEC001I", "REQ008I", "STP001I", "STP002I", "REQ006I")


def request(state: str = "completed") -> Request:
    return Request(
        number=1, ref="r", team_id="T0", kind="onboard", state=state, requester="U0BOSS",
        subject="U0ADA", person_id=1, profile="engineer", terms=one_stage("U0LEAD").text(),
        policy_digest="0f", created_at=NOW, expires_at=NOW,
    )  # fmt: skip


def step(vendor: str, state: str) -> Step:
    return Step(
        id=1, ref=vendor, request_number=1, vendor=vendor, title=vendor.title(), state=state,
        access="{}", effect="create", planned="", attempts=1, updated_at=NOW,
    )  # fmt: skip


def events(*codes: str) -> tuple[AuditEvent, ...]:
    return tuple(
        AuditEvent(seq=seq, code=code, at=NOW, actor="aboard", request_number=1, outcome="ok")
        for seq, code in enumerate(codes, start=1)
    )


def decision(approver: str = "U0LEAD") -> Decision:
    return Decision(
        id=1, request_number=1, approver=approver, verdict="approve", plan_digest="0f",
        rule="approver", at=NOW,
    )  # fmt: skip


def message(axiom: str, axolo: str) -> Shown:
    texts = ("*#1 Onboard <@U0ADA>*", f"*Axiom*  {axiom}", f"*Axolo*  {axolo}")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in texts]
    return Shown("D0BOSS", "1.2", "U0ABOARD", "#1", blocks)


STEPS = (step("axiom", "done"), step("axolo", "unverified"))
OUTCOME = Message(
    id=1, request_number=1, kind="outcome", channel="U0BOSS", ts="1.2", wanted=9, shown=9
)
DOSSIER = Dossier(request(), ADA, STEPS, (decision(),))
CASE = Case(DOSSIER, events(*LIFE), (OUTCOME,))
GREEN = ":white_check_mark: done, verified"
RIGHT = Evidence(
    cases=[CASE],
    promised={1: "U0ADA"},
    axiom=[EMAIL],
    axiom_posts=[Post(EMAIL, 200, NOW / 1e6 + 1)],
    axolo=frozenset({LOGIN}),
    axolo_posts=[Post(LOGIN, 200, NOW / 1e6 + 1)],
    shown=[message(GREEN, ":ballot_box_with_check: accepted, cannot be verified")],
)


def with_case(**changes: object) -> Evidence:
    return replace(RIGHT, cases=[replace(CASE, **changes)])  # type: ignore[arg-type]  # by name


def with_steps(axiom: str, axolo: str, state: str = "completed") -> Evidence:
    end = "REQ006I" if state == "completed" else "REQ007W"
    dossier = replace(
        DOSSIER, request=request(state), steps=(step("axiom", axiom), step("axolo", axolo))
    )
    return with_case(dossier=dossier, events=events(*LIFE[:-1], end))


def test_what_is_right_is_found_right() -> None:
    assert judge(RIGHT) == []


def test_an_unknown_end_that_says_so_is_right() -> None:
    told = message(GREEN, ":grey_question: unknown")
    assert (
        judge(replace(with_steps("done", "unknown", "completed_with_errors"), shown=[told])) == []
    )


POST = RIGHT.axiom_posts[0]
WITHOUT_AXIOM = replace(RIGHT, axiom=[])
PLANTED: dict[str, tuple[str, Callable[[], Evidence]]] = {
    "a request that is not there": ("lost", lambda: replace(RIGHT, promised={2: "U0ADA"})),
    "a request of somebody else": ("lost", lambda: replace(RIGHT, promised={1: "U0EVE"})),
    "a request that never ends": (
        "lost",
        lambda: with_case(
            dossier=replace(DOSSIER, request=request("running")), events=events(*LIFE[:-1])
        ),
    ),
    "two accounts": ("twice", lambda: replace(RIGHT, axiom=[EMAIL, EMAIL])),
    "two creations": ("twice", lambda: replace(RIGHT, axiom_posts=[POST, POST])),
    "a creation of what is there": (
        "twice",
        lambda: replace(RIGHT, axiom_posts=[POST, replace(POST, status=409)]),
    ),
    "a blind repetition": ("twice", lambda: replace(RIGHT, axolo_posts=[*RIGHT.axolo_posts] * 2)),
    "two decisions": (
        "decisions",
        lambda: with_case(dossier=replace(DOSSIER, decisions=(decision(), decision("U0OPS")))),
    ),
    "two facts of a decision": ("decisions", lambda: with_case(events=events(*LIFE, "DEC002I"))),
    "no decision": (
        "decisions",
        lambda: with_case(
            dossier=replace(DOSSIER, decisions=()),
            events=events(*(code for code in LIFE if code != "DEC001I")),
        ),
    ),
    "work that began twice": ("audit", lambda: with_case(events=events(*LIFE, "REQ008I"))),
    "an end without its fact": ("audit", lambda: with_case(events=events(*LIFE[:-1]))),
    "a call before the approval": (
        "unasked",
        lambda: replace(RIGHT, axiom_posts=[replace(POST, at=NOW / 1e6 - 1)]),
    ),
    "a step that is not so": ("false green", lambda: WITHOUT_AXIOM),
    "a vendor that nobody can look up": ("false green", lambda: with_steps("done", "done")),
    "a yes that nobody gave": ("false green", lambda: replace(RIGHT, axolo_posts=[])),
    "a failure that is an account": (
        "false red",
        lambda: with_steps("failed", "unverified", "completed_with_errors"),
    ),
    "a failure at axolo that is none": (
        "false red",
        lambda: with_steps("done", "failed", "completed_with_errors"),
    ),
    "a message that says more": (
        "false green: a message",
        lambda: replace(
            with_steps("unknown", "unverified", "completed_with_errors"),
            axiom=[], axiom_posts=[],
        ),
    ),
    "a message that is green about axolo": (
        "false green: a message",
        lambda: replace(RIGHT, shown=[message(GREEN, GREEN)]),
    ),
    "an unknown end that is not said": (
        "unsaid",
        lambda: with_steps("done", "unknown", "completed_with_errors"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_wrong_is_found(name: str) -> None:
    said, plant = PLANTED[name]
    assert any(sentence.startswith(said) for sentence in judge(plant()))
