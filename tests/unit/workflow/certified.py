"""The facts of a certificate, for tests: everything that one may say, about nobody real."""

from workflow.certificate import (
    FORMAT,
    Answer,
    Attested,
    Facts,
    Given,
    Happened,
    Leaver,
    Removal,
)

AT = "2026-03-01T09:00:00.000000Z"

WORD = Attested(by="U0KEEPER", at=AT, rule="by-hand", evidence="Blocked, see IT-4711")

AXIOM = Removal(
    vendor="axiom", title="Axiom", was="role user", planned="Delete the account", outcome="done",
    at=AT, is_settled=True, verified="Aboard looked after the removal, and it is gone.",
    said="The account is deleted.", attested=None,
)  # fmt: skip

YES = Answer(request=12, by="U0LEAD", verdict="approve", at=AT, rule="approval", plan="1e" * 32)

APPXITE = AXIOM.model_copy(
    update={"vendor": "appxite", "title": "AppXite", "outcome": "attested", "attested": WORD}
)

FACTS = Facts(
    format=FORMAT,
    workspace="T0HOME",
    request=12,
    state="completed",
    person=Leaver(
        slack_id="U0ADA", name="Ada Moreno", email="ada@acme.example", github_login="ada-dev"
    ),
    asked_by="U0BOSS",
    asked_at=AT,
    ended_at=AT,
    rules=("approval",),
    policy="0f" * 32,
    plan="1e" * 32,
    answers=(
        Answer(request=12, by="U0LEAD", verdict="approve", at=AT, rule="approval", plan="1e"),
    ),
    given=(Given(request=3, title="Axiom", access="role user", outcome="done", at=AT),),
    removals=(AXIOM, APPXITE),
    left=("ixon: Engineer in Company, known since then, was in no plan.",),
    log=(Happened(seq=7, at=AT, code="REQ001I", actor="U0BOSS", vendor=None, outcome="ok"),),
)
