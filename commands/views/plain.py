"""Views as what is sent to Slack: the same as slack_sdk's ``to_dict``, in a part of its time.

slack_sdk looks through all names of an object for those of its validators, anew for every object:
for a Home of two hundred objects, ten times as long as all its queries. A class has the same ones
each time, and the same names of what it says.
"""

from functools import cache
from typing import Any

from slack_sdk.models.basic_objects import JsonObject

_SEVERAL = (list, tuple)
_EMPTIED = (str, list, tuple, dict)


def as_json(drawn: JsonObject) -> dict[str, Any]:
    """Return ``drawn`` as JSON has it.

    Raises ``SlackObjectFormationError`` where it breaks one of Slack's limits.
    What writes itself otherwise than most objects do is left to do so.
    """
    kind = type(drawn)
    if kind.to_dict is not JsonObject.to_dict or kind.__name__.startswith("RichText"):
        return drawn.to_dict()
    for name in _validators(kind):
        getattr(drawn, name)()
    values = ((name, getattr(drawn, name, None)) for name in _names(kind))
    return {name: _inner(value) for name, value in values if value or _counts(value)}


@cache
def _validators(kind: type[JsonObject]) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if hasattr(getattr(kind, name, None), "validator"))


@cache
def _names(kind: type[JsonObject]) -> tuple[str, ...]:
    return tuple(sorted(kind.__new__(kind).attributes))


def _inner(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, _SEVERAL):
        return [_inner(one) for one in value]
    return as_json(value) if isinstance(value, JsonObject) else value


def _counts(value: object) -> bool:
    """Tell whether what is false is said all the same, as False and 0 are."""
    return value is not None and not isinstance(value, _EMPTIED)
