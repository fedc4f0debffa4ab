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
_TOO_WIDE = """() => new Promise((done) => requestAnimationFrame(() =>
  done(document.documentElement.scrollWidth > window.innerWidth)))"""


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

    def barriers(self, rule: str | None = None) -> list[Any]:
        """Return what axe finds: rules, and the parts of the page that break them; of one `rule`, if it is given."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"resultTypes": ["violations"], **({"runOnly": [rule]} if rule else {})}
        found = self.page.evaluate("(options) => axe.run(document, options)", options)
        return [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found["violations"]]


@contextmanager
def opened(browser: Browser, path: Path, *, width: int = 1128) -> Iterator[Opened]:
    """Open a page from a file, in the one tab of the browser, in light colours."""
    tabs = [tab for context in browser.contexts for tab in context.pages]
    page = tabs[0] if tabs else browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="light")
    found = Opened(page)
    heard: dict[Any, Any] = {
        "request": lambda request: found.asked.append(request.url),
        "console": lambda message: found.complaints.append(message.text),
        "pageerror": lambda error: found.complaints.append(str(error)),
        "dialog": lambda dialog: found.complaints.append(dialog.message),
    }
    for event, hear in heard.items():
        page.on(event, hear)
    try:
        page.goto(path.as_uri())
        yield found
    finally:
        for event, hear in heard.items():
            page.remove_listener(event, hear)
        page.goto("about:blank")
