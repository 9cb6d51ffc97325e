"""What goes over the wire: hosts, headers, the document's head, and files that stay themselves."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from explorer.figures import theme
from explorer.ui import document, web

ROOT = Path(__file__).resolve().parents[2]


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


async def streamlits_page(_request) -> HTMLResponse:
    return HTMLResponse("<title>Streamlit</title>", headers={"X-Frame-Options": "ALLOWALL"})


async def saved_figure(_request) -> HTMLResponse:
    return HTMLResponse("a saved figure")


async def missing(_request) -> HTMLResponse:
    return HTMLResponse("no such thing", status_code=404)


async def words(_request) -> PlainTextResponse:
    return PlainTextResponse("ok")


APP = Starlette(
    routes=[
        *web.routes(ROOT / "assets"),
        Route("/", streamlits_page),
        Route("/generator_studio", streamlits_page),
        Route("/media/figure.html", saved_figure),
        Route("/missing", missing),
        Route("/words", words),
    ],
    middleware=web.middleware(),
)


def ask(path: str, host: str = "127.0.0.1:8501", method: str = "GET") -> Reply:
    """Send one request through the middleware."""
    sent: list[dict] = []

    requests = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict:
        if not requests:
            await asyncio.Event().wait()  # the browser stays connected
        return requests.pop()

    async def send(message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "scheme": "http", "http_version": "1.1",
        "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 1), "server": None,
    }  # fmt: skip
    asyncio.run(APP(scope, receive, send))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1  # one answer, even where ours replaces another
    headers = {name.decode(): value.decode() for name, value in starts[0]["headers"]}
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return Reply(starts[0]["status"], headers, body.decode(errors="replace"))


@pytest.mark.parametrize("path", ["/", "/words", "/missing", "/nothing", "/assets/style.css"])
def test_headers_on_every_answer(path: str) -> None:
    headers = ask(path).headers
    assert headers["x-frame-options"] == "DENY"  # in place of what Streamlit might send
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]


def test_the_policy_is_narrow() -> None:
    rules = dict(
        rule.split(" ", 1) for rule in ask("/").headers["content-security-policy"].split("; ")
    )
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    assert rules["connect-src"] == "'self'"


def test_the_policy_admits_the_inline_scripts_that_are_there_and_no_other() -> None:
    page = document.page()
    policy = web.content_security_policy(page)
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert inline  # Streamlit 1.67 has one
    for body in inline:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == len(inline)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", ""]
)
def test_foreign_hosts_are_refused(host: str) -> None:
    reply = ask("/", host=host)
    assert reply.status == 400
    assert "content-security-policy" in reply.headers


@pytest.mark.parametrize("host", ["localhost", "localhost:8501", "127.0.0.1:9000"])
def test_our_own_hosts_are_served(host: str) -> None:
    assert ask("/", host=host).status == 200


@pytest.mark.parametrize("path", ["/", "/generator_studio"])
def test_pages_get_our_document(path: str) -> None:
    body = ask(path).body
    assert f"<title>{document.TITLE}</title>" in body
    assert '<script src="./assets/boot.js"></script>' in body
    assert '<script src="./assets/tables.js" defer></script>' in body
    assert "Streamlit</title>" not in body


def test_other_answers_stay_themselves() -> None:
    assert ask("/media/figure.html").body == "a saved figure"
    assert ask("/missing").body == "no such thing"
    assert ask("/words").body == "ok"


@pytest.mark.parametrize("name", ["style.css", "boot.js", "tables.js", "icon.svg"])
def test_assets_are_served(name: str) -> None:
    assert ask(f"/assets/{name}").body == (ROOT / "assets" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/"])
def test_assets_hold_nothing_else(path: str) -> None:
    assert ask(path).status in {404, 405}


def test_the_first_paint_has_the_colours_of_the_theme() -> None:
    style = document.first_paint()
    for name in ("accent", "muted", "bad"):
        light, dark = getattr(theme.LIGHT, name), getattr(theme.DARK, name)
        assert f"--{name}: light-dark({light}, {dark});" in style


def test_the_chart_script_exists() -> None:
    name = re.search(r'href="\./(static/js/[^"]+)"', document.chart_script())
    assert name
    assert (document.STATIC / name.group(1)).is_file()


def test_the_stylesheet_takes_its_colours_from_the_theme() -> None:
    style = (ROOT / "assets" / "style.css").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(", style)
    known = {f"--{name.replace('_', '-')}" for name in theme.Theme.__dataclass_fields__} | {
        "--tone"
    }
    assert set(re.findall(r"var\((--[a-z-]+)", style)) <= known
