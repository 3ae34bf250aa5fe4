"""The documentation's site, as far as MkDocs cannot know it: https://www.mkdocs.org/user-guide/configuration/#hooks.

The repository's own documents become pages, the decisions come into the navigation by themselves,
and a link is changed to where its target lies in the site. What is in the repository alone, such as
a test, is named and not linked. `make docs` builds the site.
"""

import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
DOCS, DECISIONS = "docs/", "adr"

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "README.md": "index.md",
        "CHANGELOG.md": "changelog.md",
        "CONTRIBUTING.md": "contributing.md",
        "SECURITY.md": "reporting.md",
        "vendors/README.md": "vendor-library.md",
    }
)
"""The documents that are not in docs/, by their path, and where they are in the site."""

_CODE = re.compile(r"(^```.*?^```$|(?<!`)`[^`\n]+`(?!`))", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_PICTURE = re.compile(r'(?P<name>\b(?:src|srcset)=")(?P<target>[^":]+)(?=")')
_DRAWN = re.compile(r"!\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def place_of(path: str) -> str | None:
    """Return where a file of the repository is in the site; None where it is not."""
    if path in PAGES:
        return PAGES[path]
    return path.removeprefix(DOCS) if path.startswith(DOCS) else None


def adapted(text: str, path: str) -> str:
    """Return a document with every link as the site needs it; ``path`` is the document's own."""
    parts = _CODE.split(text)
    parts[::2] = [_adapted(part, path) for part in parts[::2]]
    return "".join(parts)


def _adapted(text: str, path: str) -> str:
    def linked(found: re.Match[str]) -> str:
        target = moved(found["target"], path)
        return found["text"] if target is None else f"[{found['text']}]({target})"

    def shown(found: re.Match[str]) -> str:
        return f"{found['name']}{moved(found['target'], path)}"

    def drawn(found: re.Match[str]) -> str:
        return f"![{found['text']}]({moved(found['target'], path)})"

    return _DRAWN.sub(drawn, _PICTURE.sub(shown, _LINK.sub(linked, text)))


def moved(target: str, path: str) -> str | None:
    """Return a link of the document ``path`` as the site needs it.

    None where it leads to what is in the repository alone; one that leads nowhere stays as it is,
    so that the build ends with it.
    """
    if "://" in target or target.startswith(("#", "mailto:")):
        return target
    name, sign, anchor = target.partition("#")
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    there, here = place_of(found), place_of(path)
    if there is None or here is None:
        return None if (ROOT / found).exists() else target
    return posixpath.relpath(there, posixpath.dirname(here) or ".") + sign + anchor


def with_decisions(nav: list[Any]) -> list[Any]:
    """Return the navigation with a page for each decision in the place of their folder."""
    return [_listed(entry) for entry in nav]


def _listed(entry: Any) -> Any:  # noqa: ANN401 - a page, or a title with pages, as YAML has them
    if isinstance(entry, dict):
        return {
            title: decisions() if below == f"{DECISIONS}/" else _each(below, _listed)
            for title, below in entry.items()
        }
    return entry


def _each(below: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - likewise
    return [change(one) for one in below] if isinstance(below, list) else below


def decisions() -> list[str]:
    """Return the pages of the decisions, their index first."""
    written = sorted((ROOT / DOCS / DECISIONS).glob("[0-9]*.md"))
    return [f"{DECISIONS}/README.md", *(f"{DECISIONS}/{one.name}" for one in written)]


def on_config(config: "MkDocsConfig") -> "MkDocsConfig":
    """Put the decisions into the navigation."""
    config.nav = with_decisions(config.nav or [])
    return config


def on_files(files: "Files", config: "MkDocsConfig") -> "Files":
    """Add the documents that are not in docs/."""
    from mkdocs.structure.files import File  # noqa: PLC0415 - it is there when a site is built

    for path, place in PAGES.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: "Page", config: "MkDocsConfig", files: "Files") -> str:
    """Change the links of a page."""
    del config, files
    place = page.file.src_uri
    paths = {site: path for path, site in PAGES.items()}
    return adapted(markdown, paths.get(place, f"{DOCS}{place}"))
