"""Owns a profile as a read of LinkedIn shows it, with what an archive knows where the read shows nothing."""

from collections.abc import Callable, Iterator

from reconciler.importing.dates import Period, seniority, start_and_end
from reconciler.importing.draft import Draft, DraftEntry, DraftField, Omission, location
from reconciler.importing.entries import Stint, entries
from reconciler.reading.dates import SeenDate, end_to_write, start_to_write
from reconciler.reading.seen import Completeness, Day, Seen, SeenEntries, SeenEntry, Unseen
from reconciler.spec import ENTRY_SECTIONS, SECTIONS
from reconciler.values import Plain, members

LIVE_SOURCE = "LinkedIn"
_PLACES = {"experience": ("company", "role"), "education": ("school", "degree")}
_SHOWN = frozenset({Completeness.COMPLETE, Completeness.EMPTY, Completeness.TRUNCATED})
_READ = frozenset({"headline", "summary", "skills", "location", *ENTRY_SECTIONS})


def draft_of_read(seen: Seen, archive: Draft | None = None) -> Draft:
    """Return the profile that a read shows; what it does not show comes from an archive, if there is one."""
    omissions = list(_omissions(seen, archive))
    return Draft(
        LIVE_SOURCE if archive is None else f"{LIVE_SOURCE}, and {archive.source} where LinkedIn shows nothing",
        live=True,
        sections=tuple(_live_sections(seen, archive)),
        experience=_live_entries(seen, "experience", archive),
        education=_live_entries(seen, "education", archive),
        skills=_live_skills(seen, archive),
        omissions=(*omissions, *(archive.omissions if archive is not None else ())),
        unread=tuple(section.name for section in SECTIONS if section.name not in _READ),
    )


def sections_shown(seen: Seen) -> frozenset[str]:
    """Return the sections of which a draft holds what the read showed, and not what an archive knows."""
    texts = {name for name, sight in seen.sections.items() if not isinstance(sight, Unseen) and sight != []}
    lists = {name for name, shown in seen.entries.items() if shown.completeness in _SHOWN and shown.entries}
    return frozenset(texts | lists)


def _live_sections(seen: Seen, archive: Draft | None) -> Iterator[DraftField]:
    known = {field.name: field for field in archive.sections} if archive is not None else {}
    if "location" in known:
        yield known["location"]
    elif "location" in seen.marks:
        yield location(LIVE_SOURCE, seen.marks["location"], "")
    for name in ("headline", "summary"):
        sight = seen.sections.get(name, Unseen.MISSING)
        if isinstance(sight, Unseen):
            if name in known:
                yield known[name]
        elif sight != "":
            yield DraftField(name, sight)


def _live_skills(seen: Seen, archive: Draft | None) -> tuple[str, ...]:
    sight = seen.sections.get("skills", Unseen.MISSING)
    if isinstance(sight, list) and (sight or archive is None):
        return tuple(dict.fromkeys(str(name) for name in sight))
    return archive.skills if archive is not None else ()


def _live_entries(seen: Seen, section: str, archive: Draft | None) -> tuple[DraftEntry, ...]:
    shown = seen.entries.get(section, SeenEntries(Completeness.MISSING))
    if archive is not None and (shown.completeness not in _SHOWN or not shown.entries):
        return archive.entries(section)
    return entries(section, [_stint(section, entry) for entry in shown.entries], LIVE_SOURCE, live=True)


def _stint(section: str, entry: SeenEntry) -> Stint:
    place, title = (_text_of_field(entry, name) for name in _PLACES[section])
    period = Period(
        _day_text(entry.start, start_to_write), "" if entry.end is None else _day_text(entry.end, end_to_write)
    )
    return Stint(
        place, title if section == "experience" else "", period, tuple(_fields_of_entry(section, entry, period))
    )


def _fields_of_entry(section: str, entry: SeenEntry, period: Period) -> Iterator[DraftField]:
    if entry.id is not None:
        yield DraftField("id", entry.id)
    for name, sight in entry.fields.items():
        if sight is Unseen.MALFORMED:
            yield DraftField(name, None, f"{LIVE_SOURCE} shows this in a form that cannot be read.")
        elif not isinstance(sight, Unseen) and sight not in ("", []):
            yield DraftField(name, sight)
    if not isinstance(entry.start, Unseen):
        yield from (seniority if section == "experience" else start_and_end)(period, LIVE_SOURCE)


def _text_of_field(entry: SeenEntry, name: str) -> str:
    sight = entry.fields.get(name)
    return sight if isinstance(sight, str) else ""


def _day_text(day: Day, write: Callable[[SeenDate], Plain]) -> str:
    """Return a day as an import reads it: to the month where that is sure, else the year."""
    if not isinstance(day, SeenDate):
        return ""
    sure = members(write(day))
    return f"{sure['year']:04}-{sure['month']:02}" if sure else str(day.year)


def _omissions(seen: Seen, archive: Draft | None) -> Iterator[Omission]:
    """Give what a read held back, and no archive makes up for."""
    for name, sight in seen.sections.items():
        if isinstance(sight, Unseen) and archive is None:
            yield Omission(
                name, f"{LIVE_SOURCE} did not show it this time ({sight.value}): `reconciler refresh` looks again"
            )
    for section, shown in seen.entries.items():
        if shown.completeness is Completeness.TRUNCATED:
            yield Omission(section, f"{LIVE_SOURCE} showed a part of it: `reconciler refresh` looks again")
        elif shown.completeness not in _SHOWN and archive is None:
            yield Omission(section, f"{LIVE_SOURCE} did not show it this time: `reconciler refresh` looks again")
