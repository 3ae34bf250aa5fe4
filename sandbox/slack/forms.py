"""Filling in a form as a person does: by the label beside the input, with plain values.

Slack's own client checks required inputs and lengths before anything is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.slack import inputs
from sandbox.slack.model import Json, Message, View

MOST_OPTIONS = 100
REQUIRED = "Please complete this required field."


@dataclass(frozen=True)
class Place:
    """An element and the block it stands in."""

    block: Json
    element: Json

    @property
    def label(self) -> str:
        """The words a person would call it by."""
        words = (
            self.block.get("label") or self.element.get("text") or self.element.get("placeholder")
        )
        return str((words or {}).get("text", ""))

    def answers_to(self, name: str) -> bool:
        """Whether `name` is its label, its block_id or its action_id."""
        return name in (self.label, self.block["block_id"], self.element["action_id"])


def places(shown: Message | View) -> list[Place]:
    """List everything interactive on a message or view."""
    return [Place(block, one) for block in shown.blocks for one in inputs.elements(block)]


def find(shown: Message | View, name: str) -> Place:
    """Return the one element called so; raises LookupError that lists what is there."""
    found = [place for place in places(shown) if place.answers_to(name)]
    if not found:
        there = ", ".join(f"{place.label!r}" for place in places(shown)) or "nothing to press"
        raise LookupError(f"no {name!r} here; there is {there}")
    return found[0]


def option(element: Json, wanted: object, offered: list[Json] | None = None) -> Json:
    """Return the option with this value or label; raises LookupError."""
    if isinstance(wanted, dict):
        return wanted
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    listed = [one for group in groups for one in group["options"]]
    options = offered if offered is not None else listed
    for one in options:
        if wanted in (one["value"], one["text"]["text"]):
            return one
    raise LookupError(f"no option {wanted!r}; there is {[one['value'] for one in options]}")


def chosen(element: Json, wanted: Any, offered: list[Json] | None = None) -> Any:  # noqa: ANN401 - by type
    """Return `wanted` in the form the element's state holds it."""
    key = inputs.INITIAL[element["type"]][0]
    if wanted is None:
        return [] if key.endswith("s") else None
    if key == "selected_option":
        return option(element, wanted, offered)
    if key == "selected_options":
        return [option(element, one, offered) for one in wanted]
    return wanted


def filled(view: View, values: Mapping[str, object]) -> dict[str, dict[str, Json]]:
    """Return the states of the inputs named in `values`."""
    states: dict[str, dict[str, Json]] = {}
    for name, wanted in values.items():
        place = find(view, name)
        state = inputs.state_of(place.element, chosen(place.element, wanted))
        states.setdefault(place.block["block_id"], {})[place.element["action_id"]] = state
    return states


def refusals(view: View) -> dict[str, str]:
    """Return what Slack's client says of inputs that are empty or of the wrong length."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] == "input":
            state = view.values[block["block_id"]][block["element"]["action_id"]]
            if said := _refusal(block, inputs.value_in(state)):
                errors[block["block_id"]] = said
    return errors


def _refusal(block: Json, value: Any) -> str:  # noqa: ANN401 - text, an option, ids: by type
    if value in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    element = block["element"]
    if isinstance(value, str) and len(value) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters long."
    if isinstance(value, str) and len(value) > element.get("max_length", 3000):
        return f"Must be at most {element['max_length']} characters long."
    return ""
