"""What passed the guard before is known again, as long as it could pass, and takes bounded room."""

from bot import passed
from bot.passed import MOST, Passed


def test_a_signature_that_passes_twice_is_noticed_for_a_while() -> None:
    seen = Passed(600)
    assert not seen.before(b"one", 0)
    assert seen.before(b"one", 600)
    assert not seen.before(b"two", 600)
    assert not seen.before(b"one", 600.5), "by then it is too old to pass at all"


def test_no_flood_fills_the_memory() -> None:
    seen = Passed(600)
    for number in range(MOST + 1_000):
        seen.before(b"%d" % number, 1.0)
    assert len(seen) == passed.MOST
    assert seen.before(b"%d" % (MOST + 999), 1.0), "the newest are known"
