"""The repository's documents as the tests of this folder read them: code, tables and links."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT

FENCED = re.compile(r"^```.*?$(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    folders = ("docs", "vendors", "benchmarks")
    return [
        *sorted(ROOT.glob("*.md")),
        *(path for folder in folders for path in sorted((ROOT / folder).rglob("*.md"))),
    ]


def code_in(document: Path) -> Iterator[str]:
    """Every line of code in a document, from its blocks and from its sentences."""
    text = document.read_text(encoding="utf-8")
    for block in FENCED.findall(text):
        yield from block.splitlines()
    yield from INLINE.findall(FENCED.sub("", text))


def first_column(document: Path) -> Iterator[str]:
    """Every piece of code in the first column of a document's tables."""
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            yield from INLINE.findall(line.split("|")[1])


def links_in(document: Path) -> Iterator[str]:
    """The targets of a document's links, code left out."""
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    yield from LINK.findall(INLINE.sub("", text))
