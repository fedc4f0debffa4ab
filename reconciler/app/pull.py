"""Owns pull: what was seen on LinkedIn is written into the profile file, and state knows it."""

import difflib
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler import __version__
from reconciler.address import field_path, is_entry_section, lies_in, section_of, slug, unit_of
from reconciler.app.fastpath import source_of
from reconciler.app.folder import replace_content
from reconciler.app.plans import find_state, prepare
from reconciler.app.refresh import See, compare_with_file
from reconciler.clock import now
from reconciler.importing.edit import Put, Take, TextEdit, edit_profile
from reconciler.importing.entries import numbered
from reconciler.planning.planner import Options, check_targets, make_plan
from reconciler.problem import ProblemsError, StateError
from reconciler.profile.desired import Desired, Profile
from reconciler.profile.document import decode
from reconciler.profile.load import read_file, read_profile
from reconciler.reading.dates import SeenDate, end_to_write, start_to_write
from reconciler.reading.findings import Compared, Comparison, Finding
from reconciler.reading.refresh import record_seen
from reconciler.reading.seen import Seen, SeenEntry, Unseen
from reconciler.reading.text import fold_name, names_left
from reconciler.state.applied import Applied, Look, Record
from reconciler.state.storage import SaveError, locked, new_state, write
from reconciler.values import Plain, members, same

_NAMES = {"experience": ("company", "role"), "education": ("school",)}
_NEEDED = {"experience": ("role", "company"), "education": ("school",)}


class Pulled(Struct, frozen=True):
    """What a pull did, or would do: the addresses that were written, the difference as text, and what it left.

    `left` are addresses that changed and cannot be written, as a date of which the month is not shown; `gone` the
    entries that LinkedIn does not show any more: a person takes them out.
    """

    written: tuple[str, ...]
    difference: str
    left: tuple[str, ...]
    gone: tuple[str, ...]


def pull(  # noqa: PLR0913 - what is pulled, and how
    profile: Profile,
    state: str | None,
    addresses: Sequence[str],
    see: See,
    *,
    dry_run: bool = False,
    lock_timeout: float = 0.0,
) -> Pulled:
    """Write what was seen into the file: all that changed, or what lies in the addresses.

    A whole section of entries, when named, also gives the entries that the file lacks. The file is written first:
    where the state is not written after it, the next pull or refresh makes up for it. Raises ReconcilerError; then
    nothing was written, or the file alone.
    """
    path, applied = find_state(profile, state)
    check_targets(addresses, profile.desired, applied, "")
    seen = see(profile, applied)
    with locked(path, now(), lock_timeout) as lock:
        prepared = prepare(profile, path, Options())
        before = prepared.applied or new_state(profile.desired.account_id)
        comparison = compare_with_file(profile, before, prepared.plan, seen)
        content = read_file(profile.path)
        taken = _Taken(profile, before, comparison, addresses)
        text = decode(content, profile.path)
        mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
        after = mark + edit_profile(text, taken.edits, profile.path).encode()
        difference = _difference(text, after.decode().removeprefix("\ufeff"), profile.path)
        pulled = Pulled(taken.written, difference, taken.left, taken.gone)
        if dry_run or not taken.written:
            return pulled
        wanted = _checked(after, profile)
        replace_content(profile.path, after)
        following = _recorded(record_seen(before, comparison, seen)[0], wanted.desired, taken, seen)
        source = source_of(wanted) if make_plan(wanted, following, path, __version__).idle else None
        try:
            write(path, following, source, lock=lock)
        except SaveError as error:
            raise StateError.at(path, f"the state cannot be written: {error.reason}", error.remedy) from error
        return pulled


def _checked(content: bytes, profile: Profile) -> Profile:
    """Return the profile that the new text says. Raises ProblemsError where it is not valid."""
    try:
        return read_profile(content, profile.path)
    except ProblemsError as error:
        said = "; ".join(str(problem) for problem in error.problems[:3])
        remedy = "edit the file by hand; it was left as it is"
        raise ProblemsError.at(profile.path, f"what LinkedIn shows makes no valid profile: {said}", remedy) from error


class _Taken:
    """What is taken over: the edits of the file, the addresses that they write, and the new entries."""

    def __init__(self, profile: Profile, applied: Applied, comparison: Comparison, addresses: Sequence[str]) -> None:
        self.edits: list[TextEdit] = []
        self.changed: list[str] = []
        self.new: list[tuple[str, SeenEntry]] = []
        left: list[str] = []
        not_shown = [each.address for each in comparison.compared if each.finding is Finding.NOT_SHOWN]
        self.gone = tuple(address for address in not_shown if _is_asked(address, addresses))
        entries = {pair.known.address: pair.seen for pairing in comparison.pairings.values() for pair in pairing.pairs}
        for compared in comparison.compared:
            if not _is_asked(compared.address, addresses) or not _is_taken(compared, profile, applied, addresses):
                continue
            edit = _edit(compared, profile.desired, entries.get(unit_of(compared.address)), comparison, addresses)
            if edit is None:
                left.append(compared.address)
            else:
                self.edits.append(edit)
                self.changed.append(compared.address)
        for address, entry in _new_entries(profile.desired, applied, comparison, addresses):
            self.edits.append(Put(tuple(address.split(".")), _entry_value(entry)))
            self.new.append((address, entry))
        self.left = tuple(left)

    @property
    def written(self) -> tuple[str, ...]:
        return (*self.changed, *(address for address, _ in self.new))


def _is_asked(address: str, addresses: Sequence[str]) -> bool:
    return not addresses or any(lies_in(address, asked) or lies_in(asked, address) for asked in addresses)


def _is_named(address: str, addresses: Sequence[str]) -> bool:
    return any(lies_in(address, named) for named in addresses)


def _is_taken(compared: Compared, profile: Profile, applied: Applied, addresses: Sequence[str]) -> bool:
    """Tell whether a difference is one to take over: a change, also one that a refresh has recorded already.

    A new name or layout is taken over only where it is asked for; of a list that a refresh recorded, also what is left.
    """
    if compared.finding is Finding.CHANGED:
        return True
    if _is_named(compared.address, addresses) and compared.finding in (Finding.RENAMED, Finding.LAYOUT):
        return True
    is_left = compared.finding is Finding.RENAMED and isinstance(compared.known, list)
    is_there = compared.finding is Finding.SAME or is_left
    is_recorded = is_there and applied.sections[unit_of(compared.address)].by == "refresh"
    return is_recorded and not same(compared.known, profile.desired.held(compared.address))


def _edit(
    compared: Compared, desired: Desired, entry: SeenEntry | None, comparison: Comparison, addresses: Sequence[str]
) -> TextEdit | None:
    """Return the edit that takes one difference over; None where what is shown is not sure, or cannot be written."""
    path = tuple(compared.address.split("."))
    name = path[-1]
    if name in ("start_date", "end_date") and entry is not None:
        return _date_edit(path, entry)
    unit = unit_of(compared.address)
    if unit not in desired.wanted:
        return None
    held = desired.held(compared.address)
    if isinstance(held, list) and isinstance(compared.shown, list):
        kept = _kept(list(map(str, held)), list(map(str, compared.shown)), _is_named(compared.address, addresses))
        more = list(comparison.more_skills) if compared.address in addresses and compared.address == "skills" else []
        return Put(path, list(dict.fromkeys(map(str, (*kept, *more))))) if kept or more else None
    if isinstance(held, str) and isinstance(compared.shown, str):
        ending = "\n" if held.endswith("\n") and compared.shown else ""
        return Put(path, compared.shown + ending)
    return None


def _kept(held: list[str], shown: list[str], is_named: bool) -> list[str]:  # noqa: FBT001 - of an address
    """Return what is left of a list of names, and where nothing is, what is shown: a list is never empty."""
    there = {fold_name(name) for name in shown}
    left = [name for name in held if fold_name(name) in there] if is_named else names_left(held, shown)
    return left or shown


def _date_edit(path: tuple[str, ...], entry: SeenEntry) -> TextEdit | None:
    day = entry.start if path[-1] == "start_date" else entry.end
    if day is None:
        return Take(path)
    if not isinstance(day, SeenDate):
        return None
    date = start_to_write(day) if path[-1] == "start_date" else end_to_write(day)
    return None if date is None else Put(path, date)


def _new_entries(
    desired: Desired, applied: Applied, comparison: Comparison, addresses: Sequence[str]
) -> Iterator[tuple[str, SeenEntry]]:
    """Give the entries of the sections that are named which the file lacks, each under a key that nothing has."""
    for section in (address for address in addresses if is_entry_section(address)):
        entries = [entry for entry in comparison.pairings[section].seen_alone if _is_whole(section, entry)]
        known = (*desired.wanted, *applied.sections, *applied.forgotten)
        taken = [address.split(".")[1] for address in known if section_of(address) == section]
        keys = numbered([*dict.fromkeys(taken), *(_key(section, entry) for entry in entries)])
        for key, entry in zip(keys[len(set(taken)) :], entries, strict=True):
            yield f"{section}.{key}", entry


def _is_whole(section: str, entry: SeenEntry) -> bool:
    """Tell whether an entry can stand in a file: with its id, or with what an Add needs."""
    return entry.id is not None and all(isinstance(entry.fields.get(name), str) for name in _NEEDED[section])


def _key(section: str, entry: SeenEntry) -> str:
    names = (entry.fields.get(name) for name in _NAMES[section])
    return slug(" ".join(name for name in names if isinstance(name, str))) or "entry"


def _entry_value(entry: SeenEntry) -> Plain:
    """Return an entry as a profile writes it: its id, and what is shown and sure."""
    shown = {name: sight for name, sight in entry.fields.items() if not isinstance(sight, Unseen)}
    value: dict[str, Plain] = {
        "id": entry.id,
        **{name: sight for name, sight in shown.items() if sight not in ("", [])},
    }
    start = start_to_write(entry.start) if isinstance(entry.start, SeenDate) else None
    end = end_to_write(entry.end) if isinstance(entry.end, SeenDate) else None
    if start is not None and (entry.end is None or end is not None):
        value["seniority"] = {"start_date": start, **({} if end is None else {"end_date": end})}
    return value


def _recorded(applied: Applied, desired: Desired, taken: _Taken, seen: Seen) -> Applied:
    """Return the state that knows what was written: as the file says it, which is what was seen but for layout."""
    sections = dict(applied.sections)
    for address in taken.changed:
        unit, path = unit_of(address), field_path(address)
        if unit in sections and unit in desired.wanted:
            wanted = desired.wanted[unit].value
            top = path.partition(".")[0]
            value = {**members(sections[unit].value), **_only(wanted, top)} if path else wanted
            by = "pull" if same(value, wanted) else sections[unit].by  # else something waits to be put back, or pulled
            sections[unit] = replace(sections[unit], value=value, by=by)
    look = Look(seen.at, seen.source)
    for address, entry in taken.new:
        wanted = desired.wanted[address].value
        sections[address] = Record(wanted, seen.at, "import", entry.id, "refresh", seen=look)
    return replace(applied, sections=sections)


def _only(value: Plain, name: str) -> dict[str, Plain]:
    fields = members(value)
    return {name: fields[name]} if name in fields else {}


def _difference(before: str, after: str, path: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), path, path, lineterm="")
    return "\n".join(lines)
