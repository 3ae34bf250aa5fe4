"""What of a vendor's words may be repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.quoting import LONGEST, quoted

CARRIED = ["ada.lovelace@example.com", "Ada Lovelace", "fleet-Kepler"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("role does not exist", "role does not exist"),
        ("Nope, it can't be done.", "Nope, it can't be done."),
        ("user ada.lovelace@example.com exists", "user … exists"),
        ("Ada Lovelace exists", "… exists"),
        ("ADA exists", "… exists"),
        ('"Lovelace" exists', "… exists"),
        ("key xaat-12ab refused", "key … refused"),
        ("see https://example.com/x?y=z now", "see … now"),
        ("id 80f1b217", "id …"),
        ("a_b c=d e/f", "…"),
        ("kepler is gone", "… is gone"),
        ("<!channel> *bold* `code`", "… code"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "…"),
        ("роль не найдена", "роль не найдена"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_only_plain_words_that_the_call_did_not_carry_pass(said: str, told: str) -> None:
    assert quoted(said, CARRIED) == told


def test_a_long_message_is_cut() -> None:
    told = quoted("word " * 500, [])
    assert len(told) <= LONGEST
    assert told.endswith("…")


@given(before=st.text(max_size=40), after=st.text(max_size=40), carried=st.emails())
def test_an_email_that_was_sent_never_comes_back(before: str, after: str, carried: str) -> None:
    told = quoted(f"{before} {carried} {after}", [carried])
    assert carried not in told
    assert "@" not in told
    assert "\n" not in told
