"""Reading: Slack's markup drawn as Slack draws it, and nothing that people type ever runs."""

import pytest
from playwright.async_api import expect

from tests.browser.bot import Json, mrkdwn, plain
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "<svg/onload=window.pwned=1>",
    "&lt;img src=x onerror=window.pwned=1&gt;",
    "<javascript:window.pwned=1|press me>",
    "<data:text/html,<script>window.pwned=1</script>|press me>",
    "<JaVaScRiPt://%0awindow.pwned=1|press me>",
    "*<b onmouseover=window.pwned=1>*bold*</b>*",
    "```</code><script>window.pwned=1</script>```",
    "`<iframe srcdoc='<script>parent.pwned=1</script>'>`",
    "<@U0AMARA001|<script>window.pwned=1</script>>",
    "<!date^0^{date}^javascript:window.pwned=1|x>",
    '"><style>body{display:none}</style>',
    "\ue0000\ue001 \ue00099\ue001",
)
BESIDE = 'target="_blank" rel="noopener noreferrer"'
KNOWN = "a, strong, em, s, code, pre, blockquote, span, div, time, p"


DRAWN = {
    "*bold* _italic_ ~gone~": "<strong>bold</strong> <em>italic</em> <s>gone</s>",
    "*_both_*": "<strong><em>both</em></strong>",
    "snake_case_name 2*3*4": "snake_case_name 2*3*4",
    "`*as it is*`": "<code>*as it is*</code>",
    "a &lt; b &amp;amp; c": "a &lt; b &amp;amp; c",
    "&gt; quoted\nnot": "<blockquote>quoted</blockquote>not",
    "```\none\n  two\n```": "<pre><code>one\n  two</code></pre>",
    ":white_check_mark: done :nonsense:": "✅ done :nonsense:",
    "<https://example.com/a?b=1&amp;c=2|the *docs*>": (
        f'<a href="https://example.com/a?b=1&amp;c=2" {BESIDE}>the *docs*</a>'
    ),
    "see https://example.com/a.": f'see <a href="https://example.com/a" {BESIDE}>'
    "https://example.com/a</a>.",
    "<#C0GENERAL1>": '<span class="mention">#general</span>',
    "<!subteam^S0ITOPS001|@it-ops>": '<span class="mention">@it-ops</span>',
    "<!here>": '<span class="mention">@here</span>',
    "<!date^nonsense^{date}|in spring>": "<span>in spring</span>",
}


async def test_hostile_text_is_text_wherever_it_stands(desk: Desk) -> None:
    cast = desk.server.cast
    for text in HOSTILE:
        desk.post(text)
        desk.post(text, hostile_blocks(text))
    page = await desk.sit(cast.lead, cast.requests)
    await expect(page.locator(".message")).to_have_count(2 * len(HOSTILE))
    strange = page.locator(f".prose :not({KNOWN}), #log :is(script, iframe, style, svg [onload])")
    await expect(strange).to_have_count(0)
    hrefs = await page.locator("#log a[href]").evaluate_all("nodes => nodes.map(n => n.protocol)")
    assert set(hrefs) <= {"http:", "https:", "mailto:"}
    baits = await page.locator(".prose span", has_text="press me").all()
    assert len(baits) > 3
    for bait in baits:
        await bait.dispatch_event("click")
    await page.locator(".actions .button").first.dispatch_event("click")
    assert await page.evaluate("window.pwned") is None


def hostile_blocks(text: str) -> list[Json]:
    button = {"type": "button", "action_id": "b", "text": plain(text[:75]), "url": "javascript:1"}
    return [
        {"type": "header", "text": plain(text)},
        {"type": "section", "text": mrkdwn(text), "fields": [mrkdwn(text), plain(text)]},
        {"type": "context", "elements": [mrkdwn(text), plain(text)]},
        {"type": "actions", "elements": [button]},
    ]


async def test_markup_is_drawn_as_slack_draws_it(desk: Desk) -> None:
    cast = desk.server.cast
    for text in DRAWN:
        desk.post("In short", [{"type": "section", "text": mrkdwn(text)}])
    page = await desk.sit(cast.lead, cast.requests)
    proses = await page.locator(".message .prose").all()
    shown = [await prose.inner_html() for prose in proses]
    assert dict(zip(DRAWN, shown, strict=True)) == DRAWN


async def test_people_are_called_by_name_and_i_am_marked(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post(f"<@{cast.lead.id}> asks <@{cast.manager.id}|somebody>")
    page = await desk.sit(cast.lead, cast.requests)
    await expect(page.locator(".mention-me")).to_have_text("@Amara Okafor")
    await expect(page.locator(".mention:not(.mention-me)")).to_have_text("@Marta Nowak")


async def test_a_date_is_written_in_the_readers_own_time(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("<!date^1392734382^{date_num} then|a while ago>")
    page = await desk.sit(cast.lead, cast.requests)
    await expect(page.locator(".prose time")).to_have_text("2014-02-18 then")
    moment = page.locator(".prose time")
    await expect(moment).to_have_attribute("datetime", "2014-02-18T14:39:42.000Z")


async def test_a_picture_from_elsewhere_costs_no_request(desk: Desk) -> None:
    cast = desk.server.cast
    url = "https://pictures.example/of-a-cat.png"
    desk.post("Look", [{"type": "image", "image_url": url, "alt_text": "A cat, asleep"}])
    page = await desk.sit(cast.lead, cast.requests)
    await expect(page.get_by_text("A cat, asleep")).to_be_visible()
    await expect(page.locator("#log img[src^='http']")).to_have_count(0)


async def test_the_page_allows_no_script_and_no_request_but_its_own(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.lead)
    policy = page.locator("meta[http-equiv='Content-Security-Policy']")
    content = await policy.get_attribute("content") or ""
    assert "default-src 'none'" in content
    assert "script-src 'self';" in content
    assert "unsafe" not in content


async def test_rich_text_and_tables_are_drawn_with_their_structure(desk: Desk) -> None:
    cast = desk.server.cast
    bold = {"type": "text", "text": "Bold", "style": {"bold": True}}
    person = {"type": "user", "user_id": cast.lead.id}
    section = {"type": "rich_text_section", "elements": [bold, person]}
    rows = [[plain("Vendor"), plain("State")], [plain("Axiom"), plain("<b>done</b>")]]
    table = {"type": "table", "rows": [[raw_text(cell) for cell in row] for row in rows]}
    items = {"type": "rich_text_list", "style": "bullet", "elements": [section, section]}
    desk.post("Rich", [{"type": "rich_text", "elements": [section, items]}, table])
    page = await desk.sit(cast.manager, cast.requests)
    await expect(page.locator(".message li strong")).to_have_text(["Bold", "Bold"])
    await expect(page.locator(".message li .mention").first).to_have_text("@Amara Okafor")
    await expect(page.get_by_role("columnheader", name="Vendor")).to_be_visible()
    await expect(page.get_by_role("cell", name="<b>done</b>")).to_be_visible()


def raw_text(cell: Json) -> Json:
    return {"type": "raw_text", "text": cell["text"]}
