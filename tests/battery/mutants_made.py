"""Mutants: a file of the product with one small change each, that some test has to notice.

mutmut's own runner is not used: it changes nothing outside of functions and nothing that is
decorated, which leaves out the tables of the moves, the limits of the guard and every property.
"""

from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import (
    ByteSpanPositionProvider,
    CodeRange,
    MetadataWrapper,
    PositionProvider,
)

from tests.battery.mutants_operators import changes, is_left_alone


@dataclass(frozen=True)
class Mutant:
    """One change of one file: ``new`` stands instead of the bytes from ``start`` to ``end``.

    ``function`` is its qualified name, empty outside of functions; ``body`` are the lines of the
    function's body, and ``line`` is the one that is changed. ``was`` and ``becomes`` are the
    changed lines as a person reads them.
    """

    path: str
    function: str
    line: int
    body: tuple[int, int]
    start: int
    end: int
    new: str
    was: str
    becomes: str

    @property
    def module(self) -> str:
        """The dotted name of the changed module."""
        return self.path.removesuffix(".py").replace("/", ".")

    def source(self, text: bytes) -> bytes:
        """Return the file ``text`` with the change."""
        return text[: self.start] + self.new.encode() + text[self.end :]

    def __str__(self) -> str:
        where = f"{self.path}:{self.line} {self.function}".rstrip()
        return f"{where}\n    - {self.was}\n    + {self.becomes}"


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """Return the mutants of a file below ``root``, each once, in the order of the file."""
    text = (root / path).read_bytes()
    visitor = _Visitor(path, text)
    MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=False).visit(visitor)
    distinct = {one.source(text): one for one in visitor.found}
    return [one for source, one in distinct.items() if source != text and _compiles(source)]


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider, ByteSpanPositionProvider)

    def __init__(self, path: str, text: bytes) -> None:
        super().__init__()
        self.found: list[Mutant] = []
        self._path, self._text = path, text
        self._classes: list[str] = []
        self._function: cst.FunctionDef | None = None

    def on_visit(self, node: cst.CSTNode) -> bool:
        if is_left_alone(node):
            return False
        if isinstance(node, cst.ClassDef):
            self._classes.append(node.name.value)
        if isinstance(node, cst.FunctionDef):
            self._function = self._function or node
        for old, new in changes(node):
            self._add(old, new)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.ClassDef):
            self._classes.pop()
        if original_node is self._function:
            self._function = None

    def _add(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        span = self.get_metadata(ByteSpanPositionProvider, old)
        start, end, code = span.start, span.start + span.length, _NOWHERE.code_for_node(new)
        before = self._text[self._text.rfind(b"\n", 0, start) + 1 : start].decode()
        after = self._text[end:].decode().partition("\n")[0]
        was = before + self._text[start:end].decode() + after
        line = self._lines(old)[0]
        name, body = self._place(line)
        made = Mutant(
            self._path, name, line, body, start, end, code, _plain(was),
            _plain(before + code + after),
        )  # fmt: skip
        self.found.append(made)

    def _place(self, line: int) -> tuple[str, tuple[int, int]]:
        """Return the function whose body holds a line, and its lines; nothing outside of one."""
        if self._function is None:
            return "", (0, 0)
        body = self._lines(self._function.body)
        name = ".".join((*self._classes, self._function.name.value))
        return (name, body) if body[0] <= line <= body[1] else ("", (0, 0))

    def _lines(self, node: cst.CSTNode) -> tuple[int, int]:
        place: CodeRange = self.get_metadata(PositionProvider, node)
        return place.start.line, place.end.line


_NOWHERE = cst.Module([])


def _plain(line: str) -> str:
    return " ".join(line.split())
