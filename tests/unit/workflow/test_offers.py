"""What is remembered of the vendors' choices: fresh, stale, failed, slow."""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from vendors.contract import AnyVendor, Choice
from vendors.errors import UnavailableError
from workflow.clock import MINUTE, SECOND
from workflow.offers import LONGEST_VALUE, Offers

USER = Choice("user", "User")
ADMIN = Choice("admin", "Admin")


@dataclass
class Shop:
    """A vendor whose choices change, fail, or wait until the door opens."""

    choices_now: list[Choice] = field(default_factory=lambda: [USER])
    broken: Exception | None = None
    door: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[tuple[str, str]] = field(default_factory=list)
    now: int = 0

    def __post_init__(self) -> None:
        self.door.set()

    async def choices(self, name: str, query: str) -> list[Choice]:
        self.asked.append((name, query))
        await self.door.wait()
        if self.broken is not None:
            raise self.broken
        return self.choices_now

    def offers(self, budget: float = 5.0) -> Offers:
        vendors = {"axiom": cast("AnyVendor", self)}
        return Offers(vendors, lambda: self.now, budget)


@pytest.fixture
async def shop() -> Shop:
    return Shop()


async def _caught_up() -> None:
    """Let everything run that does not wait for a door."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_whole_list_is_fetched_once_a_minute(shop: Shop) -> None:
    offers = shop.offers()
    assert await offers.of("axiom", "role") == (USER,)
    shop.now += MINUTE - 1
    assert await offers.of("axiom", "role") == (USER,)
    assert shop.asked == [("role", "")]


async def test_an_old_list_is_served_while_a_new_one_is_fetched(shop: Shop) -> None:
    offers = shop.offers()
    await offers.of("axiom", "role")
    shop.now += MINUTE
    shop.choices_now = [USER, ADMIN]
    shop.door.clear()
    assert await offers.of("axiom", "role") == (USER,)
    assert await offers.of("axiom", "role") == (USER,)
    await _caught_up()
    assert len(shop.asked) == 2
    shop.door.set()
    await _caught_up()
    assert offers.known("axiom", "role") == (USER, ADMIN)


async def test_many_who_ask_at_once_make_one_call(shop: Shop) -> None:
    offers = shop.offers()
    lists = await asyncio.gather(*(offers.of("axiom", "role") for _ in range(20)))
    assert set(lists) == {(USER,)}
    assert len(shop.asked) == 1


async def test_a_slow_vendor_is_not_waited_for_longer_than_the_budget(shop: Shop) -> None:
    offers = shop.offers(budget=0.01)
    shop.door.clear()
    assert await offers.of("axiom", "role") == ()
    shop.door.set()
    await _caught_up()
    assert await offers.of("axiom", "role") == (USER,)
    assert len(shop.asked) == 1


async def test_a_vendor_that_failed_is_left_in_peace_for_a_moment(shop: Shop) -> None:
    offers = shop.offers()
    shop.broken = UnavailableError("axiom", "Axiom is away.")
    assert await offers.of("axiom", "role") == ()
    assert await offers.of("axiom", "role") == ()
    assert len(shop.asked) == 1
    shop.now += 5 * SECOND
    shop.broken = None
    assert await offers.of("axiom", "role") == (USER,)


async def test_what_was_offered_stays_when_the_vendor_fails(shop: Shop) -> None:
    offers = shop.offers()
    await offers.of("axiom", "role")
    shop.now += 10 * MINUTE
    shop.broken = RuntimeError("a defect of the adapter")
    await offers.of("axiom", "role")
    await _caught_up()
    assert await offers.of("axiom", "role") == (USER,)


async def test_the_log_says_why_nothing_is_offered(
    shop: Shop, logged: list[dict[str, object]]
) -> None:
    shop.broken = UnavailableError("axiom", "Axiom is away.")
    await shop.offers().of("axiom", "role")
    about = {"vendor": "axiom", "field": "role", "log_level": "warning"}
    assert logged == [
        {**about, "event": "choices could not be read", "failure": "unavailable"},
        {**about, "event": "nothing is known to choose from"},
    ]


async def test_a_value_that_slack_cannot_carry_is_left_out_and_logged(
    shop: Shop, logged: list[dict[str, object]]
) -> None:
    shop.choices_now = [USER, Choice("x" * (LONGEST_VALUE + 1), "Long"), USER]
    assert await shop.offers().of("axiom", "role") == (USER,)
    assert [(one["event"], one["lost"]) for one in logged] == [
        ("some choices are too long for Slack", 1)
    ]


async def test_a_form_that_opens_has_its_lists_fetched(shop: Shop) -> None:
    offers = shop.offers()
    offers.warm([("axiom", "role"), ("axiom", "role")])
    await _caught_up()
    assert offers.known("axiom", "role") == (USER,)
    assert len(shop.asked) == 1


async def test_what_is_under_way_ends_with_the_process(shop: Shop) -> None:
    offers = shop.offers()
    shop.door.clear()
    offers.warm([("axiom", "role")])
    await _caught_up()
    await offers.finish()
    assert offers.known("axiom", "role") == ()
