"""The author of an episode's profile: edits it at random, as a person over years, seeded and reproducible.

Each entry that the author thinks of carries a marker of its own in `company_id` or `activities`, which
nothing plans or matches by: it is how a test knows an entry again on LinkedIn, whatever became of its key.
"""

import copy
import random
from dataclasses import dataclass, field
from typing import Any

KEYS = ("a", "b", "c", "d", "a-2")
MARK = {"experience": "company_id", "education": "activities"}
TEXTS = ("", "one", "two\nlines", "Ünïcode – ✓", "three")
SECTIONS: dict[str, tuple[Any, ...]] = {
    "headline": TEXTS,
    "summary": TEXTS,
    "location": ({"id": "1"}, {"id": "1", "postal_code": "02139"}, {"id": "2", "postal_code": "10115"}),
    "picture": ("f0.png", "f1.png", "f2.png"),
    "picture_settings": ({"filter": "PRIME"}, {"contrast": 0.5, "layout": {"topLeft": {"x": 1, "y": 2.5}}}),
    "skills": (["a"], ["a", "b"], ["b", "c"]),
    "skills_follow": (True, False),
    "open_to_work": (
        {"job_title": [{"name": "CTO", "id": "9"}], "presence": ["REMOTE"], "location": {"remote": ["1"]}},
        {"job_title": [{"name": "CEO", "id": "8"}], "presence": ["HYBRID"], "location": {"on_site": ["2"]}},
    ),
    "custom_link": ({"type": "BLOG", "url": "https://example.com/a"}, {"type": "STORE", "url": "https://example.com"}),
}
NAMES = {
    "experience": [{"role": role, "company": company} for role in ("Founder", "Author") for company in ("x", "y")],
    "education": [{"school": "MIT"}, {"school": "ETH"}],
}
OPTIONAL: dict[str, dict[str, tuple[Any, ...]]] = {
    "experience": {
        "description": TEXTS,
        "skills": (["a"], ["b", "c"]),
        "seniority": (
            {"start_date": {"month": 3, "year": 2021}},
            {"start_date": {"month": 3, "year": 2021}, "end_date": {"month": 6, "year": 2024}},
        ),
        "attachment": (
            {"type": "link", "title": "t", "url": "https://example.com"},
            {"type": "link", "title": "u", "url": "https://example.com", "description": "d"},
            {"type": "media", "title": "m"},
        ),
        "notify_network": (True, False),
        "presence": ("REMOTE", "HYBRID"),
    },
    "education": {
        "description": TEXTS,
        "degree": ("BSc", "MSc"),
        "skills": (["a"], ["b"]),
        "notify_network": (True, False),
        "location": ("Berlin", "Paris"),
    },
}


@dataclass
class Author:
    """Holds the profile as it is now, and what it once held."""

    draw: random.Random
    profile: dict[str, Any] = field(default_factory=dict)
    past: list[dict[str, Any]] = field(default_factory=list)
    markers: int = 0

    def edit(self) -> None:
        """Make one to four changes."""
        self.past.append(copy.deepcopy(self.profile))
        for _ in range(self.draw.randint(1, 4)):
            if self.draw.random() < 0.4:
                self._edit_section(self.draw.choice(list(SECTIONS)))
            else:
                self._edit_entries(self.draw.choice(list(NAMES)))

    def marker(self, section: str, entry: dict[str, Any]) -> str:
        """Give an entry's own marker."""
        return str(entry[MARK[section]])

    def _edit_section(self, name: str) -> None:
        old = [one[name] for one in self.past if name in one]
        if old and self.draw.random() < 0.3:
            self.profile[name] = copy.deepcopy(self.draw.choice(old))
        elif self.draw.random() < 0.25:
            self.profile.pop(name, None)
        else:
            self.profile[name] = copy.deepcopy(self.draw.choice(SECTIONS[name]))

    def _edit_entries(self, section: str) -> None:
        entries: dict[str, Any] = self.profile.setdefault(section, {})
        key = self.draw.choice(list(entries)) if entries else None
        if key is None or self.draw.random() < 0.25:
            self._write_new(section, entries)
        else:
            ways = (self._drop, self._rename, self._swap, self._change, self._change, self._back, self._reuse)
            way = self.draw.choice(ways)
            way(section, entries, key)
        if not entries:
            del self.profile[section]

    def _write_new(self, section: str, entries: dict[str, Any], reused: str | None = None) -> None:
        self.markers += 1
        entry = {**self.draw.choice(NAMES[section]), MARK[section]: f"m{self.markers}"}
        for name, values in OPTIONAL[section].items():
            if self.draw.random() < 0.3 and name != "location":
                entry[name] = copy.deepcopy(self.draw.choice(values))
        free = [key for key in KEYS if key not in entries] if reused is None else [reused]
        if free:
            entries[self.draw.choice(free)] = entry

    def _drop(self, _: str, entries: dict[str, Any], key: str) -> None:
        del entries[key]

    def _rename(self, _: str, entries: dict[str, Any], key: str) -> None:
        after = self.draw.choice(KEYS)
        if after not in entries:
            entries[after] = entries.pop(key)

    def _reuse(self, section: str, entries: dict[str, Any], key: str) -> None:
        """Give an entry another key, and its own to a new one."""
        self._rename(section, entries, key)
        if key not in entries:
            self._write_new(section, entries, key)

    def _swap(self, _: str, entries: dict[str, Any], key: str) -> None:
        other = self.draw.choice(list(entries))
        entries[key], entries[other] = entries[other], entries[key]

    def _change(self, section: str, entries: dict[str, Any], key: str) -> None:
        name = self.draw.choice(list(OPTIONAL[section]))
        if name in entries[key] and self.draw.random() < 0.3:
            del entries[key][name]
        else:
            entries[key][name] = copy.deepcopy(self.draw.choice(OPTIONAL[section][name]))

    def _back(self, section: str, entries: dict[str, Any], _: str) -> None:
        """Bring back what some entry once was, under its old key or a free one, if it is not there."""
        then = self.draw.choice(self.past).get(section, {})
        there = {self.marker(section, one) for one in entries.values()}
        for old, entry in sorted(then.items()):
            place = old if old not in entries else self.draw.choice(KEYS)
            if self.marker(section, entry) not in there and place not in entries:
                entries[place] = {name: copy.deepcopy(one) for name, one in entry.items() if name != "id"}
                return
