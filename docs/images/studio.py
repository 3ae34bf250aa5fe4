"""Where pictures are taken: a Chromium, the page as somebody sees it, and small files.

Chromium and pngquant are looked for on the path, and the fonts of the pictures among the system's
(Debian: `apt-get install chromium fonts-inter fonts-noto-color-emoji pngquant`).
"""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, FloatRect, Locator, Page, async_playwright, expect

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FONTS = ("Inter", "Noto Color Emoji")
PROGRAMS = ("chromium", "pngquant", "fc-list")
WIDTH, TALL = 1440, 1700
SHARPNESS = 1.5
COLOURS = "96"
PATIENCE = 30_000.0  # milliseconds

Scheme = Literal["light", "dark"]


def refuse_without_means() -> None:
    """Raise RuntimeError where a program or a font lacks: signs would be empty boxes."""
    lacking = [one for one in PROGRAMS if shutil.which(one) is None]
    if not lacking:
        listed = _output("fc-list", ":", "family")
        lacking = [font for font in FONTS if font not in listed]
    if lacking:
        raise RuntimeError(f"install {', '.join(lacking)} first")


def _output(program: str, *arguments: str) -> str:
    command = (shutil.which(program) or program, *arguments)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own command line
    return done.stdout


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the Chromium of this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(frozen=True)
class Studio:
    """Takes pictures of the page at `url`, and puts them into `folder`."""

    browser: Browser
    url: str
    folder: Path

    async def look(
        self, who: str, place: str, scheme: Scheme = "light", height: int = TALL
    ) -> Page:
        """Open a place as somebody sees it; a tall window holds a whole card."""
        page = await self.browser.new_page(
            viewport={"width": WIDTH, "height": height},
            device_scale_factor=SHARPNESS,
            color_scheme=scheme,
            reduced_motion="reduce",
            bypass_csp=True,
        )
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{self.url}/#{who}/{place}")
        await page.locator("#people input:checked").wait_for(state="attached")
        return page

    async def message(self, page: Page, *words: str) -> Locator:
        """Wait until a message on the page says all of these words, and return the newest."""
        found = page.locator("#log > article")
        for word in words:
            found = found.filter(has_text=word)
        await expect(found.last).to_be_visible(timeout=PATIENCE)
        return found.last

    async def shoot(self, what: Page | Locator, name: str) -> None:
        """Write one picture, with as few colours as nobody misses."""
        file = self.folder / f"{name}.png"
        await what.screenshot(path=file, animations="disabled")
        _make_small(file)

    async def shoot_both(self, page: Page, ends: tuple[Locator, Locator], name: str) -> None:
        """Write one picture from the first of two messages to the second."""
        first, last = [await one.bounding_box() for one in ends]
        if first is None or last is None:
            raise RuntimeError(f"{name} is not on the page")
        height = last["y"] + last["height"] - first["y"]
        file = self.folder / f"{name}.png"
        clip: FloatRect = {**first, "height": height}
        await page.screenshot(path=file, animations="disabled", clip=clip)
        _make_small(file)


def _make_small(file: Path) -> None:
    _output(
        "pngquant", "--force", "--skip-if-larger", "--strip", "--speed", "1",
        "--output", str(file), COLOURS, str(file),
    )  # fmt: skip
    sys.stdout.write(f"{file.name} {file.stat().st_size // 1024} KB\n")
