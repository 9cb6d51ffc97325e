"""The HTML document that a browser gets first: Streamlit's own, with our title, style and boot.

Five things go into its head. The title and colours are there before any script has run, so that
nothing flashes white in the dark theme. The stylesheet's colours are written from the theme file.
``boot.js`` names the server's address: on a deep link Streamlit would otherwise try
``/generator_studio/_stcore/...`` first, and every visit would begin with two 404s in the console.
``tables.js`` lets the keyboard scroll tables that are wider than the window. The chart code, the
largest script by far, starts to load at once and not after the first figure.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit
from starlette.responses import HTMLResponse

from explorer.figures import theme

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(streamlit.__file__).parent / "static"
TITLE = "Diffusion Design Explorer"
# Paths whose HTML is somebody's file (a saved figure), never the app's document.
FILES = ("/media/", "/assets/", "/component/", "/_stcore/", "/static/")
DESCRIPTION = "See why diffusion models work, how fast they forget, and where errors come from."


def colour_variables() -> str:
    """Return the theme's colours as CSS variables, each right in both themes.

    Examples
    --------
    >>> "--accent: light-dark(#2F5DA8, #7FB0FF);" in colour_variables()
    True
    """
    names = [name for name in theme.Theme.__dataclass_fields__ if name != "name"]
    pairs = ((name, getattr(theme.LIGHT, name), getattr(theme.DARK, name)) for name in names)
    return " ".join(
        f"--{name.replace('_', '-')}: light-dark({light}, {dark});" for name, light, dark in pairs
    )


def first_paint() -> str:
    """Return the style of the empty document, before Streamlit has drawn anything."""
    light, dark = theme.LIGHT.background, theme.DARK.background
    return (
        f":root {{ {colour_variables()} }} html {{ background: {light}; }} "
        f"@media (prefers-color-scheme: dark) {{ html {{ background: {dark}; }} }}"
    )


def chart_script() -> str:
    """Return the link that preloads Streamlit's chart code; empty if its file is not found."""
    files = sorted((STATIC / "static" / "js").glob("PlotlyChart.*.js"))
    if not files:
        return ""
    return f'<link rel="modulepreload" crossorigin href="./static/js/{files[0].name}">'


def page() -> str:
    """Return the document: Streamlit's ``index.html`` with our head."""
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    head = "\n    ".join(
        [
            f'<meta name="description" content="{DESCRIPTION}" />',
            f"<style>{first_paint()}</style>",
            '<link rel="stylesheet" href="./assets/style.css" />',
            '<script src="./assets/boot.js"></script>',
            '<script src="./assets/tables.js" defer></script>',
            chart_script(),
        ]
    )
    html = html.replace("<title>Streamlit</title>", f"<title>{TITLE}</title>\n    {head}")
    if head not in html:
        raise RuntimeError("Streamlit's index.html has no <title>Streamlit</title> to replace.")
    return html


class Document:
    """ASGI middleware that answers with `page` wherever Streamlit answers with an HTML page."""

    def __init__(self, app: ASGIApp, html: str) -> None:
        self._app = app
        # `no-cache`: asked for at each visit, so that an update of the app is seen at once.
        self._response = HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through but a successful HTML page."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(FILES):
            await self._app(scope, receive, send)
            return
        ours = False

        async def send_ours(message: Message) -> None:
            nonlocal ours
            if message["type"] == "http.response.start":
                ours = message["status"] == 200 and _is_html(message)
                if ours:
                    await self._response(scope, receive, send)
            if not ours:
                await send(message)

        await self._app(scope, receive, send_ours)


def _is_html(message: Message) -> bool:
    headers = {name.lower(): value for name, value in message["headers"]}
    return headers.get(b"content-type", b"").startswith(b"text/html")
