"""The repository as the tests of this folder read it: its Python files.

No tree is kept: all of them are three million objects, which the collector would go through again
and again, for seconds, while a later test of the same process waits for an answer.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "commands", "workflow", "storage", "vendors", "rules", "sandbox")
FOLDERS = (*PACKAGES, "tests", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class SourceFile:
    """One Python file of ours: where it is, and what it says."""

    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        """What it says, parsed anew."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """Its path from the top of the repository, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def is_migration(self) -> bool:
        """Whether alembic loads it: a record of the schema, which is never rewritten."""
        return self.name.startswith("storage/migrations/")

    def functions(self) -> Iterator[Function]:
        """Every function and method in it, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def comments(self) -> Iterator[tuple[int, str]]:
        """Every comment in it, with its line."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def source_files(*folders: str) -> Iterator[SourceFile]:
    """All Python files under these folders of the repository, or under all of ours."""
    for name in folders or FOLDERS:
        for path in sorted((ROOT / name).rglob("*.py")):
            yield SourceFile(path, path.read_text(encoding="utf-8"))
