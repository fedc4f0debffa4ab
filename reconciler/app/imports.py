"""Owns the import: from what a person has to a first profile, and a first state where LinkedIn shows just that."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from reconciler import __version__
from reconciler.address import section_of
from reconciler.app.cache import recall, remember
from reconciler.app.fastpath import source_of
from reconciler.app.reads import ReadRun, read_sections
from reconciler.app.starter import is_untouched
from reconciler.clock import now, timestamp
from reconciler.fmt.form import formatted
from reconciler.importing.archive import made_on
from reconciler.importing.draft import Draft, DraftEntry, DraftField
from reconciler.importing.linkedin import read_archive
from reconciler.importing.live import draft_of_read, sections_shown
from reconciler.importing.resume_in import read_resume
from reconciler.importing.write import profile_text
from reconciler.limits import MAX_PROFILE
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.problem import ReconcilerError, StateError
from reconciler.profile.desired import Profile
from reconciler.profile.load import read_profile
from reconciler.safefile import SHARED, write_new
from reconciler.spec import ENTRY_SECTIONS
from reconciler.state import transitions
from reconciler.state.applied import Applied, Look, Sending
from reconciler.state.paths import state_path
from reconciler.state.storage import SaveError, locked, new_state, other_state, write
from reconciler.wire.read import Reader

IMPORTED_BY = "import"


class Imported(Struct, frozen=True):
    """A profile file's content with what it means, and the state that says what of it is live; None without one."""

    path: str
    draft: Draft
    content: bytes
    profile: Profile
    applied: Applied | None

    def taken(self) -> tuple[str, ...]:
        """Return the addresses that the profile manages."""
        return tuple(self.profile.desired.wanted)

    def unmanaged(self) -> Iterator[tuple[str, str]]:
        """Return the addresses of what was written as comments, each with the reason."""
        yield from _unmanaged("", self.draft.sections)
        for section in ENTRY_SECTIONS:
            for entry in self.draft.entries(section):
                address = f"{section}.{entry.key}"
                if entry.unmanaged:
                    yield address, entry.unmanaged
                else:
                    yield from _unmanaged(f"{address}.", entry.fields)


def _unmanaged(above: str, fields: tuple[DraftField, ...]) -> Iterator[tuple[str, str]]:
    yield from ((f"{above}{field.name}", field.unmanaged) for field in fields if field.unmanaged)


def import_archive(source: str, path: str, account_id: str) -> Imported:
    """Make a profile and a state of LinkedIn's archive. Raises ReconcilerError."""
    return _imported(read_archive(source), path, account_id, _made_at(source))


def import_resume(source: str, path: str, account_id: str, *, live: bool) -> Imported:
    """Make a profile of a JSON Resume, and a state where LinkedIn shows just that. Raises ReconcilerError."""
    return _imported(read_resume(source, live=live), path, account_id, _time_of(source))


def import_live(reader: Reader, archive: str | None, path: str) -> Imported:
    """Make a profile and a state of what LinkedIn shows, and an archive for the rest. Raises ReconcilerError."""
    account_id = reader.account_id
    seen = read_sections(reader, ReadRun())
    remember(account_id, replace(recall(account_id), read_at=now()))
    draft = draft_of_read(seen, read_archive(archive) if archive is not None else None)
    imported = _imported(draft, path, account_id, seen.at)
    assert imported.applied is not None
    shown, sections = sections_shown(seen), dict(imported.applied.sections)
    for address, record in sections.items():
        if section_of(address) in shown:
            sections[address] = replace(record, seen=Look(seen.at, seen.source))
        elif archive is not None:
            sections[address] = replace(record, applied_at=_made_at(archive))
    return replace(imported, applied=replace(imported.applied, sections=sections))


def _imported(draft: Draft, path: str, account_id: str, as_of: str) -> Imported:
    """Make what will be written; `as_of` is since when it is known to be live."""
    content = profile_text(draft, account_id).encode()
    if len(content) > MAX_PROFILE:
        message = f"what was found makes a profile of {len(content):,} bytes, more than {MAX_PROFILE:,}"
        raise ReconcilerError.at(path, message, "is this your own?")
    content = formatted(content, path)
    profile = read_profile(content, path)
    return Imported(path, draft, content, profile, _state(draft, profile, as_of) if draft.live else None)


def _state(draft: Draft, profile: Profile, as_of: str) -> Applied:
    """Return the state that says what is live: what the profile holds, and the entries that wait for their id.

    These are not in the profile yet, and so among the forgotten: what comes back of them is never added.
    """
    applied = new_state(profile.desired.account_id)
    for address, wanted in profile.desired.wanted.items():
        id_by = None if wanted.id is None else "file"
        applied = transitions.record(applied, address, Sending(wanted.value, wanted.id, id_by), as_of, IMPORTED_BY)
    waiting = _waiting(draft)
    text = profile_text(waiting, profile.desired.account_id)
    for address, wanted in read_profile(text.encode(), profile.path).desired.wanted.items():
        applied = transitions.record(applied, address, Sending(wanted.value), as_of, IMPORTED_BY)
        applied = transitions.forget(applied, address, as_of)
    return applied


def _waiting(draft: Draft) -> Draft:
    """Return a draft of the entries alone that wait for their id, each with a number to stand for it."""
    ids = count()
    jobs, schools = (
        tuple(_with_id(entry, str(next(ids))) for entry in draft.entries(section) if entry.unmanaged)
        for section in ENTRY_SECTIONS
    )
    return Draft(draft.source, live=True, experience=jobs, education=schools)


def _with_id(entry: DraftEntry, entry_id: str) -> DraftEntry:
    fields = (replace(field, value=entry_id) if field.name == "id" else field for field in entry.fields)
    return replace(entry, fields=tuple(fields), unmanaged="")


def first_plan(imported: Imported) -> Plan:
    """Return what the first plan will show."""
    return make_plan(imported.profile, imported.applied, state_path(imported.path), __version__)


def save_import(imported: Imported) -> tuple[str, ...]:
    """Write profile and state, both or none, and return their paths.

    The state comes first: without it, everything in the profile would look as if it were still to be added.
    Raises StateError, LockedError, ReconcilerError; nothing is left behind then.
    """
    path = state_path(imported.path)
    with locked(path, now()):
        check_free(imported.path, imported.profile.desired.account_id)
        if imported.applied is None:
            _create(imported.path, imported.content)
            return (imported.path,)
        try:
            write(path, imported.applied, source_of(imported.profile) if first_plan(imported).idle else None)
        except SaveError as error:
            raise StateError.at(path, f"the state cannot be written: {error.reason}", error.remedy) from error
        try:
            _create(imported.path, imported.content)
        except BaseException:
            os.unlink(path)
            raise
    return imported.path, path


def check_free(path: str, account_id: str) -> None:
    """Refuse where a profile or a state stands already, or the account has another state here. Raises StateError."""
    state = state_path(path)
    if is_untouched(path):
        remedy = "it is the starter that `init` wrote, and nothing of yours is in it: take it away, and import again"
        raise StateError.at(path, "this file is there already, and an import overwrites nothing", remedy)
    if os.path.lexists(path):
        remedy = (
            "import in another folder, or of another account name another PROFILE; what a later archive shows, "
            "`reconciler drift --linkedin-export ZIP` tells"
        )
        raise StateError.at(path, "this file is there already, and an import overwrites nothing", remedy)
    if os.path.lexists(state):
        raise StateError.at(state, "there is a state already, and no profile", "take it away if it belongs to none")
    other = other_state(state, account_id)
    if other is not None:
        message = f"the account {account_id} has a state here already"
        raise StateError.at(other, message, "go on with the profile that it belongs to, or import in another folder")


def _create(path: str, content: bytes) -> None:
    try:
        write_new(path, content, SHARED)
    except OSError as error:
        raise ReconcilerError.unwritable(path, error) from error


def _made_at(archive: str) -> str:
    """Return since when the values of an archive are known: the day on which it was made, or its file's time before."""
    day, time_of_file = made_on(archive), _time_of(archive)
    return time_of_file if day is None else min(timestamp(datetime.combine(day, time(), UTC)), time_of_file)


def _time_of(source: str) -> str:
    """Return the time that the source's file has, as far as it can be: since then its values are known."""
    return min(timestamp(datetime.fromtimestamp(max(os.stat(source).st_mtime, 0), UTC)), now())
