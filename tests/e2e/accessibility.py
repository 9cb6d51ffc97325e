"""What axe-core finds on a page, less what is known and explained."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Rule -> why its findings are not ours to mend. Streamlit's menu of pages puts wrappers between
# <ul> and <li>; screen readers still read it as a list of links.
ALLOWED = {
    "list": "Streamlit's navigation wraps the items of its <ul>",
    "listitem": "Streamlit's navigation wraps the items of its <ul>",
}
SERIOUS = {"serious", "critical"}


def violations(page: Page) -> list[str]:
    """Return the serious findings outside the allow-list, each as one line with its places."""
    found = Axe().run(page).response["violations"]
    return [
        f"{item['id']} ({item['impact']}): {item['help']}: "
        + "; ".join(f"{node['target']} {node['html'][:120]}" for node in item["nodes"][:5])
        for item in found
        if item["impact"] in SERIOUS and item["id"] not in ALLOWED
    ]
