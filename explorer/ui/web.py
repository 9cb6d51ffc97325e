"""What surrounds the pages on the wire: which hosts are served, which headers go out.

The Content-Security-Policy is the narrowest under which Plotly, KaTeX, components and navigation
work (the browser tests run with it). ``index.html`` of Streamlit holds one inline script; the
policy admits it by its SHA-256, computed at start from the installed file, so that an update of
Streamlit cannot silently break or widen the policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from explorer.ui import document

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The names under which a browser on this machine reaches the app. A page of a foreign site that
# points its own name at 127.0.0.1 (DNS rebinding) gets a 400.
ALLOWED_HOSTS = ("localhost", "127.0.0.1")

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def inline_script_hashes(page: str) -> list[str]:
    """Return the CSP sources of the inline scripts of an HTML page.

    Examples
    --------
    >>> inline_script_hashes("<script>1</script><script src='a.js'></script>")
    ["'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"]
    """
    digests = (hashlib.sha256(body.encode()).digest() for body in _INLINE_SCRIPT.findall(page))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(html: str) -> str:
    """Return the policy for the document `html`."""
    scripts = " ".join(["'self'", "blob:", *inline_script_hashes(html)])
    rules = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",  # emotion and Plotly write <style> elements
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers(html: str) -> dict[str, str]:
    """Return the headers that every response carries; `html` is the document we serve."""
    return {
        "Content-Security-Policy": content_security_policy(html),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


class SecurityHeaders:
    """ASGI middleware that adds `headers` to every HTTP response."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what the app sends, with our headers in place of its own of the same name."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in self._headers}
                kept = [pair for pair in message["headers"] if pair[0].lower() not in ours]
                message["headers"] = kept + self._headers
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def middleware() -> list[Middleware]:
    """Return the middleware of the app, outermost first."""
    html = document.page()
    return [
        Middleware(SecurityHeaders, headers=security_headers(html)),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(ALLOWED_HOSTS)),
        Middleware(document.Document, html=html),
    ]


def routes(assets: Path) -> list[BaseRoute]:
    """Return the routes beside Streamlit's own: ``/assets`` and the icon of the page."""

    async def icon(_request: Request) -> FileResponse:
        return FileResponse(assets / "icon.png")

    return [Mount("/assets", StaticFiles(directory=assets)), Route("/favicon.png", icon)]
