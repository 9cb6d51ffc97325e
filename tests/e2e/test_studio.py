"""The Generator Studio in a browser: live text, links, refusals, clicks, themes."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.figures import theme as colours
from explorer.ui.studio_fields import TABS
from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, WIDE, OpenPage
from tests.harness.browser import settle, visit
from tests.harness.server import Server

STUDIO = "/generator_studio"


def verdict(page: Page) -> Locator:
    return page.locator("[class*='st-key-verdict_']")


def box(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def test_typing_a_new_drift_changes_the_gap(page: Page) -> None:
    visit(page, STUDIO)
    expect(verdict(page)).to_contain_text("The gap is 2.068")
    box(page, "Drift b(x)").fill("-x**3")  # no Enter, no blur: the box is live
    expect(verdict(page)).to_contain_text("The gap is 1.369")
    alt = page.get_by_role("figure", name=re.compile("The gap is 1.369, between"))
    expect(
        alt.or_(page.get_by_label(re.compile("The gap is 1.369, between"))).first
    ).to_be_visible()


def test_a_half_typed_drift_keeps_the_last_picture_and_says_so(page: Page) -> None:
    visit(page, STUDIO)
    before = page.locator(".st-key-chart_gap").bounding_box()
    box(page, "Drift b(x)").fill("-x - x*")
    expect(verdict(page)).to_contain_text("the drift b(x) cannot be read")
    expect(page.locator(".st-key-error_b")).to_be_visible()
    expect(verdict(page)).to_contain_text("Below, paler, is the last one that worked")
    kept = page.locator(".st-key-gs_page")
    expect(kept).to_have_css("opacity", "0.4")
    expect(kept.locator(".main-svg").first).to_be_visible()
    assert page.locator(".st-key-chart_gap").bounding_box() == before  # nothing jumps
    box(page, "Drift b(x)").fill("-x")
    expect(verdict(page)).to_contain_text("ties with Ornstein–Uhlenbeck")
    expect(kept).to_have_css("opacity", "1")


def test_a_slider_rewrites_the_text(page: Page) -> None:
    visit(page, STUDIO)
    slider = page.locator(".st-key-gs_slide_b3").get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(box(page, "Drift b(x)")).not_to_have_value("-x - x**3")
    expect(box(page, "Drift b(x)")).to_have_value(re.compile(r"-x - 1\.\d+\*x\*\*3"))
    expect(verdict(page)).not_to_contain_text("2.068")


def test_a_link_opens_the_same_state_on_a_fresh_server(
    page: Page, fresh_server: Server, open_page: OpenPage
) -> None:
    visit(page, STUDIO)
    box(page, "Noise a(x)").fill("1 + x^2/4")
    expect(verdict(page)).not_to_contain_text("2.068")
    slider = page.locator(".st-key-gs_n").get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    page.get_by_role("tab", name=TABS[2]).click()
    settle(page)
    said = verdict(page).inner_text()
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    parts = urlsplit(link)
    assert "v=1" in parts.query

    other = visit(open_page(fresh_server), f"{parts.path}?{parts.query}")
    assert verdict(other).inner_text() == said
    expect(box(other, "Noise a(x)")).to_have_value("1 + x^2/4")
    expect(other.locator(".st-key-gs_n").get_by_role("slider")).to_have_value("9")
    expect(other.get_by_role("tab", name=TABS[2])).to_have_attribute("aria-selected", "true")


def test_a_refused_generator_shows_its_sentence_and_the_way_out(page: Page) -> None:
    visit(page, STUDIO)
    page.get_by_role("button", name="Refused, and why").click()
    page.get_by_role("button", name=re.compile("Negative noise")).click()
    expect(verdict(page)).to_have_text("a is negative outside [−1, 1]. Use the interval [−1, 1]?")
    page.get_by_role("button", name="Use [−1, 1]").click()
    expect(verdict(page)).to_contain_text("The gap is 2, known to")
    expect(box(page, "from")).to_have_value("-1")


def test_a_click_on_the_landscape_takes_the_coefficients(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page(server, size={"width": 1440, "height": 2400})
    visit(page, f"{STUDIO}?gs_tab={TABS[2].replace(' ', '+').replace('?', '%3F')}")
    page.get_by_role("button", name="Draw the landscape").click()
    settle(page)
    plot = page.locator(".st-key-gs_map_gap .nsewdrag").first
    area = plot.bounding_box()
    assert area is not None
    # The axes run from -3 to 3 across and from -3 to 0.6 upwards, 25 cells each way.
    x = area["x"] + area["width"] * (4 + 0.5) / 25
    y = area["y"] + area["height"] * (1 - (6 + 0.5) / 25)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    expect(box(page, "Drift b(x)")).to_have_value("-2*x - 2.1*x**3")


def test_figures_follow_the_theme_switch(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server), STUDIO)
    label = page.locator(".st-key-chart_gap .xtick text").first
    expect(label).to_have_css("fill", _css(colours.LIGHT.muted))
    page.emulate_media(color_scheme="dark")
    expect(label).to_have_css("fill", _css(colours.DARK.muted))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tab", TABS)
def test_axe_finds_nothing_serious_in_any_tab(
    tab: str, theme: str, server: Server, open_page: OpenPage
) -> None:
    page = visit(open_page(server, theme=theme), STUDIO)
    page.get_by_role("tab", name=tab).click()
    settle(page)
    found = violations(page)
    assert not found, "\n".join(found)


ROWS = {
    TABS[0]: [("gap", "accuracy"), ("law", "modes"), ("decided", "gradient")],
    TABS[1]: [("curves", "content"), ("dimension", "wrong")],
    TABS[2]: [("plane", "degrees")],
}


@pytest.mark.parametrize("tab", ROWS)
def test_the_panels_of_a_row_end_at_the_same_height(tab: str, page: Page) -> None:
    visit(page, STUDIO)
    page.get_by_role("tab", name=tab).click()
    settle(page)
    for row in ROWS[tab]:
        boxes = [page.locator(f".st-key-panel_{name}").bounding_box() for name in row]
        bottoms = [box["y"] + box["height"] for box in boxes if box is not None]
        assert len(bottoms) == 2
        assert abs(bottoms[0] - bottoms[1]) < 1, row


def test_the_open_tab_is_never_out_of_sight(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=NARROW), STUDIO)
    for tab in TABS:
        box = page.get_by_role("tab", name=tab).bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= NARROW["width"]


def test_words_on_the_primary_button_can_be_read(open_page: OpenPage, server: Server) -> None:
    for name, theme in (("light", colours.LIGHT), ("dark", colours.DARK)):
        page = visit(open_page(server, theme=name), f"{STUDIO}?gs_tab={TABS[3]}")
        button = page.get_by_role("button", name="Tune", exact=True)
        expect(button).to_have_css("color", _css(theme.on_accent))
        expect(button).to_have_css("background-color", _css(theme.accent))


def test_a_narrow_page_says_what_is_wrong_though_its_box_is_in_the_drawer(
    open_page: OpenPage, server: Server
) -> None:
    said = visit(open_page(server, size=NARROW), f"{STUDIO}?gs_b=foo").locator(
        ".st-key-error_again"
    )
    expect(said).to_be_in_viewport()
    expect(said).to_contain_text("the word 'foo' is not known")
    wide = visit(open_page(server), f"{STUDIO}?gs_b=foo")
    expect(wide.locator(".st-key-error_again")).to_be_hidden()
    expect(wide.locator(".st-key-error_b")).to_be_visible()


def test_the_narrow_page_begins_with_the_answer(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=NARROW), STUDIO)
    top = verdict(page).bounding_box()
    hero = page.locator(".st-key-chart_gap").bounding_box()
    assert top is not None
    assert hero is not None
    assert top["y"] < hero["y"] < NARROW["height"]
    expect(box(page, "Drift b(x)")).not_to_be_in_viewport()  # the controls are in a drawer


def test_the_controls_stay_in_view(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server, size=WIDE), STUDIO)
    page.mouse.move(900, 500)
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(300)
    expect(box(page, "Drift b(x)")).to_be_in_viewport()


def _css(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"
