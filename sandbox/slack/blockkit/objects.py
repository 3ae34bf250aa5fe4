"""Composition objects: text, options, confirmation dialogs.

Source: https://docs.slack.dev/reference/block-kit/composition-objects (read 2026-11).
"""

from sandbox.slack.blockkit.checks import (
    Check,
    Report,
    array,
    boolean,
    by_type,
    complain,
    every,
    one_of,
    shape,
    string,
)

MOST_OPTIONS = 100
MOST_GROUPS = 100


def plain(most: int) -> Check:
    """Accept plain_text of up to `most` characters."""
    return by_type({"plain_text": _plain(most)}, "text")


def text(most: int) -> Check:
    """Accept plain_text or mrkdwn of up to `most` characters."""
    return by_type({"plain_text": _plain(most), "mrkdwn": _mrkdwn(most)}, "text")


def _plain(most: int) -> Check:
    return shape(
        {"type": one_of("plain_text"), "text": string(most)},
        {"emoji": boolean},
    )


def _mrkdwn(most: int) -> Check:
    return shape(
        {"type": one_of("mrkdwn"), "text": string(most)},
        {"verbatim": boolean},
    )


def option(words: Check, *, url: bool = False) -> Check:
    """Accept one option; `words` is the rule for its label."""
    extras: dict[str, Check] = {"description": text(75)}
    if url:
        extras["url"] = string(3000)
    return shape({"text": words, "value": string(150)}, extras)


SELECT_OPTION = option(plain(75))
BOX_OPTION = option(text(75))

OPTION_GROUP = shape({"label": plain(75), "options": array(SELECT_OPTION, MOST_OPTIONS)})

CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

DISPATCH_CONFIG = shape(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2, least=1)}
)


def _some_choice(value: object, pointer: str, report: Report) -> None:
    if not isinstance(value, dict):
        return
    if ("options" in value) == ("option_groups" in value):
        complain(report, "exactly one of options, option_groups is needed", pointer)


def _initial_among_options(value: object, pointer: str, report: Report) -> None:
    if not isinstance(value, dict):
        return
    groups = value.get("option_groups") or [{"options": value.get("options") or []}]
    offered = [choice for group in groups for choice in group.get("options", [])]
    chosen = value.get("initial_options") or [value.get("initial_option")]
    if any(choice is not None and choice not in offered for choice in chosen):
        complain(report, "the initial option is not among the options", pointer)


def choosing(check: Check) -> Check:
    """Add the rules of every element that lists its own options."""
    return every(check, _some_choice, _initial_among_options)
