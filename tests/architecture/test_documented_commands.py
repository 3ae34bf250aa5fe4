"""Every command that a document tells the reader to type exists."""

import re

import typer
from typer.core import TyperCommand, TyperGroup

from bot.cli import app
from tests.architecture.documents import code_in, documents
from tests.architecture.source import ROOT

TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
MAKE = re.compile(r"(?:^|[ (`])make ([a-z]+)\b")
ABOARD = re.compile(r"(?:^|[ (`]|bin/)aboard ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")


def _exists(command: object, *words: str) -> bool:
    if not words or not isinstance(command, TyperGroup):
        return isinstance(command, TyperCommand | TyperGroup)
    return _exists(command.commands.get(words[0]), *words[1:])


def test_every_make_target_in_a_document_exists() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    unknown = [
        f"{document.relative_to(ROOT)}: make {name}"
        for document in documents()
        for line in code_in(document)
        for name in MAKE.findall(line)
        if name not in targets
    ]
    assert not unknown


def test_every_aboard_command_in_a_document_exists() -> None:
    commands = typer.main.get_group(app)
    unknown = [
        f"{document.relative_to(ROOT)}: aboard {' '.join(words)}"
        for document in documents()
        for line in code_in(document)
        for words in ABOARD.findall(line)
        if not _exists(commands, *filter(None, words))
    ]
    assert not unknown
