"""Owns the way from a profile to a JSON Resume, with what does not fit."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.address import is_entry_section, section_of
from reconciler.importing.draft import Omission
from reconciler.importing.resume import BASICS, END, LISTS, START, Words, held, is_time
from reconciler.importing.texts import unfit, unique
from reconciler.profile.desired import Desired, Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.values import Plain

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_TWICE = "it is on the list already"
Fields = dict[str, Plain]


def resume_of(desired: Desired) -> tuple[Fields, tuple[Omission, ...]]:
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


def _entry(words: Words, value: Fields, whole: Plain) -> Fields:
    entry: Fields = {theirs[0]: value[ours] for ours, theirs in words.items() if ours in value}
    dates = _dates(value, whole)
    for ours, theirs in (("start_date", START), ("end_date", END)):
        date = dates.get(ours)
        if isinstance(date, dict):
            entry[theirs] = f"{int(str(date['year'])):04}-{int(str(date['month'])):02}"
    return entry


def _dates(value: Fields, whole: Plain) -> Fields:
    """Give the dates that are written: a school may have them under `seniority`, from where they do not come back."""
    seniority = value.get("seniority")
    if seniority is None and not {"start_date", "end_date"} & value.keys() and isinstance(whole, dict):
        seniority = whole.get("seniority")
    return seniority if isinstance(seniority, dict) and is_time(seniority) else value


def _left(desired: Desired, fitting: Mapping[str, Plain]) -> Iterator[Omission]:
    """Give what is not written: entries' fields counted together, not one by one."""
    counts: Counter[str] = Counter()
    for address, one in desired.wanted.items():
        section, value = section_of(address), fitting.get(address)
        yield from _characters(address, one.value, value)
        if not is_entry_section(section):
            if value is None and one.value != "":
                counts[address] += 1
            elif isinstance(value, list) and isinstance(one.value, list):
                yield from (Omission(f"the skill {skill}", _TWICE) for skill in unique(map(str, one.value))[1])
        elif not isinstance(value, dict):
            needed = " and ".join(field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED)
            yield Omission(address, f"it has not all of {needed}, without which a résumé says nothing of it")
        else:
            counts.update(f"{section}.KEY.{name}" for name in _lost(one, value))
    for path, count in counts.items():
        yield Omission(f"{path} ({count})" if count > 1 else path, "JSON Resume has no place for it")


def _lost(one: Wanted, value: Fields) -> Iterator[str]:
    """Give the names of an entry's fields that are not written; a text that is cleared needs no place."""
    assert isinstance(one.value, dict)
    if one.id is not None:
        yield "id"
    for name, below in one.value.items():
        if name not in value and below != "" and below is not _dates(value, one.value):
            yield name


def _characters(address: str, value: Plain, written: Plain) -> Iterator[Omission]:
    if isinstance(value, str) and isinstance(written, str) and unfit(value):
        yield Omission(f"{address}, {unfit(value)} control characters", "they are no text")
    elif isinstance(value, dict) and isinstance(written, dict):
        for name, below in written.items():
            yield from _characters(f"{address}.{name}", value[name], below)
