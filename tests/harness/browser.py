"""Chromium for the tests: found on the machine, watched for anything that should not happen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    WebSocket,
    sync_playwright,
)

from explorer.ui.rooms import ROOMS
from tests.harness.server import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
LOCAL = {"127.0.0.1", "localhost"}

# Streamlit marks its root with the state of the script; a figure carries its class once drawn.
SETTLED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const busy = document.querySelectorAll('[data-testid=stSkeleton], [data-stale=true]').length;
    const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
    const drawn = charts.every(c => c.checkVisibility() === false || c.querySelector('.main-svg'));
    return app?.dataset.testScriptState === 'notRunning' && busy === 0 && drawn
        && app.dataset.testConnectionState === 'CONNECTED';
}"""


def executable() -> str | None:
    """Return the Chromium to drive: $CHROMIUM, or the first one on the PATH."""
    named = os.environ.get("CHROMIUM")
    found = [shutil.which(name) for name in ((named,) if named else NAMES)]
    return next((path for path in found if path), None)


@contextmanager
def launch() -> Iterator[Browser]:
    """Start a headless Chromium; close it on leaving."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=list(ARGUMENTS), headless=True
        )
        yield browser
        browser.close()


def page_paths() -> dict[str, str]:
    """Return name -> path of each page that exists, the default page first."""
    rooms = [room.name for room in ROOMS if (ROOT / "pages" / f"{room.name}.py").exists()]
    return {name: f"/{name}" if index else "/" for index, name in enumerate(rooms)}


def settle(page: Page) -> None:
    """Wait until the page's script has run, nothing is stale and all visible figures are drawn."""
    page.wait_for_function(SETTLED)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.wait_for_timeout(250)  # Streamlit debounces: a rerun may start just now
    page.wait_for_function(SETTLED)


def visit(page: Page, path: str = "/") -> Page:
    """Open a path of the app (the context's base URL) and wait until it has settled."""
    page.goto(path)
    settle(page)
    return page


@dataclass  # without slots: Playwright leaves a mark on the objects whose methods it calls
class Watch:
    """What must not happen on a page: problems, in the order seen."""

    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Watch:
        """Look at this page from now on."""
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)
        page.on("websocket", self._socket)
        return self

    def _console(self, message: ConsoleMessage) -> None:
        # A violation of the Content-Security-Policy is a console error too.
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: Error) -> None:
        self.problems.append(f"page error: {error}")

    def _request(self, request: Request) -> None:
        self._outside(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._outside(socket.url)

    def _outside(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.hostname not in LOCAL:
            self.problems.append(f"outside request: {url}")
