"""The Locality Lab in a browser: clicks on known pixels, arrow keys, links, narrow windows."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.ui.rooms import path
from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, OpenPage
from tests.harness.browser import settle, visit
from tests.harness.server import Server

LAB = "/locality_lab"
TALL = {"width": 1440, "height": 1900}
SIDE = 8


def verdict(page: Page) -> Locator:
    return page.locator("[class*='st-key-verdict_']")


def number(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name, exact=True)


def click_pixel(page: Page, chart: str, row: int, column: int) -> None:
    """Click the middle of a pixel; the drag layer covers exactly the image."""
    area = page.locator(f".st-key-chart_{chart} .nsewdrag").first.bounding_box()
    assert area is not None
    x = area["x"] + area["width"] * (column + 0.5) / SIDE
    y = area["y"] + area["height"] * (row + 0.5) / SIDE
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def expect_pixel(page: Page, row: int, column: int) -> None:
    expect(number(page, "Row")).to_have_value(str(row))
    expect(number(page, "Column")).to_have_value(str(column))


def test_a_click_on_a_digit_chooses_its_row_and_column(open_page: OpenPage, server: Server) -> None:
    assert path("locality_lab").exists()
    page = visit(open_page(server, size=TALL), LAB)
    expect(verdict(page)).to_contain_text("31 of 64 pixels")
    click_pixel(page, "clean", 2, 5)
    expect_pixel(page, 2, 5)
    settle(page)
    expect(verdict(page)).not_to_contain_text("31 of 64 pixels")
    click_pixel(page, "filtered", 0, 0)  # a corner that is black in every digit
    expect_pixel(page, 0, 0)
    expect(verdict(page)).to_contain_text("looks nowhere")


def test_a_pixel_left_by_an_arrow_can_be_clicked_again(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=TALL), LAB)
    click_pixel(page, "noisy", 2, 5)
    expect_pixel(page, 2, 5)
    settle(page)
    page.keyboard.press("Shift+ArrowDown")
    expect_pixel(page, 3, 5)
    settle(page)
    click_pixel(page, "noisy", 2, 5)
    expect_pixel(page, 2, 5)
    settle(page)
    click_pixel(page, "clean", 6, 1)
    expect_pixel(page, 6, 1)
    settle(page)
    click_pixel(page, "noisy", 2, 5)
    expect_pixel(page, 2, 5)


def test_the_noise_slider_moves_the_mask(page: Page) -> None:
    visit(page, LAB)
    slider = page.locator(".st-key-ll_sigma").get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(verdict(page)).to_contain_text("At σ = 1.05")
    expect_pixel(page, 4, 3)  # the bare arrow belongs to the slider


def test_a_link_opens_the_same_state_on_a_fresh_server(
    page: Page, fresh_server: Server, open_page: OpenPage
) -> None:
    visit(page, f"{LAB}?ll_row=2&ll_column=5&ll_sigma=0.342&ll_tau=0.1")
    said = verdict(page).inner_text()
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    parts = urlsplit(link)
    assert {"v", "ll_data", "ll_seed", "ll_image", "ll_row"} <= set(parse_qs(parts.query))
    other = visit(open_page(fresh_server), f"{parts.path}?{parts.query}")
    assert verdict(other).inner_text() == said
    expect_pixel(other, 2, 5)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_colour(
    theme: str, server: Server, open_page: OpenPage
) -> None:
    link = f"{LAB}?ll_data=textures&ll_size=8&ll_colour=true&ll_row=3&ll_column=3"
    page = visit(open_page(server, theme=theme), link)
    expect(verdict(page)).to_contain_text("of 192 pixel values")
    found = violations(page)
    assert not found, "\n".join(found)


def test_the_narrow_page_begins_with_the_answer(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=NARROW), LAB)
    top, hero = (box.bounding_box() for box in (verdict(page), page.locator(".st-key-chart_clean")))
    assert top is not None
    assert hero is not None
    assert top["y"] < hero["y"] < NARROW["height"]
