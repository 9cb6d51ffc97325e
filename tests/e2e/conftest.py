"""Fixtures of the browser tests: a server, a fresh server, and a page that is watched.

`page` is a Playwright page whose base URL is the server's: `visit(page, "/generator_studio?v=1")`
(from `tests.harness.browser`). It fails its test on any console error, violation of the
Content-Security-Policy, page error or request to the outside. `server` lives as long as the test
process, `fresh_server` as long as one test; `open_page` makes pages on any server, in any theme and
size.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.harness import browser as chromium
from tests.harness.server import Server, serve

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("e2e") and chromium.executable() is None:
        message = "no Chromium: install the package chromium, or set CHROMIUM=/path/to/chrome"
        if os.environ.get("E2E") == "required":
            pytest.fail(message)
        pytest.skip(message)


def running() -> Iterator[Server]:
    """A server, which may not have printed a traceback when it ends."""
    with serve() as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server that the tests of this process share."""
    yield from running()


@pytest.fixture
def fresh_server() -> Iterator[Server]:
    """A server that nobody has visited yet."""
    yield from running()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the test process."""
    with chromium.launch() as started:
        yield started


def stay_inside(route: Route) -> None:
    """Let loopback requests through; the watch has noted any other."""
    inside = chromium.urlsplit(route.request.url).hostname in chromium.LOCAL
    route.continue_() if inside else route.abort()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Make watched pages: `open_page(server, theme="dark", size=NARROW)`."""
    watches: list[chromium.Watch] = []
    contexts = []

    def make(server: Server, *, theme: str = "light", size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(
            base_url=server.url, viewport=size, color_scheme=theme, reduced_motion="reduce"
        )
        context.route("**/*", stay_inside)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        watches.append(chromium.Watch().over(page))
        return page

    yield make
    for context in contexts:
        context.close()
    problems = [problem for watch in watches for problem in watch.problems]
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_page: OpenPage, server: Server) -> Page:
    """A watched page on the shared server: light, 1440 px wide."""
    return open_page(server)
