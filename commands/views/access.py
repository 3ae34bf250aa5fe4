"""The fields of a profile's vendors in the form: ``build`` beside the ``parse`` of what comes back.

Slack keeps what people put in by the ids of block and element, so that an id names profile, vendor
and field: another profile begins with what it says itself. Limits:
https://docs.slack.dev/reference/block-kit/composition-objects/option-object and
/block-elements/multi-select-menu-element.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ContextBlock,
    DividerBlock,
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)

from commands.ids import ACCESS, VALUE
from commands.views.text import literal, markup, plain, storable, visible
from workflow.accesses import FieldView, Given, Place, Wrongs

LONGEST_VALUE = 150
_LONGEST_TEXT = 3000
_MOST = 100


def blocks(fields: Sequence[FieldView]) -> list[Block]:
    """Draw the fields, vendor by vendor, and a line below them."""
    drawn: list[Block] = []
    for title, group in groupby(fields, key=lambda one: one.vendor_title):
        drawn.append(HeaderBlock(text=_named(title, "Vendor")))
        drawn += [_input(one) if fits(one) else _stays(one) for one in group]
    return [*drawn, DividerBlock()] if drawn else []


def fits(field: FieldView) -> bool:
    """Tell whether Slack can carry what the profile says in this field."""
    if field.kind == "text":
        return all(len(one.value) <= _LONGEST_TEXT for one in field.chosen)
    every = (*field.chosen, *field.options)
    return len(every) <= _MOST and all(0 < len(one.value) <= LONGEST_VALUE for one in every)


def _stays(field: FieldView) -> Block:
    words = f"{literal(field.title)} stays as the profile says: it is too long to be shown here."
    return ContextBlock(elements=[markup(words)])


def block_id(field: FieldView) -> str:
    """Return the id of a field's block."""
    return f"{ACCESS}:{field.profile}:{field.vendor}:{field.name}"


def place(given: str) -> tuple[str, Place] | None:
    """Return the profile, and the vendor and field, that a block's id names."""
    kind, _, rest = given.partition(":")
    parts = rest.rsplit(":", 2)
    if kind != ACCESS or len(parts) != 3:  # noqa: PLR2004 - profile, vendor, field
        return None
    profile, vendor, field = parts
    return profile, (vendor, field)


class Choice(Protocol):
    """What a vendor offers: a value, and how people call it."""

    @property
    def value(self) -> str:
        """What comes back when it is chosen."""

    @property
    def label(self) -> str:
        """What people read."""


def options(choices: Iterable[Choice]) -> list[Option]:
    """Return at most a hundred choices as Slack lists them, their names cut to what it shows."""
    return [_option(one.value, one.label) for one in list(choices)[:_MOST]]


def _option(value: str, label: str) -> Option:
    return Option(value=value, text=_named(label, "(no name)", 75))


def _named(text: str, instead: str, limit: int = 150) -> PlainTextObject:
    """Return a text of a vendor, or another one where nobody would see it."""
    return plain(text if visible(text, limit) else instead, limit)


def _input(field: FieldView) -> InputBlock:
    return InputBlock(
        block_id=block_id(field),
        label=_named(field.title, field.name),
        hint=plain(field.hint) if visible(field.hint, 150) else None,
        element=_element(field),
        optional=field.may_be_empty,
    )


def _element(field: FieldView) -> InputInteractiveElement:
    chosen = options(field.chosen)
    first = chosen[0] if chosen else None
    match field.kind:
        case "text":
            return PlainTextInputElement(
                action_id=VALUE,
                multiline=True,
                initial_value=field.chosen[0].value if chosen else None,
                max_length=min(field.longest or _LONGEST_TEXT, _LONGEST_TEXT),
            )
        case "switch":
            return CheckboxesElement(
                action_id=VALUE, options=[_YES], initial_options=[_YES] if chosen else None
            )
        case "listed":
            return StaticSelectElement(
                action_id=VALUE, options=options(field.options), initial_option=first
            )
        case "one":
            return ExternalDataSelectElement(
                action_id=VALUE, initial_option=first, min_query_length=0
            )
        case _:
            return ExternalDataMultiSelectElement(
                action_id=VALUE, initial_options=chosen or None, min_query_length=0
            )


_YES = Option(value="true", text=plain("Yes"))


def profiles(values: Mapping[str, Any]) -> set[str]:
    """Return the profiles whose fields stand in the form: two, where an update came too late."""
    return {found[0] for one in values if (found := place(one)) is not None}


def changed(values: Mapping[str, Any], fields: Sequence[FieldView]) -> bool:
    """Tell whether somebody put something else into ``fields`` than the profile says."""
    given = parse(values, fields)
    said = {(one.vendor, one.name): {two.value.strip() for two in one.chosen} for one in fields}
    return any(set(texts) != said[where] for where, texts in given.items())


def parse(values: Mapping[str, Any], fields: Sequence[FieldView]) -> Given:
    """Read what came back; a field that is not there stays as the profile says."""
    states = {(one.vendor, one.name): _state(values, one) for one in fields if fits(one)}
    return {place: _texts(state) for place, state in states.items() if state is not None}


def errors(wrong: Wrongs, fields: Sequence[FieldView]) -> dict[str, str]:
    """Return what is wrong, by the block beside which it is said."""
    ids = {(one.vendor, one.name): block_id(one) for one in fields}
    return {ids[place]: sentence for place, sentence in wrong.sentences.items()}


def _state(values: Mapping[str, Any], field: FieldView) -> Mapping[str, Any] | None:
    block = values.get(block_id(field))
    state = block.get(VALUE) if isinstance(block, dict) else None
    return state if isinstance(state, dict) else None


def _texts(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what stands in an input, of whichever kind it is."""
    chosen = state.get("selected_options")
    many = chosen if isinstance(chosen, list) else [state.get("selected_option")]
    values = [one.get("value") for one in many if isinstance(one, dict)]
    texts = [one for one in (*values, state.get("value")) if isinstance(one, str)]
    return tuple(text for one in texts if (text := storable(one).strip()))
