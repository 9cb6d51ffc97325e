// A table wider than its window scrolls sideways; with the keyboard, too, once it takes the focus.
const WIDE = '[class*="st-key-table_"] [data-testid="stMarkdownContainer"]'

function reach() {
  for (const box of document.querySelectorAll(WIDE)) {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0
      box.setAttribute("role", "region")
      box.setAttribute("aria-label", "Table, scrolls sideways")
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name)
    }
  }
}

let waiting = 0
function soon() {
  cancelAnimationFrame(waiting)
  waiting = requestAnimationFrame(reach)
}

new MutationObserver(soon).observe(document, { childList: true, subtree: true })
addEventListener("resize", soon)
