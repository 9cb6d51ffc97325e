"""The shell around the pages: deep links, headers, hosts, themes, and the watch itself."""

from __future__ import annotations

import http.client
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from explorer.figures import theme as colours
from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, OpenPage, stay_inside
from tests.harness.browser import Watch, page_paths, visit
from tests.harness.server import Server

PAGES = page_paths()


class Reply(NamedTuple):
    """Status and headers of an answer."""

    status: int
    headers: http.client.HTTPMessage


def ask(server: Server, path: str, host: str | None = None) -> Reply:
    """GET a path with a Host header of our choice."""
    where = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=10)
    with closing(connection):
        connection.request("GET", path, headers={"Host": host or where.netloc})
        reply = connection.getresponse()
        reply.read()
        return Reply(reply.status, reply.headers)


# --- every page ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_deep_link_on_a_fresh_server(name: str, fresh_server: Server, open_page: OpenPage) -> None:
    """The first visitor after a start gets the page in its frame: the menu, and no exception."""
    page = visit(open_page(fresh_server), PAGES[name])
    expect(page.get_by_role("link", name="Home").first).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(
    name: str, theme: str, server: Server, open_page: OpenPage
) -> None:
    page = visit(open_page(server, theme=theme), PAGES[name])
    found = violations(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", PAGES)
def test_narrow_pages_do_not_scroll_sideways(
    name: str, server: Server, open_page: OpenPage
) -> None:
    page = visit(open_page(server, size=NARROW), PAGES[name])
    wider = page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollWidth - main.clientWidth; }"
    )
    assert wider <= 1  # rounding of fractional widths


@pytest.mark.parametrize("theme", [colours.LIGHT, colours.DARK], ids=lambda theme: theme.name)
def test_theme_follows_the_system(
    theme: colours.Theme, server: Server, open_page: OpenPage
) -> None:
    page = visit(open_page(server, theme=theme.name))
    red, green, blue = (int(theme.background[i : i + 2], 16) for i in (1, 3, 5))
    expect(page.get_by_test_id("stApp")).to_have_css(
        "background-color", f"rgb({red}, {green}, {blue})"
    )


def test_menu_leads_to_every_page(page: Page) -> None:
    visit(page)
    for path in list(PAGES.values())[1:]:
        link = page.locator(f"a[href$='{path}']").first
        expect(link).to_be_attached()


# --- the wire --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/generator_studio", "/_stcore/health", "/nothing/here.js"])
def test_headers_on_every_response(path: str, server: Server) -> None:
    headers = ask(server, path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy  # no foreign host
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "0.0.0.0"])
def test_foreign_hosts_are_refused(host: str, server: Server) -> None:
    reply = ask(server, "/", host=host)
    assert reply.status == 400
    assert "Content-Security-Policy" in reply.headers


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1"])
def test_our_own_hosts_are_served(host: str, server: Server) -> None:
    assert ask(server, "/", host=host).status == 200


# --- control: the watch sees what it is for --------------------------------------------------


def test_watch_sees_errors_and_outside_requests(server: Server, browser) -> None:
    context = browser.new_context(base_url=server.url)
    context.route("**/*", stay_inside)
    page = context.new_page()
    watch = Watch().over(page)
    visit(page)
    assert not watch.problems
    page.evaluate("console.error('seen')")
    page.evaluate("setTimeout(() => { throw new Error('thrown') }, 0)")
    page.evaluate("new Image().src = 'https://outside.example/pixel.png'")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), "
        "{textContent: 'window.injected = 1'}))"
    )
    page.wait_for_timeout(300)
    context.close()
    text = "\n".join(watch.problems)
    assert "console: seen" in text
    assert "thrown" in text
    assert "Content Security Policy" in text
    assert "outside.example" in text
