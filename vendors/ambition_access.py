"""What may be asked for at Ambition: one group of each group type, or that an account be closed.

An account is in at most one group of a type: a second assignment moves it
(https://help.ambition.com/hc/en-us/articles/360005011731, read 2026-11). Types that are not named
are left alone.
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field, StringConstraints, field_validator

from vendors.settings import SETTINGS

Word = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
GroupType = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=255,
        pattern=r"^([^:\x00-\x1f\x7f]|:[^ \x00-\x1f\x7f])*:?$",
    ),
]
"""A type's name; a choice is "type: group", so that no colon and blank may be in it."""

NO_GROUPS = "an account"
TWICE = "names two groups of one type"


class AmbitionAccess(BaseModel):
    """Groups by their type; a list of choices ("Team: Dogs") means the same."""

    model_config = SETTINGS

    groups: dict[GroupType, Word] = Field(
        default_factory=dict,
        max_length=50,
        title="Groups",
        description="One group of each type, such as Role and Team.",
    )

    @field_validator("groups", mode="before")
    @classmethod
    def _of_choices(cls, given: object) -> object:
        if not isinstance(given, list | tuple):
            return given
        pairs = [str(one).partition(": ")[::2] for one in given]
        if len({kind for kind, _ in pairs}) != len(pairs):
            raise ValueError(TWICE)
        return dict(pairs)

    @field_validator("groups")
    @classmethod
    def _one_of_a_type(cls, groups: dict[str, str]) -> dict[str, str]:
        if len({kind.casefold() for kind in groups}) != len(groups):
            raise ValueError(TWICE)
        return groups

    @property
    def text(self) -> str:
        """What is asked for, as people read it."""
        return read(self.groups)


class Deactivation(BaseModel):
    """No access any more. It is asked for by an import alone; requests have their offboarding."""

    model_config = SETTINGS


Wanted: TypeAlias = AmbitionAccess | Deactivation
"""What somebody is to have, as a file that names who comes and who leaves says it."""


def read(groups: Mapping[str, str]) -> str:
    """Return groups by type as one text, the same for the same ones."""
    pairs = sorted((f"{kind}: {group}" for kind, group in groups.items()), key=str.casefold)
    return "; ".join(pairs) or NO_GROUPS
