"""Links between the documents lead somewhere, and the decisions are all in their index."""

from tests.architecture.documents import documents, links_in
from tests.architecture.source import ROOT

DECISIONS = ROOT / "docs" / "adr"


def test_every_link_to_a_file_finds_it() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents()
        for target in links_in(document)
        if "://" not in target
        and not target.startswith(("#", "mailto:"))
        and not (document.parent / target.partition("#")[0]).exists()
    ]
    assert not broken


def test_the_index_of_decisions_names_each_of_them() -> None:
    written = {path.name for path in DECISIONS.glob("[0-9]*.md")}
    listed = {target for target in links_in(DECISIONS / "README.md") if target[0].isdigit()}
    assert listed == written
    assert written


def test_the_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name.partition("-")[0]) for path in DECISIONS.glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
