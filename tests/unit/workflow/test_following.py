"""When an invitation is looked up and reminded of, and what a look-up means."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from vendors.contract import Account, AccountState
from workflow.clock import HOUR, MINUTE, as_datetime
from workflow.following import Sight, expiry, next_look, nudge_at, seen

NOW = 1_800_000_000_000_000
DAY = 24 * HOUR
FORTNIGHT = 14 * DAY


def account(state: AccountState, ends: int | None = None) -> Account:
    return Account("7", "ada", "user", (), state, as_datetime(ends) if ends else None)


def looks(ends_at: int | None) -> list[int]:
    """Return every moment at which an invitation that was mailed NOW is looked up."""
    found: list[int] = []
    at = next_look(0, NOW, NOW, ends_at)
    while at is not None:
        found.append(at)
        at = next_look(len(found), at, NOW, ends_at)
    return found


def test_the_first_looks_come_soon_and_the_later_ones_ever_more_rarely() -> None:
    moments = [NOW, *looks(None)]
    waits = [later - now for now, later in pairwise(moments)]
    assert waits == sorted(waits)
    assert waits[0] == 5 * MINUTE
    assert waits[-1] == 6 * HOUR


def test_an_invitation_that_never_ends_is_not_looked_up_for_ever() -> None:
    moments = looks(None)
    assert len(moments) < 400
    assert moments[-1] <= NOW + 90 * DAY


def test_an_invitation_is_looked_up_right_after_its_end_and_daily_for_a_month() -> None:
    ends = NOW + FORTNIGHT
    moments = looks(ends)
    after = [one for one in moments if one > ends]
    assert after[0] == ends + MINUTE
    assert {later - now for now, later in pairwise(after)} == {DAY}
    assert ends + 29 * DAY < after[-1] < ends + 32 * DAY
    assert len(moments) < 110


@pytest.mark.parametrize(
    ("life", "before"), [(FORTNIGHT, 2 * DAY), (3 * DAY, DAY), (3 * HOUR, HOUR)]
)
def test_a_person_is_reminded_while_there_is_time_left(life: int, before: int) -> None:
    assert nudge_at(NOW, NOW + life) == NOW + life - before


@pytest.mark.parametrize("ends_at", [None, NOW, NOW - 1])
def test_nobody_is_reminded_of_what_has_no_end_before_them(ends_at: int | None) -> None:
    assert nudge_at(NOW, ends_at) is None


SIGHTS = [
    (account(AccountState.ACTIVE), None, Sight.ACCEPTED),
    (account(AccountState.ACTIVE), NOW - 1, Sight.ACCEPTED),
    (account(AccountState.PENDING), None, Sight.WAITS),
    (account(AccountState.PENDING, NOW + 1), NOW - 1, Sight.WAITS),
    (account(AccountState.PENDING, NOW), NOW + 1, Sight.EXPIRED),
    (account(AccountState.INACTIVE, NOW - 1), None, Sight.EXPIRED),
    (account(AccountState.INACTIVE), None, Sight.CLOSED),
    (None, None, Sight.NOTHING),
    (None, NOW + 1, Sight.NOTHING),
    (None, NOW, Sight.EXPIRED),
]


@pytest.mark.parametrize(("found", "ends_at", "sight"), SIGHTS)
def test_a_look_up_means_one_thing(
    found: Account | None, ends_at: int | None, sight: Sight
) -> None:
    assert seen(found, ends_at, NOW) is sight


def test_the_end_of_an_access_is_not_the_end_of_an_invitation() -> None:
    ends = datetime(2027, 3, 1, tzinfo=UTC)
    assert expiry(Account("7", "ada", "user", expires_at=ends)) is None
    pending = Account("7", "ada", "user", (), AccountState.PENDING, ends)
    assert expiry(pending) == int(ends.timestamp()) * 1_000_000
