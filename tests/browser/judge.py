"""The judge of what is drawn: letters one can read, nothing cut, empty or unnamed."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CONTROLS = {
    "button", "link", "textbox", "combobox", "checkbox", "radio", "switch", "spinbutton", "Date",
    "InputTime",
}  # fmt: skip
NAMED = re.compile(r"\w|\/")


async def faults(root: Locator) -> list[str]:
    """Return what is wrong inside `root`, each with where it stands."""
    [found] = await faults_of_each(root)
    return found


async def faults_of_each(roots: Locator) -> list[list[str]]:
    """Return what is wrong inside each of several, in their order."""
    each: list[list[tuple[str, str]]] = await roots.evaluate_all(f"roots => roots.map({SCRIPT})")
    return [[f"{fault}: {where}" for fault, where in found] for found in each]


async def unnamed(page: Page) -> list[str]:
    """Return the controls of the page that have no name for people who listen."""
    return [role for role, name in await controls(page) if not NAMED.search(name)]


async def controls(page: Page) -> list[tuple[str, str]]:
    """Return every control as assistive technology is told of it: its role and its name."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    told = [
        (node.get("role", {}).get("value", ""), node.get("name", {}).get("value", ""))
        for node in tree["nodes"]
        if not node["ignored"]
    ]
    return [(role, name) for role, name in told if role in CONTROLS]
