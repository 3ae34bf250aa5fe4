"""Lists, explanations and receipts: lines of text in which nothing that was typed has a meaning."""

import re

from hypothesis import given
from hypothesis import strategies as st

from commands.views import answers, forms
from sandbox.slack.reading import plainly
from tests.unit.commands.hostile import FEWER, LINES, PAGES, REQUESTS
from tests.unit.commands.reading import active, problems_of_view
from workflow.readmodels import Line, PageView, RequestView

FACTS = st.lists(LINES, max_size=60)


@FEWER
@given(PAGES)
def test_a_list_has_a_harmless_line_for_each_request(page: PageView) -> None:
    text = answers.listing("History", page)
    assert active(text) == []
    assert text.count("\n") == len(page.requests) + bool(page.requests and page.after)


@FEWER
@given(PAGES)
def test_a_list_says_how_to_go_on_where_there_is_more(page: PageView) -> None:
    text = answers.listing("History", page)
    assert ("older ones: `/aboard history`" in text) is bool(page.requests and page.after)


def test_an_empty_list_says_so() -> None:
    assert answers.listing("History", PageView((), None)) == "History: nothing."


@FEWER
@given(REQUESTS, FACTS)
def test_an_explanation_is_harmless_and_fits_into_its_window(
    view: RequestView, facts: list[Line]
) -> None:
    text = answers.why(view, facts)
    assert active(text) == []
    assert problems_of_view(forms.details(view.number, text)) == []


@FEWER
@given(REQUESTS)
def test_an_explanation_names_the_rule_and_the_fingerprints(view: RequestView) -> None:
    read = plainly(answers.why(view, []))
    assert all(rule in read for rule in view.terms.rules)
    assert all(f"{stage.threshold} of " in read for stage in view.terms.stages)
    assert view.policy_digest[:12] in read
    assert view.plan_digest is None or view.plan_digest[:12] in read


@given(st.integers(1, 10**12), st.booleans())
def test_a_receipt_names_the_number(number: int, repeated: bool) -> None:  # noqa: FBT001 - hypothesis fills it
    text = answers.received(number, repeated=repeated)
    assert f"*#{number}* is recorded" in text
    assert ("already here" in text) is repeated
    assert active(text) == []


def test_the_help_names_every_word() -> None:
    words = ("status", "history", "export", "evidence", "why", "cancel")
    for word in ("/onboard", "/offboard", *words):
        assert word in answers.HELP
    assert active(answers.HELP) == []


def test_the_help_says_one_command_a_line() -> None:
    _, _, lines = answers.HELP.partition("\n\n")
    words = [re.findall(r"`/(?:aboard )?(\w+)", line) for line in lines.splitlines()]
    assert all(len({*found}) == 1 for found in words)
    assert len({found[0] for found in words}) == len(words) == 10
