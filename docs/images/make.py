#!/usr/bin/env python3
"""Makes every picture of the documents, from the sandbox, in headless Chromium.

From the top of the repository, after `make setup`: `.venv/bin/python docs/images/make.py`. Chromium
is looked for on the path (Debian: `apt-get install chromium`). Whatever is shown was done just now
by the real bot: nothing is drawn by hand, and a picture that no longer fits the code is made again.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

HERE = Path(__file__).parent
DEMO = (sys.executable, "-m", "bot", "demo", "--port", "0")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTH, HEIGHT = 1440, 900
PATIENCE = 30_000.0  # milliseconds
REQUESTS = "C0REQUEST1"
MARTA, AMARA = "U0MARTA001", "U0AMARA001"
Colours = Literal["light", "dark"]
REASON = "Joins the platform team on Monday"


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo and yield the address of its page."""
    process = subprocess.Popen(  # noqa: S603 - our own command line
        DEMO, cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True
    )
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stdout or ():
        found = ADDRESS.search(line)
        if found:
            return found.group()
    raise RuntimeError("the demo ended before it said where its page is")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        try:
            yield browser
        finally:
            browser.close()


def look(browser: Browser, url: str, person: str, colours: Colours = "light") -> Page:
    """Open the channel of requests as somebody sees it."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=2,
        color_scheme=colours,
        reduced_motion="reduce",
    )
    page.set_default_timeout(PATIENCE)
    page.goto(f"{url}/#{person}/{REQUESTS}")
    expect(page.locator("#log")).to_be_visible(timeout=PATIENCE)
    return page


def write(page: Page, text: str) -> None:
    """Type into the message box and send."""
    page.locator("#composer").fill(text)
    page.locator("#send").click()


def latest_card(page: Page, words: str) -> Locator:
    """Wait until the newest card of the channel says ``words``."""
    card = page.locator("article.message-card").last
    expect(card).to_contain_text(words, timeout=PATIENCE)
    return card


def shoot(what: Page | Locator, name: str) -> None:
    """Write one picture."""
    what.screenshot(path=HERE / f"{name}.png", animations="disabled")
    sys.stdout.write(f"{name}.png\n")


def ask(page: Page) -> None:
    """Ask for an engineer's accounts with the form, and picture it."""
    write(page, "/onboard @ada")
    form = page.locator("dialog#modal")
    form.get_by_label("GitHub login").fill("octocat")
    form.get_by_label("Reason").fill(REASON)
    shoot(form, "form")
    form.get_by_role("button", name="Ask", exact=True).click()


def approve(page: Page) -> None:
    """Approve the newest request."""
    latest_card(page, "Waiting for approval").get_by_role("button", name="Approve").click()


def onboarding(browser: Browser, url: str) -> None:
    """Picture the form, the card that waits, and what became of it."""
    marta, amara = look(browser, url, MARTA), look(browser, url, AMARA)
    ask(marta)
    shoot(latest_card(amara, "Waiting for approval"), "card")
    dark = look(browser, url, AMARA, "dark")
    shoot(latest_card(dark, "Waiting for approval"), "card-dark")
    approve(amara)
    shoot(latest_card(amara, "Completed"), "done")


def offboarding(browser: Browser, url: str) -> None:
    """Picture a removal of which Axolo's answer never came."""
    marta, amara = look(browser, url, MARTA), look(browser, url, AMARA)
    write(marta, "/offboard @ada")
    form = marta.locator("dialog#modal")
    form.get_by_label("Reason").fill("Leaves for a new job")
    form.get_by_role("button", name="Ask for removal").click()
    amara.get_by_role("switch", name="Lose Axolo's next answer").click()
    approve(amara)
    shoot(latest_card(amara, "Needs attention"), "unknown")
    shoot(amara, "page")
    dark = look(browser, url, AMARA, "dark")
    latest_card(dark, "Needs attention")
    shoot(dark, "page-dark")


def main() -> None:
    """Make every picture."""
    with demo() as url, chromium() as browser:
        onboarding(browser, url)
        offboarding(browser, url)


if __name__ == "__main__":
    main()
