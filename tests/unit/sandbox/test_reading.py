"""A message reads in the terminal as it reads in Slack."""

from typing import Any

import pytest

from sandbox.slack.model import Message
from sandbox.slack.reading import plainly, text_of

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def message(*blocks: Json) -> Message:
    return Message("C1", "1.0", "U1", "fallback", list(blocks))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("*bold* and 2 * 3 * 4", "bold and 2 * 3 * 4"),
        ("<@U1> and <@U1|ada>", "@Ada and @ada"),
        ("in <#C1|general>", "in #general"),
        ("<https://x.example|a page>", "a page"),
        ("<!date^1800000000^{date} at {time}|15 January 2027>", "15 January 2027"),
        ("<!subteam^S1>", "@it-ops"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        (":white_check_mark: done :unheard_of:", "✅ done :unheard_of:"),
        ("a &lt; b &amp;amp; c", "a < b &amp; c"),
    ],
)
def test_markup_is_read_as_words(written: str, read: str) -> None:
    assert plainly(written, {"U1": "Ada", "S1": "it-ops"}.__getitem__) == read


def test_blocks_are_read_from_top_to_bottom() -> None:
    button = {"type": "button", "action_id": "a", "text": plain("Approve")}
    menu = {"type": "overflow", "action_id": "b", "options": [{"text": plain("Why"), "value": "w"}]}
    shown = message(
        {"type": "header", "text": plain("Onboard")},
        {"type": "section", "text": mrkdwn("*Ada*"), "fields": [mrkdwn("*Role*\nuser")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("#1"), plain("today")]},
        {"type": "actions", "elements": [button, menu]},
    )
    assert text_of(shown).splitlines() == [
        "Onboard",
        "Ada",
        "Role: user",
        "─" * 24,
        "#1  today",
        "[Approve]  [⋯ Why]",
    ]


def test_a_message_without_blocks_is_its_text() -> None:
    assert text_of(message()) == "fallback"
