"""A profile that gives all five vendors: one request, and at each vendor a line of its own.

Nothing is believed because a card says so: `Vendors` looks at what the vendors hold.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from dbos import DBOS

from sandbox.parts import Server
from sandbox.slack.model import Message, User
from sandbox.vendors.journal import Call
from tests.e2e.story import Story, labels, mention

TITLES = ("Axolo", "Axiom", "IXON", "AppXite", "Ambition")
LOCKED_OUT = timedelta(minutes=11)


@dataclass(frozen=True)
class Vendors:
    """What the three newer vendors hold of somebody."""

    server: Server

    def ixon(self, user: User) -> str:
        """Return the roles of a user or an invitation, and which of the two it is."""
        kind = "user" if self.server.ixon.user(user.email) else "invite"
        held = self.server.ixon.roles_of(user.email)
        return " ".join([kind, *(f"{role.name} in {group.name}" for group, role in held)])

    def is_at_ixon(self, user: User) -> bool:
        """Tell whether IXON has a user or an invitation."""
        return bool(self.server.ixon.user(user.email) or self.server.ixon.invites(user.email))

    def appxite(self, user: User) -> str | None:
        """Return the state of a user of AppXite."""
        found = self.server.appxite.user(user.email)
        return found.state if found else None

    def ambition(self, user: User) -> tuple[bool, dict[str, str]] | None:
        """Return whether an account of Ambition is active, and its groups."""
        found = self.server.ambition.account(user.email)
        return (found.is_active, dict(found.groups)) if found else None

    def invited_by_appxite(self, user: User) -> list[Call]:
        """Return the calls that invited somebody to AppXite."""
        calls = self.server.appxite.journal.asked("POST", "/users/invite")
        return [one for one in calls if user.email in str(one.body)]


@pytest.fixture
def vendors(story: Story) -> Vendors:
    return Vendors(story.world.server)


async def approved(story: Story, subject: User) -> Message:
    card = await story.onboarding(subject, "seller")
    await story.press(card, "Approve")
    return card


async def sold(story: Story, subject: User) -> Message:
    """Bring a seller on board, up to the end."""
    card = await approved(story, subject)
    await story.reads(card, "Completed")
    return card


async def leaving(story: Story, subject: User) -> Message:
    card = await story.offboarding(subject)
    await story.press(card, "Approve")
    return card


async def test_one_plan_shows_what_would_happen_at_each_of_five_vendors(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada, "seller")
    lines = {title: story.line(card, title) for title in TITLES}
    assert "Onboard" in lines["Axolo"]
    assert "+ create" in lines["Axiom"]
    assert "Invite as Engineer in Company" in lines["IXON"]
    assert "Invite as Viewer in Acme" in lines["AppXite"]
    assert "Role: Account Executive; Team: Dogs" in lines["Ambition"]


async def test_one_request_brings_a_seller_on_board_at_five_vendors(
    story: Story, vendors: Vendors, ada: User
) -> None:
    card = await sold(story, ada)
    assert story.at_axolo(ada)
    assert story.at_axiom(ada) == "user"
    assert vendors.ixon(ada) == "invite Engineer in Company"
    assert vendors.appxite(ada) == "New"
    assert vendors.ambition(ada) == (True, {"Role": "Account Executive", "Team": "Dogs"})
    assert story.text(card).count("approved by") == 1
    await story.direct(story.asker, "Onboard", "is done.")


async def test_every_vendor_has_a_line_that_is_true(story: Story, ada: User) -> None:
    card = await sold(story, ada)
    assert "accepted, cannot be verified" in story.line(card, "Axolo")
    assert "done, verified" in story.line(card, "Axiom")
    for title in ("IXON", "AppXite"):
        assert "invited, the person must accept" in story.line(card, title)
        assert "done" not in story.line(card, title)
    ambition = story.line(card, "Ambition")
    assert "accepted, cannot be verified" in ambition
    assert "Team: Dogs, and does not show all of it" in ambition


async def test_an_invitation_says_when_it_ends(story: Story, ada: User) -> None:
    card = await sold(story, ada)
    [invite] = story.world.server.ixon.invites(ada.email)
    blocks = str([one for one in card.blocks if "*IXON*" in str(one)])
    assert f"The invitation ends <!date^{int(invite.expires_on)}^" in blocks
    assert "The invitation ends" not in story.line(card, "Axiom")


async def test_one_request_takes_a_seller_off_again(
    story: Story, vendors: Vendors, ada: User
) -> None:
    await sold(story, ada)
    card = await story.offboarding(ada)
    assert "Take the invitation back" in story.line(card, "IXON")
    assert "by hand" in story.line(card, "AppXite")
    assert "Deactivate the account" in story.line(card, "Ambition")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    assert not story.at_axolo(ada)
    assert story.at_axiom(ada) is None
    assert not vendors.is_at_ixon(ada)
    assert vendors.ambition(ada) == (False, {"Role": "Account Executive", "Team": "Dogs"})
    assert "done, verified" in story.line(card, "IXON")
    assert "done, verified" in story.line(card, "Ambition")
    assert "accepted, cannot be verified" in story.line(card, "Axolo")


async def test_what_no_call_can_remove_says_what_to_do_and_who_does_it(
    story: Story, vendors: Vendors, ada: User
) -> None:
    await sold(story, ada)
    card = await leaving(story, ada)
    await story.reads(card, "Needs attention")
    line = story.line(card, "AppXite")
    assert "needs a person" in line
    assert "open AppXite → Users, and block the account" in line
    assert f"To be done by @{story.world.server.cast.keeper.real_name}" in line
    assert vendors.appxite(ada) == "New"


async def test_an_invitation_that_was_accepted_is_found_as_a_user_and_removed(
    story: Story, vendors: Vendors, ada: User
) -> None:
    await sold(story, ada)
    story.world.server.ixon.accept(ada.email, ada.real_name)
    assert vendors.ixon(ada) == "user Engineer in Company"
    card = await story.offboarding(ada)
    assert "Remove the user" in story.line(card, "IXON")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    assert not vendors.is_at_ixon(ada)


async def test_whoever_has_accepted_has_it_already_when_asked_again(
    story: Story, vendors: Vendors, ada: User
) -> None:
    await sold(story, ada)
    story.world.server.ixon.accept(ada.email, ada.real_name)
    story.world.server.appxite.accept(ada.email)
    card = await sold(story, ada)
    assert "already so, verified" in story.line(card, "IXON")
    assert "already so, verified" in story.line(card, "AppXite")
    assert vendors.ixon(ada) == "user Engineer in Company"
    assert len(vendors.invited_by_appxite(ada)) == 1


async def test_a_second_group_of_a_type_is_planned_as_a_move(
    story: Story, vendors: Vendors, ada: User
) -> None:
    ambition = story.world.server.ambition
    ambition.assign(ambition.add(ada.real_name, ada.email).username, "Team", "Cats")
    card = await story.onboarding(ada, "seller")
    assert "Put the person into Dogs (Team), and out of any other Team" in story.line(
        card, "Ambition"
    )
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert vendors.ambition(ada) == (True, {"Role": "Account Executive", "Team": "Dogs"})


async def test_whoever_was_deactivated_is_activated_again(
    story: Story, vendors: Vendors, ada: User
) -> None:
    story.world.server.ambition.add(ada.real_name, ada.email, is_active=False)
    card = await story.onboarding(ada, "seller")
    assert "Activate the account again" in story.line(card, "Ambition")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert vendors.ambition(ada) == (True, {"Role": "Account Executive", "Team": "Dogs"})


async def test_one_vendor_is_down_and_four_go_on(story: Story, vendors: Vendors, ada: User) -> None:
    ambition = story.world.server.ambition
    card = await story.onboarding(ada, "seller")
    ambition.faults.down()
    await story.press(card, "Approve")
    await story.until(lambda: "waiting for another try" in story.line(card, "Ambition"))
    await story.until(lambda: vendors.appxite(ada) == "New" and vendors.is_at_ixon(ada))
    await story.until(lambda: story.at_axiom(ada) == "user" and story.at_axolo(ada))
    assert vendors.ambition(ada) is None
    assert "Under way" in story.text(card)
    ambition.faults.clear()
    await story.reads(card, "Completed")
    assert vendors.ambition(ada) == (True, {"Role": "Account Executive", "Team": "Dogs"})
    assert len(vendors.invited_by_appxite(ada)) == 1


async def test_one_vendor_refuses_and_is_retried_alone(
    story: Story, vendors: Vendors, ada: User
) -> None:
    ambition = story.world.server.ambition
    card = await story.onboarding(ada, "seller")
    ambition.faults.status(400, None, only="POST")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "Retry Ambition")
    assert [label for label in labels(card) if label.startswith("Retry")] == ["Retry Ambition"]
    assert vendors.ambition(ada) is None
    assert story.at_axiom(ada) == "user"
    assert vendors.is_at_ixon(ada)
    ambition.faults.clear()
    await story.press(card, "Retry Ambition", who=story.asker)
    await story.reads(card, "Completed")
    assert vendors.ambition(ada) == (True, {"Role": "Account Executive", "Team": "Dogs"})
    assert len(story.created_at_axiom(ada)) == 1
    assert len(vendors.invited_by_appxite(ada)) == 1
    assert len(story.world.server.ixon.invites(ada.email)) == 1


async def test_errors_inside_a_yes_of_ambition_are_no_yes(
    story: Story, vendors: Vendors, ada: User
) -> None:
    card = await story.onboarding(ada, "seller")
    story.world.server.ambition.report_errors(["This account cannot be made."], None)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    assert "✅" not in story.line(card, "Ambition")
    assert "❌ failed" in story.line(card, "Ambition")
    assert vendors.ambition(ada) is None


async def test_an_invitation_that_ended_in_500_and_was_sent_is_not_sent_again(
    story: Story, vendors: Vendors, ada: User
) -> None:
    card = await story.onboarding(ada, "seller")
    server = story.world.server
    server.appxite.faults.lose_answer(only="POST /appxite/users/invite")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert vendors.appxite(ada) == "New"
    assert len(vendors.invited_by_appxite(ada)) == 1


async def test_a_500_on_an_invitation_is_unknown_and_nothing_is_sent_unseen(
    story: Story, vendors: Vendors, ada: User
) -> None:
    card = await story.onboarding(ada, "seller")
    appxite = story.world.server.appxite

    async def broken_for_a_while(_: web.Request, __: Handler) -> web.StreamResponse:
        appxite.faults.down(only="GET /appxite/users")
        return web.json_response({}, status=500)

    appxite.faults.plant("broken", broken_for_a_while, 1, "POST /appxite/users/invite")
    await story.press(card, "Approve")
    await story.until(lambda: "unknown, looking again" in story.line(card, "AppXite"))
    appxite.faults.clear()
    await story.reads(card, "Completed")
    calls = appxite.journal.calls
    first, second = vendors.invited_by_appxite(ada)
    between = calls[calls.index(first) + 1 : calls.index(second)]
    looks = [one.status for one in between if (one.method, one.path) == ("GET", "/users/")]
    assert 200 in looks
    assert "invited, the person must accept" in story.line(card, "AppXite")


async def test_a_lock_out_of_ixon_is_waited_for_in_silence(
    story: Story, vendors: Vendors, ada: User
) -> None:
    ixon = story.world.server.ixon
    card = await story.onboarding(ada, "seller")
    ixon.lock_out()
    await story.press(card, "Approve")
    await story.until(lambda: "waiting for another try" in story.line(card, "IXON"))
    assert "Next try" in story.line(card, "IXON")
    await story.until(lambda: vendors.ambition(ada) is not None)
    heard = len(ixon.journal.calls)
    text = story.text(await story.opens("/offboard", mention(ada)))
    await story.slack.close(story.asker)
    assert "IXON did not answer when this plan was made" in text
    assert len(ixon.journal.calls) == heard
    ixon.faults.clear()
    await after_the_lock_out(story, "vendor-ixon")
    await story.reads(card, "Completed")
    assert vendors.ixon(ada) == "invite Engineer in Company"


async def after_the_lock_out(story: Story, queue: str) -> None:
    """Let ten minutes pass for the bot, and for its engine, whose waits go by the machine."""
    await story.world.later(LOCKED_OUT)
    for one in await DBOS.list_workflows_async(queue_name=queue, status="DELAYED"):
        await DBOS.set_workflow_delay_async(one.workflow_id, delay_seconds=0.0)
