"""Owns the way from a profile to a JSON Resume, with what does not fit."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.address import is_entry_section, section_of
from reconciler.importing.draft import Left
from reconciler.importing.resume import BASICS, END, LISTS, START, Words, held
from reconciler.plain import Plain
from reconciler.profile.desired import Desired

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_HIDDEN = re.compile(r"[^\n -~]")
Fields = dict[str, Plain]


def resume_of(desired: Desired) -> tuple[Fields, tuple[Left, ...]]:
    """Give a profile as a JSON Resume, and what of the profile it does not hold."""
    fitting = held(desired.wanted)
    resume: Fields = {"$schema": SCHEMA}
    basics: Fields = {theirs[0]: fitting[ours] for ours, theirs in BASICS.items() if ours in fitting}
    if basics:
        resume["basics"] = basics
    for section, (name, words) in LISTS.items():
        entries: list[Plain] = [
            _entry(words, value, desired.wanted[address].value)
            for address, value in fitting.items()
            if section_of(address) == section and isinstance(value, dict)
        ]
        if entries:
            resume[name] = entries
    skills = fitting.get("skills")
    if isinstance(skills, list):
        resume["skills"] = [{"name": skill} for skill in skills]
    return resume, tuple(_left(desired, fitting))


def resume_text(resume: Fields) -> str:
    """Write a résumé as JSON; what does not show is escaped, so that it is safe to print."""
    text = json.dumps(resume, indent=2, ensure_ascii=False)
    return _HIDDEN.sub(lambda one: one[0] if one[0].isprintable() else json.dumps(one[0])[1:-1], text)


def _entry(words: Words, value: Fields, whole: Plain) -> Fields:
    entry: Fields = {theirs[0]: value[ours] for ours, theirs in words.items() if ours in value}
    seniority = value.get("seniority")
    if seniority is None and not {"start_date", "end_date"} & value.keys() and isinstance(whole, dict):
        seniority = whole.get("seniority")  # of a school: held by no résumé under that name, but the same dates
    dates = seniority if isinstance(seniority, dict) else value
    for ours, theirs in (("start_date", START), ("end_date", END)):
        date = dates.get(ours)
        if isinstance(date, dict):
            entry[theirs] = f"{int(str(date['year'])):04}-{int(str(date['month'])):02}"
    return entry


def _left(desired: Desired, fitting: Mapping[str, Plain]) -> Iterator[Left]:
    """Give what is not held: entries' fields counted together, not one by one."""
    counts: Counter[str] = Counter()
    for address, one in desired.wanted.items():
        section = section_of(address)
        if not is_entry_section(section):
            counts.update(_section(address, one.value, fitting.get(address)))
        elif address not in fitting:
            needed = " and ".join(name for name in ("role", "company", "school") if name in LISTS[section][1])
            yield Left(address, f"it has no {needed}, without which a résumé says nothing of it")
        else:
            entry = fitting[address]
            assert isinstance(entry, dict)
            assert isinstance(one.value, dict)
            lost = [name for name, value in one.value.items() if name not in entry and value != ""]
            lost += ["id"] if one.id is not None else []
            counts.update(f"{section}.KEY.{name}" for name in lost)
    for path, count in counts.items():
        yield Left(f"{path} ({count})" if count > 1 else path, "JSON Resume has no place for it")


def _section(address: str, value: Plain, fitting: Plain) -> Iterator[str]:
    if fitting is None:
        yield address
    elif isinstance(value, list) and isinstance(fitting, list):
        yield from (f"{address}: {one}" for one in value if one not in fitting)
