"""Vendors that take many people by one call: a batch is one call there, and an end for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pytest
from pydantic import BaseModel

from sandbox.slack.model import Message, User
from sandbox.vendors.ixon_model import IxonInvite
from sandbox.vendors.journal import Call, Journal
from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.test_five_vendors import Vendors
from tests.e2e.test_home import home_of
from vendors.contract import End
from vendors.many import Asked

INVITE = "POST /appxite/users/invite"
BULK = ("IXON", "AppXite", "Ambition")


@dataclass(frozen=True)
class Sellers:
    """People who are asked for together, with accounts at all five vendors."""

    story: Story
    all: tuple[User, ...]

    @property
    def vendors(self) -> Vendors:
        return Vendors(self.story.world.server)

    async def asked(self) -> tuple[Crowd, Message]:
        """Ask for all of them, and wait for the card."""
        crowd = Crowd(self.story)
        assert await crowd.pastes(*(crowd.row(one, "seller") for one in self.all)) is None
        return crowd, await crowd.card("Waiting for approval", f"onboard {len(self.all)} people")

    def calls(self, journal: Journal) -> list[Call]:
        """Return the calls that wrote about any of them."""
        return [
            one
            for one in journal.asked("POST")
            if any(it.email in str(one.body) for it in self.all)
        ]

    def told(self, call: Call) -> int:
        """Return how many of them a call is about."""
        return sum(one.email in str(call.body) for one in self.all)

    def without_ambition(self, count: int) -> bool:
        """Tell whether so many of them have no account there."""
        return sum(self.vendors.ambition(one) is None for one in self.all) == count

    def invites(self) -> list[IxonInvite]:
        ixon = self.story.world.server.ixon
        return [invite for one in self.all for invite in ixon.invites(one.email)]


@pytest.fixture
def sellers(story: Story, people: People) -> Sellers:
    return Sellers(story, tuple(people.member() for _ in range(4)))


async def test_a_batch_is_one_call_where_a_vendor_takes_many(sellers: Sellers) -> None:
    story, server = sellers.story, sellers.story.world.server
    crowd, card = await sellers.asked()
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert [sellers.told(one) for one in sellers.calls(server.appxite.journal)] == [4]
    assert [sellers.told(one) for one in sellers.calls(server.ixon.journal)] == [4]
    accounts, groups = sellers.calls(server.ambition.journal)
    assert (sellers.told(accounts), sellers.told(groups)) == (4, 4)
    assert len(sellers.invites()) == 4
    assert {sellers.vendors.appxite(one) for one in sellers.all} == {"New"}
    assert all(sellers.vendors.ambition(one) for one in sellers.all)
    for row in (await crowd.result()).values():
        assert row["outcome"] == "Completed"
        assert "IXON: invited, the person must accept" in row["details"]
        assert "Ambition: accepted, cannot be verified" in row["details"]


async def test_one_who_is_no_longer_as_approved_stops_alone(sellers: Sellers) -> None:
    story, ixon = sellers.story, sellers.story.world.server.ixon
    other = sellers.all[1]
    crowd, card = await sellers.asked()
    ixon.add(other.real_name, other.email, ixon.administrator)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention · Batch")
    result = await crowd.result()
    outcomes = [result[line]["outcome"] for line in sorted(result)]
    assert outcomes == ["Completed", "Needs attention", "Completed", "Completed"]
    assert "not what was approved any more" in result[3]["details"]
    assert ixon.invites(other.email) == []
    assert [len(ixon.invites(one.email)) for one in sellers.all] == [1, 0, 1, 1]


async def test_a_call_that_was_not_answered_is_settled_by_a_look_for_each(
    sellers: Sellers,
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    crowd, card = await sellers.asked()
    appxite.faults.status(502, only=INVITE)
    appxite.faults.lose_answer(only=INVITE)
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert {sellers.vendors.appxite(one) for one in sellers.all} == {"New"}
    for row in (await crowd.result()).values():
        assert "AppXite: invited, the person must accept" in row["details"]


async def test_an_answer_that_got_lost_invites_nobody_twice(sellers: Sellers) -> None:
    story, server = sellers.story, sellers.story.world.server
    crowd, card = await sellers.asked()
    server.ixon.faults.lose_answer(only="POST /ixon/")
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert [sellers.told(one) for one in sellers.calls(server.ixon.journal)] == [4]
    assert len(sellers.invites()) == 4
    for row in (await crowd.result()).values():
        assert "IXON: invited, the person must accept" in row["details"]
        assert "a look-up confirmed it" in row["details"]


async def test_after_a_vendor_was_down_each_is_tried_alone(sellers: Sellers) -> None:
    story, ambition = sellers.story, sellers.story.world.server.ambition
    _, card = await sellers.asked()
    ambition.faults.down(1, only="POST /ambition/")
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    told = [sellers.told(one) for one in sellers.calls(ambition.journal)]
    assert told[0] == 4
    assert set(told[1:]) == {1}
    held = [sellers.vendors.ambition(one) for one in sellers.all]
    assert held == [(True, {"Role": "Account Executive", "Team": "Dogs"})] * 4


async def test_a_vendor_that_was_called_too_often_is_called_for_all_of_them_again(
    sellers: Sellers,
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    _, card = await sellers.asked()
    appxite.faults.rate_limit(2, only=INVITE)
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert [sellers.told(one) for one in sellers.calls(appxite.journal)] == [4, 4, 4]
    assert {sellers.vendors.appxite(one) for one in sellers.all} == {"New"}


async def test_whoever_is_there_already_is_left_as_they_are(sellers: Sellers) -> None:
    story, server = sellers.story, sellers.story.world.server
    known = sellers.all[0]
    await story.onboarded(known, "seller")
    crowd, card = await sellers.asked()
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    last = sellers.calls(server.appxite.journal)[-1]
    assert sellers.told(last) == 3
    assert known.email not in str(last.body)
    assert "AppXite: already so, verified" in (await crowd.result())[2]["details"]


async def test_a_change_of_profile_removes_for_everybody_what_the_new_one_lacks(
    sellers: Sellers,
) -> None:
    story = sellers.story
    _, card = await sellers.asked()
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    crowd = Crowd(story)
    assert await crowd.pastes(*map(crowd.row, sellers.all)) is None
    card = await crowd.card("Waiting for approval", "remove, 4 people")
    await story.press(card, "Approve")
    text = await story.reads(card, "Needs attention · Batch")
    assert "AppXite \N{RAISED HAND} needs a person" in text
    assert "unknown" not in text
    held = [sellers.vendors.ambition(one) for one in sellers.all]
    assert [one is not None and one[0] for one in held] == [False] * 4
    assert sellers.invites() == []


async def test_what_broke_in_a_call_for_many_is_settled_by_a_look_for_each(
    sellers: Sellers, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, world = sellers.story, sellers.story.world
    vendor = world.aboard.means.vendors["ixon"]
    invite_all = vendor.provision_many

    async def breaking(asked: Sequence[Asked[BaseModel]]) -> list[End]:
        await invite_all(asked)
        raise RuntimeError("An answer that nobody thought of.")

    _, card = await sellers.asked()
    monkeypatch.setattr(vendor, "provision_many", breaking)
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert [sellers.told(one) for one in sellers.calls(world.server.ixon.journal)] == [4]
    assert len(sellers.invites()) == 4
    assert ["a call for many broke" in one for one in world.errors] == [True]
    world.errors.clear()


async def test_a_batch_says_who_needs_attention_and_that_they_were_put_right(
    sellers: Sellers,
) -> None:
    story, ambition = sellers.story, sellers.story.world.server.ambition
    _, card = await sellers.asked()
    ambition.faults.status(400, None, only="POST /ambition/")
    await story.press(card, "Approve")
    text = await story.reads(card, "Needs attention · Batch", "Home has the buttons")
    for one in sellers.all:
        assert f"@{one.real_name}: Ambition \N{CROSS MARK} failed" in text
    ambition.faults.clear()
    for left in reversed(range(len(sellers.all))):
        home = await home_of(story, story.asker)
        await story.press(home, "Retry Ambition", who=story.asker)
        await story.until(partial(sellers.without_ambition, left))
    await story.reads(card, "Completed · Batch")
    assert "Home has the buttons" not in story.text(card)
    assert all(sellers.vendors.ambition(one) for one in sellers.all)
