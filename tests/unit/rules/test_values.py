"""Identifiers by their form, and one mailbox by all its spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.values import is_channel_id, is_group_id, is_person_id, normal_email

TAILS = st.text("ABCXYZ0189", min_size=2, max_size=20)


@given(TAILS)
def test_an_id_belongs_to_the_kind_that_its_first_letter_names(tail: str) -> None:
    for letter in "UW":
        assert is_person_id(letter + tail)
    for letter in "CGD":
        assert is_channel_id(letter + tail)
    assert is_group_id("S" + tail)


@given(TAILS, st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_no_id_belongs_to_two_kinds(tail: str, letter: str) -> None:
    kinds = [check(letter + tail) for check in (is_person_id, is_channel_id, is_group_id)]
    assert sum(kinds) == (letter in "UWCGDS")


@pytest.mark.parametrize(
    "text",
    [
        "", "U", "U1", "u0ada", "U0ada", "U0ADA ", " U0ADA", "U0ADA\n", "U0ADA|ada", "<@U0ADA>",
        "U0ÀDA", "U\u0660\u0661\u0662", "U" + "A" * 21, "U0AD-A", "aboard",
    ],
)  # fmt: skip
def test_what_only_resembles_an_id_is_none(text: str) -> None:
    assert not is_person_id(text)
    assert not is_group_id(text.replace("U", "S"))
    assert not is_channel_id(text.replace("U", "C"))


@pytest.mark.parametrize(
    "spelling",
    ["ada@acme.example", "ADA@Acme.Example", " ada@acme.example ", "ada+admin@acme.example",
     "Ada+a+b@ACME.EXAMPLE"],
)  # fmt: skip
def test_every_spelling_of_a_mailbox_is_that_mailbox(spelling: str) -> None:
    assert normal_email(spelling) == "ada@acme.example"


@pytest.mark.parametrize(
    "other", ["ada@acme.example.org", "adam@acme.example", "a.da@acme.example", "ada@acme", "ada"]
)
def test_another_mailbox_stays_another(other: str) -> None:
    assert normal_email(other) != normal_email("ada@acme.example")


EMAILS = st.from_regex(r"[a-zA-Z][a-zA-Z+.]{0,8}@[a-zA-Z]{1,8}\.example", fullmatch=True)


@given(EMAILS, st.text("abc+", max_size=5))
def test_a_tag_and_the_case_never_matter(email: str, tag: str) -> None:
    local, _, domain = email.rpartition("@")
    assert normal_email(f"{local.upper()}+{tag}@{domain.upper()}") == normal_email(email.upper())


@given(EMAILS)
def test_the_normal_form_is_its_own_normal_form(email: str) -> None:
    assert normal_email(normal_email(email)) == normal_email(email)
