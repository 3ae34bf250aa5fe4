"""A plan's digest is its facts: no order, no wording, and nothing less than every fact."""

from dataclasses import fields, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.plans import Effect, Plan, PlannedStep, within

EFFECTS = st.sampled_from(list(Effect))
WORDS = st.sampled_from(["", "a", "b", "é"])
MAYBE = st.none() | WORDS
MOMENTS = st.none() | st.integers(0, 2)
STEPS = st.builds(
    PlannedStep,
    vendor=WORDS,
    effect=EFFECTS,
    detail=WORDS,
    before=MAYBE,
    after=MAYBE,
    risks=st.lists(WORDS, max_size=2).map(tuple),
    access=WORDS,
)
SOME_STEPS = st.lists(STEPS, min_size=1, max_size=3, unique_by=lambda step: step.vendor).map(tuple)
PLANS = st.builds(
    Plan,
    kind=WORDS,
    subject=WORDS,
    email=WORDS,
    github_login=MAYBE,
    steps=SOME_STEPS,
    starts_at=MOMENTS,
    until_at=MOMENTS,
)

STEP = PlannedStep("axiom", Effect.CREATE, "Create it.", None, "user", ("It costs.",), "{}")
OTHER = PlannedStep("axolo", Effect.CREATE, "Onboard.", None, "acme", (), "{}")
PLAN = Plan("onboard", "U0ADA", "ada@acme.example", "octocat", (STEP, OTHER))


@given(PLANS, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order_of_the_steps(plan: Plan, random: Random) -> None:
    shuffled = list(plan.steps)
    random.shuffle(shuffled)
    assert replace(plan, steps=tuple(shuffled)).digest() == plan.digest()


@given(PLANS, WORDS, WORDS)
def test_the_digest_does_not_depend_on_sentences(plan: Plan, detail: str, risk: str) -> None:
    reworded = tuple(replace(step, detail=detail, risks=(risk,)) for step in plan.steps)
    assert replace(plan, steps=reworded).digest() == plan.digest()


@given(PLANS, PLANS)
def test_two_plans_share_a_digest_only_where_they_share_their_facts(one: Plan, two: Plan) -> None:
    assert (one.digest() == two.digest()) is (_facts(one) == _facts(two))


def _facts(plan: Plan) -> tuple[object, ...]:
    steps = {(one.vendor, one.effect, one.before, one.after, one.access) for one in plan.steps}
    return (
        plan.kind, plan.subject, plan.email, plan.github_login, frozenset(steps),
        plan.starts_at, plan.until_at,
    )  # fmt: skip


FACTS_OF_A_PLAN = {
    "kind": "offboard",
    "subject": "U0EVE",
    "email": "ada@acme.example.org",
    "github_login": None,
    "steps": (STEP,),
    "starts_at": 1_800_000_000_000_000,
    "until_at": 1_900_000_000_000_000,
}
FACTS_OF_A_STEP = {
    "vendor": "axiom2",
    "effect": Effect.CHANGE,
    "before": "none",
    "after": None,
    "access": '{"role":"owner"}',
}


@pytest.mark.parametrize("name", [field.name for field in fields(Plan)])
def test_the_digest_changes_with_every_fact_of_the_plan(name: str) -> None:
    changed = replace(PLAN, **{name: FACTS_OF_A_PLAN[name]})  # type: ignore[arg-type]  # by name
    assert changed.digest() != PLAN.digest()


@pytest.mark.parametrize(
    "name", sorted({field.name for field in fields(PlannedStep)} - {"detail", "risks"})
)
def test_the_digest_changes_with_every_fact_of_a_step(name: str) -> None:
    step = replace(STEP, **{name: FACTS_OF_A_STEP[name]})  # type: ignore[arg-type]  # by name
    assert replace(PLAN, steps=(step, OTHER)).digest() != PLAN.digest()


def test_the_digest_is_a_sha256_in_hexadecimal() -> None:
    assert len(bytes.fromhex(PLAN.digest())) == 32


@given(STEPS, STEPS)
def test_what_has_become_less_is_within_and_what_differs_is_not(
    approved: PlannedStep, now: PlannedStep
) -> None:
    nothing_left = now.effect in {Effect.KEEP, Effect.ABSENT}
    same = all(
        getattr(approved, name) == getattr(now, name)
        for name in ("effect", "before", "after", "access")
    )
    unseen = approved.effect is Effect.REMOVE and approved.before is None
    whatever = unseen and now.effect is Effect.REMOVE
    assert within(approved, now) is (nothing_left or same or whatever)


UNSEEN = PlannedStep("axiom", Effect.REMOVE, "", None, None, (), "")


@pytest.mark.parametrize("before", ["user", "owner", None])
def test_the_removal_of_what_nobody_could_see_covers_whatever_is_there(before: str | None) -> None:
    assert within(UNSEEN, replace(UNSEEN, before=before))
    assert within(UNSEEN, replace(UNSEEN, effect=Effect.ABSENT))


def test_the_removal_of_what_nobody_could_see_covers_nothing_but_a_removal() -> None:
    for effect in set(Effect) - {Effect.REMOVE, Effect.ABSENT, Effect.KEEP}:
        assert not within(UNSEEN, replace(UNSEEN, effect=effect))
    assert not within(replace(UNSEEN, before="user"), replace(UNSEEN, before="owner"))


@given(STEPS, WORDS)
def test_another_wording_stays_within_the_approval(step: PlannedStep, detail: str) -> None:
    assert within(step, replace(step, detail=detail, risks=()))


@pytest.mark.parametrize(
    "now",
    [
        replace(STEP, effect=Effect.CHANGE, before="none"),
        replace(STEP, after="owner"),
        replace(STEP, access='{"role":"owner"}'),
        replace(STEP, effect=Effect.REMOVE),
        replace(STEP, effect=Effect.BY_HAND),
    ],
)
def test_more_than_was_approved_has_to_be_asked_again(now: PlannedStep) -> None:
    assert not within(STEP, now)
