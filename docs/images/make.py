"""Makes every picture of the documents, from the sandbox, in headless Chromium.

From the top of the repository, after `make setup`: `.venv/bin/python -m docs.images.make`; names of
chapters make only theirs. What it needs besides is said in `studio`. Whatever is shown was done
just now by the real bot: nothing is drawn by hand, and a picture that no longer fits the code is
made again.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from playwright.async_api import Browser

from docs.images import demo, life, many, start, trouble
from docs.images.office import Office, day
from docs.images.studio import chromium, refuse_without_means


@dataclass(frozen=True)
class Chapter:
    """Some pictures that one day tells; `policy` stands in its aboard.toml besides."""

    tell: Callable[[Office], Awaitable[None]]
    policy: str = ""


CHAPTERS: Mapping[str, Chapter] = MappingProxyType(
    {
        "asking": Chapter(start.asking),
        "change": Chapter(start.change),
        "why": Chapter(start.why),
        "behalf": Chapter(start.behalf),
        "welcome": Chapter(start.welcome, start.GREETED),
        "dates": Chapter(life.dates),
        "reminder": Chapter(life.reminder),
        "invitation": Chapter(life.invitation),
        "leaving": Chapter(trouble.leaving),
        "confidential": Chapter(trouble.confidential),
        "several": Chapter(many.several),
        "home": Chapter(many.home),
        "history": Chapter(many.history),
    }
)

PAGE = "page"
"""The chapter that is told by the demo itself."""


async def tell(browser: Browser, chapter: Chapter) -> None:
    """Make the pictures of one chapter."""
    async with day(browser, chapter.policy) as office:
        await chapter.tell(office)


async def main(names: list[str]) -> None:
    """Make the pictures of these chapters, or of all."""
    refuse_without_means()
    async with chromium() as browser:
        for name in names or [*CHAPTERS, PAGE]:
            await (demo.page(browser) if name == PAGE else tell(browser, CHAPTERS[name]))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
