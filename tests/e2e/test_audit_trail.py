"""Whatever happened is in the trail: refusals, expiries, failures, exports; and the trail is whole.

Each story ends by following the chain of everything that happened in its world.
"""

from datetime import timedelta
from functools import partial

from sandbox.slack.model import Message, User
from storage import audit, periods
from storage.audit_models import AuditEvent
from tests.e2e.story import Story
from tests.e2e.test_export import ended
from workflow.audit_verify import verify
from workflow.period_rows import items

ALL_OF_IT = timedelta(hours=72)


async def trail(story: Story, card: Message) -> list[AuditEvent]:
    """Return what the trail says about a request, after looking that nobody changed it."""
    read = story.world.aboard.means.database.read
    assert (await read(verify)).flaw is None
    return list(await read(partial(audit.of_request, number=story.number(card))))


async def test_a_refused_click_is_in_the_trail_with_the_rule_that_refused_it(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=story.asker)
    refused = [one for one in await trail(story, card) if one.code == "DEC101W"]
    assert [(one.actor, one.outcome) for one in refused] == [(story.asker.id, "denied")]
    assert refused[0].rule


async def test_a_denial_is_in_the_trail(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.denies(card, "Not now")
    await story.reads(card, "Denied")
    denied = (await trail(story, card))[-1]
    assert (denied.code, denied.actor) == ("DEC002I", story.approver.id)


async def test_an_expiry_is_in_the_trail(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.world.later(ALL_OF_IT)
    await story.reads(card, "Expired")
    assert [one.actor for one in await trail(story, card) if one.code == "REQ005I"] == ["aboard"]


async def test_a_failure_at_a_vendor_is_in_the_trail(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    story.world.server.axiom.faults.status(403, 1, only="POST /axiom/v2/users")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "failed")
    story.world.server.axiom.faults.clear()
    failed = [one for one in await trail(story, card) if one.code == "STP004E"]
    assert [(one.vendor, one.outcome) for one in failed] == [("axiom", "failed")]


async def test_an_export_is_in_the_trail_and_so_is_who_may_not_have_one(story: Story) -> None:
    read = story.world.aboard.means.database.read
    await story.asks("export denied", who=story.approver)
    await ended(story, story.approver, "EXP002I")
    await story.asks("export denied")
    refused = await read(partial(audit.last_with, code="EXP101W"))
    assert refused is not None
    assert refused.actor == story.asker.id
    assert (await read(verify)).flaw is None


async def test_the_settings_with_which_it_runs_are_in_the_trail(story: Story) -> None:
    read = story.world.aboard.means.database.read
    changed = await read(partial(audit.last_with, code="CFG001I"))
    assert changed is not None
    names = [one.split()[0] for one in changed.detail.split(", ")]
    assert {"approval", "profiles", "rules", "slack", "vendors"} <= set(names)


async def test_of_a_real_grant_and_removal_an_auditor_misses_nothing(
    story: Story, ada: User
) -> None:
    began = story.world.clock()
    first = await story.onboarded(ada)
    second = await story.offboarding(ada)
    await story.press(second, "Approve")
    await story.reads(second, "Completed")
    numbers = [story.number(first), story.number(second)]
    until, hour = story.world.clock() + 1, timedelta(hours=1)
    read = story.world.aboard.means.database.read
    acted = await read(partial(periods.acted_on, since=began, until=until))
    assert set(numbers) <= set(acted)
    found = [
        item
        for number in numbers
        for item in await read(partial(items, number=number, since=began, until=until, limit=hour))
    ]
    assert {one.row.action for one in found} == {"grant", "removal"}
    for one in found:
        assert all(str(value).strip() for value in one.row.values().values()), one.row
        assert one.row.approved_by == story.approver.id
        assert one.row.requested_at <= one.row.approved_at <= one.row.executed_at
        assert one.row.independent == "yes"
    axiom = [one for one in found if one.row.vendor == "axiom"]
    assert [one.row.removed_at.startswith("20") for one in axiom] == [True, True]
    assert [one.exceptions for one in axiom] == [("no reason was given",), ()]
    await trail(story, first)


async def test_no_name_no_address_and_no_reason_is_in_the_trail(story: Story, ada: User) -> None:
    first = await story.onboarded(ada)
    second = await story.offboarding(ada, reason="Moves to Lisbon")
    await story.denies(second, "Ask her manager")
    await story.reads(second, "Denied")
    for card in (first, second):
        told = " ".join(str(one.model_dump()) for one in await trail(story, card))
        assert ada.id not in told, "not even whom it is about"
        for word in (ada.email, ada.real_name, story.people.login(ada), "Lisbon", "manager"):
            assert word not in told
