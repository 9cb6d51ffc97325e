"""The Sampler Arena in a browser: three samplers on digits, one stopped, the same link again."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, OpenPage
from tests.harness.browser import settle, visit
from tests.harness.server import Server

ARENA = "/sampler_arena"
TALL = {"width": 1440, "height": 2600}
MINUTE = 60_000
DIGITS = {
    "sa_target": "data",
    "sa_data": "digits",
    "sa_denoiser": "optimal",
    "sa_n": "16",
    "sa_nfe": "12",
    "sa_ladder": "one",
    "sa_seeds": "3",
    "sa_samplers": "dpmpp-2m; heun; ddpm",
}
# A minute of work of which each step is short: it can be stopped in the middle on any machine.
LONG = {"sa_denoiser": "niedoba", "sa_nfe": "1000", "sa_n": "64", "sa_seeds": "1"}
TITLES = ("DPM-Solver++ 2M", "Heun", "DDPM")
BEGIN = re.compile("^(Run|Go on)")


def address(**changes: str) -> str:
    return f"{ARENA}?{urlencode(DIGITS | changes)}"


def panel(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-panel_{name}")


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    # Inside its panel: while a script runs, Streamlit shows a Stop of its own at the top.
    return panel(page, "who").get_by_role("button", name=name, exact=isinstance(name, str))


def run(page: Page) -> None:
    """Run the whole contest and wait for its end."""
    button(page, BEGIN).click()
    for _ in range(3):  # between two drawings there is neither button for a moment
        expect(button(page, BEGIN).or_(button(page, "Stop"))).to_have_count(0, timeout=3 * MINUTE)
        settle(page)
        page.wait_for_timeout(300)


def table(page: Page) -> dict[str, list[str]]:
    """Return the table of all entries: what stands first in a line -> its other cells."""
    rows = panel(page, "side_table").locator("tbody tr")
    cells = [
        [cell.strip() for cell in row.locator("th,td").all_inner_texts()] for row in rows.all()
    ]
    return {first.replace("\n", " "): rest for first, *rest in cells}


def test_three_samplers_on_digits(open_page: OpenPage, server: Server) -> None:
    """Each row has what was spent and a distance with its error; one noise, so rows are paired."""
    page = visit(open_page(server, size=TALL), address(sa_seed="11"))
    run(page)
    found = table(page)
    assert set(TITLES) <= set(found)
    for title in TITLES:
        assert found[title][0] == "12"
        assert any("±" in cell for cell in found[title])
    assert any("draws noise" in cell for cell in found["DDPM"])
    assert not any("draws noise" in cell for cell in found["Heun"])
    expect(page.locator("[class*='st-key-verdict_']").first).to_contain_text("12 evaluations")
    picture = page.locator(".st-key-chart_side_way image").first
    assert (picture.get_attribute("href") or "").startswith("data:image/png;base64,")
    for title in TITLES:
        expect(panel(page, "side_way")).to_contain_text(f"{title} · 12 NFE")


def test_one_is_stopped_and_the_other_goes_on(open_page: OpenPage, server: Server) -> None:
    two = {"sa_samplers": "ddpm; ddpm@logsnr"}
    page = visit(open_page(server, size=TALL), address(sa_seed="12", **LONG, **two))
    button(page, BEGIN).click()
    spent(page)  # both have begun
    button(page, "DDPM · logsnr").click(timeout=MINUTE)
    expect(panel(page, "who")).to_contain_text("Stopped: DDPM · logsnr", timeout=MINUTE)
    before = spent(page)
    later = re.compile(rf"DDPM · karras · (?!{before['karras']} )\d+ NFE")
    expect(panel(page, "side_way")).to_contain_text(later, timeout=MINUTE)
    button(page, "Stop").click()
    expect(button(page, BEGIN)).to_contain_text("Go on", timeout=MINUTE)
    settle(page)
    after = spent(page)
    assert 0 < after["logsnr"] == before["logsnr"]
    assert before["karras"] < after["karras"] < 1000


def test_stop_is_heard_and_the_contest_goes_on(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=TALL), address(sa_seed="13", **LONG, sa_samplers="ddpm"))
    button(page, BEGIN).click()
    late = re.compile(r"step ([4-9]\d|\d{3}) of 1000")  # several turns have passed
    expect(panel(page, "who")).to_contain_text(late, timeout=MINUTE)
    # What a turn has replaced is let go of: Streamlit hides it until the end of a run.
    assert page.locator(".st-key-panel_side_way .js-plotly-plot").count() <= 2
    button(page, "Stop").click()
    expect(button(page, BEGIN)).to_be_visible(timeout=MINUTE)
    settle(page)
    before = panel(page, "side_way").inner_text()
    page.wait_for_timeout(1500)  # three turns, if anything still ran
    assert panel(page, "side_way").inner_text() == before
    done = re.search(r"DDPM · (\d+) NFE", before)
    assert done is not None
    assert 0 < int(done[1]) < 1000
    button(page, BEGIN).click()
    later = re.compile(rf"DDPM · (?!{done[1]} )\d+ NFE")
    expect(panel(page, "side_way")).to_contain_text(later, timeout=MINUTE)
    button(page, "Stop").click()
    expect(button(page, BEGIN)).to_be_visible(timeout=MINUTE)


def spent(page: Page) -> dict[str, int]:
    """Return the evaluations of both DDPMs so far, by grid."""
    for grid in ("karras", "logsnr"):
        said = panel(page, "side_way").get_by_text(f"DDPM · {grid} · ").filter(visible=True)
        expect(said.first).to_be_visible(timeout=MINUTE)
    text = panel(page, "side_way").inner_text()
    return {grid: int(nfe) for grid, nfe in re.findall(r"DDPM · (\w+) · (\d+) NFE", text)}


def test_a_link_opens_the_same_contest_elsewhere(
    open_page: OpenPage, server: Server, fresh_server: Server
) -> None:
    """On a server that has never seen it, the same samples score the same."""
    page = visit(open_page(server, size=TALL), address(sa_seed="14", sa_seeds="1"))
    run(page)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    query = parse_qs(urlsplit(link).query)
    assert query["sa_samplers"] == ["dpmpp-2m; heun; ddpm"]
    assert {"v", "sa_seed", "sa_seeds", "sa_n", "sa_sigma_max", "sa_end", "sa_tab"} <= set(query)
    other = visit(open_page(fresh_server, size=TALL), f"{ARENA}?{urlsplit(link).query}")
    run(other)
    # all but the last column, the time
    assert {k: v[:-1] for k, v in table(other).items()} == {
        k: v[:-1] for k, v in table(page).items()
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(theme: str, server: Server, open_page: OpenPage) -> None:
    page = visit(open_page(server, theme=theme, size=TALL), f"{ARENA}?sa_ladder=one&sa_seeds=2")
    found = violations(page)
    for tab in ("Quality against cost", "Order", "RTK", "EVODiff"):
        page.get_by_role("tab", name=tab).click()
        settle(page)
        found += violations(page)
    assert not found, "\n".join(found)


def test_nothing_sticks_out_of_a_narrow_window(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=NARROW), ARENA)
    for tab in ("Side by side", "Quality against cost", "Order", "RTK", "EVODiff"):
        page.get_by_role("tab", name=tab).click()
        settle(page)
        width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert width <= NARROW["width"], tab
