"""Of two drawings of one person's Home the one that was begun later stays."""

from commands.screens import Screens


def test_what_was_begun_earlier_is_not_sent_after_what_was_begun_later() -> None:
    screens = Screens()
    with screens.drawing("U0ADA") as earlier, screens.drawing("U0ADA") as later:
        assert later()
        assert not earlier()


def test_in_their_order_both_are_sent() -> None:
    screens = Screens()
    with screens.drawing("U0ADA") as earlier, screens.drawing("U0ADA") as later:
        assert earlier()
        assert later()


def test_what_is_drawn_for_one_person_overtakes_nothing_of_another() -> None:
    screens = Screens()
    with screens.drawing("U0ADA") as hers, screens.drawing("U0BEA") as his:
        assert his()
        assert hers()


def test_one_that_ended_leaves_the_next_one_alone() -> None:
    screens = Screens()
    with screens.drawing("U0ADA") as earlier:
        with screens.drawing("U0ADA"):
            pass
        with screens.drawing("U0ADA") as third:
            assert third()
        assert not earlier()
    with screens.drawing("U0ADA") as alone:
        assert alone()
