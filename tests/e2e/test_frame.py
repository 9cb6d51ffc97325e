"""The frame around every page: theme switch, links, lessons, cards, and what is taken away."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from explorer.figures import sampler_style
from explorer.figures import theme as colours
from explorer.ui import home
from tests.e2e.conftest import OpenPage
from tests.harness.browser import settle, visit
from tests.harness.server import Server

STUDIO = "/generator_studio"
DRIFT = "Drift b(x)"


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def line_colour(page: Page) -> str:
    """The colour of the law in the bottleneck picture on Home."""
    return page.locator(".st-key-home_bottleneck .js-line").first.evaluate(
        "line => getComputedStyle(line).stroke"
    )


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def popover(page: Page, name: str) -> None:
    """Open a popover of the page."""
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    settle(page)


def offered_link(page: Page) -> str:
    return page.get_by_test_id("stPopoverBody").locator("code.language-plaintext").inner_text()


def test_figures_follow_the_theme_switch(page: Page) -> None:
    visit(page)
    assert line_colour(page) == rgb(colours.LIGHT.accent)
    page.get_by_test_id("stMainMenuButton").click()
    page.get_by_test_id("stMainMenuItem-theme-Dark").click()
    page.wait_for_function(
        "colour => getComputedStyle(document.querySelector("
        "'.st-key-home_bottleneck .js-line')).stroke === colour",
        arg=rgb(colours.DARK.accent),
    )


@pytest.mark.parametrize("card", home.CARDS, ids=lambda card: card.name)
def test_a_card_opens_its_page_in_its_state(card: home.Card, page: Page) -> None:
    visit(page)
    # The whole card is the link: a click on the picture counts.
    box = page.locator(f".st-key-home_{card.name}").bounding_box()
    assert box
    page.locator(f".st-key-home_{card.name}").scroll_into_view_if_needed()
    page.locator(f".st-key-card_{card.name} h2").click(force=True)
    page.wait_for_url(f"**/{card.room}**")
    settle(page)
    if "gs_b" in card.query:
        expect(page.get_by_role("textbox", name=DRIFT)).to_have_value(card.query["gs_b"])
    elif "sa_samplers" in card.query:
        for sampler in card.query["sa_samplers"].split(";"):
            title = sampler_style.short(sampler)
            expect(page.locator(".st-key-panel_who")).to_contain_text(f"{title} · 20 evaluations")
    else:
        row = page.get_by_role("spinbutton", name="Row", exact=True)
        expect(row).to_have_value(card.query["ll_row"])
        expect(page.get_by_test_id("stSidebarContent")).to_contain_text("images of 16 × 16")


def test_a_link_opens_the_same_state_on_a_fresh_server(
    page: Page, fresh_server: Server, open_page: OpenPage
) -> None:
    visit(page, f"{STUDIO}?gs_b=-2*x&gs_n=5")
    popover(page, "Share")
    link = offered_link(page)
    state = parse_qs(urlsplit(link).query)
    assert state["v"] == ["1"]
    assert state["gs_b"] == ["-2*x"]
    assert len(state) > 10  # every field, not only those that differ from their defaults
    other = visit(open_page(fresh_server), path_of(link))
    expect(other.get_by_role("textbox", name=DRIFT)).to_have_value("-2*x")
    popover(other, "Share")
    assert path_of(offered_link(other)) == path_of(link)


def test_a_lesson_hides_and_keeps(page: Page, open_page: OpenPage, server: Server) -> None:
    visit(page, f"{STUDIO}?gs_b=-2*x")
    popover(page, "Lesson")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name=DRIFT).click()
    settle(page)
    link = offered_link(page)
    assert parse_qs(urlsplit(link).query)["hide"] == ["b"]
    lesson = visit(open_page(server), path_of(link))
    expect(lesson.get_by_role("textbox", name="Noise a(x)")).to_be_visible()
    expect(lesson.get_by_role("textbox", name=DRIFT)).to_have_count(0)
    popover(lesson, "Share")
    assert parse_qs(urlsplit(offered_link(lesson)).query)["gs_b"] == ["-2*x"]
    lesson.keyboard.press("Escape")
    popover(lesson, "Lesson")
    lesson.get_by_role("button", name="Show everything").click()
    expect(lesson.get_by_role("textbox", name=DRIFT)).to_have_value("-2*x")


def test_a_bad_value_of_a_link_is_said_beside_its_field(page: Page) -> None:
    visit(page, f"{STUDIO}?gs_n=inf")
    note = page.locator(".st-key-note_gs_n")
    expect(note).to_contain_text("is not a whole number")
    assert "gs_n" not in page.url


def test_a_picture_and_its_numbers_can_be_taken(page: Page, tmp_path: Path) -> None:
    visit(page, STUDIO)
    popover(page, "Take it")
    body = page.get_by_test_id("stPopoverBody")
    files = {}
    for name in ("PNG", "SVG", "HTML", "CSV", "JSON"):
        with page.expect_download() as waiting:
            body.get_by_role("button", name=name, exact=True).click()
        files[name] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[name])
        assert files[name].suffix == f".{name.lower()}"
    assert files["PNG"].read_bytes().startswith(b"\x89PNG")
    assert "<svg" in files["SVG"].read_text(encoding="utf-8")
    assert "plotly" in files["HTML"].read_text(encoding="utf-8")
    assert files["CSV"].read_text(encoding="utf-8").startswith("# ")
    assert json.loads(files["JSON"].read_text(encoding="utf-8"))["columns"]


def test_a_menu_named_in_a_link_stays_in_the_address(page: Page) -> None:
    """Opened again by its own address, as with the reload button, the page is the same."""
    visit(page, "/locality_lab?ll_data=textures&ll_size=8")
    facts = page.get_by_test_id("stSidebarContent")
    expect(facts).to_contain_text("images of 8 × 8")
    assert "ll_data=" in page.url
    assert "ll_size=" in page.url
    page.reload()
    settle(page)
    expect(facts).to_contain_text("images of 8 × 8")
    expect(facts).not_to_contain_text("UCI Machine Learning")


def test_a_number_may_be_written_in_any_way(page: Page) -> None:
    """The slider knows 10.0; a person writes 10, and Streamlit alone would drop it in silence."""
    visit(page, "/sampler_arena?sa_sigma_max=10")
    expect(page.get_by_test_id("stSidebarContent")).to_contain_text("noise at σ = 10")
    assert "sa_sigma_max=" in page.url
