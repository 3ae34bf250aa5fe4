"""One thing to look at: what draws it, and with which data.

The data stand in a `partial`, so that a test can tell which views the gallery leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_sdk.models.views import View

from commands.views.card import Drawing

Json = dict[str, Any]
Drawn = Drawing | View | str | None


@dataclass(frozen=True)
class Case:
    """A view with data; `slug` names its picture, and `draw` makes it."""

    slug: str
    draw: partial[Any]

    def shown(self) -> Drawing | View | str:
        """Return what a person is shown; a case that shows nothing is a mistake."""
        drawn: Drawn = self.draw()
        assert drawn is not None, self.slug
        return drawn

    def text(self) -> str:
        """Return the text of a message; empty for a form or a Home."""
        drawn = self.shown()
        if isinstance(drawn, str):
            return drawn
        return drawn.text if isinstance(drawn, Drawing) else ""

    def blocks(self) -> list[Json]:
        """Return the blocks as they are sent; none for a message of text alone."""
        drawn = self.shown()
        if isinstance(drawn, str):
            return []
        if isinstance(drawn, Drawing):
            return [block.to_dict() for block in drawn.blocks]
        view: Json = drawn.to_dict()
        blocks: list[Json] = view["blocks"]
        return blocks


def cases(kind: str, drawn: Mapping[str, partial[Any]]) -> list[Case]:
    """Return a case for each entry, its slug made of kind and name."""
    return [Case(f"{kind}-{name}".replace("_", "-"), draw) for name, draw in drawn.items()]
