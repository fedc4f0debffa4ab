"""Owns `state merge` on disk: the three states out of git's index or a merge driver's files, and what is written."""

from msgspec import Struct
from msgspec.structs import replace

from reconciler.app.git import stages_of
from reconciler.app.states import check_account_of, load_text, path_of, save_state
from reconciler.clock import now
from reconciler.problem import StateError
from reconciler.quoting import as_argument, command_line, quoted
from reconciler.state.applied import Applied
from reconciler.state.conflict import holds_conflict, with_markers
from reconciler.state.format import read_state
from reconciler.state.merge import Merged, merge
from reconciler.state.storage import locked, mode_of, read_text, write_durably


class Merging(Struct, frozen=True):
    """What a merge did: where, out of which state of ours, and what came of it."""

    path: str
    ours: Applied
    merged: Merged
    written: Applied


def merge_index(profile: str | None, state: str | None) -> Merging:
    """Merge a state that git holds as a conflict. Raises StateError; the file is then as it was."""
    path = path_of(profile, state)
    stages = stages_of(path)
    if stages is None:
        raise StateError.at(
            path,
            "git knows of no conflict in this state",
            "run it where a merge stopped, before `git add`, or as a merge driver, with three files",
        )
    base, ours, theirs = (None if stage is None else _decoded(stage, path) for stage in stages)
    if ours is None or theirs is None:
        raise StateError.at(
            path,
            "one side of the merge has taken this state away",
            "keep the other one (`git checkout --ours` or `--theirs`), look at LinkedIn, and plan",
        )
    with locked(path, now()):
        mine, others = read_state(ours, f"{path} (ours)"), read_state(theirs, f"{path} (theirs)")
        _refuse_written_since(path, mine, others)
        merged = _merged(path, _base(base), mine, others)
        check_account_of(path, merged.applied, profile, state)
        return Merging(path, mine, merged, save_state(path, merged.applied))


def merge_files(base: str, ours: str, theirs: str) -> Merging:
    """Merge as git's merge driver: the result goes to the file of ours. Raises StateError.

    Where the two cannot be merged, that file gets the markers of a conflict, so that nothing is applied by one side.
    """
    texts = [load_text(path) for path in (base, ours, theirs)]
    try:
        mine, others = read_state(texts[1], ours), read_state(texts[2], theirs)
        merged = _merged("", _base(texts[0]), mine, others)
    except StateError:
        write_durably(ours, with_markers(texts[1], texts[2]), mode_of(ours))
        raise
    return Merging(ours, mine, merged, save_state(ours, merged.applied))


def refuse_one_side(profile: str, path: str, applied: Applied | None) -> None:
    """Raise StateError where a merge has left a profile's state as one side, which lacks what the other one applied.

    So it is after `git checkout --ours`, and where git could not start its merge driver.
    """
    stages = stages_of(path) if applied is not None else None
    if applied is None or stages is None:
        return
    for stage in stages[1:]:
        try:
            side = None if stage is None else read_state(stage.decode("utf-8-sig"), path)
        except (StateError, UnicodeDecodeError):
            continue
        if side is not None and side.write == applied.write:
            raise StateError.at(
                path,
                "git holds this state as a conflict, and here is one side of it alone, without what the other applied",
                f"merge the two: `{command_line(('state', 'merge'), profile, path)}`",
            )


def _merged(path: str, base: Applied | None, ours: Applied, theirs: Applied) -> Merged:
    """Return the merge; what contradicts in it is a problem of the file at `path`."""
    try:
        return merge(base, ours, theirs)
    except StateError as error:
        raise StateError(*(replace(problem, file=path) for problem in error.problems)) from error


def _base(text: str | None) -> Applied | None:
    """Return the common ancestor; None where there is none, or none that can be read."""
    try:
        return read_state(text, "the common ancestor") if text else None
    except StateError:
        return None


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StateError.at(
            path, "one side of the merge is not UTF-8", "take the last good one of that side"
        ) from error


def _refuse_written_since(path: str, ours: Applied, theirs: Applied) -> None:
    """Refuse to write over a state that was written after the merge had begun."""
    text = read_text(path)
    if text is None or holds_conflict(text):
        return
    written = read_state(text, path)
    if written.write not in (ours.write, theirs.write):
        raise StateError.at(
            path,
            "this state was written since the merge began",
            f"run `git add {quoted(as_argument(path))}` if it is right",
        )
