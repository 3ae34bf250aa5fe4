"""A leaver's certificate: what was where, what became of it, and that the file says so itself."""

import pytest

from sandbox.slack.files import File
from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar
from tests.e2e.papers import Papers
from tests.e2e.story import Story, labels, mention
from workflow import certificate
from workflow.certificate import Facts

EVIDENCE = "Blocked in the portal, see ticket IT-4711"


@pytest.fixture
def papers(story: Story) -> Papers:
    return Papers(story)


async def offboarded(story: Story, ada: User) -> Message:
    """Bring somebody on board and take them off again."""
    await story.onboarded(ada)
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    return card


def facts_in(file: File) -> Facts:
    """Return what a file says, once it is seen that nobody changed it."""
    examined = certificate.examine(file.content or b"")
    assert examined.genuine, examined.sentence
    assert examined.facts is not None
    return examined.facts


async def test_a_finished_offboarding_offers_its_evidence(story: Story, ada: User) -> None:
    arrival = await story.onboarded(ada)
    assert labels(arrival) == {"Details"}
    card = await story.offboarding(ada)
    assert "Evidence" not in labels(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert labels(card) == {"Evidence", "Details"}


async def test_what_a_change_of_profile_removed_is_not_told_as_given(
    story: Story, ada: User, papers: Papers
) -> None:
    await story.onboarded(ada)
    change = await story.onboarding(ada, "analyst")
    await story.press(change, "Approve")
    await story.reads(change, "Completed")
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await story.press(card, "Evidence")
    given = facts_in(await papers.newest(story.approver)).given
    assert [one.title for one in given if one.request == story.number(change)] == ["Axiom"]


async def test_the_certificate_tells_everything_about_the_removal(
    story: Story, ada: User, papers: Papers
) -> None:
    card = await offboarded(story, ada)
    await story.press(card, "Evidence")
    file = await papers.newest(story.approver)
    assert file.name == f"aboard-certificate-{story.number(card)}.txt"
    facts = facts_in(file)
    assert (facts.request, facts.state) == (story.number(card), "completed")
    assert (facts.person.name, facts.person.email) == (ada.real_name, ada.email)
    assert facts.person.github_login == story.people.login(ada)
    (answer,) = facts.answers
    assert (answer.by, answer.verdict, answer.plan) == (story.approver.id, "approve", facts.plan)
    ends = {one.title: (one.outcome, one.verified.split(":")[0]) for one in facts.removals}
    assert ends["Axiom"] == ("done", "Aboard looked after the removal, and it is gone.")
    assert ends["Axolo"] == ("unverified", "No")
    assert "user" in next(one.was for one in facts.removals if one.title == "Axiom")
    assert {(one.title, one.outcome) for one in facts.given} == {
        ("Axiom", "done"),
        ("Axolo", "unverified"),
    }
    assert facts.left == ()
    assert {"REQ001I", "DEC001I", "STP002I", "REQ006I"} <= {one.code for one in facts.log}


async def test_it_names_nobody_but_the_person_concerned(
    story: Story, ada: User, papers: Papers
) -> None:
    card = await offboarded(story, ada)
    await story.press(card, "Evidence")
    text = ((await papers.newest(story.approver)).content or b"").decode()
    assert ada.real_name in text
    for other in (story.asker, story.approver):
        assert other.id in text
        assert other.real_name not in text
        assert other.email not in text
    assert "Leaves" not in text, "the reason is nobody's business later on"


async def test_the_same_rows_are_the_same_bytes_whoever_asks_and_however(
    story: Story, ada: User, papers: Papers
) -> None:
    card = await offboarded(story, ada)
    await story.press(card, "Evidence")
    first = (await papers.newest(story.approver)).content
    said = await story.asks(f"evidence {mention(ada)}")
    assert "direct message" in said
    assert (await papers.newest(story.asker)).content == first
    await story.press(card, "Evidence")
    assert (await papers.newest(story.approver, than=1)).content == first


async def test_that_one_was_made_is_told_under_the_card_with_its_digest_on_record(
    story: Story, ada: User, papers: Papers
) -> None:
    card = await offboarded(story, ada)
    await story.press(card, "Evidence")
    digest = facts_in(await papers.newest(story.approver)).digest()
    assert digest in await story.direct(story.approver, "leaver's certificate")
    said = await story.asks(f"why {story.number(card)}")
    assert f"Certificate made by @{story.approver.real_name}" in said


async def test_what_was_done_by_hand_stands_there_with_its_evidence(
    story: Story, ada: User, papers: Papers
) -> None:
    story.world.server.appxite.add(ada.real_name, ada.email)
    card = await story.offboarding(ada, github=story.people.login(ada))
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    await story.press(card, "Evidence")
    open_still = facts_in(await papers.newest(story.approver))
    assert [one.partition(":")[0] for one in open_still.left] == ["AppXite"]
    keeper = story.world.server.cast.keeper
    await story.press(card, "AppXite is done by hand", who=keeper)
    await story.until(lambda: story.slack.modal(keeper))
    assert await story.slack.submit(keeper, {"evidence": EVIDENCE}) is None
    await story.reads(card, "Completed")
    await story.press(card, "Evidence")
    facts = facts_in(await papers.newest(story.approver, than=1))
    word = next(one.attested for one in facts.removals if one.vendor == "appxite")
    assert word is not None
    assert (word.by, word.evidence) == (keeper.id, EVIDENCE)
    assert facts.left == ()


async def test_nobody_else_gets_it(story: Story, ada: User, papers: Papers) -> None:
    card = await offboarded(story, ada)
    bea = story.people.member()
    await story.press(card, "Evidence", who=bea)
    await story.hears(bea, "Only the requester and the approvers get the certificate")
    said = await story.asks(f"evidence {mention(ada)}", who=bea)
    assert said == "There is no finished offboarding of this person, or it is not yours to see."
    await story.press(card, "Evidence", who=ada)
    await story.hears(ada, "Only the requester and the approvers get the certificate")
    assert papers.of(bea) == papers.of(ada) == []


async def test_there_is_none_of_somebody_who_is_still_here(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    said = await story.asks(f"evidence {mention(ada)}", who=story.approver)
    assert "There is no finished offboarding" in said
    assert "Please say whose" in await story.asks("evidence", who=story.approver)


async def test_of_an_end_that_was_approved_with_its_plan_it_says_by_whom(
    story: Story, ada: User, papers: Papers
) -> None:
    calendar = Calendar(story)
    end = calendar.wall(30, "18:00", ada)
    first = await calendar.asks(ada, until=end)
    await story.press(first, "Approve")
    await story.reads(first, "Completed")
    await calendar.until(end, ada)
    leaving = await story.card(ada)
    await story.reads(leaving, "Completed")
    await story.press(leaving, "Evidence")
    answers = facts_in(await papers.newest(story.approver)).answers
    assert [(one.request, one.by) for one in answers] == [
        (story.number(first), story.approver.id),
        (story.number(leaving), "aboard"),
    ]
