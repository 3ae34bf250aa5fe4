"""What stands in the inputs of a view or message, in the form Slack reports it.

Source: `state.values` of https://docs.slack.dev/reference/interaction-payloads (read 2026-11):
block_id, then action_id, then an object that repeats the element's type and holds its value
under a name of that type. Buttons, overflows and images have no state.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.model import Json, Values

INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def elements(block: Json) -> list[Json]:
    """List the interactive elements of a block."""
    if block["type"] in ("context", "rich_text"):
        return []
    inside = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    return [entry for entry in inside if entry and "action_id" in entry]


def stateful(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each block and element that remembers something."""
    for block in blocks:
        for element in elements(block):
            if element["type"] in INITIAL:
                yield block, element


def state_of(element: Json, value: Any) -> Json:  # noqa: ANN401 - text, an option, ids: by type
    """Return the state object of an element that holds `value`."""
    return {"type": element["type"], INITIAL[element["type"]][0]: value}


def value_in(state: Json) -> Any:  # noqa: ANN401 - text, an option, ids: by type
    """Return what a state object holds."""
    return state.get(INITIAL[state["type"]][0])


def initial(blocks: list[Json]) -> Values:
    """Return the state of freshly shown blocks."""
    values: Values = {}
    for block, element in stateful(blocks):
        start = element.get(INITIAL[element["type"]][1])
        if start is None and INITIAL[element["type"]][0].endswith("s"):
            start = []
        values.setdefault(block["block_id"], {})[element["action_id"]] = state_of(element, start)
    return values


def kept(before: Values, fresh: Values) -> Values:
    """Return `fresh`, keeping what a person had put into inputs that are still there.

    Slack matches them by block_id and action_id; a changed block_id starts anew.
    """
    return {
        block_id: {
            action_id: _same(before.get(block_id, {}).get(action_id), state)
            for action_id, state in states.items()
        }
        for block_id, states in fresh.items()
    }


def _same(before: Json | None, fresh: Json) -> Json:
    return before if before is not None and before["type"] == fresh["type"] else fresh
