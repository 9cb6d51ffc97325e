"""The Locality Lab in a browser: every denoiser at once; a race run, stopped and shared."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, OpenPage
from tests.harness.browser import settle, visit
from tests.harness.server import Server

LAB = "/locality_lab"
TALL = {"width": 1440, "height": 2600}
RACE = f"{LAB}?ll_tab=Race&ll_n=300&ll_racers=optimal,wiener,locality&ll_reference=wiener"
MINUTE = 60_000


def button(page: Page, name: str) -> Locator:
    # Inside the tabs: while a script runs, Streamlit shows a Stop of its own at the top.
    return page.get_by_test_id("stTabs").get_by_role("button", name=name)


def run(page: Page) -> None:
    """Run the race and wait for its end."""
    button(page, "Run the race").click()
    expect(cells(page, "Locality masks, τ = 0.05")).to_have_count(5, timeout=MINUTE)
    expect(button(page, "Stop")).to_have_count(0)
    settle(page)


def cells(page: Page, method: str) -> Locator:
    """Return the cells of a method's line in the table of agreement."""
    table = page.locator(".st-key-panel_race_agreement table")
    return table.locator("tr", has_text=method).locator("td")


def test_a_race_on_digits_fills_the_table(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=TALL), f"{RACE}&ll_race_seed=2")
    expect(page.locator(".st-key-panel_race")).to_contain_text("30 denoiser calls")
    run(page)
    itself = cells(page, "Wiener filter (the reference)").all_inner_texts()
    assert itself[1].split("±")[0].strip() == "1.000"
    assert itself[2].split("±")[0].strip() == "0.000"
    _, r2, mse, p, seconds = cells(page, "Optimal (all images)").all_inner_texts()
    assert re.fullmatch(r"−?0\.\d{3}\u202f±\u202f0\.\d{3}", r2)
    assert float(mse.split("\u202f")[0]) > 0.0
    assert p
    assert seconds.endswith("s")
    pictures = page.locator(".st-key-chart_race_pictures image")
    assert (pictures.first.get_attribute("href") or "").startswith("data:image/png;base64,")
    for title in ("Optimal (all images)", "Locality masks, τ = 0.05"):
        expect(page.locator(".st-key-chart_race_pictures")).to_contain_text(title)


def test_stop_is_heard_and_the_race_goes_on(open_page: OpenPage, server: Server) -> None:
    """Patches at every position, sixteen pictures: seconds of work, whatever the machine."""
    slow = "ll_racers=wiener,kamb-els,kamb-bbels,niedoba&ll_samples=16&ll_reference=wiener"
    page = visit(open_page(server, size=TALL), f"{LAB}?ll_tab=Race&ll_race_seed=7&{slow}")
    button(page, "Run the race").click()
    expect(page.locator(".st-key-panel_race")).to_contain_text("of 10", timeout=MINUTE)
    button(page, "Stop").click()
    expect(button(page, "Go on")).to_be_visible(timeout=MINUTE)
    settle(page)
    done = int(re.findall(r"\d+", button(page, "Go on").inner_text())[0])
    page.wait_for_timeout(1500)  # three turns, if anything still ran
    assert int(re.findall(r"\d+", button(page, "Go on").inner_text())[0]) == done
    assert 0 < done < 40
    button(page, "Go on").click()
    expect(button(page, "Stop")).to_be_visible()
    expect(button(page, "Stop")).to_have_count(0, timeout=2 * MINUTE)
    expect(cells(page, "Niedoba")).to_have_count(5)


def test_chips_and_settings_travel_in_the_link(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=TALL), f"{RACE}&ll_race_seed=1")
    button(page, "Nearest image").click()
    expect(page.locator(".st-key-panel_race")).to_contain_text("40 denoiser calls")
    page.get_by_text("Single answers", exact=True).click()
    expect(page.locator(".st-key-panel_race")).to_contain_text("70 denoiser calls")
    settle(page)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    query = parse_qs(urlsplit(link).query)
    assert query["ll_racers"] == ["optimal,wiener,locality,nearest"]
    assert query["ll_protocol"] == ["single"]
    assert {"ll_race_seed", "ll_samples", "ll_reference", "ll_tab"} <= set(query)
    other = visit(open_page(server, size=TALL), f"{LAB}?{urlsplit(link).query}")
    expect(other.locator(".st-key-panel_race")).to_contain_text("70 denoiser calls")


def test_every_denoiser_answers(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=TALL), f"{LAB}?ll_tab=Every denoiser&ll_n=300")
    tiles = page.locator("[class*='st-key-ll_tile_']")
    expect(tiles.filter(has_text="off by")).to_have_count(await_count(tiles))
    expect(tiles.filter(has_text="Windowed mixture")).to_contain_text("off by")
    page.get_by_text("Its difference from Wiener's", exact=True).click()
    expect(page.locator(".st-key-panel_every")).to_contain_text("Orange is brighter")
    settle(page)


def await_count(tiles: Locator) -> int:
    """Return how many tiles are denoisers: all but the clean picture."""
    expect(tiles.filter(has_text="The clean picture")).to_have_count(1)
    return tiles.count() - 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(theme: str, server: Server, open_page: OpenPage) -> None:
    page = visit(open_page(server, theme=theme, size=TALL), RACE)
    if button(page, "Run the race").count():  # the server may know this race already
        run(page)
    found = violations(page)
    page.get_by_role("tab", name="Every denoiser").click()
    expect(page.locator(".st-key-panel_every")).to_be_visible()
    settle(page)
    found += violations(page)
    assert not found, "\n".join(found)


def test_nothing_sticks_out_of_a_narrow_window(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=NARROW), RACE)
    if button(page, "Run the race").count():
        run(page)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= NARROW["width"]
