"""Owns the preview: profiles or a saved plan read, their pictures found by what they hold, and one page written."""

import hashlib
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from msgspec import Struct

from reconciler import __version__
from reconciler.address import problem_with
from reconciler.app import git
from reconciler.app.pictures import BASE
from reconciler.app.plans import Prepared, prepare_all, read_profiles
from reconciler.app.saved import check_states, no_plan_in, plan_anew, saved_among
from reconciler.clock import now
from reconciler.planning.plan import SavedPlan, joint_id
from reconciler.planning.planner import Options
from reconciler.preview.gallery import Gallery, OpenPicture
from reconciler.preview.html import GENERATOR, render_page
from reconciler.preview.page import Previewed, shown_profile
from reconciler.problem import FileChangedError, ReconcilerError, StaleError, StateError, UsageError
from reconciler.profile.files import snapshot
from reconciler.render.stale import moved_text
from reconciler.spec import ENTRY_SECTIONS
from reconciler.stale import staleness
from reconciler.state.queries import doubtful_adds
from reconciler.state.storage import read_text, write_durably
from reconciler.values import Members, Plain

_NAME_COMMENT = re.compile(r"#\s*name:\s*(\S.*)", re.IGNORECASE)
_HEAD = 4096  # bytes of a page in which it says what made it
_REFUSED = "apply refuses this plan: {}"
_ALONE = "Shown is what the saved plan holds, as it was reviewed; what it does not change is left out."
_TARGETED = "This plan is of {} alone: what else differs between file and state is not part of it."


class WantedFile(Struct, frozen=True):
    """A file of a profile by its content, as the reading of files takes it."""

    name: str
    file: str
    sha256: str


def preview(paths: Sequence[str], state: str | None = None, name: str | None = None) -> bytes:
    """Return a page of profiles, or of a saved plan, as HTML in UTF-8. Raises ReconcilerError with all that is wrong.

    `name` is the person's; without it a comment `# name: …` at the head of the file says it.
    """
    saved = saved_among(paths)
    if saved == ():
        raise no_plan_in(paths[0])
    if saved is not None:
        _check_addresses(paths[0], saved)
        found = [_of_saved(saved_plan, state) for saved_plan in saved]
    else:
        found = [_of_prepared(each) for each in prepare_all(read_profiles(paths, state), state, Options())]
    if name is not None and len(found) > 1:
        raise UsageError.at("--name", "it names one person, but there are several profiles", "give one profile")
    made_at = now()
    today = int(made_at[:4]), int(made_at[5:7])
    gallery = Gallery(_opener([previewed for previewed, _ in found], [prepared for _, prepared in found]))
    shown = []
    for number, (previewed, _) in enumerate(found, 1):
        said = name if name is not None else name_in(previewed.plan.profile.path)
        shown.append(shown_profile(previewed, gallery, today, f"p{number}", said))
    plan_id = joint_id([previewed.plan for previewed, _ in found])
    return render_page(shown, plan_id=plan_id, made_at=made_at, version=__version__)


def write_page(path: str, page: bytes) -> None:
    """Write a page. Raises ReconcilerError where that is not possible, or would end a file that is no such page."""
    try:
        if os.path.isdir(path):
            raise ReconcilerError.at(path, "this is a folder", "name a file in it with --out")
        if os.path.lexists(path) and not _is_page(path):
            message = "this file is no page of `reconciler preview`, and is not written over"
            raise ReconcilerError.at(path, message, "name another with --out")
        write_durably(path, page.decode())
    except OSError as error:
        raise ReconcilerError.unwritable(path, error) from error


def _is_page(path: str) -> bool:
    if not os.path.isfile(path) or os.path.islink(path):
        return False
    with open(path, "rb") as file:
        return GENERATOR.encode() in file.read(_HEAD)


def name_in(path: str) -> str:
    """Return the person's name as a comment `# name: …` at the head of a profile file gives it; empty without one."""
    try:
        text = read_text(os.path.realpath(path)) or ""
    except StateError:
        return ""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            return ""
        if found := _NAME_COMMENT.fullmatch(line):
            return found[1].rstrip()
    return ""


def _check_addresses(path: str, saved: Sequence[SavedPlan]) -> None:
    """Raise StaleError if a plan is of sections that do not exist: they have no place on the page."""
    for plan in (saved_plan.plan for saved_plan in saved):
        for address in (*(change.address for change in plan.changes), *plan.in_doubt):
            if wrong := problem_with(address):
                raise StaleError.at(
                    path, f"this is not a saved plan: {wrong}", "save one with `reconciler plan --out FILE`"
                )


def _of_prepared(prepared: Prepared) -> tuple[Previewed, Prepared]:
    """Return what is shown of a profile that was planned just now."""
    plan = prepared.plan
    return Previewed(plan, plan.id, *_values(prepared)), prepared


def _of_saved(saved: SavedPlan, state: str | None) -> tuple[Previewed, Prepared | None]:
    """Return what is shown of a saved plan: all around it, if profile and state are still those it was made from."""
    notes = (_TARGETED.format(", ".join(saved.plan.targets)),) if saved.plan.targets else ()
    try:
        if state is None:
            check_states((saved,))
        (prepared,) = plan_anew((saved,), state)
        moved = tuple(map(moved_text, staleness(saved, prepared.plan)))
    except ReconcilerError as error:
        moved, prepared = tuple(map(str, error.problems)), None
    if moved or prepared is None:
        notes = (*map(_REFUSED.format, moved), _ALONE, *notes)
        return Previewed(saved.plan, saved.id, saved_at=saved.created_at, notes=notes), None
    values = _values(prepared)
    return Previewed(saved.plan, saved.id, *values, saved_at=saved.created_at, notes=notes), prepared


def _values(prepared: Prepared) -> tuple[Mapping[str, Plain], Mapping[str, Plain], Mapping[str, Plain]]:
    """Return by address what state knows, what the file wants, and what was sent of entries in doubt."""
    applied = prepared.applied
    known = {address: record.value for address, record in applied.sections.items()} if applied is not None else {}
    wanted = {address: wanted.value for address, wanted in prepared.profile.desired.wanted.items()}
    doubted = {
        address: value for section in ENTRY_SECTIONS for address, value in doubtful_adds(applied, section).items()
    }
    return known, wanted, doubted


def _opener(shown: Sequence[Previewed], prepared: Sequence[Prepared | None]) -> OpenPicture:
    """Return what opens a file of a content: below the folder of a profile, or as git has it at an earlier commit.

    A state names paths too, and can be a pull request's: they are held to the same rules as those of a profile, and
    what is opened is only used if it has the digest.
    """
    folders = list(dict.fromkeys(os.path.dirname(previewed.plan.profile.path) for previewed in shown))
    renamed = {
        facts.sha256: facts.path
        for each in prepared
        if each is not None
        for facts in each.profile.desired.files.values()
    }

    def open_file(facts: Members) -> BinaryIO | None:
        path, sha256 = str(facts["file"]), str(facts["sha256"])
        for folder in folders:
            for name in dict.fromkeys((path, renamed.get(sha256, path))):
                try:
                    return snapshot(folder, WantedFile("", name, sha256))
                except FileChangedError:
                    continue
            content = next(_contents_in_git(os.path.join(folder, path), sha256), None)
            if content is not None:
                return io.BytesIO(content)
        return None

    return open_file


def _contents_in_git(path: str, sha256: str) -> Iterator[bytes]:
    """Yield what git has of a file at the commits that a change is compared with, if it is of that content."""
    for commit in (os.environ.get(BASE) or "", "HEAD", "HEAD^1"):
        content = git.content_at(commit, path) if commit else None
        if content is not None and hashlib.sha256(content).hexdigest() == sha256:
            yield content
