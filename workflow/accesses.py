"""What may be asked for at the vendors beyond a profile's name: the fields, and what is put in.

A field takes what the profile says or what the vendor offers, and nothing else: whatever a form
sends back is believed as little as anything that comes over the wire. The vendor's own model then
reads it, and the vendor judges it again when the plan is made.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rules.catalog import Catalog, Profile
from vendors.contract import AnyVendor, Choice
from vendors.fields import AccessField, FormKind, fields_of, filled, present
from workflow.offers import Offers

Place = tuple[str, str]
"""A vendor and a field of its access."""

Given = Mapping[Place, tuple[str, ...]]
"""What was put into fields, as the texts that ``vendors.fields`` reads."""

_UNOFFERED = "Please choose from the list."
_SILENT = "{title} does not say now what there is: leave this as it was, or try again in a moment."
_CHOSEN = frozenset({"one", "many"})


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a profile's access at one vendor, as a form shows it.

    ``chosen`` is what the profile says; ``options`` are there for a ``listed`` field only.
    """

    profile: str
    vendor: str
    vendor_title: str
    name: str
    title: str
    hint: str
    kind: FormKind | None
    may_be_empty: bool
    longest: int | None
    chosen: tuple[Choice, ...]
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The accesses that differ from the profile's: vendor to canonical JSON text."""

    accesses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wrongs:
    """What is wrong with which field, in a sentence each."""

    sentences: Mapping[Place, str]


class Accesses:
    """The fields of the profiles in ``catalog`` at ``vendors``, with what ``offers`` knows."""

    def __init__(self, vendors: Mapping[str, AnyVendor], catalog: Catalog, offers: Offers) -> None:
        """Speak of the profiles in ``catalog``."""
        self._vendors, self._catalog, self._offers = vendors, catalog, offers

    def fields(
        self, profile: str | None, asked: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[FieldView, ...]:
        """Return the fields of a profile's vendors; those of the default where none is named.

        ``asked`` are accesses (vendor to JSON) to show in place of what the profile says.
        """
        chosen = self._profile(profile)
        shown = {name: text for name, text in asked.items() if name in chosen.accesses}
        return tuple(
            _view(chosen.name, self._vendors[name], field, present(access, field))
            for name, access in self._read({**chosen.accesses, **shown}).items()
            for field in _shown(access)
        )

    def warm(self, profile: str | None) -> None:
        """Begin to fetch what a form of this profile will be asked for."""
        fields = self.fields(profile)
        self._offers.warm((one.vendor, one.name) for one in fields if one.kind in _CHOSEN)

    async def suggest(self, profile: str, place: Place, query: str) -> tuple[Choice, ...]:
        """Return what a field may be set to, where the label or the value holds ``query``.

        What the profile says comes first, in the profile's words.
        """
        fields = {(one.vendor, one.name): one for one in self.fields(profile)}
        field = fields.get(place)
        if field is None or field.kind not in _CHOSEN:
            return ()
        wanted = query.strip().casefold()
        every = together(field.chosen, await self._offers.of(*place))
        return tuple(one for one in every if wanted in f"{one.label}\n{one.value}".casefold())

    async def read(self, profile: str | None, given: Given) -> Asked | Wrongs:
        """Return what was put in; whatever ``given`` leaves out stays as the profile says."""
        fields = [one for one in self.fields(profile) if (one.vendor, one.name) in given]
        strange = await asyncio.gather(*(self._strange(one, given) for one in fields))
        wrong = dict(zip(((one.vendor, one.name) for one in fields), strange, strict=True))
        sentences = {place: sentence for place, sentence in wrong.items() if sentence}
        asked: dict[str, str] = {}
        for vendor, access in self._accesses(self._profile(profile)).items():
            mine = {one.name: given[vendor, one.name] for one in fields if one.vendor == vendor}
            try:
                changed = filled(access, mine)
            except ValidationError as error:
                sentences = _said(vendor, error, list(mine)) | sentences
                continue
            if difference(access, changed):
                asked[vendor] = changed.model_dump_json()
        return Wrongs(sentences) if sentences else Asked(asked)

    async def _strange(self, field: FieldView, given: Given) -> str | None:
        """Return what is wrong with values that nobody offered."""
        place = (field.vendor, field.name)
        new = set(given[place]) - {one.value for one in field.chosen}
        if field.kind not in _CHOSEN or not new:
            return None
        offered = {one.value for one in await self._offers.of(*place)}
        if not offered:
            return _SILENT.format(title=field.vendor_title)
        return None if new <= offered else _UNOFFERED

    def _profile(self, name: str | None) -> Profile:
        return self._catalog.profiles.get(name or "") or self._catalog.default

    def _accesses(self, profile: Profile) -> dict[str, BaseModel]:
        return self._read(profile.accesses)

    def _read(self, accesses: Mapping[str, str]) -> dict[str, BaseModel]:
        return {
            name: self._vendors[name].access.model_validate_json(text)
            for name, text in accesses.items()
        }


def _shown(access: BaseModel) -> list[AccessField]:
    return [one for one in fields_of(type(access)) if one.kind is not None]


def _view(
    profile: str, vendor: AnyVendor, field: AccessField, chosen: tuple[Choice, ...]
) -> FieldView:
    return FieldView(
        profile=profile,
        vendor=vendor.name,
        vendor_title=vendor.title,
        name=field.name,
        title=field.title,
        hint=field.hint,
        kind=field.kind,
        may_be_empty=field.may_be_empty,
        longest=field.longest,
        chosen=chosen,
        options=field.options,
    )


def together(chosen: Iterable[Choice], offered: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return all choices, what is ``chosen`` first; an offered one that is called the same is it.

    A profile may say "User" where the vendor offers "user": one thing, listed once.
    """
    first = tuple(chosen)
    values = {one.value for one in first}
    names = {one.label.casefold() for one in first}
    others = [one for one in offered if one.value not in values]
    called = [one.label.casefold() for one in others]
    rest = [
        one
        for one, name in zip(others, called, strict=True)
        if name not in names or called.count(name) > 1
    ]
    return (*first, *rest)


def difference(profile: BaseModel, asked: BaseModel) -> str:
    """Say where ``asked`` differs from what a profile gives; empty where it does not.

    The order of things, and the blanks around a text, make no difference.
    """
    parts = []
    for field in _shown(profile):
        before, after = present(profile, field), present(asked, field)
        if {one.value.strip() for one in before} != {one.value.strip() for one in after}:
            parts.append(f"{_inside(field.title)} {_told(field, after, before)}")
    return "; ".join(parts)


def _inside(title: str) -> str:
    """Return a title as it stands inside a sentence: "GitHub organization" keeps its capital."""
    first = title.partition(" ")[0]
    return title[:1].lower() + title[1:] if first[1:].islower() else title


def _told(field: AccessField, after: Iterable[Choice], before: Iterable[Choice]) -> str:
    nothing = "no" if field.kind == "switch" else "nothing"
    quote = "“{}”" if field.kind == "text" else "{}"
    texts = (", ".join(quote.format(one.label) for one in each) for each in (after, before))
    return " instead of ".join(text or nothing for text in texts)


def _said(vendor: str, error: ValidationError, shown: list[str]) -> dict[Place, str]:
    """Return a sentence for each field that the model refuses; the first one speaks for all."""
    sentences: dict[Place, str] = {}
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        place = (vendor, name if name in shown else shown[0])
        sentences.setdefault(place, _sentence(one))
    return sentences


_WORDS = {
    "string_pattern_mismatch": "Holds a sign that is not allowed here.",
    "string_too_short": "Must not be empty.",
    "string_type": "Must not be empty.",
}


def _sentence(error: ErrorDetails) -> str:
    words = error["msg"].removeprefix("Value error, ")
    return _WORDS.get(error["type"], f"{words[:1].upper()}{words[1:]}.")
