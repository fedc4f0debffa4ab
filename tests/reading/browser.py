"""A person who edits their profile in the browser, behind the tool's back: at random, by a seed."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.simulator.profile import Profile
from tests.reliability.author import MARK

TEXTS = ("by hand", "typed\nin two lines", "Zwölf – ✓", "again by hand")
DATES = tuple({"month": month, "year": year} for month, year in ((5, 2020), (11, 2022), (2, 2024)))
NAMES = {"experience": {"role": "Gardener", "company": "By hand"}, "education": {"school": "Night school"}}
RENAMES = {
    "experience": {"role": ("Captain", "Gardener of kelp"), "company": ("Sea Ltd", "Kelp & Sons")},
    "education": {"school": ("Open-air school", "School of nights")},
}
FIELDS = {"experience": ("description", "location"), "education": ("description", "degree", "field_of_study", "grade")}


@dataclass
class Browser:
    """Edits what is on LinkedIn, of entries those that it may; `made` counts the entries that it added.

    Of names it writes those of entries of which the tool knows the id (`knows`): by its name alone a tool knows an Add
    again whose answer was lost.
    """

    draw: random.Random
    profile: Profile
    made: int = 0
    may: Callable[[str, Mapping[str, Any]], bool] = lambda *_: True
    knows: Callable[[str, Mapping[str, Any]], bool] = lambda *_: True

    def edit(self, *ways: Callable[["Browser"], str]) -> str:
        """Make one change, of these ways or of any, and say which."""
        return self.draw.choice(ways or WAYS)(self)

    def write_text(self) -> str:
        """Write another headline or summary."""
        name = self.draw.choice(("headline", "summary"))
        if name in self.profile.sections:
            self.profile.sections[name] = self._other(self.profile.sections[name], TEXTS)
        return f"writes the {name}"

    def empty_summary(self) -> str:
        if "summary" in self.profile.sections:
            self.profile.sections["summary"] = ""
        return "empties the summary"

    def add_skill(self) -> str:
        self._skills().append(f"by hand {self.draw.randrange(10)}")
        return "adds a skill"

    def remove_skill(self) -> str:
        """Take a skill away, but not the last one."""
        skills = self._skills()
        if len(skills) > 1:
            skills.pop(self.draw.randrange(len(skills)))
        return "removes a skill"

    def edit_field(self) -> str:
        section, entry = self._entry()
        if entry is None:
            return "finds no entry"
        name = self.draw.choice(FIELDS[section])
        if name in entry:
            entry[name] = self._other(entry[name], TEXTS).replace("\n", " " if name != "description" else "\n")
        return f"writes {name} of {entry['id']}"

    def rename_entry(self) -> str:
        """Give a job another role or company, or a school another name."""
        section, entry = self._entry()
        if entry is None or not self.knows(section, entry):
            return "finds no entry to rename"
        name = self.draw.choice(list(RENAMES[section]))
        entry[name] = self._other(entry[name], RENAMES[section][name])
        return f"calls {name} of {entry['id']} {entry[name]}"

    def edit_dates(self) -> str:
        """Set, change or take away when an entry ended."""
        _, entry = self._entry()
        if entry is None or "seniority" not in entry:
            return "finds no dates"
        dates = entry["seniority"]
        if "end_date" in dates and self.draw.random() < 0.5:
            entry["seniority"] = {"start_date": dates["start_date"]}
        else:
            start = dates["start_date"]
            later = [date for date in DATES if (date["year"], date["month"]) > (start["year"], start["month"])]
            entry["seniority"] = {**dates, "end_date": self._other(dates.get("end_date"), later or DATES[-1:])}
        return f"dates {entry['id']} {entry['seniority']}"

    def make_entry(self) -> str:
        """Add an entry that no file has."""
        section = self.draw.choice(list(NAMES))
        self.made += 1
        entry_id = f"77{self.draw.randrange(10**8):08}"
        self.profile.entries[section].append({"id": entry_id, **NAMES[section], MARK[section]: f"hand{self.made}"})
        return f"makes {section} {entry_id}"

    def remove_entry(self) -> str:
        section, entry = self._entry()
        if entry is None:
            return "finds no entry"
        self.profile.entries[section].remove(entry)
        return f"removes {section} {entry['id']}"

    def change_place(self) -> str:
        if "location" in self.profile.sections:
            self.profile.sections["location"] = {"id": str(self.draw.randrange(100, 999))}
        return "moves"

    def _skills(self) -> list[Any]:
        """Return the skills, none of which is another's list."""
        self.profile.sections["skills"] = [*self.profile.sections.get("skills", [])]  # type: ignore[misc] # a list
        skills = self.profile.sections["skills"]
        assert isinstance(skills, list)
        return skills

    def _entry(self) -> tuple[str, dict[str, Any] | None]:
        there = [
            (section, entry) for section in NAMES for entry in self.profile.entries[section] if self.may(section, entry)
        ]
        return self.draw.choice(there) if there else ("experience", None)

    def _other(self, value: object, values: Any) -> Any:  # noqa: ANN401 - of one kind
        return self.draw.choice([other for other in values if other != value] or list(values))


WAYS: tuple[Callable[[Browser], str], ...] = (
    Browser.write_text,
    Browser.empty_summary,
    Browser.add_skill,
    Browser.remove_skill,
    Browser.edit_field,
    Browser.edit_dates,
    Browser.rename_entry,
    Browser.make_entry,
    Browser.remove_entry,
    Browser.change_place,
)
