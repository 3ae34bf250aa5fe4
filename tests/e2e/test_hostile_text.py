"""What people type means nothing but itself, and breaks no limit, wherever it is shown."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.slack.model import User
from tests.e2e.forging import Forger
from tests.e2e.story import Story, mention

ACTIVE = re.compile(r"<(?:!(?:channel|here|everyone)|@UH0STILE1|#C0GENERAL1|https?:|mailto:)")
HIDING = re.compile("[\u0000-\u0008\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
HOSTILE = [
    "<!channel> <!here> <!everyone>",
    "<@UH0STILE1> <#C0GENERAL1>",
    "<https://evil.example|Approve> <mailto:x@evil.example|write>",
    "&lt;!channel&gt; &amp;lt;!channel&amp;gt;",
    "*bold* _slanted_ ~struck~ `code` ```block``` > quote",
    "\u202eevorppa\u202c \u2066hidden\u2069 zero\u200bwidth \ufeff",
    "line\nbreak\r\n\ttab\x00nul",
    "evil.example www.evil.example/path?x=1",
    ":white_check_mark: Completed · approved",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 ﷽ Z̷̢̛a̶l̵g̷o̸",
    "x" * 1000,
    "<" * 1000,
    "& " * 499,
]
SLACK_SHOWS_IT_AS_TYPED = "plain_text shows its markup"


def texts(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - walks JSON of any shape
    """Yield every text object, and every top-level text as one of markup."""
    if isinstance(value, list):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "plain_text"}:
            yield value
        elif isinstance(value.get("text"), str):
            yield {"type": "mrkdwn", "text": value["text"]}
        for entry in value.values():
            yield from texts(entry)


def spoken(story: Story, since: int) -> list[dict[str, Any]]:
    """Return every text that the bot sent to Slack, in answers and in calls."""
    sent: list[Any] = []
    for call in story.slack.calls[since:]:
        sent += [_parsed(value) for value in (call.arguments, *call.arguments.values())]
    return list(texts(sent))


def _parsed(value: object) -> object:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        return json.loads(value)
    return value


def assert_harmless(story: Story, since: int) -> None:
    """See that nothing typed became markup, a link or hidden, and that Slack took it all."""
    for one in spoken(story, since):
        if one["type"] == "mrkdwn":
            assert not ACTIVE.search(one["text"]), one
        assert not HIDING.search(one["text"]), one
    complaints = story.slack.complaints
    complaints[:] = [one for one in complaints if SLACK_SHOWS_IT_AS_TYPED not in one]


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_reason_is_shown_and_is_nothing_but_text(
    story: Story, ada: User, text: str, forger: Forger
) -> None:
    since = len(story.slack.calls)
    form = await story.opens("/onboard")
    login = story.people.login(ada)
    payload = forger.submission(story.asker, form, subject=ada.id, github=login, reason=text)
    answer = await forger.send("interaction", payload)
    assert (answer.status, answer.body) == (200, b"")
    card = await story.card(ada)
    await story.press(card, "Details")
    await story.denies(card, text)
    await story.reads(card, "Denied")
    await story.direct(story.asker, "was denied by")
    for command in ("status", "history", f"why {story.number(card)}"):
        said = await story.types("/aboard", command)
        assert not ACTIVE.search(said.text)
    assert_harmless(story, since)


async def test_a_hostile_login_or_profile_is_refused_in_harmless_words(
    story: Story, ada: User, forger: Forger
) -> None:
    since, form = len(story.slack.calls), await story.opens("/onboard")
    for text in (*HOSTILE, "y" * 5000):
        for typed in (f"{mention(ada)} {text}", f"{mention(ada)} some-login {text}"):
            said = await said_to(story, forger, "/onboard", typed)
            assert not ACTIVE.search(said)
            assert "is recorded" not in said
        payload = forger.submission(story.asker, form, subject=ada.id, github=text)
        wrong = (await forger.send("interaction", payload)).json()
        assert wrong is not None
        assert wrong["errors"]["github"].startswith("That is no GitHub login")
    assert_harmless(story, since)


async def said_to(story: Story, forger: Forger, command: str, text: str) -> str:
    """Return the answer to a command, as it was sent."""
    answer = await forger.send("command", forger.command(story.asker, command, text))
    assert answer.ok
    return str((answer.json() or {"text": ""})["text"])


@pytest.mark.parametrize("text", [one[:70] for one in HOSTILE if one.isprintable()])
async def test_a_hostile_name_is_shown_and_is_nothing_but_text(
    story: Story, ada: User, text: str
) -> None:
    ada.real_name = f"Eve {text}"
    since = len(story.slack.calls)
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await story.direct(story.asker, "is done.")
    await story.opens("/offboard", mention(ada))
    assert_harmless(story, since)


async def test_a_reason_longer_than_the_form_allows_is_refused(
    story: Story, ada: User, forger: Forger
) -> None:
    form = await story.opens("/onboard")
    login = story.people.login(ada)
    payload = forger.submission(story.asker, form, subject=ada.id, github=login, reason="z" * 5000)
    wrong = (await forger.send("interaction", payload)).json()
    assert wrong == {
        "response_action": "errors",
        "errors": {"reason": "Please keep the reason under 1000 characters."},
    }


async def test_a_denial_longer_than_the_form_allows_breaks_nothing(
    story: Story, ada: User, forger: Forger
) -> None:
    since = len(story.slack.calls)
    card = await story.onboarding(ada)
    await story.press(card, "Deny")
    form = story.slack.opened(story.approver)
    payload = forger.submission(story.approver, form, reason="<!channel> " * 450)
    assert (await forger.send("interaction", payload)).ok
    await story.reads(card, "Denied")
    await story.direct(story.asker, "was denied by")
    assert_harmless(story, since)


@pytest.mark.parametrize("command", ["/onboard", "/offboard", "/aboard"])
async def test_a_hostile_command_is_answered_in_harmless_words(
    story: Story, forger: Forger, command: str
) -> None:
    since = len(story.slack.calls)
    for text in (*HOSTILE, "y" * 5000):
        assert not ACTIVE.search(await said_to(story, forger, command, text))
    assert_harmless(story, since)


async def test_an_odd_name_at_a_vendor_hides_nobody_else(story: Story, ada: User) -> None:
    axiom = story.world.server.axiom
    odd = axiom.add("Two\nlines", f"odd-{ada.email}")
    try:
        card = await story.onboarding(ada)
        await story.press(card, "Approve")
        await story.reads(card, "Completed")
    finally:
        del axiom.users[odd.id]


async def test_a_hostile_reason_after_offboard_fits_its_form(
    story: Story, ada: User, forger: Forger
) -> None:
    text = f"{mention(ada)} {'<!channel> ' * 400}"
    answer = await forger.send("command", forger.command(story.asker, "/offboard", text))
    assert answer.ok
    assert story.slack.opened(story.asker).callback_id == "offboard"
