"""A browser that looks at pages, and what it finds in them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

TOP = Path(__file__).parent.parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
AXE = TOP / "tools" / "preview" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 390, 800, 1128, 1600)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Each text of one side without what the page says of it: [the row's id, the line's role, the text].
_TEXTS = """(side) => [...document.querySelectorAll(`.cell.${side}`)].flatMap((cell) =>
  [...cell.querySelectorAll(".body .line > .text, .body .items > li")].map((found) => {
    const plain = found.cloneNode(true);
    for (const mark of plain.querySelectorAll(".mark")) mark.remove();
    const line = found.closest(".line");
    return [cell.closest(".row").id, line ? line.classList[1] : "item", plain.textContent];
  }))"""

# Once the page has taken notice of the width of its window.
_TOO_WIDE = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
  done(document.documentElement.scrollWidth > window.innerWidth))))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start one browser for many pages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Opened:
    """A page in the browser, what it asked for, and what it complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def texts(self, side: str = "after") -> list[tuple[str, str, str]]:
        """Return the texts of a side, the file's or `before`: the row's id, the role of the line, what stands there."""
        return [(row, role, text) for row, role, text in self.page.evaluate(_TEXTS, side)]

    def too_wide(self) -> list[int]:
        """Return the widths of the window at which the page runs out of it to the right."""
        found = []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate(_TOO_WIDE):
                found.append(width)
        return found

    def barriers(self) -> list[Any]:
        """Return what axe finds: rules, and the parts of the page that break them."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found["violations"]]


@contextmanager
def opened(browser: Browser, path: Path, *, width: int = 1128, theme: Any = "light") -> Iterator[Opened]:  # noqa: ANN401 - a literal
    """Open a page from a file."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    found = Opened(page)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("dialog", lambda dialog: found.complaints.append(dialog.message))
    try:
        page.goto(path.as_uri())
        yield found
    finally:
        page.close()
