"""The tabs Settings, Memory and Cost in a browser: presets, Stop, and narrow windows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, OpenPage
from tests.harness.browser import settle, visit
from tests.harness.server import Server

LAB = "/locality_lab"
SMALL = "ll_data=textures&ll_size=8&ll_n=100"


def test_a_preset_changes_the_picture_and_the_address(page: Page) -> None:
    visit(page, f"{LAB}?ll_tab=Settings")
    panel = page.locator(".st-key-panel_settings")
    expect(panel).to_contain_text("only softmax per batch of 512")
    panel.get_by_role("button", name="Plain", exact=True).click()
    expect(panel).to_contain_text("All settings are plain")
    settle(page)
    # Streamlit writes the titles; `Choice.parse` reads both.
    assert "ll_softmax=Over+all+images" in page.url
    assert "ll_rule=Symmetric" in page.url


def test_measuring_is_stopped_and_goes_on_to_the_end(page: Page) -> None:
    visit(page, f"{LAB}?ll_tab=Cost&{SMALL}")
    panel = page.locator(".st-key-panel_cost")
    expect(panel).to_contain_text("Nothing has been measured yet.")
    panel.get_by_role("button", name="Measure on this machine").click()
    panel.get_by_role("button", name="Stop").click()
    go_on = panel.get_by_role("button", name="Go on")
    expect(go_on).to_be_visible()
    expect(panel).to_contain_text("all 100")  # what was measured is kept
    settle(page)
    go_on.click()
    expect(go_on).to_be_hidden(timeout=60_000)
    expect(panel.get_by_role("button", name="Stop")).to_be_hidden(timeout=60_000)
    expect(panel.locator("tr").filter(has_text="Wiener filter").first).to_contain_text("all 100")


@pytest.mark.parametrize("tab", ["Settings", "Memory", "Cost"])
def test_a_narrow_window_scrolls_tables_and_not_the_page(
    tab: str, open_page: OpenPage, server: Server
) -> None:
    page = visit(open_page(server, theme="dark", size=NARROW), f"{LAB}?ll_tab={tab}")
    tables = page.locator("[class*='st-key-table_'] table")
    expect(tables.first).to_be_visible()
    width = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= NARROW["width"]
    found = violations(page)
    assert not found, "\n".join(found)
