"""`/aboard export`: the history as a file, for approvers alone, and every export is on record."""

import hashlib

import aiohttp
import pytest

from sandbox.slack.model import User
from storage import audit
from storage.audit_models import AuditEvent
from storage.models import METADATA
from tests.e2e.forging import Forger
from tests.e2e.papers import Papers
from tests.e2e.story import Story, mention
from workflow.archive import Archive


@pytest.fixture
def papers(story: Story) -> Papers:
    return Papers(story)


async def on_record(story: Story, who: User) -> list[AuditEvent]:
    """Return what the audit log holds about somebody's exports."""
    events = METADATA.tables["auditevent"]
    mine = events.select().where(events.c.actor == who.id, events.c.code.like("EXP%"))
    work = story.world.aboard.means.database.read
    rows = await work(
        lambda connection: connection.execute(mine.order_by(events.c.seq)).mappings().all()
    )
    return [AuditEvent(**row) for row in rows]


async def ended(story: Story, who: User, code: str) -> AuditEvent:
    """Wait until the end of an export is on record."""
    while True:
        found = await on_record(story, who)
        if found and found[-1].code == code:
            return found[-1]
        await story.world._something_happens()


async def test_an_approver_gets_the_history_as_a_file(
    story: Story, ada: User, papers: Papers
) -> None:
    card = await story.onboarded(ada)
    said = await story.asks(f"export {mention(ada)} axiom", who=story.approver)
    assert "is being made" in said
    assert "direct message" in said
    (row,) = await papers.rows(story.approver)
    assert row["number"] == str(story.number(card))
    assert (row["kind"], row["state"], row["confidential"]) == ("onboard", "completed", "no")
    assert (row["subject"], row["requester"]) == (ada.id, story.asker.id)
    assert row["approved_by"] == story.approver.id
    assert row["steps"] == "axolo: unverified, axiom: done"
    file = await papers.newest(story.approver)
    assert ada.email.encode() not in (file.content or b"")
    assert ada.real_name.encode() not in (file.content or b"")
    assert papers.of(story.asker) == []


async def test_the_file_is_offered_on_the_page(story: Story, ada: User, papers: Papers) -> None:
    await story.onboarded(ada)
    await story.asks(f"export {mention(ada)}", who=story.approver)
    file = await papers.newest(story.approver)
    url = f"{story.world.server.url}/slack/files/{file.id}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.read() == file.content
        assert "aboard-history.csv" in answer.headers["Content-Disposition"]


async def test_an_export_is_on_record_with_what_was_asked_and_given(
    story: Story, ada: User, papers: Papers
) -> None:
    await story.onboarded(ada)
    await story.asks(f"export {mention(ada)}", who=story.approver)
    file = await papers.newest(story.approver)
    last = await ended(story, story.approver, "EXP002I")
    assert [one.code for one in await on_record(story, story.approver)] == ["EXP001I", "EXP002I"]
    assert (await on_record(story, story.approver))[0].detail == ada.id
    digest = hashlib.sha256(file.content or b"").hexdigest()
    assert last.detail == f"1 requests, sha256 {digest}"
    assert digest in await story.direct(story.approver, "Here is your export")


async def test_nobody_else_gets_one_and_that_is_on_record(story: Story, papers: Papers) -> None:
    assert "Only approvers can export" in await story.asks("export")
    assert [one.code for one in await on_record(story, story.asker)] == ["EXP101W"]
    story.approver.is_restricted = True
    assert "Guests can't do this" in await story.asks("export", who=story.approver)
    assert papers.of(story.asker) == papers.of(story.approver) == []


async def test_what_people_typed_becomes_no_formula(
    story: Story, ada: User, papers: Papers
) -> None:
    await story.onboarded(ada)
    await story.offboarding(ada, reason="=HYPERLINK(1)")
    await story.asks(f"export {mention(ada)} pending", who=story.approver)
    (row,) = await papers.rows(story.approver)
    assert row["reason"] == "'=HYPERLINK(1)"


async def test_the_same_delivery_makes_one_export(
    story: Story, forger: Forger, papers: Papers
) -> None:
    command = forger.command(story.approver, "/aboard", "export completed")
    for _ in range(2):
        assert (await forger.send("command", command)).ok
    await ended(story, story.approver, "EXP002I")
    assert len(papers.of(story.approver)) == 1
    assert [one.code for one in await on_record(story, story.approver)] == ["EXP001I", "EXP002I"]


async def test_where_slack_takes_no_file_the_person_is_told(story: Story, papers: Papers) -> None:
    story.world.server.slack.faults.down(only="files.completeUploadExternal")
    await story.asks("export denied", who=story.approver)
    told = await story.direct(story.approver, "Slack did not take the file")
    assert "once more" in told
    assert (await ended(story, story.approver, "EXP003E")).outcome == "error"
    story.world.server.slack.faults.clear()
    await story.asks("export denied", who=story.approver)
    await papers.newest(story.approver)


async def test_an_export_that_breaks_is_said_and_logged(
    story: Story, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(Archive, "export", broken)
    await story.asks("export denied", who=story.approver)
    await story.direct(story.approver, "could not be made", "once more")
    assert papers.of(story.approver) == []
    assert [one for one in story.world.errors if "an export broke" in one]
    story.world.errors.clear()


def test_the_codes_of_an_export_have_a_meaning() -> None:
    assert {"EXP001I", "EXP002I", "EXP003E", "EXP101W", "EVD001I"} <= set(audit.CODES)
