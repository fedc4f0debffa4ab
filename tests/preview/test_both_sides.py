"""Any change of any profile: the left side says what state knows, the right what the file says."""

import contextlib
import os
import tempfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import reconciler
from reconciler.app.plans import find_state
from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.preview.test_browser import free_texts
from tests.strategies import FILES, Seen, later, profiles
from tests.whole.law import prepare
from tests.world import PNG, World

IDS: dict[str, tuple[str, ...]] = {"experience": ("11", "12"), "education": ("21", "22")}
ROLES = {"headline", "about", "role", "company", "degree", "field", "description", "attachment", "caption"}


class Page(HTMLParser):
    """The ids, the links and the texts of a page: by side, what stands in lines of a role, and in items."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.texts: dict[str, list[tuple[str, str]]] = {"before": [], "after": []}
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links |= {(given.get("href") or "")[1:]} if "data-jump" in given else set()
        if tag in ("meta", "link", "img", "input", "br", "image", "path", "circle", "rect", "polygon"):
            return
        self.open.append((tag, given.get("class") or ""))
        if self._is_text():
            self.texts[self._side()].append((self._role(), ""))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        classes = [name for _, name in self.open]
        inside = any(name == "text" or tag == "li" for tag, name in self.open)
        if self._side() and self._role() and inside and not any("mark" in name.split() for name in classes):
            role, text = self.texts[self._side()][-1]
            self.texts[self._side()][-1] = (role, text + data)

    def _side(self) -> str:
        return next((side for _, name in self.open for side in self.texts if f"cell {side}" in name), "")

    def _role(self) -> str:
        found = [name.split()[1] for _, name in self.open if name.startswith("line ")]
        return found[-1] if found else "item" if any(name == "items" for _, name in self.open) else ""

    def _is_text(self) -> bool:
        tag, name = self.open[-1]
        if not self._side() or any("mark" in above.split() for _, above in self.open):
            return False
        return (name == "text" and self._role() != "item") or (tag == "li" and self._role() == "item")


def looked_at(here: World) -> Page:
    """Return the page of the profile as it is now."""
    done = here.cli("preview", here.name)
    assert done.code == 0, done.err
    page = Page()
    page.feed((here.folder / "preview.html").read_text(encoding="utf-8"))
    return page


def hold(here: World) -> None:
    """Hold that each side says what it is to say, that each id is one part's, and that each link leads to one."""
    page = looked_at(here)
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert page.links <= set(page.ids)
    before = Path.cwd()
    os.chdir(here.folder)
    try:
        profile = reconciler.load(here.name)
        _, applied = find_state(profile, None)
    finally:
        os.chdir(before)
    texts = {side: Counter(text for role, text in found if role in ROLES) for side, found in page.texts.items()}
    wanted = Counter(text for _, role, text in free_texts(dict(profile.desired.wanted)) if role in ROLES)
    assert wanted - texts["after"] == Counter()
    known = dict(applied.sections) if applied is not None else {}
    assert Counter(text for _, role, text in free_texts(known) if role in ROLES) - texts["before"] == Counter()


@settings(
    max_examples=15,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_each_side_says_what_it_knows(data: st.DataObject) -> None:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        simulator = Simulator()
        here = World(folder, simulator, stack.enter_context(running(simulator)))
        prepare(here, IDS)
        for name in FILES:
            (folder / name).write_bytes(PNG)
        past: list[dict[str, Any]] = [data.draw(profiles(IDS))]
        here.write(past[0])
        here.apply()
        seen = Seen(here.live(), frozenset())
        past.append(data.draw(later(past, IDS, seen)))
        here.write(past[1])
        if "errors" not in here.plan():
            hold(here)
