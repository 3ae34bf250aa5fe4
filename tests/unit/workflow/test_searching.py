"""What people type after `history` is read as they meant it, or answered with a sentence."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.states import RequestState
from workflow import searching
from workflow.searching import Misread, Search

VENDORS = {"axiom": "Axiom", "ixon": "IXON Cloud", "appxite": "AppXite"}


def found(text: str, zone: tzinfo = UTC) -> Search:
    read = searching.read(text, VENDORS, zone)
    assert isinstance(read, Search), read
    return read


def misread(text: str) -> str:
    read = searching.read(text, VENDORS, UTC)
    assert isinstance(read, Misread), read
    return read.sentence


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def test_nothing_asks_for_everything() -> None:
    assert found("") == Search()


def test_everything_can_be_combined_in_any_order() -> None:
    read = found("completed U0ADA axiom 2026-03-01..2026-03-31 after 40 #12")
    assert read.days is not None
    assert (read.person, read.number, read.vendor, read.after) == ("U0ADA", 12, "axiom", 40)
    assert read.state is RequestState.COMPLETED
    assert found("#12 after 40 2026-03-01..2026-03-31 axiom U0ADA completed") == read


def test_a_number_behind_batch_is_that_of_a_batch() -> None:
    assert found("Batch 3") == Search(batch=3)
    assert found("12 batch #3 after 40") == Search(number=12, batch=3, after=40)


@pytest.mark.parametrize("state", RequestState)
def test_every_state_is_known_by_its_name(state: RequestState) -> None:
    assert found(state.value).state is state
    assert found(state.value.replace("_", "-").upper()).state is state


def test_states_are_known_by_what_the_cards_call_them() -> None:
    assert found("needs-attention").state is RequestState.COMPLETED_WITH_ERRORS
    assert found("under-way").state is RequestState.RUNNING


@pytest.mark.parametrize("word", ["axiom", "Axiom", "AXIOM"])
def test_a_vendor_is_known_by_its_name_and_by_what_people_call_it(word: str) -> None:
    assert found(word).vendor == "axiom"


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("2026-03-01..2026-03-31", "2026-03-01T00:00Z", "2026-04-01T00:00Z"),
        ("2026-03-05", "2026-03-05T00:00Z", "2026-03-06T00:00Z"),
        ("2026-12", "2026-12-01T00:00Z", "2027-01-01T00:00Z"),
        ("2026-02..2026-03", "2026-02-01T00:00Z", "2026-04-01T00:00Z"),
        ("2025..2025", "2025-01-01T00:00Z", "2026-01-01T00:00Z"),
        ("2024..2024", "2024-01-01T00:00Z", "2025-01-01T00:00Z"),
        ("2024-02-29..2024-02-29", "2024-02-29T00:00Z", "2024-03-01T00:00Z"),
    ],
)
def test_days_include_the_last_one(typed: str, since: str, until: str) -> None:
    days = found(typed).days
    assert days is not None
    assert (days.since, days.until) == (micros(since), micros(until))


def test_a_span_may_be_open_at_either_end() -> None:
    later, earlier = found("2026-03-01..").days, found("..2026-03-01").days
    assert later is not None
    assert earlier is not None
    assert (later.since, later.until) == (micros("2026-03-01T00:00Z"), None)
    assert (earlier.since, earlier.until) == (None, micros("2026-03-02T00:00Z"))


def test_a_year_is_one_in_a_span_and_a_number_by_itself() -> None:
    days = found("2026..").days
    assert days is not None
    assert (days.since, days.until) == (micros("2026-01-01T00:00Z"), None)
    assert found("2026").number == 2026


def test_a_day_begins_where_the_reader_lives() -> None:
    days = found("2026-03-29", ZoneInfo("Europe/Amsterdam")).days
    assert days is not None
    assert days.since == micros("2026-03-29T00:00+01:00")
    assert days.until == micros("2026-03-30T00:00+02:00"), "the clocks changed that day"


@pytest.mark.parametrize(
    "text",
    [
        "yesterday", "@ada", "2026-13", "2026-02-30", "2026-03-31..2026-03-01", "..", "1..2",
        "0001-01-01", "9999-12-31", "after", "after you", "U0ada", "12 34x", "1234567890123",
        "batch", "batch x", "2026-03-01...2026-03-02", "axiom;", "'; DROP TABLE request; --",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_and_the_rest_explained(text: str) -> None:
    sentence = misread(text)
    assert sentence.startswith("I don't understand `")
    assert "a person" in sentence
    assert "2026-03-01..2026-03-31" in sentence


@pytest.mark.parametrize("text", ["U0ADA U0BEA", "12 13", "axiom ixon", "pending denied"])
def test_two_answers_to_one_question_are_refused(text: str) -> None:
    assert "one too many" in misread(text)


def test_the_same_twice_is_the_same() -> None:
    assert found("axiom axiom") == found("axiom")


def test_what_is_not_understood_cannot_mention_anybody() -> None:
    assert "<!channel>" not in misread("<!channel>")
    assert misread("<>").startswith("I don't understand `…`")


SEARCHES = st.builds(
    lambda *words: " ".join(one for one in words if one),
    st.sampled_from(["", "U0ADA"]),
    st.sampled_from(["", "12", "#0"]),
    st.sampled_from(["", "axiom", "IXON"]),
    st.sampled_from(["", *RequestState]),
    st.sampled_from(["", "2026-03", "2026-03-01..", "..2026-04", "2026-03-01..2026-03-02"]),
    st.sampled_from(["", "batch 4"]),
    st.sampled_from(["", "after 7"]),
)


@given(SEARCHES)
def test_a_question_in_its_own_words_is_the_same_question(text: str) -> None:
    read = found(text)
    assert found(read.words) == read


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_question_or_a_sentence(text: str) -> None:
    read = searching.read(text, VENDORS, UTC)
    assert isinstance(read, Search) or read.sentence.endswith(".")
