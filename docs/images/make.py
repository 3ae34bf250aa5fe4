#!/usr/bin/env python3
"""Makes every picture of the documents, from the sandbox, in headless Chromium.

From the top of the repository, after `make setup`: `.venv/bin/python docs/images/make.py`. Chromium
is looked for on the path, and the fonts of the pictures among the system's (Debian: `apt-get
install chromium fonts-inter fonts-noto-color-emoji`). Whatever is shown was done just now by the
real bot: nothing is drawn by hand, and a picture that no longer fits the code is made again.
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
WIDTH, HEIGHT, TALL = 1440, 1060, 1500
FONTS = ("Inter", "Noto Color Emoji")
PATIENCE = 30_000.0  # milliseconds
REQUESTS = "C0REQUEST1"
MARTA, AMARA, FEMI = "U0MARTA001", "U0AMARA001", "U0FEMIAD01"
Colours = Literal["light", "dark"]
REASON = "Sells in the north from Monday"


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


def look(
    browser: Browser, url: str, person: str, colours: Colours = "light", height: int = TALL
) -> Page:
    """Open the channel of requests as somebody sees it; a tall window holds a whole card."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": height},
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


def refuse_without_fonts() -> None:
    """Raise RuntimeError where a font lacks: signs would be empty boxes in every picture."""
    listed = subprocess.run(  # noqa: S603 - our own command line
        [shutil.which("fc-list") or "fc-list", ":", "family"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    lacking = [font for font in FONTS if font not in listed]
    if lacking:
        raise RuntimeError(f"install the fonts {', '.join(lacking)} first")


def shoot(what: Page | Locator, name: str) -> None:
    """Write one picture."""
    what.screenshot(path=HERE / f"{name}.png", animations="disabled")
    sys.stdout.write(f"{name}.png\n")


def picture_form(page: Page) -> None:
    """Begin the form of an onboarding, picture its upper part, and close it."""
    write(page, "/onboard @ada")
    form = page.locator("dialog#modal")
    form.get_by_label("GitHub login").fill("octocat")
    shoot(form, "form")
    form.get_by_role("button", name="Close", exact=True).last.click()
    expect(form).to_be_hidden()


def ask(page: Page) -> None:
    """Ask for a seller's accounts at all five vendors."""
    write(page, "/onboard @noah")
    form = page.locator("dialog#modal")
    form.get_by_label("GitHub login").fill("noahweiss")
    form.get_by_role("combobox", name="Profile").click()
    page.get_by_role("option", name="Seller").click()
    expect(form).to_contain_text("Ambition", timeout=PATIENCE)
    form.get_by_label("Reason").fill(REASON)
    form.get_by_role("button", name="Ask", exact=True).click()


def approve(page: Page) -> None:
    """Approve the newest request."""
    latest_card(page, "Waiting for approval").get_by_role("button", name="Approve").click()


def onboarding(browser: Browser, url: str) -> None:
    """Picture the form, the card that waits, and what became of it."""
    marta, amara = look(browser, url, MARTA), look(browser, url, AMARA)
    picture_form(marta)
    ask(marta)
    shoot(latest_card(amara, "Waiting for approval"), "card")
    dark = look(browser, url, AMARA, "dark")
    shoot(latest_card(dark, "Waiting for approval"), "card-dark")
    approve(amara)
    shoot(latest_card(amara, "Completed"), "done")
    page = look(browser, url, AMARA, height=HEIGHT)
    latest_card(page, "Completed")
    shoot(page, "page")
    page_dark = look(browser, url, AMARA, "dark", HEIGHT)
    latest_card(page_dark, "Completed")
    shoot(page_dark, "page-dark")


def offboarding(browser: Browser, url: str) -> None:
    """Picture a removal of which one answer never came, and one part is done by hand."""
    marta, amara = look(browser, url, MARTA), look(browser, url, AMARA)
    write(marta, "/offboard @noah")
    form = marta.locator("dialog#modal")
    form.get_by_label("Reason").fill("Leaves for a new job")
    form.get_by_role("button", name="Ask for removal").click()
    amara.get_by_role("switch", name="Axolo: lose next answer").click()
    approve(amara)
    shoot(latest_card(amara, "Needs attention"), "unknown")
    by_hand(look(browser, url, FEMI))


def by_hand(femi: Page) -> None:
    """Picture the form in which somebody vouches for what they did by hand."""
    card = latest_card(femi, "Needs attention")
    card.get_by_role("button", name="AppXite is done by hand").click()
    form = femi.locator("dialog#modal")
    form.get_by_role("textbox").fill("Blocked in the portal, see ticket IT-4711")
    shoot(form, "by-hand")
    form.get_by_role("button", name="Attest").click()
    latest_card(femi, "done by hand, attested")


def main() -> None:
    """Make every picture."""
    refuse_without_fonts()
    with demo() as url, chromium() as browser:
        onboarding(browser, url)
        offboarding(browser, url)


if __name__ == "__main__":
    main()
