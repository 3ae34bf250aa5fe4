"""Typed text is shown on one line, within its limit, and means nothing but itself.

`ABOARD_TEXTS` says how many texts are put together of tricks: 10,000, and 100,000 in full.
"""

import html
import os
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.views.answers import without_markup
from commands.views.text import literal, moment, person, plain, visible, within
from sandbox.slack.reading import plainly
from tests.unit.commands.hostile import CORPUS, MOMENTS, TEXTS
from tests.unit.commands.reading import active

LIMITS = st.integers(1, 200)
SEED, MANY = 20_261_122, int(os.environ.get("ABOARD_TEXTS", "10000"))
PIECES = (
    *CORPUS,
    *"<>&!@#|*_~`:;/ \n\u200b\u202e",
    "&lt;",
    "&amp;",
    "@here",
    "#C",
    "https://a.example",
)


@given(TEXTS, LIMITS)
def test_what_is_visible_is_one_line_within_its_limit(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


@given(TEXTS, LIMITS)
def test_a_literal_reads_in_slack_as_what_was_visible(text: str, limit: int) -> None:
    shown = literal(text, limit)
    assert active(shown) == []
    assert len(shown) <= limit
    read, whole = html.unescape(shown), visible(text, limit)
    assert read == whole or (read.endswith("…") and whole.startswith(read[:-1]))


def test_tricks_of_any_number_in_any_order_mean_nothing(
    record_property: Callable[[str, object], None],
) -> None:
    random = Random(SEED)  # noqa: S311 - the same texts every time
    for _ in range(MANY):
        text = "".join(random.choices(PIECES, k=random.randint(1, 8)))
        shown, limit = literal(text, 200), random.randint(1, 75)
        assert active(shown) == [], text
        assert len(shown) <= 200, text
        assert len(plain(text, limit).to_dict().get("text", "")) <= limit, text
    record_property("tried", MANY)


@given(st.text("abc <>&é漢🙂", max_size=50))
def test_ordinary_text_stays_as_it_is_but_for_its_spaces(text: str) -> None:
    assert visible(text, 100) == " ".join(text.split())


@given(st.lists(st.text("ab<&", max_size=30), max_size=20), st.integers(20, 200))
def test_lines_are_kept_whole_and_the_last_says_where_some_lack(
    lines: list[str], limit: int
) -> None:
    kept = within(lines, limit).split("\n")
    assert len("\n".join(kept)) <= limit
    if kept[-1] == "… and more":
        assert kept[:-1] == lines[: len(kept) - 1]
    else:
        assert kept == (lines or [""])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abcdef", "abcdef"),
        ("abcdefg", "abcde…"),
        ("a\u202eb\u2066c", "abc"),
        ("a\r\n\tb", "a b"),
        ("  a  b  ", "a b"),
        ("\ud800", ""),
    ],
)
def test_long_text_ends_in_an_ellipsis_and_what_hides_is_dropped(text: str, shown: str) -> None:
    assert visible(text, 6) == shown


@given(TEXTS.filter(lambda text: visible(text, 75)))
def test_plain_text_carries_no_markup_flag(text: str) -> None:
    shown = plain(text, 75).to_dict()
    assert shown["type"] == "plain_text"
    assert len(shown["text"]) <= 75


def test_people_are_mentioned_and_aboard_is_named() -> None:
    assert person("U0ADA00001") == "<@U0ADA00001>"
    assert person("aboard") == "Aboard"


@given(MOMENTS)
def test_a_moment_reads_as_utc_where_slack_cannot_show_it(at: int) -> None:
    words = datetime.fromtimestamp(at // 1_000_000, UTC).strftime("%d %b %Y at %H:%M UTC")
    assert plainly(moment(at)) == words
    assert active(moment(at)) == []


@given(MOMENTS)
def test_beside_a_field_a_sentence_reads_without_markup(at: int) -> None:
    sentence = without_markup(f"<@U0ADA00001> already approved `#1`, {moment(at)}.")
    assert sentence.startswith("Somebody already approved #1, ")
    assert sentence.endswith(" UTC.")
    assert not set(sentence) & set("<>`")
