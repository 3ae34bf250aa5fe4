"""The word for a thing: its name where that can mean nothing else, or else its id."""

from vendors.words import words_for


def test_a_name_that_only_one_thing_has_is_its_word() -> None:
    assert words_for([("r-1", "Viewer"), ("r-2", "Editor")]) == {"r-1": "Viewer", "r-2": "Editor"}


def test_a_name_that_could_mean_another_thing_is_not() -> None:
    known = [("r-1", "Viewer"), ("r-2", "viewer"), ("admin", "admin"), ("r-3", "Admin")]
    assert words_for(known) == {"r-1": "r-1", "r-2": "r-2", "admin": "admin", "r-3": "r-3"}


def test_a_name_that_nobody_could_write_is_not() -> None:
    known = [("r-1", ""), ("r-2", " padded "), ("r-3", "x" * 71), ("r-4", "a\tb")]
    assert words_for(known) == {one: one for one, _ in known}
