"""A page of the history: harmless, within Slack's limits, with buttons that know the question."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from commands.views import history
from commands.views.card import Drawing
from rules.states import RequestState
from tests.unit.commands.hostile import FEWER, PAGES
from tests.unit.commands.reading import problems_of
from workflow import searching
from workflow.archive import Paper
from workflow.readmodels import PageView
from workflow.searching import Search

TITLES = {"axiom": "Axiom <!here>", "ixon": "IXON Cloud"}
DAYS = searching.read("2026-03-01..2026-03-31", TITLES, UTC)
SEARCHES = st.builds(
    Search,
    person=st.none() | st.just("U0ADA00001"),
    number=st.none() | st.integers(0, 10**12 - 1),
    vendor=st.none() | st.sampled_from(sorted(TITLES)),
    state=st.none() | st.sampled_from(RequestState),
    days=st.none() | st.just(DAYS.days if isinstance(DAYS, Search) else None),
    after=st.none() | st.integers(0, 10**12 - 1),
)


def buttons(drawing: Drawing) -> list[ButtonElement]:
    rows = [one for one in drawing.blocks if isinstance(one, ActionsBlock)]
    return [one for row in rows for one in row.elements if isinstance(one, ButtonElement)]


def asked_by(button: ButtonElement) -> Search:
    """Return the question that a button holds, as its handler reads it."""
    _, _, words = str(button.value).partition(" ")
    read = searching.read(words, TITLES, UTC)
    assert isinstance(read, Search), read
    return read


@FEWER
@given(SEARCHES, PAGES)
def test_a_page_is_harmless_and_one_that_slack_takes(search: Search, page: PageView) -> None:
    drawing = history.page("History", search, page, TITLES)
    assert problems_of(drawing) == []


@FEWER
@given(SEARCHES, PAGES)
def test_the_buttons_ask_the_same_question_about_another_page(
    search: Search, page: PageView
) -> None:
    made = buttons(history.page("History", search, page, TITLES))
    labels = {one.text.text: asked_by(one) for one in made if one.text}
    older = {"More": page.after} if page.after is not None else {}
    newest = {"Newest": None} if search.after is not None else {}
    assert {name: one.after for name, one in labels.items()} == older | newest
    for one in labels.values():
        assert (one.person, one.number, one.vendor) == (search.person, search.number, search.vendor)
        assert (one.state, one.days) == (search.state, search.days)


def test_where_little_was_found_the_page_says_how_far_it_looked() -> None:
    text = history.page("History", Search(vendor="ixon", after=900), PageView((), 40), TITLES).text
    assert "Nothing among those before #900 down to #40. More looks further back." in text


def test_where_nothing_is_left_the_page_says_so() -> None:
    text = history.page("History", Search(vendor="ixon"), PageView((), None), TITLES).text
    assert text == "History · IXON Cloud: nothing."


def test_an_export_that_was_cut_says_so() -> None:
    paper = Paper("a.csv", "A", b"", "0f", rows=10_000, is_cut=True)
    assert "10000 requests, the newest 10000" in history.exported(paper)
    assert "the newest" not in history.exported(Paper("a.csv", "A", b"", "0f", rows=3))
