"""The house rules that no linter knows: sizes, docstrings, names of tests, reasons."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import PACKAGES, SourceFile, source_files

MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 50
FEWEST_WORDS_OF_A_TEST = 3
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b")
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
SILENCED_WITH_A_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w,\s-]+\])\W.*\w{3}"
)
SILENCED_WHOLESALE = re.compile(r"#\s*(?:ruff:\s*noqa|mypy:|pyright:|pragma:\s*no cover)")
READS_A_CLOCK = {"now", "utcnow", "today", "time", "monotonic"}


def _ours() -> Iterator[SourceFile]:
    return (file for file in source_files(*PACKAGES) if not file.is_migration)


def test_no_module_is_longer_than_fits_in_the_head() -> None:
    long = {
        file.name: lines
        for file in _ours()
        if (lines := len(file.text.splitlines())) > MOST_LINES_OF_A_MODULE
    }
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{file.name}:{function.lineno} {function.name}": lines
        for file in _ours()
        for function in file.functions()
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert not long


def test_every_module_opens_with_what_it_owns() -> None:
    silent = [file.name for file in source_files() if not ast.get_docstring(file.tree)]
    assert not silent


def test_nothing_is_left_unfinished() -> None:
    unfinished = [
        f"{file.name}:{number}: {line.strip()}"
        for file in source_files()
        for number, line in enumerate(file.text.splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert not unfinished


def test_every_silenced_warning_names_its_code_and_reason() -> None:
    unexplained = [
        f"{file.name}:{line}: {comment}"
        for file in source_files()
        for line, comment in file.comments()
        if (SILENCED.search(comment) and not SILENCED_WITH_A_REASON.search(comment))
        or SILENCED_WHOLESALE.search(comment)
    ]
    assert not unexplained


def test_every_test_is_named_by_a_sentence() -> None:
    terse = [
        f"{file.name}:{function.lineno} {function.name}"
        for file in source_files("tests")
        for function in file.functions()
        if function.name.startswith("test_")
        and len(function.name.removeprefix("test_").split("_")) < FEWEST_WORDS_OF_A_TEST
    ]
    assert not terse


def test_the_rules_read_no_clock() -> None:
    readings = [
        f"{file.name}:{node.lineno}"
        for file in source_files("rules")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READS_A_CLOCK
    ]
    assert not readings
