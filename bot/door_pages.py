"""What the door shows in a browser: one sentence a page, without a script and without a secret."""

from html import escape
from http import HTTPStatus

from starlette.responses import HTMLResponse

from bot.door_settings import INSTALL_PATH

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }}
body {{ max-width: 34rem; margin: clamp(1.5rem, 8vw, 4rem) auto; padding: 0 1rem }}
h1 {{ line-height: 1.2 }}
h1, p {{ overflow-wrap: anywhere }}
</style>
<h1>{title}</h1>
<p>{sentence}</p>
{more}</html>
"""
_AGAIN = f'<p><a href="{INSTALL_PATH}">Begin again</a></p>\n'


def page(
    title: str, sentence: str, status: HTTPStatus = HTTPStatus.OK, *, again: bool = False
) -> HTMLResponse:
    """Return a page; no text in it is ever taken for markup. ``again`` adds a way back."""
    text = _PAGE.format(
        title=escape(title), sentence=escape(sentence), more=_AGAIN if again else ""
    )
    return HTMLResponse(text, status, headers=_HEADERS)


def refusal(sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> HTMLResponse:
    """Return the page that says why nothing was installed."""
    return page("Nothing was installed", sentence, status, again=True)
