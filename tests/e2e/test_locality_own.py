"""The Locality Lab with a visitor's own images, and a pattern drawn by hand, in a browser."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.datasets import files
from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, OpenPage
from tests.e2e.test_locality import LAB, SIDE, TALL, click_pixel, expect_pixel, verdict
from tests.harness.browser import settle, visit
from tests.harness.server import Server

DRAW = f"{LAB}?ll_tab=Draw+a+pattern&ll_pattern=8x8.0000000000000000&ll_shape=own&ll_gain=2"
MASK = ".st-key-panel_pattern_mask"


def pictures(count: int = 40) -> bytes:
    """A zip of pictures of two shades, left and right, so that a half looks at itself alone."""
    rng = np.random.default_rng(7)
    shades = rng.integers(0, 256, (count, 2))
    named = {}
    for i, (left, right) in enumerate(shades):
        pixels = np.full((8, 8), right, np.uint8)
        pixels[:, :4] = left
        named[f"{i:02}.png"] = files.picture(pixels)
    return files.packed(named)


def send(page: Page, data: bytes, name: str) -> None:
    payload: FilePayload = {"name": name, "mimeType": "application/zip", "buffer": data}
    page.locator(".st-key-ll_upload input[type=file]").set_input_files(payload)
    settle(page)


def choose(page: Page, option: str) -> None:
    page.locator(".st-key-ll_data").get_by_role("combobox").click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def side_text(page: Page) -> Locator:
    return page.get_by_test_id("stSidebarContent")


def test_own_images_are_uploaded_clicked_and_linked(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=TALL), f"{LAB}?ll_size=8")
    choose(page, "Your own images, uploaded")
    expect(side_text(page)).to_contain_text("No file has been uploaded yet.")
    send(page, pictures(), "halves.zip")
    expect(side_text(page)).to_contain_text("40 images of 8 × 8, grey")
    expect(verdict(page)).to_contain_text("32 of 64 pixels")  # its half
    click_pixel(page, "clean", 1, 6)
    expect_pixel(page, 1, 6)
    settle(page)
    expect(verdict(page)).to_contain_text("32 of 64 pixels")
    assert re.search(r"ll_file=[0-9a-f]{64}", page.url)
    other = visit(open_page(server, size=TALL), page.url)
    expect(side_text(other)).to_contain_text("40 images of 8 × 8, grey")


def test_a_bad_file_gets_a_sentence_and_nothing_is_lost(
    open_page: OpenPage, server: Server
) -> None:
    page = visit(open_page(server, size=TALL), f"{LAB}?ll_data=upload&ll_size=8")
    send(page, pictures(41), "good.zip")
    expect(side_text(page)).to_contain_text("41 images of 8 × 8, grey")
    send(page, files.packed({"../../evil.png": b"not a picture"}), "evil.zip")
    expect(side_text(page)).to_contain_text("evil")
    expect(page.get_by_text("Shown is still: Your own images")).to_be_visible()
    expect(side_text(page)).to_contain_text("41 images of 8 × 8, grey")
    send(page, pictures()[:-30], "cut.zip")
    expect(side_text(page)).to_contain_text("cut.zip is not a whole zip archive.")
    expect(verdict(page)).to_contain_text("32 of 64 pixels")


def test_other_data_are_chosen_from_the_menu(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=TALL), f"{LAB}?ll_n=100")
    choose(page, "Textures")
    expect(side_text(page)).to_contain_text("100 images of 16 × 16, grey: 256 dimensions")
    expect_pixel(page, 8, 7)


def board(page: Page) -> Locator:
    return page.locator(".st-key-ll_board canvas")


def cell(page: Page, row: float, column: float) -> tuple[float, float]:
    """Where the middle of a cell of the board is on the screen."""
    board(page).scroll_into_view_if_needed()
    area = board(page).bounding_box()
    assert area is not None
    x = area["x"] + area["width"] * (column + 0.5) / SIDE
    return x, area["y"] + area["height"] * (row + 0.5) / SIDE


def stroke(page: Page, *cells: tuple[int, int]) -> None:
    """Draw a line from cell to cell with the mouse."""
    page.mouse.move(*cell(page, *cells[0]))
    page.mouse.down()
    for place in cells[1:]:
        page.mouse.move(*cell(page, *place))
    page.mouse.up()
    settle(page)


def sizes(page: Page) -> tuple[int, int]:
    """Mask sizes without and with the pattern, as the caption says them."""
    found = re.findall(r"(\d+) of 64 pixels", page.locator(MASK).inner_text())
    return int(found[0]), int(found[1])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_drawn_line_makes_the_mask_grow(theme: str, open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, theme=theme, size=TALL), DRAW)
    before, same = sizes(page)
    assert before == same
    stroke(page, (4, 3), (0, 7), (7, 7))  # quickly: what lies between is drawn too
    expect(page.locator(MASK)).not_to_contain_text(f"with it {before} of 64")
    drawn = re.search(r"ll_pattern=8x8\.([0-9a-f]{16})", page.url)
    assert drawn is not None
    assert int(drawn[1], 16).bit_count() == 5 + 7
    assert sizes(page)[0] == before
    assert sizes(page)[1] > before
    found = violations(page)
    assert not found, "\n".join(found)


def test_a_pattern_is_drawn_by_keys_and_opens_from_its_link(
    open_page: OpenPage, server: Server
) -> None:
    page = visit(open_page(server, size=TALL), DRAW)
    board(page).focus()
    for key in ("ArrowDown", "ArrowRight", " ", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".st-key-ll_board output")).to_have_text("Row 1, column 2: on.")
    settle(page)
    expect(page).to_have_url(re.compile(r"ll_pattern=8x8\.0060000000000000"))
    page.keyboard.press("Shift+ArrowRight")
    expect_pixel(page, 4, 4)  # Shift and an arrow still move the pixel
    other = visit(open_page(server, size=TALL), page.url)
    expect(board(other)).to_have_attribute("aria-label", re.compile("2 cells are on"))
    stroke(other, (1, 1))  # a cell that is on is switched off
    expect(board(other)).to_have_attribute("aria-label", re.compile("1 cells? (is|are) on"))


def test_a_finger_draws_on_a_narrow_page(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=NARROW), DRAW)
    stroke(page, (4, 3), (4, 6))
    expect(board(page)).to_have_attribute("aria-label", re.compile("4 cells are on"))


def test_the_film_plays_in_the_browser(page: Page) -> None:
    visit(page, LAB)
    film = page.locator(".st-key-ll_film")
    expect(film.get_by_role("img")).to_have_attribute("aria-label", re.compile("σ = 1.24: .* 31"))
    expect(film.locator(".strip button")).to_have_count(10)
    film.get_by_role("button", name="Play").click()
    expect(film.locator("output")).to_contain_text("σ = 60.8: the mask holds 38 of 64 pixels.")
    film.locator(".strip button").last.click()
    expect(film.locator("output")).to_contain_text("σ = 0.01: the mask holds 1 of 64 pixels.")
    expect(film.get_by_role("button", name="Play")).to_be_visible()
