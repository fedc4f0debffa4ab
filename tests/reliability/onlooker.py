"""The person of an episode at linkedin.com: edits there behind the tool's back, and lets the tool read."""

import copy
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML

from tests.reading.browser import Browser
from tests.reading.passing import Life
from tests.reliability.author import MARK

CLICKS = (
    Browser.write_text,
    Browser.empty_summary,
    Browser.add_skill,
    Browser.remove_skill,
    Browser.edit_field,
    Browser.edit_dates,
    Browser.make_entry,
    Browser.remove_entry,
    Browser.change_place,
)
FORMS = (
    "",
    *(f"ids={name}" for name in ("section", "position_id", "absent")),
    *(f"dates={form}" for form in ("YYYY-MM-DD", "YYYY", "late", "new-year")),
    *("asked=joined", "owner=unsaid", "canonical", "trimmed", "presence", "job-skills", "reversed"),
)
FLAWS = (
    *(f"{way}={name}" for way in ("throttle", "omit", "truncate") for name in ("about", "experience", "skills")),
    *("owner=other", "age=300", "x-cache=HIT"),
)


@dataclass
class Onlooker:
    """What the person does in the browser, and since then knows that the tool may not know.

    `touched` are the places that were edited there: a section, or of an entry's id a field; `removed` the markers and
    ids of the entries that were deleted there.
    """

    draw: random.Random
    life: Life
    browser: Browser = field(init=False)
    touched: set[tuple[str, str | None, str | None]] = field(default_factory=set)
    removed: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.browser = Browser(self.draw, self.life.browser, may=self._is_known)

    def click(self) -> str:
        """Edit something in the browser; of entries those of which the tool knows the id."""
        before = copy.deepcopy(self.life.browser.described())
        said = self.browser.edit(*CLICKS)
        self._note(before, self.life.browser.described())
        return said

    def wait(self) -> str:
        minutes = self.draw.choice((0.5, 5, 11, 60, 60 * 24 * 8))
        self.life.wait(minutes)
        return f"waits {minutes} minutes"

    def form(self) -> str:
        """Return how the next read is answered."""
        return ";".join([*self.draw.sample(FORMS, 2), *self.draw.sample(FLAWS, self.draw.choice((0, 0, 1)))])

    def sections(self) -> dict[str, Any]:
        """Return the sections of the file as it is now."""
        path = self.life.here.folder / self.life.here.name
        found: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return {name: value for name, value in found.items() if name not in ("type", "account_id")}

    def untouched(self, section: str, entry_id: str | None, value: Any) -> Any:  # noqa: ANN401 - any plain data
        """Return what of a record nobody edited in the browser; None for nothing."""
        if (section, None, None) in self.touched:
            return None
        if entry_id is None:
            return value
        return {name: inside for name, inside in value.items() if (section, entry_id, name) not in self.touched}

    def is_gone(self, section: str, marker: object) -> bool:
        """Tell whether the entry of a marker was deleted in the browser, and not added again since."""
        there = {str(entry.get(MARK[section])) for entry in self.browser.profile.entries[section]}
        return (section, str(marker)) in self.removed and str(marker) not in there

    def is_removed(self, section: str, record: Mapping[str, Any]) -> bool:
        """Tell whether a record's entry was deleted in the browser: by its id too, as an edit may mark it anew."""
        is_gone_by_id = "id" in record and (section, record["id"]) in self.removed
        return is_gone_by_id or self.is_gone(section, record["value"].get(MARK[section]))

    def tidy(self) -> None:
        """Take back in the browser what no plan takes back: skills that the file lacks, and another place.

        Of a place that was sent without a clear answer it is that one: the next try has the same key, and so may do
        nothing where the first arrived (episode 6088).
        """
        sections, path = self.browser.profile.sections, self.life.here.state_path
        if "skills" in sections:
            sections["skills"] = [name for name in self.browser._skills() if "by hand" not in str(name)]  # noqa: SLF001
        state = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"sections": {}, "pending": []}
        known = [state["sections"], *(pending["sections"] for pending in state["pending"])]
        places = [held["location"]["value"] for held in known if "location" in held]
        if ("location", None, None) in self.touched and places:
            sections["location"] = places[-1]

    def _is_known(self, section: str, entry: Mapping[str, Any]) -> bool:
        path = self.life.here.state_path
        records = json.loads(path.read_text(encoding="utf-8"))["sections"] if path.exists() else {}
        return any(
            address.startswith(f"{section}.") and record.get("id") == entry["id"] for address, record in records.items()
        )

    def _note(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        for name in before["sections"].keys() | after["sections"].keys():
            if before["sections"].get(name) != after["sections"].get(name):
                self.touched.add((name, None, None))
        for section in MARK:
            then = {entry["id"]: entry for entry in before[section]}
            now = {entry["id"] for entry in after[section]}
            self.removed |= {(section, str(then[gone].get(MARK[section]))) for gone in then.keys() - now}
            self.removed |= {(section, gone) for gone in then.keys() - now}
            for entry in after[section]:
                was = then.get(entry["id"], {})
                names = was.keys() | entry.keys()
                self.touched |= {(section, entry["id"], name) for name in names if was.get(name) != entry.get(name)}
