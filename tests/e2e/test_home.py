"""App Home: what waits, what became of it, and buttons that act on it at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.slack.forms import find
from sandbox.slack.model import User, View
from tests.e2e.calendar import Calendar, fields, told
from tests.e2e.story import Story, labels
from tests.e2e.test_repair import ALL, both_refuse

CREATE = "POST /axiom/v2/users"
FIND = "Find a person"
LISTS = ("Waiting for you", "Needs attention", "Asked by you", "Leaving soon", "On board lately")


async def home_of(story: Story, who: User) -> View:
    """Open somebody's Home."""
    assert (await story.slack.open_home(who)).ok
    return shown(story, who)


def shown(story: Story, who: User) -> View:
    """Return somebody's Home as it stands."""
    home = story.slack.home(who)
    assert home
    return home


def part(story: Story, home: View, title: str) -> str:
    """Return what stands below one headline of a Home."""
    blocks: dict[str, list[str]] = {"": []}
    for block in home.blocks:
        if block["type"] == "header":
            blocks[block["text"]["text"]] = []
        alone = replace(home, content={**home.content, "blocks": [block]})
        blocks[list(blocks)[-1]].append(story.text(alone))
    return "\n".join(blocks.get(title, []))


def has(story: Story, who: User, title: str, words: str) -> Callable[[], bool]:
    return lambda: words in part(story, shown(story, who), title)


async def search(story: Story, who: User, whom: User) -> None:
    """Choose somebody in the field of a Home."""
    home = shown(story, who)
    assert (await story.slack.act(who, home, find(home, FIND), whom.id)).ok


async def test_home_shows_a_requester_what_is_theirs_and_nothing_else(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    home = await home_of(story, story.asker)
    assert f"#{story.number(card)}, asked" in part(story, home, "Asked by you")
    assert not [title for title in LISTS if title != "Asked by you" and title in story.text(home)]
    other = await home_of(story, story.people.member())
    assert ada.real_name not in story.text(other)
    assert "You have not asked for anything." in story.text(other)


async def test_an_approver_approves_at_home_and_it_waits_no_longer(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    number = f"#{story.number(card)}, asked"
    home = await home_of(story, story.approver)
    waiting = part(story, home, "Waiting for you")
    assert number in waiting
    assert "Axiom: + create · Create an account with the role user" in waiting
    await story.press(home, "Approve")
    await story.until(
        lambda: number not in part(story, shown(story, story.approver), "Waiting for you")
    )
    await story.reads(card, "Completed", f"approved by @{story.approver.real_name}")
    await story.hears(story.approver, f"You approved request #{story.number(card)}")
    assert story.at_axiom(ada) == "user"
    home = await home_of(story, story.approver)
    assert ada.real_name in part(story, home, "On board lately")


async def test_home_shows_what_is_approved_besides_the_plan(story: Story, ada: User) -> None:
    calendar = Calendar(story)
    end = calendar.wall(30, "18:00", ada)
    await calendar.asks(ada, until=end)
    waiting = part(story, await home_of(story, story.approver), "Waiting for you")
    for words in (ada.email, story.people.login(ada), f"Ends {told(end, ada.tz)}"):
        assert words in waiting


async def test_an_approver_denies_at_home_and_it_waits_no_longer(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    number = f"#{story.number(card)}, asked"
    home = await home_of(story, story.approver)
    await story.press(home, "Deny")
    await story.until(lambda: story.slack.modal(story.approver))
    assert await story.slack.submit(story.approver, {"reason": "No seat is free"}) is None
    await story.until(
        lambda: number not in part(story, shown(story, story.approver), "Waiting for you")
    )
    await story.reads(card, "Denied")
    assert story.at_axiom(ada) is None


async def test_what_an_approver_asked_for_does_not_wait_for_them(story: Story, ada: User) -> None:
    story.asker = story.approver
    card = await story.onboarding(ada)
    home = await home_of(story, story.approver)
    assert f"#{story.number(card)}, asked" not in part(story, home, "Waiting for you")
    assert f"#{story.number(card)}, asked" in part(story, home, "Asked by you")


async def test_home_shows_a_guest_nothing_of_others_and_how_to_ask(story: Story, ada: User) -> None:
    await story.onboarding(ada)
    story.approver.is_restricted = True
    home = await home_of(story, story.approver)
    text = story.text(home)
    assert ada.real_name not in text
    assert "Guests can't do this" in text
    assert "Ask a full member of this workspace" in text
    assert not labels(home) & {"Approve", "Onboard somebody", FIND}


async def test_what_failed_is_retried_at_home(story: Story, ada: User) -> None:
    axiom = story.world.server.axiom
    axiom.faults.status(400, only=CREATE)
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    for who in (story.approver, story.asker):
        title = "Needs attention" if who is story.approver else "Asked by you"
        home = await home_of(story, who)
        assert "Axiom: ❌ failed" in part(story, home, title)
    await story.press(shown(story, story.asker), "Retry Axiom", who=story.asker)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"
    home = await home_of(story, story.approver)
    assert ada.real_name not in part(story, home, "Needs attention")


async def test_all_that_failed_is_retried_at_home(story: Story, ada: User) -> None:
    card = await both_refuse(story, ada)
    home = await home_of(story, story.asker)
    assert "Axolo: ❌ failed" in part(story, home, "Asked by you")
    await story.press(home, ALL, who=story.asker)
    await story.reads(card, "Completed")
    assert (story.at_axiom(ada), story.at_axolo(ada)) == ("user", True)
    await story.until(lambda: ALL not in labels(shown(story, story.asker)))


async def test_what_needs_a_person_is_handed_over_and_attested_at_home(
    story: Story, ada: User
) -> None:
    story.world.server.appxite.add(ada.real_name, ada.email)
    card = await story.offboarding(ada, github=story.people.login(ada))
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    bea = story.people.member()
    await story.press(await home_of(story, story.asker), "Hand over AppXite", who=story.asker)
    await story.hears(story.asker, "Only an approver, or whoever is named for this")
    await story.press(await home_of(story, story.approver), "Hand over AppXite")
    await story.until(lambda: story.slack.modal(story.approver))
    assert await story.slack.submit(story.approver, {"receiver": bea.id}) is None
    told = f"needs a person, handed over to @{bea.real_name}"
    await story.until(has(story, story.approver, "Needs attention", told))
    await story.card(ada, told=bea)
    other = story.people.approver()
    await story.press(await home_of(story, other), "AppXite is done by hand", who=other)
    await story.until(lambda: story.slack.modal(other))
    assert await story.slack.submit(other, {"evidence": "Blocked, see IT-4711"}) is None
    await story.reads(card, "Completed", f"Attested by @{other.real_name}")
    await story.until(
        lambda: ada.real_name not in part(story, shown(story, other), "Needs attention")
    )


async def test_an_expired_invitation_is_mailed_again_from_home(story: Story, ada: User) -> None:
    await story.onboarded(ada, "seller")
    story.world.clock.forward(timedelta(days=14, hours=1))
    await story.world.invitations_looked_up()
    home = await home_of(story, story.approver)
    assert "IXON: ⏰ invitation expired" in part(story, home, "Needs attention")
    await story.press(home, "Resend IXON's invitation")
    [invite] = story.world.server.ixon.invites(ada.email)
    await story.until(lambda: invite.mails == 2)


async def test_home_shows_who_leaves_and_when(story: Story, ada: User) -> None:
    calendar = Calendar(story)
    card = await calendar.asks(ada, until=calendar.wall(20, "17:00", ada))
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    home = await home_of(story, story.approver)
    leaving = part(story, home, "Leaving soon")
    assert ada.real_name in leaving
    assert "Leaves" in leaving


async def test_a_removal_that_will_start_is_called_off_at_home(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    starts = Calendar(story).wall(3, "17:00", ada)
    card = await story.offboarding(ada, **fields(starts))
    await story.press(card, "Approve")
    await story.reads(card, "Approved, starts later")
    home = await home_of(story, story.approver)
    assert ada.real_name in part(story, home, "Leaving soon")
    await story.press(home, "Cancel")
    await story.reads(card, "Cancelled")
    leaving = "Leaving soon"
    await story.until(
        lambda: ada.real_name not in part(story, shown(story, story.approver), leaving)
    )
    assert story.at_axiom(ada) == "user"


async def test_the_pages_of_a_list_are_turned_on_and_back(story: Story) -> None:
    everybody = [story.people.member() for _ in range(7)]
    numbers = [story.number(await story.onboarding(one)) for one in everybody]
    newest, oldest = f"#{numbers[-1]}, asked", f"#{numbers[0]}, asked"
    home = await home_of(story, story.asker)
    assert newest in part(story, home, "Asked by you")
    assert "Newer" not in labels(home)
    await story.press(home, "Older", who=story.asker)
    await story.until(has(story, story.asker, "Asked by you", oldest))
    home = shown(story, story.asker)
    assert newest not in part(story, home, "Asked by you")
    assert "Older" not in labels(home)
    await story.press(home, "Newer", who=story.asker)
    await story.until(has(story, story.asker, "Asked by you", newest))
    assert oldest not in part(story, shown(story, story.asker), "Asked by you")


async def test_a_search_shows_what_there_is_about_one_person(story: Story, ada: User) -> None:
    bea = story.people.member()
    card, other = await story.onboarding(ada), await story.onboarding(bea)
    await home_of(story, story.approver)
    await search(story, story.approver, ada)
    await story.until(has(story, story.approver, "What there is", f"#{story.number(card)}, asked"))
    home = shown(story, story.approver)
    assert bea.real_name not in story.text(home)
    await story.press(home, "Show everything")
    await story.until(
        has(story, story.approver, "Waiting for you", f"#{story.number(other)}, asked")
    )


async def test_a_search_shows_a_requester_only_what_they_asked(story: Story, ada: User) -> None:
    await story.onboarding(ada)
    bea = story.people.member()
    await home_of(story, bea)
    await search(story, bea, ada)
    await story.until(has(story, bea, "What there is", "nothing that you may see"))


@pytest.mark.parametrize(
    ("label", "form"), [("Onboard somebody", "onboard"), ("Offboard somebody", "offboard")]
)
async def test_a_button_opens_its_form(story: Story, label: str, form: str) -> None:
    await story.press(await home_of(story, story.asker), label, who=story.asker)
    assert story.slack.opened(story.asker).callback_id == form


async def test_a_form_opened_at_home_is_answered_directly(story: Story, ada: User) -> None:
    await story.press(await home_of(story, story.asker), "Onboard somebody", who=story.asker)
    values = {"subject": ada.id, "profile": "analyst"}
    assert await story.slack.submit(story.asker, values) is None
    await story.direct(story.asker, "is recorded")
    await story.direct(story.asker, "Waiting for approval")
    assert ada.email in story.text(await story.card(ada))


async def test_details_tell_the_whole_story_to_those_who_may_see_it(
    story: Story, ada: User
) -> None:
    card = await story.onboarded(ada)
    for who in (story.asker, story.approver):
        await story.press(card, "Details", who=who)
        text = story.text(story.slack.opened(who))
        assert f"@{story.approver.real_name} approved" in text
        assert "Step ended at Axiom (done, verified)" in text
    bea = story.people.member()
    await story.press(card, "Details", who=bea)
    await story.hears(bea, "Only the requester and the approvers see the details")
    assert story.slack.modal(bea) is None
