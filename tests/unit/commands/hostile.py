"""What people and vendors may have typed, at its worst, and requests that are full of it."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from rules.plans import Effect
from rules.states import RequestState, StepState
from rules.terms import Stage, Terms
from rules.values import Kind, Verdict
from workflow.readmodels import DecisionView, EndView, Line, PageView, RequestView, StepView

TRICKS = (
    "<!channel>", "<!here>", "<!everyone>", "<@U0VICTIM1>", "<#C0VICTIM1>", "<!subteam^S0VICTIM>",
    "<https://evil.example|sign in>", "<mailto:a@b.example|x>", "https://evil.example", "@here",
    "<!date^1^{date}|now>", "<", ">", "&", "&lt;", "&amp;lt;!channel&gt;", "<<!channel>>", "|", "`",
    "```", "*Approved*", ":white_check_mark:", "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\u202e",
    "\u2066", "\u200b", "\ufeff", "\u2028", "\u2029", "\ud800", "\U000e0001",
    "\ue000", "é", "漢", "🙂",
)  # fmt: skip
IDS = ("U0ADA00001", "U0BOB00002", "W0CYD00003")
GROUPS = ("S0OPS00001",)
MOMENTS = st.integers(0, 4_102_444_800_000_000)
NUMBERS = st.integers(1, 3)
ZONES = st.sampled_from(("UTC", "Europe/Amsterdam", "America/Argentina/ComodRivadavia"))
VENDORS = ("axiom", "axolo", "ixon", "appxite", "ambition")


SHORT, LONG = 60, 4000

USUAL = ("", " ", "Ada Lovelace", "ada@acme.example", "O'Neil & Sons <ops>", "a" * SHORT)
CORPUS = (*TRICKS, *((trick * SHORT)[:SHORT] for trick in TRICKS), *USUAL)
"""Every trick, once and as often as it fits, and what is usual."""

TEXTS = st.sampled_from(CORPUS) | st.text(max_size=12)


def _steps(text: SearchStrategy[str]) -> SearchStrategy[tuple[StepView, ...]]:
    """Return the steps of a request, at most one for each vendor."""
    chosen = st.lists(st.sampled_from(VENDORS), max_size=len(VENDORS), unique=True)
    return chosen.flatmap(lambda names: st.tuples(*(_step(name, text) for name in names)))


def _step(vendor: str, text: SearchStrategy[str]) -> SearchStrategy[StepView]:
    return st.builds(
        StepView,
        ref=st.just("r" * 22),
        vendor=st.just(vendor),
        title=st.just(vendor.title()),
        state=st.sampled_from(StepState),
        effect=st.sampled_from([effect.value for effect in Effect]),
        planned=text,
        before=st.none() | text,
        after=st.none() | text,
        risks=st.lists(text, max_size=3).map(tuple),
        detail=text,
        next_at=st.none() | MOMENTS,
        is_made_good=st.booleans(),
    )


def requests(text: SearchStrategy[str] = TEXTS) -> SearchStrategy[RequestView]:
    """Return requests in any state, full of ``text``."""
    maybe = st.none() | text
    return st.builds(
        RequestView,
        number=st.integers(1, 10**12),
        ref=st.just("R" * 22),
        kind=st.sampled_from(Kind),
        state=st.sampled_from(RequestState),
        requester=st.sampled_from(IDS),
        subject=st.sampled_from(IDS),
        name=maybe,
        email=maybe,
        github_login=maybe,
        profile=text,
        reason=text,
        problem=maybe,
        terms=_terms(text),
        policy_digest=st.just("0f" * 32),
        plan_digest=st.none() | st.just("1e" * 32),
        created_at=MOMENTS,
        expires_at=MOMENTS,
        ended_at=st.none() | MOMENTS,
        steps=_steps(text),
        decisions=st.lists(_decisions(text), max_size=3).map(tuple),
        zone=st.none() | ZONES,
        starts_at=st.none() | MOMENTS,
        until_at=st.none() | MOMENTS,
        until_wall=st.just("2026-03-29T02:30"),
        origin=st.none() | st.integers(1, 10**12),
        taken_by=st.none() | st.just("U0BOB00002"),
        standing=st.none() | st.builds(EndView, NUMBERS, MOMENTS, st.just(""), ZONES),
    )


def _terms(text: SearchStrategy[str]) -> SearchStrategy[Terms]:
    names = st.sampled_from(["approval", "axiom-admins", "sellers"])
    stages = st.builds(
        Stage,
        rule=names,
        title=text,
        approvers=st.lists(st.sampled_from(IDS + GROUPS), min_size=1, max_size=4).map(tuple),
        threshold=st.integers(1, 20),
    )
    return st.builds(
        Terms,
        rules=st.lists(names, min_size=1, max_size=3).map(tuple),
        stages=st.lists(stages, max_size=3).map(tuple),
        automatic=names,
        requesters=st.just(()),
        expires_after=st.just(timedelta(hours=72)),
        valid_for=st.just(timedelta(hours=24)),
        confidential=st.booleans(),
    )


def _decisions(text: SearchStrategy[str]) -> SearchStrategy[DecisionView]:
    return st.builds(
        DecisionView,
        approver=st.sampled_from(IDS),
        verdict=st.sampled_from(Verdict),
        reason=text,
        at=MOMENTS,
        rule=st.just("approver"),
    )


FEWER = settings(max_examples=40)
"""For what is costly to make: requests are large."""

REQUESTS = requests()
PAGES = st.builds(
    PageView,
    requests=st.lists(REQUESTS, max_size=3).map(tuple),
    after=st.none() | st.integers(1, 10**9),
)
LINES = st.builds(
    Line,
    seq=st.integers(1, 10**12),
    code=st.just("STP002I"),
    at=MOMENTS,
    actor=st.sampled_from(("aboard", *IDS)),
    title=st.none() | st.just("Axiom"),
    outcome=TEXTS,
    rule=st.none() | TEXTS,
    meaning=st.just("step ended"),
)
