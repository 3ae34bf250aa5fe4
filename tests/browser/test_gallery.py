"""Everything that Aboard shows, drawn by the page: on wide windows and phones, light and dark."""

from collections.abc import Sequence
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page

from tests.browser.desk import PHONE, WIDE, Desk
from tests.browser.gallery import wall
from tests.browser.gallery.case import Case
from tests.browser.gallery.everything import in_homes, in_messages, in_modals
from tests.browser.judge import faults, faults_of_each, unnamed

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]


async def test_every_message_can_be_read_and_every_button_has_a_name(desk: Desk) -> None:
    cast, cases = desk.server.cast, in_messages()
    wall.hang(desk.server, cases, cast.requests)
    page = await desk.sit(cast.lead, cast.requests)
    await _are_good(page, cases, await wall.hung(page, len(cases)))


async def test_every_form_can_be_read_and_every_field_has_a_name(desk: Desk) -> None:
    who = desk.server.cast.manager
    page = await desk.sit(who)
    for case in in_modals():
        await _are_good(page, [case], await wall.in_modal(desk.server, page, who, case))


async def test_every_home_can_be_read_and_every_button_has_a_name(desk: Desk) -> None:
    who = desk.server.cast.manager
    page = await desk.sit(who, "home")
    for case in in_homes():
        await _are_good(page, [case], await wall.at_home(desk.server, page, who, case))


async def _are_good(page: Page, cases: Sequence[Case], drawn: Locator) -> None:
    """See that nothing is wrong with what is drawn, in light and dark and on a phone."""
    looks: list[tuple[Scheme, tuple[int, int]]] = [
        ("light", WIDE), ("dark", WIDE), ("light", PHONE),
    ]  # fmt: skip
    found: dict[str, list[str]] = {}
    for scheme, (width, height) in looks:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": height})
        for case, wrong in zip(cases, await faults_of_each(drawn), strict=True):
            found[f"{case.slug}, {scheme}, {width}"] = wrong
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert await unnamed(page) == []


WRONG: tuple[tuple[str, str], ...] = (
    ("cannot be read", "<p style='color: #999; background: #fff'>Approved</p>"),
    ("is cut", "<p style='width: 40px; overflow: hidden; white-space: nowrap'>Everything</p>"),
    ("leaves its place", "<p style='margin-left: -900px; width: 90px'>Away</p>"),
    ("is empty", "<div class='block block-section'> </div>"),
    ("shows its markup", "<p>:tada: Approved</p>"),
    ("is not drawn", "<p class='unknown'>(a video block is not drawn here)</p>"),
)


async def test_the_judge_sees_what_is_wrong_and_hears_what_has_no_name(chromium: Browser) -> None:
    page = await chromium.new_page()
    for fault, markup in WRONG:
        await page.set_content(f"<main>{markup}</main>")
        assert [one.partition(":")[0] for one in await faults(page.locator("main"))] == [fault]
    await page.set_content("<button aria-label='Approve'></button><button>·</button>")
    assert await unnamed(page) == ["button"]
    await page.close()
