"""Puts a mutant in the place of what it changes: a function's code, or a whole file on import."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any


def exchange(mutant: dict[str, Any]) -> None:
    """Put the changed code in the place of the function's own, whoever has imported it."""
    module, name = sys.modules[mutant["module"]], str(mutant["function"])
    _function(module, name).__code__ = _code(_compiled(mutant), name.split("."))


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    return found  # type: ignore[no-any-return]  # found by its name


def _code(code: CodeType, names: Sequence[str]) -> CodeType:
    for name in names:
        code = next(
            one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name
        )
    return code


def _compiled(mutant: dict[str, Any]) -> CodeType:
    path = Path(mutant["path"])
    text = path.read_bytes()
    changed = text[: mutant["start"]] + mutant["new"].encode() + text[mutant["end"] :]
    compiled: CodeType = compile(changed, str(path.resolve()), "exec", dont_inherit=True)
    return compiled


class Changed(MetaPathFinder, Loader):
    """Imports the changed file in the place of its own."""

    def __init__(self, mutant: dict[str, Any]) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname != self._mutant["module"]:
            return None
        return spec_from_loader(fullname, self, origin=str(Path(self._mutant["path"]).resolve()))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(Path(self._mutant["path"]).resolve())
        exec(_compiled(self._mutant), vars(module))  # noqa: S102 - that is what importing does
