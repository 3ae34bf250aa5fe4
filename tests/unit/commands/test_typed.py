"""What people type after a command: a person, then words, or a sentence that says what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.typed import Typed, parse
from tests.unit.commands.hostile import TEXTS
from tests.unit.commands.reading import active


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", Typed()),
        ("   ", Typed()),
        ("<@U0ADA00001>", Typed("U0ADA00001")),
        ("<@U0ADA00001|ada>", Typed("U0ADA00001")),
        ("<@W0ADA00001|ada.l>", Typed("W0ADA00001")),
        ("<@U0ADA00001> ada-l", Typed("U0ADA00001", ("ada-l",))),
        (
            "  <@U0ADA00001>   ada-l   data  analyst ",
            Typed("U0ADA00001", ("ada-l", "data", "analyst")),
        ),
        ("<@U0ADA00001>ada-l", Typed("U0ADA00001", ("ada-l",))),
        ("ada-l <@U0ADA00001>", Typed("U0ADA00001", ("ada-l",))),
        ("<@U0ADA00001> <@U0ADA00001|ada>", Typed("U0ADA00001")),
        ("<@U0ADA00001> <http://ada.dev|ada.dev>", Typed("U0ADA00001", ("ada.dev",))),
        (
            "<@U0ADA00001> <https://github.com/ada>",
            Typed("U0ADA00001", ("https://github.com/ada",)),
        ),
        ("<@U0ADA00001> <mailto:a@b.example|a@b.example>", Typed("U0ADA00001", ("a@b.example",))),
        ("<@U0ADA00001> @ada-l", Typed("U0ADA00001", ("@ada-l",))),
        ("<@U0ADA00001> ada-l R&amp;D", Typed("U0ADA00001", ("ada-l", "R&D"))),
        ("<@U0ADA00001> &lt;@U0B&gt; &amp;lt;", Typed("U0ADA00001", ("<@U0B>", "&lt;"))),
        ("<@U0ADA00001>\tada-l\n analyst", Typed("U0ADA00001", ("ada-l", "analyst"))),
    ],
)
def test_a_person_and_words_are_read(text: str, read: Typed) -> None:
    assert parse(text) == read


def test_two_people_are_one_too_many() -> None:
    assert parse("<@U0ADA00001> <@U0BOB00002>").wrong == "One person at a time, please."


@pytest.mark.parametrize("text", ["@ada", "@ada ada-l", "@Ada Lovelace"])
def test_a_name_that_slack_did_not_know_is_said_with_what_to_do(text: str) -> None:
    wrong = parse(text).wrong
    assert wrong is not None
    assert wrong.startswith("Slack found nobody called `@")


@pytest.mark.parametrize(
    "text", ["ada", "ada-l engineer", "<#C0123|general>", "<!channel>", "<@B0BOT001>"]
)
def test_words_without_a_person_are_refused(text: str) -> None:
    wrong = parse(text).wrong
    assert wrong is not None
    assert "the person" in wrong


@given(
    TEXTS
    | st.text()
    | st.lists(st.sampled_from(["<@U0ADA00001>", "<", ">", "@x", "|"])).map("".join)
)
def test_whatever_is_typed_is_read_or_refused_in_harmless_words(text: str) -> None:
    said = parse(text)
    if said.wrong is not None:
        assert said.subject is None
        assert active(said.wrong) == []
        assert said.wrong.count("`") % 2 == 0
    assert all(word.split() == [word] for word in said.words)


@given(st.lists(st.from_regex(r"[a-z0-9.-]{1,12}", fullmatch=True), max_size=5))
def test_the_words_come_back_in_their_order(words: list[str]) -> None:
    assert parse(" ".join(["<@U0ADA00001|ada>", *words])) == Typed("U0ADA00001", tuple(words))
