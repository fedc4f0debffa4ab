"""Owns which profiles a command is about: paths, patterns, folders and lists in, the paths of files out."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from reconciler.limits import MAX_PROFILE
from reconciler.problem import Problem, UsageError
from reconciler.safefile import open_regular
from reconciler.state.paths import state_path

MAX_LIST = 16 * 1024 * 1024  # bytes of a list of profiles
_TOP = 4096  # bytes that nearly always tell what a file is
_WILD = re.compile(r"[*?\[]")
_BEGINS_PROFILE = re.compile(
    rb"""^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?"""  # a byte order mark
    rb"""(?:[ \t{,]*["']?type["']?[ \t]*:[ \t]*["']?LINKEDIN\b|["']?account_id["']?[ \t]*:)""",
    re.MULTILINE,
)
_SUFFIXES = (".yaml", ".yml")
_NAME_IT = "name a profile, a folder of profiles, a pattern between quotes, or @FILE with one of these a line"


class Only(Struct, frozen=True):
    """What is kept of the profiles that were named.

    `since` is a git revision that they differ from, None for whatever they are; `accounts` are the ids of theirs, none
    for any.
    """

    since: str | None = None
    accounts: tuple[str, ...] = ()


ANY = Only()


def is_one_file(name: str) -> bool:
    """Tell whether an argument is the path of one file: no pattern, no list and no folder."""
    return os.path.isfile(name) or not (name.startswith("@") or _WILD.search(name) or os.path.isdir(name))


def select(names: Sequence[str], only: Only = ANY) -> tuple[str, ...]:
    """Return the profiles that arguments name, each once, in the order of the arguments and below each by path.

    A file is taken as it is named, whatever its name holds. A pattern is taken for the files that it fits, a folder
    for its YAML files that begin a profile, `@FILE` for what stands in its lines. Neither follows a link that it finds,
    or looks into hidden folders. Raises UsageError with all that names nothing.
    """
    problems: list[Problem] = []
    found = tuple(_each_once(_paths_named(names, problems)))
    problems += _of_one_state(found)
    if problems:
        raise UsageError(*problems)
    if only.accounts:
        found = _of_accounts(found, only.accounts)
    if only.since is not None:
        from reconciler.app.changed import changed_since

        found = changed_since(found, only.since)
    return found


def _paths_named(names: Iterable[str], problems: list[Problem]) -> Iterator[str]:
    """Yield what arguments name; add what is wrong with them to the problems."""
    for name in names:
        if name.startswith("@") and not os.path.isfile(name):
            yield from _names_in_list(name[1:], problems)
        else:
            yield from _of_name(name, problems, Problem(name, 0, 0, "", ""))


def _of_name(name: str, problems: list[Problem], place: Problem) -> Iterator[str]:
    """Yield the files that a path or pattern names; a path that is not there is told by who reads it."""
    try:
        if os.path.isdir(name):
            found = sorted(filter(_begins_profile, _yaml_below(name)))
            wrong, remedy = "there is no profile in this folder", "a profile is a YAML file with `type: LINKEDIN`"
        elif _WILD.search(name) and not os.path.lexists(name):
            found = sorted(_fitting(name))
            wrong, remedy = "no file fits this pattern", "mend the pattern; `**` stands for folders at any depth"
        else:
            found, wrong, remedy = [name], "", ""
    except (OSError, ValueError) as error:
        said = (getattr(error, "strerror", None) or "this is not a path").lower()
        found, wrong, remedy = [], f"{getattr(error, 'filename', None) or name} cannot be read: {said}", _NAME_IT
    if not found:
        problems.append(_at_its_line(place, name, wrong, remedy))
    yield from found


def _at_its_line(place: Problem, name: str, wrong: str, remedy: str) -> Problem:
    """Say what is wrong with a name, at its line where it stands in a list."""
    return Problem(place.file, place.line, place.column, name if place.line else "", wrong, remedy)


def _names_in_list(path: str, problems: list[Problem]) -> Iterator[str]:
    """Yield what the lines of a list name, each as if it were an argument; `#` begins a comment."""
    try:
        lines = _read_list(path)
    except (OSError, ValueError) as error:
        said = str(getattr(error, "strerror", None) or error)
        said = said[:1].lower() + said[1:]
        problems.append(Problem(path, 0, 0, "", f"this list cannot be read: {said}", "name a file with a path a line"))
        return
    repository, named_in = _repository(os.path.realpath(path)), _repository(os.path.abspath(path))
    if named_in is not None and (repository is None or os.path.realpath(named_in) != repository):
        wrong = "this list is a link that leads out of its repository"
        problems.append(Problem(path, 0, 0, "", wrong, "name the file that it leads to"))
        return
    before = len(problems)
    empty = True
    for number, line in enumerate(lines, 1):
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        empty = False
        place = Problem(path, number, 1, "", "")
        for found in _of_line(name, problems, place):
            if repository is not None and not _lies_in(found, repository):
                wrong = f"{found} lies outside the repository of this list"
                problems.append(_at_its_line(place, name, wrong, "name it as an argument"))
                break
            yield found
    if empty and len(problems) == before:
        problems.append(Problem(path, 0, 0, "", "there is no profile in this list", "write one path or pattern a line"))


def _of_line(name: str, problems: list[Problem], place: Problem) -> Iterator[str]:
    """Yield what a line of a list names; it names no other list, and nothing that is not there."""
    if name.startswith("@") and not os.path.lexists(name):
        problems.append(_at_its_line(place, name, "a list names no other list", "write its lines here"))
    elif not _WILD.search(name) and not os.path.lexists(name):
        problems.append(
            _at_its_line(place, name, "there is no such file", "mend the path, from the folder you work in")
        )
    else:
        yield from _of_name(name, problems, place)


def _read_list(path: str) -> list[str]:
    """Return the lines of a list. Raises OSError, and ValueError for what is no text."""
    with open(open_regular(path, follow=True), "rb") as file:
        content = file.read(MAX_LIST + 1)
    if len(content) > MAX_LIST:
        raise ValueError(f"it has more than {MAX_LIST // 1024 // 1024} MiB")
    try:
        return content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 at byte {error.start}") from error


def lists_named(begun: str) -> Iterator[str]:
    """Yield the files and folders whose path begins so, as a shell completes it."""
    folder, start = os.path.split(begun)
    try:
        names = sorted(os.listdir(folder or os.curdir))
    except (OSError, ValueError):
        return
    for name in names:
        if name.startswith(start) and name.startswith(".") == start.startswith("."):
            path = os.path.join(folder, name)
            yield os.path.join(path, "") if os.path.isdir(path) else path


def _repository(path: str) -> str | None:
    """Return the folder of the git repository that a file lies in: whoever may write the list may write there only."""
    place = os.path.dirname(path)
    while not os.path.lexists(os.path.join(place, ".git")):
        place, below = os.path.dirname(place), place
        if place == below:
            return None
    return place


def _lies_in(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.realpath(path), folder]) == folder


def _yaml_below(folder: str) -> Iterator[str]:
    """Yield the YAML files in a folder and those below it; hidden ones and links are left out."""
    pending = [folder]
    while pending:
        place = pending.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                path = entry.name if place == os.curdir else os.path.join(place, entry.name)
                if entry.is_dir():
                    pending.append(path)
                elif entry.name.endswith(_SUFFIXES) and entry.is_file():
                    yield path


def _begins_profile(path: str) -> bool:
    """Tell whether a file is meant to be a profile; one that cannot be read is, so that this is told."""
    try:
        with open(open_regular(path, follow=False), "rb", buffering=0) as file:
            top = file.read(_TOP)
            return _has_begin(top) or (len(top) == _TOP and _has_begin(top + file.read(MAX_PROFILE)))
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _has_begin(content: bytes) -> bool:
    return _BEGINS_PROFILE.search(content.replace(b"\0", b"")) is not None  # UTF-16 is told by who reads it


def _fitting(pattern: str) -> Iterator[str]:
    """Yield the files that a pattern fits; `**` stands for any number of folders, none too."""
    steps = [step for step in pattern.split("/") if step]
    steps += ["*"] if steps[-1] == "**" else []
    pending = [("/" if os.path.isabs(pattern) else "", 0)]
    begun = set(pending)
    while pending:
        folder, place = pending.pop()
        step, last = steps[place], place == len(steps) - 1
        below: list[tuple[str, int]] = [(folder, place + 1)] if step == "**" else []
        for path, is_folder, is_file in _fitting_in(folder, step):
            if is_folder and not last:
                below.append((path, place if step == "**" else place + 1))
            elif is_file and last and not path.endswith(".state.json"):
                yield path
        pending += [found for found in below if found not in begun]
        begun.update(below)


def _fitting_in(folder: str, step: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield what a folder holds that one step of a pattern fits: the path, and whether it is a folder or a file."""
    from fnmatch import fnmatchcase

    if not _WILD.search(step):
        path = os.path.join(folder, step)
        yield path, os.path.isdir(path), os.path.isfile(path)
        return
    with os.scandir(folder or os.curdir) as entries:
        for entry in entries:
            hidden = entry.name.startswith(".") and not step.startswith(".")
            if not (hidden or entry.is_symlink()) and fnmatchcase(entry.name, step):
                yield os.path.join(folder, entry.name), entry.is_dir(), entry.is_file()


def _each_once(paths: Iterable[str]) -> Iterator[str]:
    """Yield paths but for those that lead to the file of one before; a file with two names of its own is two."""
    places: dict[tuple[int, int], list[str]] = {}
    for path in paths:
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            yield path  # it is told where it is read
            continue
        before = places.setdefault((found.st_dev, found.st_ino), [])
        if not before or all(os.path.realpath(path) != os.path.realpath(other) for other in before):
            before.append(path)
            yield path


def _of_one_state(paths: Iterable[str]) -> Iterator[Problem]:
    """Yield what is wrong with each profile whose state is that of one before it: `ada.yml` beside `ada.yaml`."""
    first: dict[str, str] = {}
    for path in paths:
        state = state_path(path)
        before = first.setdefault(state, path)
        if before != path:
            wrong = f"its state is {state}, and that is the state of {before} too"
            yield Problem(
                path, 0, 0, "", wrong, "rename one of the two; a state that is there says whose account it is of"
            )


def _of_accounts(paths: Sequence[str], accounts: Sequence[str]) -> tuple[str, ...]:
    """Keep the profiles of some accounts. Raises UsageError for an account that none is of.

    What may be of an account that is not found, and cannot be read, is kept: who reads it tells what is wrong.
    """
    from reconciler.app.addresses import account_of

    found = [(path, account_of(path)) for path in paths if _may_mention(path, accounts)]
    missing = [account for account in accounts if all(account != other for _, other in found)]
    unread = {path for path, account in found if not account} if missing else set()
    if missing and not unread:
        wrong = f"none of the {len(paths):,} profiles is of this account"
        raise UsageError(*(Problem(f"--where account_id={id_}", 0, 0, "", wrong, "mend the id") for id_ in missing))
    return tuple(path for path, account in found if account in accounts or path in unread)


def _may_mention(path: str, accounts: Sequence[str]) -> bool:
    """Tell whether an account may stand in a file, which is quicker to tell than what the file says."""
    try:
        with open(open_regular(path, follow=True), "rb") as file:
            content = file.read(MAX_PROFILE)
    except (OSError, ValueError):
        return True
    return b"\\" in content or any(account.encode() in content for account in accounts)
