"""The documentation's site: every document is in it once, and every link leads somewhere."""

import importlib.util
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.architecture.documents import FENCED, INLINE, LINK
from tests.architecture.source import ROOT

SITE: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ELSEWHERE = ("http://", "https://", "mailto:")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = _load()


def _documents() -> dict[str, str]:
    """Return where each document is in the site, and its path in the repository."""
    inside = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")]
    return {pages.place_of(path): path for path in (*inside, *pages.PAGES)}


def _listed(below: Any) -> Iterator[str]:  # noqa: ANN401 - as YAML has it
    if isinstance(below, str):
        yield below
    elif isinstance(below, dict):
        for one in below.values():
            yield from _listed(one)
    else:
        for one in below:
            yield from _listed(one)


def _anchors(place: str) -> set[str]:
    """Return what the headings of a page are called, as Python-Markdown calls them."""
    text = FENCED.sub("", (ROOT / _documents()[place]).read_text(encoding="utf-8"))
    return {_slug(heading) for heading in HEADING.findall(text)}


def _slug(heading: str) -> str:
    words = LINK.sub("]", heading).replace("`", "")
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def test_every_document_is_in_the_navigation_once() -> None:
    listed = list(_listed(pages.with_decisions(SITE["nav"])))
    assert sorted(listed) == sorted(_documents())


def test_a_page_is_fetched_from_nowhere_else_and_a_broken_link_ends_the_build() -> None:
    assert SITE["theme"]["font"] is False
    assert SITE["strict"] is True
    assert {SITE["validation"][kind] for kind in ("omitted_files", "anchors")} == {"warn"}


@pytest.mark.parametrize("place", sorted(_documents()))
def test_every_link_of_a_page_leads_to_a_page_a_file_or_a_heading(place: str) -> None:
    path = _documents()[place]
    text = pages.adapted((ROOT / path).read_text(encoding="utf-8"), path)
    for target in LINK.findall(INLINE.sub("", FENCED.sub("", text))):
        if target.startswith(ELSEWHERE):
            continue
        name, _, anchor = target.partition("#")
        there = (Path(place).parent / name).as_posix() if name else place
        there = str(Path("/", there).resolve().relative_to("/"))
        assert there in _documents() or (ROOT / "docs" / there).is_file(), target
        assert not anchor or anchor in _anchors(there), target


def test_what_is_in_the_repository_alone_is_named_and_not_linked() -> None:
    said = "see [the rules](../rules/states.py), and [using](using.md#home)"
    assert pages.adapted(said, "docs/slack.md") == "see the rules, and [using](using.md#home)"


def test_a_link_that_leads_nowhere_stays_for_the_build_to_find() -> None:
    for broken in ("nothing.md", "../rules/nothing.py"):
        assert pages.moved(broken, "docs/slack.md") == broken


def test_a_document_from_elsewhere_is_linked_where_it_is_in_the_site() -> None:
    assert pages.moved("../README.md#set-it-up", "docs/slack.md") == "index.md#set-it-up"
    assert pages.moved("docs/adr/README.md", "README.md") == "adr/README.md"
    assert pages.moved("../vendors.md", "docs/adr/0011-nothing-is-guessed-green.md") == (
        "../vendors.md"
    )
    assert pages.moved("../docs/vendors.md", "vendors/README.md") == "vendors.md"


def test_pictures_move_with_the_page_and_code_stays_as_it_is() -> None:
    drawn = '<img src="docs/images/card.png"> ![x](docs/images/card.png) `[a](../rules/states.py)`'
    assert pages.adapted(drawn, "README.md") == (
        '<img src="images/card.png"> ![x](images/card.png) `[a](../rules/states.py)`'
    )
