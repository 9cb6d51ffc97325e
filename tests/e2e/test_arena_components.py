"""The plane of modes and the flights in a browser, on a sample page with the app's headers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from explorer.figures import theme
from explorer.ui.arena import flight
from tests.e2e.accessibility import violations
from tests.e2e.conftest import NARROW, OpenPage, stay_inside
from tests.harness.browser import Watch, settle, visit
from tests.harness.client import Session
from tests.harness.server import ROOT, Server, serve
from tests.ui import arena_components_page as sample

APP = ROOT / "tests" / "ui" / "arena_components_app.py"
FLIGHTS = "/?part=flight&flights=4"
LIMITS = 3.0
RING = "2,0,1; -1,1.732,1; -1,-1.732,1"
SENT = "2,0,1; -1,1.73,1; -1,-1.73,1"  # as the board sends it: two decimals


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    """The sample page's server."""
    with serve(APP) as server:
        yield server
        assert "Traceback" not in server.log, server.log


def board(page: Page) -> Locator:
    return page.get_by_role("application", name="A board of modes")


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the plane is in the window."""
    box = board(page).bounding_box()
    assert box is not None
    side = box["width"]
    across = box["x"] + (x / LIMITS + 1) * side / 2
    return across, box["y"] + (1 - y / LIMITS) * side / 2


def click(page: Page, x: float, y: float) -> None:
    page.mouse.click(*place(page, x, y))


def expect_modes(page: Page, text: str) -> None:
    expect(page.get_by_text(f"modes: {text}", exact=True)).to_be_visible()
    settle(page)


def said(page: Page) -> Locator:
    return page.locator(".stBidiComponent output")


def calls(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^calls: ")).inner_text().removeprefix("calls: "))


def on_the_board(page: Page, count: int) -> list[list[float]]:
    """The modes that the page holds, once there are as many."""
    shown = page.get_by_text(re.compile(rf"^modes: ([^;]+; ){{{count - 1}}}[^;]+$"))
    expect(shown).to_be_visible()
    settle(page)
    return [list(mode) for mode in sample.read(shown.inner_text().removeprefix("modes: "))]


@pytest.fixture
def plane_page(open_page: OpenPage, site: Server) -> Page:
    page = visit(open_page(site), "/")
    expect_modes(page, RING)
    return page


def test_clicks_add_drag_and_remove_modes(plane_page: Page) -> None:
    page = plane_page
    click(page, 1.5, 2.0)
    expect(said(page)).to_contain_text("Mode 4 of 4 added: (1.5")
    *_, new = on_the_board(page, 4)
    pixel = 2 * LIMITS / 384  # of a board of 24rem
    np.testing.assert_allclose(new, [1.5, 2.0, 1.0], atol=pixel)
    page.mouse.move(*place(page, -1, 1.732))
    page.mouse.down()
    page.mouse.move(*place(page, 0.2, 0.5))
    page.mouse.move(*place(page, 0.6, -0.4))
    assert calls(page) == 1  # nothing is sent before the pen is lifted
    page.mouse.up()
    expect(said(page)).to_contain_text("Mode 2 of 4 moved: (0.6")
    expect(page.get_by_text("calls: 2")).to_be_visible()
    np.testing.assert_allclose(on_the_board(page, 4)[1], [0.6, -0.4, 1.0], atol=pixel)
    page.mouse.dblclick(*place(page, 2, 0))
    expect(said(page)).to_have_text("Removed. There are 3 modes.")
    on_the_board(page, 3)
    assert calls(page) == 3
    page.mouse.dblclick(*place(page, -2.5, 2.5))  # adds, and does not remove what it just added
    on_the_board(page, 4)
    expect(said(page)).to_contain_text("Mode 4 of 4")


def test_every_key_does_what_it_says(plane_page: Page) -> None:
    page = plane_page
    board(page).focus()
    page.keyboard.press("Tab")
    expect(said(page)).to_have_text("Mode 1 of 3 selected: (2, 0), weight 1.")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect_modes(page, "1.9,-0.2,1; -1,1.73,1; -1,-1.73,1")
    assert calls(page) == 1  # keys in a row are one change
    for _ in range(8):
        page.keyboard.press("+")
    expect_modes(page, "1.9,-0.2,10; -1,1.73,1; -1,-1.73,1")
    for _ in range(14):
        page.keyboard.press("-")
    expect_modes(page, "1.9,-0.2,0.1; -1,1.73,1; -1,-1.73,1")
    page.keyboard.press("Tab")
    expect(said(page)).to_contain_text("Mode 2 of 3 selected")
    page.keyboard.press("Delete")
    expect_modes(page, "1.9,-0.2,0.1; -1,-1.73,1")
    page.keyboard.press("n")
    expect_modes(page, "1.9,-0.2,0.1; -1,-1.73,1; 0,0,1")
    page.keyboard.press("Backspace")
    expect_modes(page, "1.9,-0.2,0.1; -1,-1.73,1")
    page.keyboard.press("Tab")
    page.keyboard.press("Delete")
    expect_modes(page, "-1,-1.73,1")
    page.keyboard.press("Tab")
    page.keyboard.press("Delete")
    expect(said(page)).to_have_text("The last mode stays.")
    page.keyboard.press("Shift+Tab")  # before the first mode: the board is left
    expect(board(page)).not_to_be_focused()


@pytest.mark.slow
def test_escape_and_tab_leave_the_board(plane_page: Page) -> None:
    board(plane_page).focus()
    plane_page.keyboard.press("Tab")
    plane_page.keyboard.press("Escape")
    expect(said(plane_page)).to_have_text("Nothing is selected. Tab leaves the board.")
    plane_page.keyboard.press("Tab")
    expect(plane_page.get_by_role("button", name="Add", exact=True)).to_be_focused()


@pytest.mark.slow
def test_no_answer_of_the_page_takes_the_selection_away(plane_page: Page) -> None:
    page = plane_page
    click(page, 2, 0)
    page.keyboard.press("ArrowUp")
    expect_modes(page, SENT.replace("2,0,1", "2,0.05,1"))
    page.get_by_role("button", name="Again").click()
    settle(page)
    expect(page.get_by_role("button", name="Remove")).to_be_enabled()
    board(page).focus()
    page.keyboard.press("+")  # of the mode that is still selected
    expect_modes(page, SENT.replace("2,0,1", "2,0.05,1.5"))
    page.get_by_role("button", name="Ring").click()
    expect_modes(page, RING)
    expect(said(page)).to_contain_text("There are 3 modes. Click to add one")
    expect(page.get_by_role("button", name="Remove")).to_be_disabled()
    board(page).focus()  # the same change as before is taken once more
    for key in ("Tab", "ArrowUp", "+"):
        page.keyboard.press(key)
    expect_modes(page, SENT.replace("2,0,1", "2,0.05,1.5"))


@pytest.mark.slow
def test_the_wheel_weighs_only_on_the_board_that_is_in_use(plane_page: Page) -> None:
    page = plane_page
    page.mouse.move(*place(page, 0, 0))
    page.mouse.wheel(0, -100)
    click(page, 2, 0)
    page.mouse.wheel(0, -100)
    page.mouse.wheel(0, -100)
    expect_modes(page, SENT.replace("2,0,1", "2,0,2"))
    assert calls(page) == 1


@pytest.mark.slow
def test_two_modes_never_share_a_place_and_24_are_all(plane_page: Page) -> None:
    page = plane_page
    board(page).focus()
    page.keyboard.press("Tab")
    for _ in range(12):  # to the edge, and no further
        page.keyboard.press("Shift+ArrowRight")
    expect_modes(page, SENT.replace("2,0,1", "3,0,1"))
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("Shift+ArrowLeft")  # onto the one before
    expect_modes(page, SENT.replace("2,0,1", "3,0,1") + "; 0,0,1; 0.01,0,1")
    for _ in range(20):
        page.keyboard.press("n")
    expect(said(page)).to_have_text("There are 24 modes, and no room for more.")
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    modes = on_the_board(page, 24)
    assert len({(x, y) for x, y, _ in modes}) == 24
    assert max(max(abs(x), abs(y)) for x, y, _ in modes) <= LIMITS


@pytest.mark.slow
def test_a_finger_places_a_mode_and_weighs_it(browser: Browser, site: Server) -> None:
    context = browser.new_context(
        base_url=site.url, viewport=NARROW, has_touch=True, device_scale_factor=2
    )
    context.route("**/*", stay_inside)
    watch = Watch().over(page := context.new_page())
    visit(page, "/")
    page.touchscreen.tap(*place(page, 0.5, -0.5))
    expect(said(page)).to_contain_text("Mode 4 of 4 added: (0.5")
    page.get_by_role("button", name="More weight").tap()
    expect(page.get_by_text(re.compile(r"^modes: .*,1.5$"))).to_be_visible()
    np.testing.assert_allclose(on_the_board(page, 4)[3], [0.5, -0.5, 1.5], atol=0.03)
    context.close()
    assert not watch.problems


# --- flights


def slider(page: Page) -> Locator:
    return page.get_by_role("slider")


def squares(page: Page) -> Locator:
    return page.get_by_role("application")


def level(page: Page) -> Locator:
    return page.locator(".stBidiComponent .level label")


@pytest.fixture
def flight_page(open_page: OpenPage, site: Server) -> Page:
    page = visit(open_page(site), FLIGHTS)
    expect(page.locator("figure")).to_have_count(4)
    return page


def truth() -> list[tuple[np.ndarray, np.ndarray]]:
    """Noise levels and states of the four samplers, as the page computes them."""
    return list(sample.paths(200).values())[:4]


def colour_at(page: Page, square: int, x: float, y: float) -> list[int]:
    """The colour in a square at (x, y), in units of half its width, y upwards."""
    return (
        page.locator("figure canvas")
        .nth(square)
        .evaluate(
            "(c, [x, y]) => Array.from(c.getContext('2d').getImageData("
            "Math.round((1 + x) * c.width / 2), Math.round((1 - y) * c.height / 2), 1, 1).data)",
            [x, y],
        )
    )


def reach() -> float:
    return max(LIMITS, 2.4 * flight.Mixture(tuple(sample.RING), sample.STD).spread)


def test_the_last_states_are_drawn_where_they_are(flight_page: Page) -> None:
    for k, (_, x) in enumerate(truth()):
        wanted = [int(theme.CATEGORIES[k].colour[at : at + 2], 16) for at in (1, 3, 5)]
        hits = 0
        for point in x[-1, :20] / reach():
            red, green, blue, _ = colour_at(flight_page, k, *point)
            hits += max(abs(a - b) for a, b in zip((red, green, blue), wanted, strict=True)) < 24
        assert hits >= 18  # a point at a cell's edge may be smoothed away
    empty = [colour_at(flight_page, k, 0.9, 0.9)[3] for k in range(4)]
    assert max(empty) < 8


def test_the_scrubber_is_a_slider_of_the_noise_level(flight_page: Page) -> None:
    page = flight_page
    expect(level(page)).to_have_text("noise level σ = 0")
    expect(slider(page)).to_have_attribute("aria-valuetext", "σ = 0")
    slider(page).focus()
    page.keyboard.press("Home")
    expect(level(page)).to_have_text("noise level σ = 80.00")
    expect(page.get_by_text("step 0 of")).to_have_count(4)
    page.keyboard.press("ArrowRight")
    smallest = 0.01  # half of the smallest level, 0.02, stands for 0
    expected = 80.0 * (smallest / 80.0) ** (1 / 1000)
    expect(level(page)).to_have_text(f"noise level σ = {expected:.2f}")
    page.keyboard.press("End")
    expect(page.get_by_text("step 20 of 20")).to_have_count(3)
    expect(page.get_by_text("step 10 of 10")).to_have_count(1)


def apart(point: int, sigma: float) -> float:
    """Largest distance of one point between two squares, interpolated as the picture does."""
    spread = flight.Mixture(tuple(sample.RING), sample.STD).spread
    places = []
    for sigmas, x in truth():
        scaled = x[:, point] / np.hypot(1.0, sigmas / spread)[:, None]
        logs = np.log(np.where(sigmas > 0, sigmas, 0.01))
        at = np.log(max(sigma, 0.01))
        places.append([np.interp(-at, -logs, scaled[:, axis]) for axis in range(2)])
    return max(math.dist(a, b) for a in places for b in places)


def test_a_point_chosen_by_keys_is_the_same_in_all_squares(flight_page: Page) -> None:
    page = flight_page
    expect(said(page)).to_contain_text("200 points. Each has the same start in every square.")
    squares(page).focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    for place, sigma in ((1000, 0.0), (700, None), (450, None), (0, 80.0)):
        slider(page).fill(str(place))
        exact = 80.0 * (0.01 / 80.0) ** (place / 1000) if sigma is None else sigma
        found = re.search(r"at most ([\d.]+) apart|at one place", said(page).inner_text())
        assert found is not None
        assert float(found[1] or 0) == pytest.approx(apart(6, exact), abs=0.02)
    expect(said(page)).to_have_text(
        "Point 7 of 200, the same start in every square: now all at one place."
    )
    squares(page).focus()
    page.keyboard.press("Escape")
    expect(said(page)).to_contain_text("Point at one")


@pytest.mark.parametrize("scale", [1, 2])
def test_a_point_under_the_mouse_is_found(browser: Browser, site: Server, scale: int) -> None:
    context = browser.new_context(base_url=site.url, device_scale_factor=scale)
    context.route("**/*", stay_inside)
    watch = Watch().over(page := context.new_page())
    visit(page, FLIGHTS)
    ends = truth()[2][1][-1] / reach()
    lonely = int(np.argmax([np.sort(np.linalg.norm(ends - end, axis=1))[1] for end in ends]))
    canvas = page.locator("figure canvas").nth(2)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    side = box["width"]
    x, y = ends[lonely]
    page.mouse.move(box["x"] + (1 + x) * side / 2 + 3, box["y"] + (1 - y) * side / 2 - 2)
    expect(said(page)).to_contain_text(f"Point {lonely + 1} of 200")
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    expect(said(page)).to_contain_text("Point at one")
    context.close()
    assert not watch.problems


COUNT_FRAMES = """() => {
    window.frames_asked = 0
    const ask = window.requestAnimationFrame
    window.requestAnimationFrame = (act) => (window.frames_asked++, ask.call(window, act))
}"""


@pytest.mark.slow
def test_with_little_motion_play_jumps_and_ends(flight_page: Page) -> None:
    page = flight_page  # the browser asks for reduced motion
    expect(page.get_by_role("button", name="Play")).to_be_visible()  # it has not started by itself
    seen = page.evaluate_handle(
        """() => {
            const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
            const [label, seen] = [root.querySelector('.level label'), []]
            new MutationObserver(() => seen.push(label.textContent)).observe(
                label, { childList: true })
            return seen
        }"""
    )
    page.get_by_label("Speed").select_option("fast")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(level(page)).to_have_text("noise level σ = 0", timeout=15_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    shown = seen.json_value()
    assert 4 <= len(set(shown)) <= 9  # a busy machine may skip some
    assert shown[0] == "noise level σ = 80.00"


@pytest.mark.slow
def test_nothing_runs_on_when_the_component_is_gone(flight_page: Page) -> None:
    page = flight_page
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.evaluate(COUNT_FRAMES)
    page.wait_for_function("() => window.frames_asked > 2")
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_text("Gone.")).to_be_visible()
    settle(page)
    page.evaluate("window.frames_asked = 0")
    page.wait_for_timeout(500)
    assert page.evaluate("window.frames_asked") <= 2


@pytest.mark.slow
def test_a_rerun_leaves_place_and_point_as_they_are(flight_page: Page) -> None:
    page = flight_page
    slider(page).fill("400")
    squares(page).focus()
    page.keyboard.press("ArrowRight")
    before = said(page).inner_text(), level(page).inner_text()
    page.get_by_role("button", name="Again").click()
    settle(page)
    assert (said(page).inner_text(), level(page).inner_text()) == before


@pytest.mark.slow
@pytest.mark.parametrize("density", ["array", "none"])
def test_other_densities_and_the_bare_scale_are_drawn(
    open_page: OpenPage, site: Server, density: str
) -> None:
    page = visit(open_page(site), f"{FLIGHTS}&density={density}")
    slider(page).fill("300")
    shaded = colour_at(page, 0, *(np.array(sample.RING[0][:2]) / reach()))[3]
    page.get_by_label("scaled so that").uncheck()
    centre = colour_at(page, 0, *(np.array(sample.RING[0][:2]) * 0.97 / reach()))[3]
    assert (centre > 30) == (density == "array")  # unscaled, the data's density is where it is
    assert shaded < 30 or density == "none"


@pytest.mark.slow
def test_two_squares_a_row_on_a_phone(open_page: OpenPage, site: Server) -> None:
    page = visit(open_page(site, size=NARROW), FLIGHTS)
    boxes = [one.bounding_box() for one in page.locator("figure canvas").all()]
    tops = [round(box["y"]) for box in boxes if box is not None]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    widths = [box["width"] for box in boxes if box is not None]
    assert min(widths) > 150
    assert max(widths) - min(widths) < 1
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("theme_name", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", FLIGHTS], ids=["plane", "flight"])
def test_axe_finds_nothing_serious(
    open_page: OpenPage, site: Server, theme_name: str, path: str
) -> None:
    found = violations(visit(open_page(site, theme=theme_name), path))
    assert not found, "\n".join(found)


def test_six_flights_are_one_small_message(site: Server) -> None:
    with Session(site.url, query="part=flight&flights=6") as session:
        session.open()
        assert 40_000 < session.bytes_received < 100_000


def test_the_arena_samples_what_is_placed_on_the_board(open_page: OpenPage, server: Server) -> None:
    page = visit(open_page(server), "/sampler_arena?sa_modes=1,0,1")
    canvas = page.locator(".st-key-sa_board canvas")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 6, box["y"] + box["height"] / 2)
    expect(page.locator(".st-key-sa_modes input")).to_have_value(re.compile(r"^1,0,1; -[12]"))
    expect(page).to_have_url(re.compile("sa_modes=1%2C0%2C1%3B"))
    page.keyboard.press("+")
    expect(page.locator(".st-key-sa_modes input")).to_have_value(re.compile(r",1\.5$"))
    expect(page.locator(".st-key-sa_board output")).to_contain_text("weight 1.5")
