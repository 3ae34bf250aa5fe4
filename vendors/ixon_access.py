"""What may be asked for at IXON, and whether somebody has it: roles in groups.

A membership is one role in one group. What is asked for names both as people do or by their public
ids; what is held is known by both, so that a plan can compare without asking anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from urllib.parse import unquote

from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from vendors.contract import Choice
from vendors.fields import FREE_TEXT
from vendors.settings import SETTINGS

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]

_BETWEEN = "\t"  # no name on IXON's wire may hold it


class Grant(BaseModel):
    """A role in a group, each by its name in any case or by its public id.

    A choice ("Kepler/Operator") is a grant, too; a slash or a percent sign inside a name stands in
    it as %2F or %25.
    """

    model_config = SETTINGS

    group: Word
    role: Word

    @model_validator(mode="before")
    @classmethod
    def _of_choice(cls, given: object) -> object:
        if isinstance(given, str) and given.count("/") == 1:
            group, _, role = given.partition("/")
            return {"group": unquote(group), "role": unquote(role)}
        return given

    @property
    def choice(self) -> Choice:
        """The grant as a choice."""
        return Choice("/".join(map(_escaped, (self.group, self.role))), self.text)

    @property
    def text(self) -> str:
        """The grant as people read it."""
        return f"{self.role} in {self.group}"


def _escaped(word: str) -> str:
    return word.replace("%", "%25").replace("/", "%2F")


class IxonAccess(BaseModel):
    """Which roles a person has in which groups; exactly these, and no others."""

    model_config = SETTINGS

    grants: tuple[Grant, ...] = Field(
        default=(),
        max_length=50,
        title="Groups and roles",
        description="A role in the company group counts for every device.",
    )
    message: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = Field(
        default=None,
        title="Message",
        description="Stands in the invitation's mail.",
        json_schema_extra=FREE_TEXT,
    )

    @field_validator("grants")
    @classmethod
    def _each_once(cls, grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
        if len({one.text.casefold() for one in grants}) != len(grants):
            raise ValueError("names a role in a group twice")
        return grants

    @property
    def text(self) -> str:
        """What is asked for, as people read it."""
        return read(one.text for one in self.grants)


@dataclass(frozen=True, slots=True)
class Held:
    """One membership: by id and by name, until when, and its own id."""

    group_id: str
    group: str
    role_id: str
    role: str
    until: datetime | None
    membership_id: str

    @property
    def text(self) -> str:
        """The membership as people read it."""
        end = f" until {self.until:%Y-%m-%d %H:%M} UTC" if self.until else ""
        return f"{self.role or 'no role'} in {self.group}{end}"

    @property
    def key(self) -> str:
        """The membership for comparison."""
        end = self.until.isoformat() if self.until else ""
        parts = (self.group_id, self.group, self.role_id, self.role, end, self.membership_id)
        return _BETWEEN.join(parts)

    @classmethod
    def of(cls, key: str) -> Self:
        """Return the membership whose key this is."""
        group_id, group, role_id, role, end, membership_id = key.split(_BETWEEN)
        until = datetime.fromisoformat(end) if end else None
        return cls(group_id, group, role_id, role, until, membership_id)

    def is_called(self, grant: Grant) -> bool:
        """Tell whether this is what ``grant`` asks for: what ends is less than that."""
        return (
            self.until is None
            and _named(grant.group, self.group_id, self.group)
            and _named(grant.role, self.role_id, self.role)
        )


def _named(word: str, public_id: str, name: str) -> bool:
    return word == public_id or word.casefold() == name.casefold()


def gives(keys: Iterable[str], grants: Sequence[Grant]) -> bool:
    """Tell whether what is held is exactly what is asked for."""
    held = [Held.of(key) for key in keys]
    if len(held) > len(grants):
        return False
    given = all(any(one.is_called(grant) for one in held) for grant in grants)
    return given and all(any(one.is_called(grant) for grant in grants) for one in held)


def read(texts: Iterable[str]) -> str:
    """Return roles in groups as one text, the same for the same ones."""
    return "; ".join(sorted(set(texts), key=str.casefold)) or "nothing"
