"""Photographs everything that Aboard shows: each card, message, form and Home, light and dark.

From the top of the repository: `.venv/bin/python -m docs.images.gallery FOLDER`. The cases are
those that `tests/browser/test_gallery.py` judges; their pictures are for eyes and are not kept.
"""

import asyncio
import itertools
import sys
from pathlib import Path
from typing import get_args

from docs.images.studio import Scheme, Studio, chromium, refuse_without_means
from sandbox.parts import Server
from sandbox.server import running
from tests.browser.gallery import wall
from tests.browser.gallery.everything import in_homes, in_messages, in_modals

TALLEST = 4800  # pixels: a window that holds a whole Home
WHOLE = ".dialog { max-height: none }"
MOMENTS = itertools.count(1_772_442_000.0, 301.0)
"""A clock of which every reading is later: no two messages share a heading."""


async def messages(server: Server, studio: Studio, scheme: Scheme) -> None:
    """Photograph what stands in channels and direct messages."""
    cases = in_messages()
    page = await studio.look(server.cast.lead.id, server.cast.requests, scheme, TALLEST)
    drawn = await wall.hung(page, len(cases))
    for case, message in zip(cases, await drawn.all(), strict=True):
        await studio.shoot(message, case.slug)
    await page.close()


async def views(server: Server, studio: Studio, scheme: Scheme) -> None:
    """Photograph the forms and the Homes."""
    who = server.cast.manager
    page = await studio.look(who.id, "home", scheme, height=TALLEST)
    await page.add_style_tag(content=WHOLE)
    for case in in_modals():
        await studio.shoot(await wall.in_modal(server, page, who, case), case.slug)
    server.workspace.state.views.stacks.clear()
    server.changes.happened()
    for case in in_homes():
        await studio.shoot(await wall.at_home(server, page, who, case), case.slug)
    await page.close()


async def main(folder: Path) -> None:
    """Make every picture."""
    refuse_without_means()
    async with running(clock=MOMENTS.__next__) as server, chromium() as browser:
        wall.hang(server, in_messages(), server.cast.requests)
        for scheme in get_args(Scheme):
            (folder / scheme).mkdir(parents=True, exist_ok=True)
            studio = Studio(browser, server.url, folder / scheme)
            await messages(server, studio, scheme)
            await views(server, studio, scheme)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
