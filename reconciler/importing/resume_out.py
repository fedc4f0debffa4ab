"""Owns the way from a profile to a JSON Resume: a new one, or one that is there already, with what does not fit."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.address import is_entry_section, section_of
from reconciler.importing.draft import Omission
from reconciler.importing.resume import BASICS, END, LISTS, START, Words, held, is_time, required, without_bullets
from reconciler.importing.texts import losses, unique
from reconciler.profile.desired import Desired, Wanted
from reconciler.values import Members, Plain

RESUME_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
GROUP = "Skills"  # the heading of the one group that a profile's skills make
_TWICE = "it is on the list already"
_NO_PLACE = "JSON Resume has no place for it"


def new_resume(desired: Desired, name: str | None) -> Members:
    """Return a profile as a JSON Resume; `name` is the person's.

    `location` and `profiles` are there and empty: themes read them unasked.
    """
    fitting = held(desired.wanted)
    basics: Members = {"name": name} if name else {}
    basics |= {theirs[0]: fitting[ours] for ours, theirs in BASICS.items() if ours in fitting}
    resume: Members = {"$schema": RESUME_SCHEMA, "basics": {**basics, "location": {}, "profiles": []}}
    for section, (list_name, words) in LISTS.items():
        entries: list[Plain] = [
            new_entry(words, value, desired.wanted[address].value)
            for address, value in fitting.items()
            if section_of(address) == section and isinstance(value, dict)
        ]
        if entries:
            resume[list_name] = entries
    if "skills" in fitting:
        resume["skills"] = [{"name": GROUP, "keywords": fitting["skills"]}]
    return resume


def new_entry(words: Words, value: Members, whole: Plain) -> Members:
    """Return a job or school of a résumé; `value` is what of the `whole` entry fits."""
    entry: Members = {theirs[0]: value[ours] for ours, theirs in words.items() if ours in value}
    if "description" in value:
        summary, highlights = without_bullets(str(value["description"]))
        entry.pop("summary")
        entry |= {"summary": summary} if summary else {}
        entry |= {"highlights": list(highlights)} if highlights else {}
    dates = dates_of(value, whole)
    for ours, theirs in (("start_date", START), ("end_date", END)):
        text = date_text(dates.get(ours))
        if text:
            entry[theirs] = text
    return entry


def dates_of(value: Members, whole: Plain) -> Members:
    """Return the dates that are written: a school may have them under `seniority`, from where they do not come back."""
    seniority = value.get("seniority")
    if seniority is None and not {"start_date", "end_date"} & value.keys() and isinstance(whole, dict):
        seniority = whole.get("seniority")
    return seniority if isinstance(seniority, dict) and is_time(seniority) else value


def date_text(date: Plain) -> str | None:
    """Write a date as theirs; None where there is none."""
    return f"{int(str(date['year'])):04}-{int(str(date['month'])):02}" if isinstance(date, dict) else None


def unfitting(desired: Desired) -> Iterator[Omission]:
    """Return what of a profile a résumé does not hold: entries' fields counted together, not one by one."""
    fitting = held(desired.wanted)
    counts: Counter[str] = Counter()
    for address, wanted in desired.wanted.items():
        section, value = section_of(address), fitting.get(address)
        yield from _losses(address, wanted.value, value)
        if not is_entry_section(section):
            if value is None and wanted.value != "":
                counts[address] += 1
            elif isinstance(value, list) and isinstance(wanted.value, list):
                yield from (Omission(f"the skill {skill}", _TWICE) for skill in unique(map(str, wanted.value))[1])
        elif not isinstance(value, dict):
            needed = " and ".join(required(section))
            yield Omission(address, f"it has not all of {needed}, without which a résumé says nothing of it")
        else:
            counts.update(f"{section}.KEY.{name}" for name in _lost(wanted, value))
    for path, count in counts.items():
        yield Omission(f"{path} ({count})" if count > 1 else path, _NO_PLACE)


def _lost(wanted: Wanted, value: Members) -> Iterator[str]:
    """Return the names of an entry's fields that are not written; a text that is cleared needs no place."""
    assert isinstance(wanted.value, dict)
    if wanted.id is not None:
        yield "id"
    for name, below in wanted.value.items():
        if name not in value and below != "" and below is not dates_of(value, wanted.value):
            yield name


def _losses(address: str, value: Plain, written: Plain) -> Iterator[Omission]:
    """Return what is cleaned out of the texts that are written."""
    if isinstance(value, str) and isinstance(written, str):
        yield from losses(address, value)
    elif isinstance(value, dict) and isinstance(written, Mapping):
        for name, below in written.items():
            yield from _losses(f"{address}.{name}", value[name], below)


def lacking(resume: Members) -> Iterator[Omission]:
    """Return what a reader of a résumé looks for, and this one has not."""
    basics = resume.get("basics")
    basics = basics if isinstance(basics, dict) else {}
    if not basics.get("name"):
        yield Omission("basics.name", "themes fail without it: pass --name NAME, or --update a résumé that has it")
    contacts = [f"basics.{name}" for name in ("email", "phone", "url", "location", "profiles") if not basics.get(name)]
    if contacts:
        yield Omission(", ".join(contacts), "a profile has none: keep them in a résumé, and --update that")
