"""Several people at once: one form, one card, one decision, and an outcome for everybody."""

import asyncio
from datetime import timedelta
from functools import partial

from rules.roster import parse
from sandbox.cast import LOGINS
from sandbox.slack.model import Message, User
from storage import watch
from tests.e2e.crowds import Crowd
from tests.e2e.papers import Papers
from tests.e2e.people import People
from tests.e2e.story import Story, labels
from tests.e2e.world import OUT_OF_DATE, PUT_OFF, World

LONG = timedelta(hours=6)


def _hired(people: People, count: int) -> list[User]:
    return [people.member() for _ in range(count)]


async def _asked(story: Story, good: list[User]) -> tuple[Crowd, Message]:
    """Ask for these people and wait for the card."""
    crowd = Crowd(story)
    assert await crowd.pastes(*(crowd.row(one) for one in good)) is None
    return crowd, await crowd.card("Waiting for approval", f"onboard {len(good)} people")


def _nobody_is_there(story: Story, good: list[User]) -> None:
    assert [one for one in good if story.at_axiom(one) or story.asked_of_axolo(one)] == []


async def test_ten_lines_become_one_card_and_one_decision(story: Story, people: People) -> None:
    crowd, good = Crowd(story), _hired(people, 6)
    unknown = people.member()
    rows = [
        *(crowd.row(one) for one in good),
        "nobody@acme.example,nobody-hub,engineer",
        crowd.row(good[0]),
        f"{people.member().id},,engineer",
        f"{unknown.email},some-login,astronaut",
    ]
    assert await crowd.pastes(*rows) is None
    card = await crowd.card("Waiting for approval", "onboard 6 people")
    assert {"Approve", "Deny", "List"} <= labels(card)
    assert f"@{good[5].real_name}" in story.text(card)
    assert "Profiles: Engineer: 6" in story.text(card)
    assert story.text(card).endswith("0 of 1 approval")
    answer = story.text(await crowd.answer("Waiting for approval · Batch", "Not asked for"))
    said = {
        "Line 8, nobody@acme.example": "Slack knows nobody with this e-mail address",
        f"Line 9, {good[0].email}": "Line 2 is about the same person",
        "Line 10": "needs a GitHub login",
        f"Line 11, {unknown.email}": "no such profile",
    }
    lines = {key: line for key in said for line in answer.splitlines() if line.startswith(key)}
    assert [key for key, words in said.items() if words not in lines[key]] == []
    _nobody_is_there(story, good)
    await story.press(card, "Approve")
    await story.hears(story.approver, "You approved batch")
    await story.reads(card, "Completed · Batch", "approved by")
    assert {story.at_axiom(one) for one in good} == {"user"}
    assert all(story.at_axolo(one) for one in good)
    result = await crowd.result()
    outcomes = [result[line]["outcome"] for line in range(2, 12)]
    assert outcomes == ["Completed"] * 6 + ["Not asked"] * 4
    assert "Axiom: done, verified" in result[2]["details"]
    assert "Approve" not in labels(card)


async def test_there_is_one_card_and_no_message_for_each_person(
    story: Story, people: People
) -> None:
    _, card = await _asked(story, _hired(people, 3))
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    await story.world.spoken()
    assert [one.ts for one in story.cards()] == [card.ts]
    told = [story.text(one) for one in story.slack.direct_messages(story.asker)]
    assert [line for line in told if line and "Batch" not in line] == []


async def test_the_history_finds_everybody_in_a_batch_by_its_number(
    story: Story, people: People
) -> None:
    good, other = _hired(people, 2), people.member()
    _, card = await _asked(story, good)
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    await story.onboarded(other)
    number = story.text(card).split("Batch ")[1].split(":")[0]
    said = await story.asks(f"history batch {number}", who=story.approver)
    assert all(one.real_name in said for one in good), said
    assert other.real_name not in said


async def test_a_denied_batch_changes_nothing(story: Story, people: People) -> None:
    good = _hired(people, 3)
    crowd, card = await _asked(story, good)
    await story.press(card, "Deny")
    await story.until(lambda: story.slack.modal(story.approver))
    assert await story.slack.submit(story.approver, {"reason": "Not this year"}) is None
    await story.reads(card, "Denied · Batch", "Not this year")
    await crowd.answer("Denied · Batch", "Not this year")
    assert {one["outcome"] for one in (await crowd.result()).values()} == {"Denied"}
    _nobody_is_there(story, good)


async def test_of_two_who_click_at_once_one_decides(story: Story, people: People) -> None:
    good, other = _hired(people, 3), people.approver()
    _, card = await _asked(story, good)
    await asyncio.gather(story.press(card, "Approve"), story.press(card, "Approve", who=other))
    both = [story.approver, other]
    await story.until(lambda: all(any("batch" in it for it in story.heard(one)) for one in both))
    heard = [line for one in both for line in story.heard(one) if "batch" in line]
    assert sorted("You approved" in line for line in heard) == [False, True]
    assert sum("already approved batch" in line for line in heard) == 1
    await story.reads(card, "Completed · Batch")
    assert [len(story.created_at_axiom(one)) for one in good] == [1, 1, 1]


async def test_whoever_asked_or_is_in_it_does_not_decide(story: Story, people: People) -> None:
    story.asker, within = story.people.approver(), story.people.approver()
    good = [*_hired(people, 2), within]
    _, card = await _asked(story, good)
    await story.press(card, "Approve", who=within)
    await story.hears(within, "This is about you")
    await story.press(card, "Approve", who=story.asker)
    await story.hears(story.asker, "You asked for this")
    await story.press(card, "Approve", who=people.member())
    assert "Waiting for approval" in story.text(card)
    _nobody_is_there(story, good)
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")


async def test_whoever_asked_withdraws_a_batch(story: Story, people: People) -> None:
    good = _hired(people, 2)
    crowd, card = await _asked(story, good)
    await story.press(await crowd.answer("Waiting for approval · Batch"), "Cancel", who=story.asker)
    await story.reads(card, "Cancelled · Batch")
    assert {one["outcome"] for one in (await crowd.result()).values()} == {"Cancelled"}
    _nobody_is_there(story, good)


async def test_who_is_taken_out_of_a_batch_is_not_in_its_decision(
    story: Story, people: People
) -> None:
    good, out = _hired(people, 2), people.member()
    crowd, card = await _asked(story, [*good, out])
    result = await story.asks(f"history {out.id}", who=story.asker)
    number = result.split("#")[1].split()[0].rstrip(":·,")
    assert "is cancelled" in await story.asks(f"cancel {number}")
    await story.reads(card, "onboard 2 people")
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    _nobody_is_there(story, [out])
    outcomes = [row["outcome"] for _, row in sorted((await crowd.result()).items())]
    assert outcomes == ["Completed", "Completed", "Cancelled"]


async def test_a_batch_that_nobody_decides_expires(story: Story, people: People) -> None:
    good = _hired(people, 2)
    crowd, card = await _asked(story, good)
    await story.world.later(timedelta(days=30))
    story.world.aboard.means.bells.batches.ring()
    await story.reads(card, "Expired · Batch")
    assert {one["outcome"] for one in (await crowd.result()).values()} == {"Expired"}
    _nobody_is_there(story, good)


async def test_a_batch_in_which_nothing_is_right_has_no_card(story: Story) -> None:
    crowd = Crowd(story)
    assert await crowd.pastes("nobody@acme.example", '"open,quote', "just words") is None
    answer = story.text(await crowd.answer("Not possible", "Line 4"))
    assert "The quotes of this line do not fit together" in answer
    assert "Please give an e-mail address or a Slack id" in answer
    assert len(await crowd.result()) == 3
    assert story.cards() == []


async def test_a_person_who_left_slack_is_told_by_line(story: Story, people: People) -> None:
    crowd, gone, good = Crowd(story), people.member(), people.member()
    gone.deleted = True
    story.world.clock.forward(OUT_OF_DATE)
    assert await crowd.pastes(f"{gone.id},{people.login(gone)}", crowd.row(good)) is None
    answer = story.text(await crowd.answer("Waiting for approval · Batch", "1 person", "Line 2"))
    assert "deactivated" in answer


async def test_a_file_is_read_as_pasted_rows_are(story: Story, people: People) -> None:
    crowd, good = Crowd(story), _hired(people, 3)
    lines = ["person;github_login;profile", *(crowd.row(one).replace(",", ";") for one in good)]
    assert await crowd.uploads("\r\n".join(lines).encode("utf-8-sig")) is None
    card = await crowd.card("Waiting for approval", "onboard 3 people")
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert {story.at_axiom(one) for one in good} == {"user"}


async def test_a_file_that_is_no_text_is_refused_with_what_to_do(story: Story) -> None:
    crowd = Crowd(story)
    assert await crowd.uploads(b"PK\x03\x04\xff\xfe\x00") is None
    await crowd.answer("Not possible", "save it as CSV in UTF-8")


async def test_an_empty_form_stays_open(story: Story) -> None:
    crowd = Crowd(story)
    await crowd.opens()
    wrong = await story.slack.submit(story.asker, {"reason": "A new team"})
    assert wrong == {"rows": "Please paste some rows, or choose a file."}


async def test_the_list_goes_to_those_who_may_see_it(story: Story, people: People) -> None:
    _, card = await _asked(story, _hired(people, 2))
    stranger = people.member()
    await story.press(card, "List", who=stranger)
    await story.hears(stranger, "Only the requester and the approvers")
    await story.press(card, "List")
    await story.until(lambda: _files(story, story.approver))
    assert _files(story, stranger) == 0


async def test_the_template_comes_as_a_file_that_can_be_handed_in(story: Story) -> None:
    crowd = Crowd(story)
    await crowd.opens()
    await story.press(story.slack.opened(story.asker), "Send me this file", who=story.asker)
    file = await Papers(story).newest(story.asker)
    assert file.name == "people.csv"
    assert file.content is not None
    assert [one.person for one in parse(file.content.decode())] == [
        "ada@example.com",
        "U0123456789",
    ]
    assert "Onboard several" in story.slack.opened(story.asker).title
    await story.slack.close(story.asker)


async def test_the_result_is_a_table_that_can_be_handed_in_again(
    story: Story, people: People
) -> None:
    good, late = people.member(), people.member()
    crowd, login = Crowd(story), people.login(late)
    assert await crowd.pastes(crowd.row(good), f"{late.email},,engineer") is None
    card = await crowd.card("Waiting for approval", "onboard 1 person")
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    file = await Papers(story).newest(story.asker)
    assert file.content is not None
    was, corrected = f'"{late.email}",""', f'"{late.email}","{login}"'
    assert await crowd.uploads(file.content.replace(was.encode(), corrected.encode())) is None
    again = await crowd.card("Waiting for approval", "onboard 2 people")
    await story.press(again, "Approve")
    await story.reads(again, "Completed · Batch")
    assert {story.at_axiom(one) for one in (good, late)} == {"user"}
    assert len(story.created_at_axiom(good)) == 1


def _files(story: Story, who: User) -> int:
    return sum(len(one.files) for one in story.slack.direct_messages(who))


async def test_a_batch_that_leaves_nobody_to_approve_it_is_refused(story: Story) -> None:
    crowd, cast = Crowd(story), story.world.server.cast
    rows = [f"{one.id},{LOGINS[one.id]}" for one in (*cast.ops, cast.lead)]
    assert await crowd.pastes(*rows, crowd.row(story.approver)) is None
    await crowd.answer("Not possible", "Nobody is left who could approve this batch")
    assert {one["outcome"] for one in (await crowd.result()).values()} == {"Cancelled"}
    assert story.cards() == []


async def test_the_result_is_tried_until_it_arrived_and_that_it_did_not_is_recorded(
    story: Story, people: People
) -> None:
    world, slack = story.world, story.world.server.slack
    crowd, card = await _asked(story, _hired(people, 2))
    newest = await world.aboard.means.database.read(watch.newest_fact)
    before = newest[0] if newest else 0
    slack.faults.down(only="files.")
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    for _ in range(12):
        await _tried(world, PUT_OFF)
    assert await _lost(world, before) == 1
    await _tried(world, LONG)
    assert await _lost(world, before) == 1
    assert Papers(story).of(story.asker) == []
    sorry = [one for one in story.heard(story.asker) if "Slack did not take the file" in one]
    first, *later = sorted(sorry, key=lambda one: "has ended" not in one)
    assert "has ended" in first
    assert later
    assert all("sent again." in one and "has ended" not in one for one in later)
    assert all("send it again by myself" in one and "ask for it" not in one for one in sorry)
    slack.faults.clear()
    await _tried(world, LONG)
    assert len(await crowd.result()) == 2


async def _tried(world: World, after: timedelta) -> None:
    """Let time pass, and have it tried again: no try is overtaken by the next one."""
    under_way = world.aboard.batch_delivery._under_way
    await asyncio.gather(*under_way.values())
    world.clock.forward(after)
    await world.aboard.batch_delivery.once()
    await asyncio.gather(*under_way.values())


async def _lost(world: World, before: int) -> int:
    """Return how often since a fact a message was recorded as lost."""
    newest = partial(watch.facts_after, seq=before, limit=1_000)
    return sum(one.code == "MSG001W" for one in await world.aboard.means.database.read(newest))
