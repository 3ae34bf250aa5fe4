"""The pictures of the documents: each is there, shown with words for those who can't see, small."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
PICTURE = re.compile(r'(?:src|srcset)="([^"]+\.png)"')
IMAGE = re.compile(r"<img [^>]*>")
WHOLE_PAGES = {"page.png", "page-dark.png"}
DOCUMENTS = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]


def shown() -> set[Path]:
    """Return the files that the documents show."""
    return {
        (document.parent / name).resolve()
        for document in DOCUMENTS
        for name in PICTURE.findall(document.read_text(encoding="utf-8"))
    }


def test_every_picture_is_there_and_none_is_left_over() -> None:
    assert len(shown()) > 20
    assert shown() == set(IMAGES.glob("*.png"))


def test_every_picture_is_told_to_those_who_cannot_see_it() -> None:
    images = [tag for one in DOCUMENTS for tag in IMAGE.findall(one.read_text(encoding="utf-8"))]
    told = [re.search(r'alt="([^"]{30,})"', tag) for tag in images]
    assert [tag for tag, alt in zip(images, told, strict=True) if alt is None] == []


def test_no_picture_is_large() -> None:
    large = {one.name: one.stat().st_size // 1024 for one in IMAGES.glob("*.png")}
    most = {name: 160 if name in WHOLE_PAGES else 100 for name in large}
    assert {name: size for name, size in large.items() if size > most[name]} == {}
