"""Reading ``aboard.toml`` and the environment into models, and saying what is wrong in sentences.

Pydantic's own report repeats what was typed, and what was typed may be a secret in the wrong place:
only the place and the kind of each problem are used.
"""

import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.credentials import content
from rules.catalog import Profile
from rules.values import is_channel_id
from vendors.registry import PackageError, VendorClass, known_vendors

M = TypeVar("M", bound=BaseModel)

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "extra_forbidden": "is unknown; please remove it or mend its spelling",
        "missing": "is missing",
        "too_short": "must not be empty",
        "string_type": "must be a text",
        "int_type": "must be a whole number",
        "bool_type": "must be true or false",
        "tuple_type": "must be a list",
        "list_type": "must be a list",
        "dict_type": "must be a table",
        "model_type": "must be a table",
    }
)


class ConfigurationError(Exception):
    """What is wrong with the settings, one sentence a line; no value is part of it."""

    status: ClassVar[int] = 2
    """What a command leaves with. 2 is final: started again as it is, it would end so again."""

    def __init__(self, problems: list[str]) -> None:
        """Collect ``problems``."""
        super().__init__("\n".join(problems))
        self.problems = problems


class UnavailableError(ConfigurationError):
    """What the settings name does not answer; a later start may find that it does."""

    status: ClassVar[int] = 1


def vendor_classes() -> dict[str, VendorClass]:
    """Return every vendor there is; ``ConfigurationError`` where a package brings a bad one."""
    try:
        return known_vendors()
    except PackageError as error:
        raise ConfigurationError([str(error)]) from error


class Reader:
    """Reads one document and one environment; what is wrong gathers in ``problems``."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        """Read the file at ``path``; raise ``ConfigurationError`` where it is no TOML at all."""
        self._path, self._environ = path, environ
        self._known = vendor_classes()
        self._document = _document(path)
        self.problems: list[str] = []
        self.files: dict[str, Path] = {}
        """The files that variables were read from, by the variable's name without ``_FILE``."""

    def wrong(self, key: str, sentence: str) -> None:
        """Note that what ``key`` holds is wrong."""
        self.problems.append(f"{self._path}: {key} {sentence}.")

    def environment(self, model: type[M], others: Mapping[str, str]) -> M | None:
        """Return a model whose fields are environment variables of the same name.

        ``others`` names a second variable for some fields, for where the first is not set.
        """
        names = {field: field.upper() for field in model.model_fields}
        given = {field: self._secret(name) for field, name in names.items()}
        for field, name in others.items():
            given[field] = given[field] or self._secret(name)
        return self._checked(model, _present(given), lambda loc: f"{names.get(loc, loc)}")

    def section(self, name: str, model: type[M]) -> M | None:
        """Return one table of the document."""
        table = self._table(self._document, name)
        return self._checked(model, table, lambda loc: f"{self._path}: {name}.{loc}")

    def tables(self, name: str, model: type[M]) -> list[M]:
        """Return every table of an array of tables (``[[name]]``) that is as it has to be."""
        given = self._document.get(name, [])
        if not isinstance(given, list):
            self.wrong(name, f"must be written as [[{name}]]")
            return []
        checked = (
            self._checked(model, one, partial(self._place, f"{name}.{number}"))
            for number, one in enumerate(given)
        )
        return [one for one in checked if one is not None]

    def named(self, name: str, model: type[M]) -> dict[str, M]:
        """Return every table within the table ``name`` that is as it has to be, by its name."""
        given = self._table(self._document, name)
        checked = {
            key: self._checked(model, one, partial(self._place, f"{name}.{key}"))
            for key, one in given.items()
        }
        return {key: one for key, one in checked.items() if one is not None}

    def _place(self, table: str, loc: str) -> str:
        return f"{self._path}: {table}.{loc}"

    def vendors(self) -> dict[str, BaseModel]:
        """Return the settings of every vendor that has a section, secrets included."""
        found: dict[str, BaseModel] = {}
        for name in self._table(self._document, "vendors"):
            if name not in self._known:
                self.wrong(f"vendors.{name}", f"is unknown; there are {', '.join(self._known)}")
                continue
            settings = self._vendor(self._known[name])
            if settings is not None:
                found[name] = settings
        return found

    def on(self) -> set[str]:
        """Return the names of the vendors that have a section, whether it is right or wrong."""
        return set(self._table(self._document, "vendors")) & set(self._known)

    def profiles(self) -> dict[str, Profile]:
        """Return every profile, each access checked by its vendor's own model."""
        tables = self._table(self._document, "profiles")
        if not tables:
            self.wrong("profiles", "is empty: nobody could be given anything")
        return {name: self._profile(name, tables) for name in tables}

    def nothing_else(self, known: set[str]) -> None:
        """Note every table that nobody asked for."""
        for name in self._document.keys() - known:
            self.wrong(name, "is unknown; please remove it or mend its spelling")

    def _vendor(self, vendor: VendorClass) -> BaseModel | None:
        section = f"vendors.{vendor.name}"
        table = self._table(self._table(self._document, "vendors"), vendor.name, section)
        for field in table.keys() & vendor.secrets.keys():
            self.wrong(f"{section}.{field}", f"is a secret: set {vendor.secrets[field]} instead")
        secrets = {field: self._secret(name) for field, name in vendor.secrets.items()}
        given = {**table, **_present(secrets)}

        def place(loc: str) -> str:
            if loc in vendor.secrets:
                return f"{vendor.secrets[loc]} ([{section}] is on)"
            return f"{self._path}: {section}.{loc}"

        return self._checked(vendor.settings, given, place)

    def _profile(self, name: str, tables: Mapping[str, Any]) -> Profile:
        table = dict(self._table(tables, name, f"profiles.{name}"))
        title = table.pop("title", name)
        if not isinstance(title, str) or not title.strip():
            self.wrong(f"profiles.{name}.title", "must be a text")
        welcome = self._welcome(name, table.pop("welcome", ""))
        if not table:
            self.wrong(f"profiles.{name}", "gives nothing: name a vendor")
        on = self._table(self._document, "vendors")
        accesses = {}
        for vendor, access in table.items():
            key = f"profiles.{name}.{vendor}"
            if vendor not in self._known or vendor not in on:
                self.wrong(key, f"names a vendor that is off: add [vendors.{vendor}]")
                continue
            accesses[vendor] = self._access(key, self._known[vendor], access)
        return Profile(name, str(title), MappingProxyType(accesses), welcome)

    def _welcome(self, name: str, channel: object) -> str:
        """Return where those who are given a profile are welcomed; empty where nowhere."""
        if channel == "" or (isinstance(channel, str) and is_channel_id(channel)):
            return str(channel)
        self.wrong(f"profiles.{name}.welcome", "must be the id of a channel (C… or G…)")
        return ""

    def _access(self, key: str, vendor: VendorClass, access: object) -> str:
        checked = self._checked(vendor.access, access, lambda loc: f"{self._path}: {key}.{loc}")
        return checked.model_dump_json() if checked is not None else ""

    def _table(self, table: Mapping[str, Any], name: str, key: str | None = None) -> dict[str, Any]:
        value = table.get(name, {})
        if not isinstance(value, dict):
            self.wrong(key or name, "must be a table")
            return {}
        return value

    def _secret(self, name: str) -> str | None:
        value, path = self._environ.get(name), self._environ.get(f"{name}_FILE")
        if value and path:
            self.problems.append(f"{name} and {name}_FILE are both set; please keep one.")
        if value or not path:
            return value or None
        self.files[name] = Path(path)
        try:
            return content(Path(path)) or None
        except (OSError, ValueError):
            self.problems.append(f"{name}_FILE names a file that cannot be read.")
            return None

    def _checked(self, model: type[M], given: object, place: Callable[[str], str]) -> M | None:
        try:
            return model.model_validate(given)
        except ValidationError as error:
            for one in error.errors(include_input=False, include_url=False, include_context=False):
                self.problems.append(f"{place(_location(one))} {_sentence(one)}.")
            return None


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        sentence = f"{path}: there is no such file. Copy aboard.example.toml, or set ABOARD_CONFIG."
        raise ConfigurationError([sentence]) from error
    except OSError as error:
        sentence = (
            f"{path}: it cannot be read ({type(error).__name__}). Whoever runs Aboard has to."
        )
        raise ConfigurationError([sentence]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = str(error).partition("(at ")[2].rstrip(")") or "it is not UTF-8"
        raise ConfigurationError([f"{path}: this is no TOML ({where})."]) from error


def _present(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _location(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"]) or "it"


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    return _KINDS.get(error["type"], error["msg"][:1].lower() + error["msg"][1:])
