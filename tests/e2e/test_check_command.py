"""`/aboard check` tells an operator in Slack what `aboard check` tells on the machine."""

import json
from collections import Counter
from datetime import timedelta

from sandbox.slack.model import User
from tests.e2e.story import Story

END = "That is all: "
MARKS = ("!!", "--", "ok", END)


def _told(story: Story, who: User) -> str:
    return "\n".join(story.heard(who))


async def _checked(story: Story) -> list[str]:
    """Have the approver, who is an operator, check; return what was found, line by line.

    What they are told of other things meanwhile is left out.
    """
    answer = await story.asks("check", who=story.approver)
    assert answer.startswith("I am looking at everything")
    await story.until(lambda: END in _told(story, story.approver))
    return [one for one in _told(story, story.approver).splitlines() if one.startswith(MARKS)]


async def test_an_operator_reads_what_is_found_and_nobody_else_does(story: Story) -> None:
    lines = await _checked(story)
    for words in ("Database, schema: it is that of this version", "Slack, credential: it is"):
        assert [one for one in lines if f"ok  {words}" in one], lines
    assert [one for one in lines if "ok  Axiom, credential: it is accepted." in one]
    assert "Axiom, credential" not in _told(story, story.asker)
    posted = [story.text(one) for one in story.slack.messages("#general")]
    assert not [one for one in posted if "Axiom, credential" in one]


async def test_what_has_to_be_mended_comes_first(story: Story) -> None:
    story.world.server.axiom.faults.status(401)
    lines = await _checked(story)
    marks = [one[:2] for one in lines if not one.startswith(END)]
    assert marks == sorted(marks)  # as it happens, in the order of how grave they are
    assert [one for one in lines if one.startswith("!!  Axiom, credential: ")]


async def test_the_end_says_how_much_there_is_to_mend(story: Story) -> None:
    story.world.clock.forward(timedelta(minutes=5))
    lines = await _checked(story)
    marks = Counter(one[:2] for one in lines)
    for service in ("Slack", "Ambition"):
        assert [x for x in lines if x.startswith(f"!!  {service}, clock: ") and "behind" in x]
    told = f"{marks['!!']} to mend, {marks['--']} to know, {marks['ok']} in order."
    assert lines[-1] == f"{END}{told}"


async def test_whoever_is_no_operator_finds_out_nothing(story: Story) -> None:
    calls = len(story.world.server.axiom.journal.calls)
    answer = await story.asks("check")
    assert answer.startswith("Only operators may do that")
    assert len(story.world.server.axiom.journal.calls) == calls


async def test_no_secret_and_no_address_is_told(story: Story) -> None:
    told = "\n".join(await _checked(story))
    environment = story.world.server.environment()
    given = {value for name, value in environment.items() if "URL" not in name}
    secrets = given - {"aboard"}  # a client's name
    assert [one for one in (*secrets, story.approver.email) if one in told] == []
    assert json.dumps(told).count("```") % 2 == 0
