"""The Home: whatever its lists hold, Slack takes it, and no name in it means anything."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from commands.views.home import TITLES, Home, home
from commands.views.places import LISTS, Places, places_of
from commands.views.plain import as_json
from rules.pages import Span
from rules.plans import Effect
from rules.states import RETRYABLE, RequestState, StepState
from rules.values import Kind
from tests.unit.commands.hostile import FEWER, IDS, LONG, MOMENTS, TEXTS, VENDORS
from tests.unit.commands.reading import problems_of_view
from workflow.homebatches import SIZE as MOST_BATCHES
from workflow.homereads import SIZE
from workflow.homeviews import Asked, BatchList, HomeBatch, HomeList, HomeRow, Planned, Trouble

SPANS = st.builds(
    Span,
    st.lists(st.integers(0, 10**17), min_size=1, max_size=2).map(tuple),
    st.booleans(),
)
STATES = sorted(RETRYABLE | {StepState.EXPIRED})
TROUBLES = st.lists(st.sampled_from(VENDORS), max_size=len(VENDORS), unique=True).flatmap(
    lambda names: st.tuples(
        *(
            st.builds(
                Trouble, st.just("r" * 22), st.just(name), TEXTS, st.sampled_from(STATES),
                st.booleans(),
            )
            for name in names
        )
    )
)  # fmt: skip
EFFECTS = st.sampled_from([effect.value for effect in Effect])
PLANS = st.builds(Planned, TEXTS, EFFECTS, TEXTS, st.lists(TEXTS, max_size=2).map(tuple), TEXTS)
ASKED = st.builds(Asked, TEXTS, TEXTS, TEXTS, st.none() | MOMENTS, st.none() | MOMENTS, st.none())
ROWS = st.builds(
    HomeRow,
    number=st.integers(1, 10**12),
    ref=st.just("R" * 22),
    kind=st.sampled_from(Kind),
    state=st.sampled_from(RequestState),
    requester=st.sampled_from(IDS),
    subject=st.sampled_from(IDS),
    name=TEXTS,
    created_at=MOMENTS,
    due_at=MOMENTS,
    is_overdue=st.booleans(),
    troubles=TROUBLES,
    plan=st.lists(PLANS, max_size=3).map(tuple),
    asked=st.none() | ASKED,
)
LONGEST = Planned("Axiom", "create", "x" * 300, ("y" * 300,), "z" * 1500)
PAGES = st.builds(
    HomeList, st.lists(ROWS, max_size=3).map(tuple), st.none() | SPANS, st.none() | SPANS
)
PLACES = st.builds(
    Places,
    st.dictionaries(st.sampled_from(LISTS), SPANS),
    st.none() | st.sampled_from(IDS),
    st.integers(0, 999_999),
)
COUNTS = st.dictionaries(TEXTS, st.integers(1, 500), max_size=3)
VERDICTS = ("approved", "denied", "expired", "cancelled", "refused")
BATCHES = st.builds(
    HomeBatch,
    number=st.integers(1, 10**12),
    ref=st.just("B" * 22),
    state=st.sampled_from(["received", "reading", "pending", "decided", "ended"]),
    verdict=st.sampled_from(VERDICTS),
    requester=st.sampled_from(IDS),
    reason=TEXTS,
    created_at=MOMENTS,
    states=st.dictionaries(st.sampled_from(RequestState), st.integers(1, 500)),
    problems=st.integers(0, 500),
    profiles=COUNTS,
    ways=st.dictionaries(st.tuples(TEXTS, EFFECTS, TEXTS), st.integers(1, 500), max_size=3),
    risks=COUNTS,
    subjects=st.lists(st.sampled_from(IDS), max_size=500).map(tuple),
)
CROWDS = st.builds(
    BatchList, st.lists(BATCHES, max_size=3).map(tuple), st.none() | SPANS, st.none() | SPANS
)
MANY = ("batches", "my_batches")
ALONE = ("waiting", "trouble", "mine", "leaving", "on_board")
HOMES = st.builds(
    Home, st.none() | TEXTS.map(lambda _: "You can't."), PLACES,
    st.dictionaries(st.sampled_from(ALONE), PAGES)
    | st.dictionaries(st.sampled_from(MANY), CROWDS) | st.dictionaries(st.just("about"), PAGES),
)  # fmt: skip


@FEWER
@given(HOMES)
def test_the_home_is_harmless_and_taken_by_slack(shown: Home) -> None:
    view = home(shown)
    assert problems_of_view(view) == []
    assert as_json(view) == view.to_dict()


def test_what_breaks_a_limit_of_slack_is_no_json() -> None:
    button = ButtonElement(text="Go", action_id="go", value="v" * 2_001)
    with pytest.raises(SlackObjectFormationError):
        as_json(ActionsBlock(elements=[button]))


def fullest(text: str) -> Home:
    """Return a Home in which everything is there that can be."""
    troubles = tuple(
        Trouble("r", vendor, text, state, resends=True)
        for vendor, state in zip(VENDORS, [*STATES, *STATES], strict=False)
    )
    row = HomeRow(
        1, "R", Kind.OFFBOARD, RequestState.RUNNING, IDS[1], IDS[0], text, 0, 0,
        is_overdue=True, troubles=troubles, plan=(Planned(text, "create", text, (text,) * 9),) * 5,
    )  # fmt: skip
    batch = HomeBatch(
        1, "B", "pending", "", IDS[1], text, 0, dict.fromkeys(RequestState, 500), 500, {text: 500},
        {(text, effect.value, text): 500 for effect in Effect}, {text: 500}, IDS * 200,
    )  # fmt: skip
    back, on = Span((9, 9), back=True), Span((1, 1))
    lists: dict[str, HomeList | BatchList] = {}
    lists |= dict.fromkeys(ALONE, HomeList((row,) * SIZE, back, on))
    lists |= dict.fromkeys(MANY, BatchList((batch,) * MOST_BATCHES, back, on))
    spans = {name: Span((10**17, 10**17)) for name in LISTS}
    return Home(None, Places(spans, IDS[0], 7), lists)


@pytest.mark.parametrize("text", ["&", "<!channel>", "\n", "漢"])
def test_however_much_there_is_slack_takes_the_home(text: str) -> None:
    view = home(fullest((text * LONG)[:LONG]))
    assert problems_of_view(view) == []
    assert len(view.to_dict()["blocks"]) < 100


def test_every_button_says_aloud_what_it_is_about() -> None:
    blocks = home(fullest("Ada")).to_dict()["blocks"]
    buttons = [one for block in blocks for one in block.get("elements", [])]
    rows = [one for one in buttons if not one["action_id"].startswith(("ask.", "home."))]
    assert rows
    spoken = [one["accessibility_label"] for one in rows]
    assert [one for one in spoken if "request 1" not in one and "batch 1" not in one] == []
    titles = {TITLES[name] for name in (*ALONE, *MANY)}
    turns = [one for one in buttons if one["action_id"].startswith("home.page")]
    assert {one["accessibility_label"].partition(": ")[2] for one in turns} == titles


def test_what_is_not_shown_whole_is_not_approved_at_home() -> None:
    asked = Asked("ada@acme.example", "ada-hub", "Joins", None, 86_400_000_000, "UTC")
    row = HomeRow(1, "R", Kind.ONBOARD, RequestState.PENDING, IDS[1], IDS[0], "Ada", 0)
    for plan, may in ((Planned("Axiom", "create", "Makes it"), True), (LONGEST, False)):
        waits = replace(row, asked=asked, plan=(plan,) * 5)
        drawn = str(home(Home(None, lists={"waiting": HomeList((waits,))})).to_dict())
        assert ("Approve request 1" in drawn) is may
        assert "Details of request 1" in drawn
        for words in ("ada@acme.example", "ada-hub", "Reason: Joins", "Ends 2 January 1970"):
            assert words in drawn


def test_of_a_batch_only_what_is_shown_whole_is_approved_at_home() -> None:
    ways = {("Axiom", "create", "Create an account"): 2}
    few = HomeBatch(1, "B", "pending", "", IDS[1], "A new team", 0, ways=ways, subjects=IDS[:2])
    for batch, may in ((few, True), (replace(few, subjects=IDS * 200), False)):
        drawn = str(home(Home(None, lists={"batches": BatchList((batch,))})).to_dict())
        assert ("Approve, batch 1" in drawn) is may
        for words in ("Deny, batch 1", "List, batch 1", "Reason: A new team", "create, 2 people"):
            assert words in drawn


def test_only_a_batch_that_still_waits_can_be_withdrawn_at_home() -> None:
    waits = HomeBatch(1, "B", "pending", "", IDS[1], "", 0)
    for batch, may in ((waits, True), (replace(waits, state="decided", verdict="denied"), False)):
        drawn = str(home(Home(None, lists={"my_batches": BatchList((batch,))})).to_dict())
        assert ("Cancel, batch 1" in drawn) is may
        assert "Approve, batch 1" not in drawn


def test_where_nobody_asked_for_several_people_there_is_no_such_list() -> None:
    lists: dict[str, HomeList | BatchList] = {"mine": HomeList(), "my_batches": BatchList()}
    drawn = str(home(Home(None, lists=lists)).to_dict())
    assert TITLES["my_batches"] not in drawn
    assert TITLES["mine"] in drawn


def test_all_that_failed_is_offered_at_once_where_that_is_more_than_one() -> None:
    failed = Trouble("r", "axiom", "Axiom", StepState.FAILED)
    other = replace(failed, vendor="ixon", title="IXON", state=StepState.UNKNOWN)
    by_hand = replace(failed, vendor="appxite", title="AppXite", state=StepState.ACTION_REQUIRED)
    row = HomeRow(
        1, "R", Kind.OFFBOARD, RequestState.COMPLETED_WITH_ERRORS, IDS[1], IDS[0], "Ada", 0
    )
    for troubles, may in (((failed, by_hand), False), ((failed, other, by_hand), True)):
        listed = HomeList((replace(row, troubles=troubles),))
        drawn = str(home(Home(None, lists={"trouble": listed})).to_dict())
        assert ("Retry all that failed, request 1" in drawn) is may
        assert "Hand over AppXite, request 1" in drawn
        assert "Hand over Axiom" not in drawn


def test_whoever_may_ask_for_nothing_reads_how_to_have_it_done() -> None:
    drawn = home(Home("Guests can't do this.", lists={"mine": HomeList()})).to_dict()
    assert "Guests can't do this." in str(drawn)
    assert "Ask a full member" in str(drawn)
    assert "ask.onboard" not in str(drawn)
    assert "home.search" not in str(drawn)
    assert "/aboard" not in str(drawn)


@given(PLACES)
def test_where_somebody_is_survives_as_the_text_of_the_view(places: Places) -> None:
    assert places_of(places.text()) == places
    assert len(places.text()) < 3000


@given(TEXTS)
def test_the_text_of_another_view_is_no_place_in_a_home(text: str) -> None:
    assert places_of(text) is None


@given(TEXTS, TEXTS)
def test_a_bent_place_is_a_beginning(turn: str, somebody: str) -> None:
    places = places_of(f"home={turn};about={somebody};at.mine={turn};at.other=<1")
    assert places is not None
    assert not places.spans
    assert places.about is None
