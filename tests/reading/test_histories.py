"""Laws of reading over histories of edits in the file, in the browser, applies and reads, each by a seed.

`python -m tests.reading.test_histories history|pull|apply|throttled SEED…` plays them; of a history all is printed.
"""

import contextlib
import copy
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from reconciler.simulator.faults import ANY_FAULT
from tests.reading.browser import Browser
from tests.reading.passing import Life, living
from tests.reading.test_laws import FULL
from tests.reliability.author import MARK, Author
from tests.reliability.seeds import batches, play
from tests.remedies import mend
from tests.whole.law import prepare
from tests.world import Done

FAULTS = [text for text in ANY_FAULT if not text.startswith("delay")]
ALL = "throttle=about,experience,education,skills"
FORMS = (
    "",
    *(f"ids={name}" for name in ("section", "position_id", "absent")),
    *(f"dates={form}" for form in ("YYYY-MM-DD", "YYYY-MM", "M/YYYY", "YYYY", "late", "new-year")),
    *("asked=joined", "owner=unsaid", "canonical", "trimmed", "presence", "job-skills", "reversed"),
)
FLAWS = (
    ALL,
    *(f"{way}={name}" for way in ("throttle", "omit", "truncate") for name in ("about", "experience", "skills")),
    *("owner=other", "owner=other-unsaid", "age=300", "age=90000", "x-cache=HIT"),
)
FAITHFUL = ("", "ids=section", "dates=YYYY-MM", "dates=M/YYYY", "trimmed", "reversed", "job-skills", "asked=repeated")


@pytest.fixture(autouse=True)
def _no_waits() -> Iterator[None]:
    with unhurried():
        yield


@contextlib.contextmanager
def unhurried() -> Iterator[None]:
    """Let waits between tries take no time."""
    with (
        patch("reconciler.app.apply.next_wait", lambda *_: 0.0),
        patch("reconciler.cli.reading.sleep", lambda _: True),
    ):
        yield


@dataclass
class History:
    """One seed's story; `say` is told every step."""

    life: Life
    draw: random.Random
    say: Callable[[str], object]
    author: Author = field(init=False)
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        prepare(self.life.here, {})
        self.author = Author(self.draw)
        self.browser = Browser(self.draw, self.life.browser, knows=self._knows)

    def run(self) -> None:
        """Edit, apply, read and wait, in any order and with any trouble."""
        self.life.here.simulator.behaviour.visible_after = self.draw.choice((0, 0, 60, 300, 590))
        for _ in range(12):
            self.draw.choice((self.edit, self.edit, self.click, self.read, self.read, self.read, self.wait))()
            self.hold_once()

    def edit(self) -> None:
        """Edit the file and apply it, often while the API fails."""
        self.author.edit()
        self._write()
        self._with_faults()
        done = self.life.here.apply()
        self.life.here.simulator.faults.clear()
        self.say(f"apply: {done.code} {done.err.splitlines()[-1:]}")
        assert done.code in (0, 1, 3), done.err

    def _write(self) -> None:
        self.life.here.write(self.author.profile)
        while "errors" in (found := self.life.here.plan()):
            mend(self.author.profile, [(error["address"], error["remedy"]) for error in found["errors"]])
            self.life.here.write(self.author.profile)
        self.say(f"write {json.dumps(self.author.profile, ensure_ascii=False)}")

    def _knows(self, section: str, entry: Mapping[str, Any]) -> bool:
        sections = self.state().get("sections", {})
        known = (record.get("id") for address, record in sections.items() if address.startswith(f"{section}."))
        return entry["id"] in known

    def _with_faults(self) -> None:
        if self.draw.random() < 0.6:
            seed, rate = self.draw.randrange(10**6), self.draw.choice((0.2, 0.5, 0.9))
            self.life.here.simulator.faults.draw_from(seed, rate, FAULTS)

    def click(self) -> None:
        self.say(self.browser.edit())

    def wait(self) -> None:
        minutes = self.draw.choice((0.5, 5, 11, 11, 60, 60 * 24 * 8))
        self.life.wait(minutes)
        self.say(f"wait {minutes} minutes")

    def read(self) -> None:
        """Refresh, or look alone, in any form, and hold what a read never does; twice is once."""
        if not (self.life.here.folder / self.life.here.name).exists():
            return
        form = ";".join([*self.draw.sample(FORMS, 2), *self.draw.sample(FLAWS, self.draw.choice((0, 0, 1)))])
        before = self.state()
        self._with_faults()
        command = self.draw.choice(("refresh", "refresh", "drift"))
        done = self.life.read(command, form, self.life.here.name)
        self.life.here.simulator.faults.clear()
        self.say(f"{command} {form}: {done.code} {done.out} {done.err}")
        self._hold_exit(done)
        after = self.state()
        if command == "drift" or done.code == 1:
            assert after == before, "what only looks, or fails, writes nothing"
        _hold_newer(before, after)
        if command == "refresh" and done.code == 0:
            once = self._refreshed(form)
            assert self._refreshed(form) == once, "refresh twice is refresh once"

    def _refreshed(self, form: str) -> str:
        assert self.life.refresh(form).code in (0, 1, 3)
        path = self.life.here.state_path
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _hold_exit(self, done: Done) -> None:
        assert done.code in (0, 1, 3), done.err
        assert "Traceback" not in done.err + done.out
        assert "internal error" not in done.err + done.out, done.err

    def state(self) -> dict[str, Any]:
        return self.life.here.state() if self.life.here.state_path.exists() else {}

    def hold_once(self) -> None:
        """Hold that each entry, which a marker tells, stands there once."""
        for section, mark in MARK.items():
            counts = Counter(entry.get(mark) for entry in self.life.browser.entries[section])
            assert set(counts.values()) <= {1}, f"added twice: {counts}"


def _hold_newer(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Hold that a read changed nothing that an apply had sent less than ten minutes before, and removed no entry."""
    for address, record in before.get("sections", {}).items():
        following = after["sections"].get(address)
        if "." in address:
            assert following is not None, f"{address} is gone"
            assert following.get("id") == record.get("id", following.get("id")), f"{address} lost its id"
        applied_at = datetime.fromisoformat(record["applied_at"])
        is_new = datetime.now(applied_at.tzinfo) - applied_at < timedelta(minutes=9.5)
        if record["by"] == "apply" and is_new:
            assert following is not None, f"{address} is gone"
            assert following["value"] == record["value"], f"{address} was newer than the read"
    assert before.get("forgotten", {}).keys() <= after.get("forgotten", {}).keys()


def tell(seed: int, say: Callable[[str], object] = lambda _: None) -> None:
    """Go through one history."""
    with tempfile.TemporaryDirectory() as folder, living(Path(folder)) as life:
        History(life, random.Random(seed), say).run()  # noqa: S311 - to be repeatable, not secret


@batches(8, quick=2, long=50)
def test_a_read_adds_nothing_twice_and_takes_nothing_away_that_is_newer(seeds: range) -> None:
    play(tell, seeds)


# One change or several in the browser, and both ways out

CLICKS = (
    Browser.write_text,
    Browser.empty_summary,
    Browser.add_skill,
    Browser.remove_skill,
    Browser.edit_field,
    Browser.edit_dates,
    Browser.rename_entry,
    Browser.make_entry,
)


@contextlib.contextmanager
def _clicked(seed: int, *ways: Callable[[Browser], str]) -> Iterator[tuple[Life, random.Random]]:
    """Apply a whole profile, edit it in the browser an hour later, and let another hour pass."""
    draw = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
    with tempfile.TemporaryDirectory() as folder, living(Path(folder)) as life:
        life.here.write(copy.deepcopy(FULL))
        assert life.here.apply().code == 0
        life.wait(60)
        assert life.refresh(draw.choice(FAITHFUL)).code == 0
        browser = Browser(draw, life.browser)
        for _ in range(draw.randint(1, 5)):
            browser.edit(*ways)
        life.wait(60)
        yield life, draw


def drift_and_pull(seed: int) -> None:
    with _clicked(seed, *CLICKS) as (life, draw):
        form = draw.choice(FAITHFUL)
        life.drift(form)
        life.wait(15)
        assert life.pull(form).code == 0
        plan = life.here.plan()
        assert plan["changes"] == [], plan["changes"]
        assert life.moved(form) == {}
        assert life.pull(form, "experience", "education").code == 0
        assert life.here.plan()["changes"] == []


def drift_and_apply(seed: int) -> None:
    with _clicked(seed, *CLICKS, Browser.change_place) as (life, draw):
        form = draw.choice(FAITHFUL)
        life.drift(form)
        life.wait(15)
        assert life.refresh(form).code == 0
        done = life.here.apply()
        assert done.code in (0, 1), done.err
        left = {change["reason"]["code"] for change in life.here.plan()["changes"]}
        assert left <= {"not-in-edit"}, left
        life.wait(60)
        assert life.moved(form) == {}
        for name in ("headline", "summary"):
            assert str(life.browser.sections[name]).splitlines() == FULL[name].splitlines()


def look_at_nothing(seed: int) -> None:
    ways = (
        *(Browser.remove_skill, Browser.edit_field, Browser.edit_dates),
        *(Browser.rename_entry, Browser.make_entry, Browser.remove_entry),
    )
    with _clicked(seed, *ways) as (life, draw):
        path = life.here.folder / life.here.name
        file, state = path.read_text(), life.here.state()
        for _ in range(3):
            done = life.read(
                *draw.choice((("refresh", ALL, life.here.name), ("pull", ALL, "--profile", life.here.name)))
            )
            assert done.code in (0, 1, 3), done.err
            life.wait(draw.choice((1, 15, 60 * 24 * 8)))
        assert path.read_text() == file
        assert _timeless(life.here.state()) == _timeless(state)


def _timeless(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state without its times, and without what counts how often it was written."""
    records = {
        address: {name: value for name, value in record.items() if name not in ("seen", "applied_at")}
        for address, record in state["sections"].items()
    }
    return {"sections": records, "forgotten": state.get("forgotten"), "pending": state.get("pending")}


@batches(8, quick=1, long=25)
def test_what_is_pulled_leaves_nothing_to_plan(seeds: range) -> None:
    play(drift_and_pull, seeds)


@batches(8, quick=1, long=25)
def test_what_is_refreshed_and_applied_is_no_drift(seeds: range) -> None:
    play(drift_and_apply, seeds)


@batches(4, quick=1, long=25)
def test_where_every_section_is_held_back_nothing_changes(seeds: range) -> None:
    play(look_at_nothing, seeds)


LAWS: dict[str, Callable[[int], None]] = {
    "history": lambda seed: tell(seed, print),
    "pull": drift_and_pull,
    "apply": drift_and_apply,
    "throttled": look_at_nothing,
}

if __name__ == "__main__":
    with unhurried():
        for given in sys.argv[2:]:
            LAWS[sys.argv[1]](int(given))
