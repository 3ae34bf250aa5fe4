"""Block Kit is checked as Slack checks it, and refusals say where."""

from typing import Any

import pytest

from sandbox.slack.blockkit.surfaces import (
    literal_markup,
    problems_in_message,
    problems_in_view,
)

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def button(**extras: object) -> Json:
    return {"type": "button", "text": plain("Go"), **extras}


def option(value: str = "v", words: str = "w") -> Json:
    return {"text": plain(words), "value": value}


def select(**extras: object) -> Json:
    return {"type": "static_select", "options": [option()], **extras}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**extras: object) -> Json:
    return {"type": "section", "text": mrkdwn("words"), **extras}


def field(element: Json, **extras: object) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **extras}


def typed(**extras: object) -> Json:
    return {"type": "plain_text_input", **extras}


def modal(**extras: object) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": [section()], **extras}


CONFIRM = {
    "title": plain("Sure?"),
    "text": mrkdwn("*Really*"),
    "confirm": plain("Y"),
    "deny": plain("N"),
}

GOOD: list[Json] = [
    section(),
    section(accessory=button(action_id="a", value="x" * 2000, style="danger", confirm=CONFIRM)),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("small")] * 10},
    {"type": "context", "elements": [{"type": "image", "image_url": "u", "alt_text": "a"}]},
    actions(button(text=plain("x" * 75))),
    actions(select(options=[option(str(number)) for number in range(100)])),
    actions(select(initial_option=option())),
    actions({"type": "overflow", "options": [option()] * 5}),
    actions({"type": "users_select", "placeholder": plain("x" * 150)}),
    actions({"type": "external_select", "min_query_length": 0}),
    field(typed(multiline=True, max_length=3000)),
    field({"type": "radio_buttons", "options": [{"text": mrkdwn("*a*"), "value": "a"}]}),
    {"type": "markdown", "text": "# Head"},
]


@pytest.mark.parametrize("block", GOOD)
def test_a_good_block_passes(block: Json) -> None:
    assert problems_in_message([block]) == []


BAD: list[tuple[Json, str]] = [
    (
        section(text=mrkdwn("x" * 3001)),
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    (section(text=mrkdwn("")), "must be more than 0 characters"),
    ({"type": "section"}, "missing required field: text"),
    ({"type": "section", "fields": [mrkdwn("a")] * 11}, "no more than 10 items allowed"),
    ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "must be less than 2001 characters"),
    (section(colour="red"), "invalid additional property: colour"),
    ({"type": "header", "text": mrkdwn("words")}, "unsupported type of text: mrkdwn"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "context", "elements": [mrkdwn("a")] * 11}, "no more than 10 items allowed"),
    ({"type": "context", "elements": [button()]}, "unsupported type of text: button"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    (actions(button(text=mrkdwn("Go"))), "unsupported type of text: mrkdwn"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
    (actions(button(style="green")), "must be one of: primary, danger"),
    (actions(button(action_id="x" * 256)), "must be less than 256 characters"),
    (actions(button(action_id="a"), button(action_id="a")), "action_id `a` already exists"),
    (actions(button(confirm=CONFIRM | {"title": plain("x" * 101)})), "must be less than 101"),
    (actions(button(confirm=CONFIRM | {"text": mrkdwn("x" * 301)})), "must be less than 301"),
    (actions(button(confirm=CONFIRM | {"deny": plain("x" * 31)})), "must be less than 31"),
    (actions(typed()), "unsupported type of element: plain_text_input"),
    (actions(*[button(action_id=str(number)) for number in range(26)]), "no more than 25 items"),
    (actions(select(options=[option()] * 101)), "no more than 100 items allowed"),
    (actions(select(options=[])), "no fewer than 1 items allowed"),
    (actions(select(options=[option(words="x" * 76)])), "must be less than 76 characters"),
    (actions(select(options=[option(value="x" * 151)])), "must be less than 151 characters"),
    (actions(select(options=[{"text": mrkdwn("m"), "value": "v"}])), "unsupported type of text"),
    (
        actions(select(initial_option=option("other"))),
        "the initial option is not among the options",
    ),
    (actions(select(placeholder=plain("x" * 151))), "must be less than 151 characters"),
    (actions({"type": "static_select"}), "exactly one of options, option_groups is needed"),
    (actions({"type": "overflow", "options": [option()] * 6}), "no more than 5 items allowed"),
    (section(accessory=typed()), "unsupported type of element: plain_text_input"),
    (section(block_id="x" * 256), "must be less than 256 characters"),
    (field(button()), "unsupported type of element: button"),
    (field(typed(), label=plain("x" * 2001)), "must be less than 2001 characters"),
    (field(typed(placeholder=plain("x" * 151))), "must be less than 151 characters"),
    (field(typed(max_length=3001)), "must be between 1 and 3000"),
    ({"type": "marquee"}, "unsupported type of block: marquee"),
]


@pytest.mark.parametrize(("block", "said"), BAD)
def test_a_bad_block_is_refused_with_the_reason(block: Json, said: str) -> None:
    assert any(said in problem for problem in problems_in_message([block]))


def test_a_message_takes_fifty_blocks_and_no_more() -> None:
    assert problems_in_message([section()] * 50) == []
    assert "no more than 50 items allowed" in problems_in_message([section()] * 51)[0]


def test_a_block_id_stands_once() -> None:
    twice = [section(block_id="same"), section(block_id="same")]
    assert problems_in_message(twice) == [
        "[ERROR] block_id `same` already exists [json-pointer:/blocks]"
    ]


def test_a_modal_takes_a_hundred_blocks_and_no_more() -> None:
    assert problems_in_view(modal(blocks=[section()] * 100)) == []
    assert "no more than 100 items" in problems_in_view(modal(blocks=[section()] * 101))[0]


@pytest.mark.parametrize(
    ("extras", "said"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title"),
        ({"submit": plain("x" * 25)}, "must be less than 25 characters"),
        ({"close": plain("x" * 25)}, "must be less than 25 characters"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters"),
        ({"blocks": [field(typed())]}, "missing required field: submit"),
        ({"blocks": [{"type": "markdown", "text": "m"}]}, "unsupported type of block: markdown"),
        ({"footer": "x"}, "invalid additional property: footer"),
    ],
)
def test_a_modal_is_refused_with_the_reason(extras: Json, said: str) -> None:
    assert any(said in problem for problem in problems_in_view(modal(**extras)))


def test_a_home_has_no_title_and_no_submit() -> None:
    home = {"type": "home", "blocks": [section()]}
    assert problems_in_view(home, "home") == []
    assert problems_in_view(home | {"title": plain("T")}, "home") != []
    assert problems_in_view(home, "modal") != []


def test_markup_in_plain_text_is_found() -> None:
    blocks = [{"type": "header", "text": plain("For <@U1>")}, section(text=mrkdwn("For <@U1>"))]
    assert literal_markup(blocks) == ["For <@U1>"]
