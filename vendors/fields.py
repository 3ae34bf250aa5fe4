"""The fields of an access as a form shows them, derived from the vendor's own model.

A form knows five kinds of field, and what stands in one is a handful of texts. ``present`` says an
access in such texts, and ``filled`` reads them back through the model: what the model refuses
cannot be asked for. The kinds come from the model's JSON schema; the rule is in README.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel

from vendors.contract import Choice

FormKind: TypeAlias = Literal["text", "switch", "listed", "one", "many"]
"""Free text; yes or no; one of a short list; one, or many, of what ``choices`` offers."""

FREE_TEXT: Final[dict[str, Any]] = {"form": "text"}
"""The mark (``json_schema_extra``) of a text that people write and nobody can list."""

YES: Final = "true"

_KINDS: Mapping[str | None, FormKind] = {
    "boolean": "switch",
    "string": "one",
    "array": "many",
    "object": "many",
}

AccessT = TypeVar("AccessT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class AccessField:
    """One field. ``kind`` is None where no form can show it.

    ``may_be_empty``: nothing is an answer, too. ``longest`` is in characters; None where the model
    sets no end. ``options`` are those of a ``listed`` field.
    """

    name: str
    title: str
    hint: str
    kind: FormKind | None
    may_be_empty: bool
    longest: int | None = None
    options: tuple[Choice, ...] = ()


@cache
def fields_of(model: type[BaseModel]) -> tuple[AccessField, ...]:
    """Return the fields of an access in the model's order."""
    schema = model.model_json_schema()
    shared = schema.get("$defs", {})
    return tuple(_field(name, one, shared) for name, one in schema.get("properties", {}).items())


def _field(name: str, schema: dict[str, Any], shared: dict[str, Any]) -> AccessField:
    parts = [_whole(one, shared) for one in schema.get("anyOf", [schema])]
    kept = [one for one in parts if one.get("type") != "null"]
    inner = kept[0] if len(kept) == 1 else {}
    kind = _kind(schema, inner)
    return AccessField(
        name=name,
        title=schema.get("title", name),
        hint=schema.get("description", ""),
        kind=kind,
        may_be_empty=len(kept) < len(parts) or kind in {"switch", "many"},
        longest=inner.get("maxLength"),
        options=_options(inner) if kind == "listed" else (),
    )


def _whole(schema: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    named = str(schema.get("$ref", "")).rpartition("/")[2]
    return {**shared.get(named, {}), **schema}


def _kind(schema: dict[str, Any], inner: dict[str, Any]) -> FormKind | None:
    if inner.get("type") == "string" and schema.get("form") == FREE_TEXT["form"]:
        return "text"
    if inner.get("type") == "string" and ("enum" in inner or "const" in inner):
        return "listed"
    return _KINDS.get(inner.get("type"))


def _options(schema: dict[str, Any]) -> tuple[Choice, ...]:
    values = schema.get("enum") or [schema["const"]]
    return tuple(Choice(one, one.replace("_", " ")) for one in values)


def present(access: BaseModel, field: AccessField) -> tuple[Choice, ...]:
    """Say what a field of ``access`` is set to, each thing once; empty where that is nothing."""
    said = dict.fromkeys(_said(getattr(access, field.name)))
    named = {one.value: one for one in field.options}
    return tuple(named.get(one.value, one) for one in said)


def _said(value: object) -> Iterable[Choice]:
    match value:
        case bool():
            return [Choice(YES, "yes")] if value else []
        case str():
            return [Choice(value, value)]
        case None:
            return []
        case Mapping():
            return [Choice(text, text) for text in (f"{key}: {one}" for key, one in value.items())]
        case Iterable():
            return [one if isinstance(one, Choice) else _item(one) for one in value]
        case _:
            raise TypeError(f"no form can show a {type(value).__name__}")


def _item(item: object) -> Choice:
    choice = Choice(item, item) if isinstance(item, str) else getattr(item, "choice", None)
    if not isinstance(choice, Choice):
        raise TypeError(f"a {type(item).__name__} in a list needs a `choice`")
    return choice


def filled(kept: AccessT, given: Mapping[str, tuple[str, ...]]) -> AccessT:
    """Return ``kept`` with the fields of ``given`` set to what their texts say.

    ``pydantic.ValidationError`` where the model refuses it.
    """
    values = kept.model_dump()
    for field in fields_of(type(kept)):
        if field.name in given:
            values[field.name] = _read(field, given[field.name])
    return type(kept).model_validate(values)


def _read(field: AccessField, texts: tuple[str, ...]) -> object:
    if field.kind == "switch":
        return YES in texts
    if field.kind == "many":
        return list(texts)
    return texts[0] if texts else None
