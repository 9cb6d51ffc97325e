"""Take whole-page pictures of the app, to be looked at by a person.

    python -m tests.e2e.screenshots OUT [--pages home generator_studio] [--themes light dark]
        [--widths 1440 390] [--query 'gs_b=-x'] [--open] [--tile 1200]
        [--window 900] [--scale 1.5]

Streamlit scrolls an inner container, so a "full page" picture would end at the window's edge. Here
the window is made as tall as what the containers hold, until nothing scrolls any more. `--window`
takes only the top of the page instead, as a person sees it on arrival.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.harness.browser import launch, page_paths, settle, visit
from tests.harness.server import Server, serve

START_HEIGHT = 900
MAX_HEIGHT = 16_000  # Chromium's largest picture is 16384 px high

# Height that the window lacks: the most that any visible tall container hides below its edge.
MISSING = """() => Math.max(0, ...[...document.querySelectorAll(
    '[data-testid=stMain], [data-testid=stSidebarContent], [data-testid=stAppViewContainer]'
)].filter(box => box.checkVisibility()).map(box => box.scrollHeight - box.clientHeight))"""


def grow(page: Page, width: int) -> int:
    """Make the window tall enough for the whole page; return its height in pixels."""
    height = START_HEIGHT
    for _ in range(8):  # what was hidden may be taller once it is drawn
        missing = page.evaluate(MISSING)
        if missing <= 0 or height >= MAX_HEIGHT:
            break
        height = min(height + missing, MAX_HEIGHT)
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
    return height


def open_everything(page: Page) -> None:
    """Open all expanders, so that what they say is seen as well."""
    closed = page.locator("details:not([open]) > summary")
    for _ in range(closed.count()):  # each that opens leaves the list
        closed.first.click()
    settle(page)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: which page, how, and where to write it."""

    path: str
    theme: str
    width: int
    file: Path
    opened: bool = False
    tile: int = 0
    window: int = 0
    scale: float = 1.0


def shoot(browser: Browser, server: Server, shot: Shot) -> None:
    """Write one picture of one page, or its tiles from top to bottom."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": shot.width, "height": shot.window or START_HEIGHT},
        device_scale_factor=shot.scale,
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = visit(context.new_page(), shot.path)
    if shot.opened:
        open_everything(page)
    height = shot.window or grow(page, shot.width)
    page.mouse.move(0, 0)
    step = shot.tile or height
    for index, top in enumerate(range(0, height, step)):
        file = shot.file.with_stem(f"{shot.file.stem}-{index + 1}") if shot.tile else shot.file
        size = min(step, height - top)
        page.screenshot(path=file, clip={"x": 0, "y": top, "width": shot.width, "height": size})
        print(f"{file}  {shot.width} x {size}")
    context.close()


def main() -> None:
    """Read the command line and take the pictures."""
    paths = page_paths()
    parser = argparse.ArgumentParser(description="Take whole-page pictures of the app.")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--pages", nargs="+", choices=list(paths), default=list(paths))
    parser.add_argument("--themes", nargs="+", choices=["light", "dark"], default=["light", "dark"])
    parser.add_argument("--widths", nargs="+", type=int, default=[1440, 390])
    parser.add_argument("--query", default="", help="parameters of the link, as in gs_b=-x")
    parser.add_argument("--open", action="store_true", help="open all expanders")
    parser.add_argument("--tile", type=int, default=0, help="cut into tiles of this height, px")
    parser.add_argument("--window", type=int, default=0, help="only the top of the page, px")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels per pixel")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with serve() as server, launch() as browser:
        for name in options.pages:
            path = paths[name] + (f"?{options.query}" if options.query else "")
            for theme in options.themes:
                for width in options.widths:
                    file = options.out / f"{name}-{theme}-{width}.png"
                    how = (options.open, options.tile, options.window, options.scale)
                    shoot(browser, server, Shot(path, theme, width, file, *how))


if __name__ == "__main__":
    main()
