"""Owns the way from profile files to valid profiles, with everything that is wrong in one pass."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.digests import sha256
from reconciler.limits import MAX_PROFILE
from reconciler.problem import Problem, ProblemsError
from reconciler.profile.canonical import canonicalise
from reconciler.profile.desired import FileFacts, Profile
from reconciler.profile.document import Document, in_file_order, read_document
from reconciler.profile.files import UnfitFileError, inspect, located
from reconciler.profile.rules import FoundField, broken_rules, fields_of_sections
from reconciler.profile.schema import schema_problems
from reconciler.profile.source import shortened
from reconciler.profile.validator import problems_of
from reconciler.profile.warnings import Subject, warnings_of
from reconciler.profile.yaml import fail
from reconciler.safefile import IrregularError, open_regular
from reconciler.spec import ENTRY_SECTIONS, Accepts

ENTRY_DEPTH = 2  # an entry stands at its section and key


class ReadProfiles(Struct, frozen=True):
    """What came of reading some profiles: the valid ones, and the problems and warnings of all."""

    profiles: tuple[Profile, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class Examined(Struct, frozen=True):
    """A file that was read, valid or not: what rules look at, and all that is wrong."""

    subject: Subject
    problems: tuple[Problem, ...]


Judge = Callable[[Subject], tuple[Problem, ...]]


def load(path: str, *, strict: bool = False, judge: Judge = warnings_of) -> Profile:
    """Read and validate one profile; `strict` makes warnings errors, and `judge` finds these.

    Raises ProblemsError with all that is wrong.
    """
    return _read_and_validate(read_file(path), path, strict=strict, judge=judge)[0]


def load_all(paths: Sequence[str], *, strict: bool = False) -> tuple[Profile, ...]:
    """Read and validate profiles, no two of one account. Raises ProblemsError with all that is wrong in all."""
    reading = read_all(paths, strict=strict)
    if reading.problems:
        raise ProblemsError(*reading.problems, warnings=reading.warnings)
    return reading.profiles


def read_all(paths: Sequence[str], *, strict: bool = False, judge: Judge = warnings_of) -> ReadProfiles:
    """Read and validate profiles: return the valid ones, and the problems and warnings of all.

    `strict` makes warnings problems, and has jsonschema judge what the walk over the table allows. `judge` finds the
    warnings; of lint's rules those of a plan, unless another is given.
    """
    valid: list[tuple[Profile, Document]] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for path in paths:
        try:
            profile, document = _read_and_validate(read_file(path), path, strict=strict, judge=judge)
            valid.append((profile, document))
            warnings.extend(profile.warnings)
        except ProblemsError as error:
            problems.extend(error.problems)
            warnings.extend(error.warnings)
    problems.extend(_rivals(valid))
    return ReadProfiles(tuple(profile for profile, _ in valid), tuple(problems), tuple(warnings))


def read_profile(content: bytes, path: str) -> Profile:
    """Validate a profile that has this content, whether it lies at that path yet or not. Raises ProblemsError."""
    return _read_and_validate(content, path, strict=False, judge=warnings_of)[0]


def read_examined(content: bytes, path: str) -> Examined:
    """Return what a file holds, and all that is wrong with it. Raises ProblemsError where it is no YAML."""
    document = read_document(content, path)
    in_sections = fields_of_sections(document)
    facts, unfit = _files(document, in_sections)
    found = [*problems_of(document), *broken_rules(document, in_sections), *unfit]
    return Examined(Subject(document, facts, in_sections), in_file_order(_not_told_yet(document, found)))


def _read_and_validate(content: bytes, path: str, *, strict: bool, judge: Judge) -> tuple[Profile, Document]:
    """Return a valid profile and its document. Raises ProblemsError with all that is wrong, and the warnings."""
    examined = read_examined(content, path)
    document, facts, problems = examined.subject.document, examined.subject.files, examined.problems
    warnings = judge(examined.subject)
    if strict:
        refused = () if problems else schema_problems(document)
        problems, warnings = in_file_order([*problems, *refused, *warnings]), ()
    if problems:
        raise ProblemsError(*problems, warnings=warnings)
    desired = canonicalise(document, facts)
    return Profile(path, sha256(content).hexdigest(), desired, warnings, _profile_lines(document)), document


def _profile_lines(document: Document) -> dict[str, int]:
    """Return the line at which each entry begins, by its address."""
    return {
        f"{path[0]}.{path[1]}": mark.line
        for path, mark in document.keys.items()
        if len(path) == ENTRY_DEPTH and path[0] in ENTRY_SECTIONS
    }


def read_file(path: str) -> bytes:
    """Read a profile file, at most one byte more than it may have. Raises ProblemsError."""
    if path == "-":
        fail(path, "standard input is not read: the files of a profile lie beside it", "name a file")
    try:
        descriptor = open_regular(path, follow=True)
    except IrregularError as error:
        fail(path, f"this is {error.strerror}", "name a profile file")
    except OSError as error:
        if error.errno == errno.ENOENT:
            fail(path, "there is no such file", "name a profile, or write one with `reconciler init`")
        fail(path, f"cannot be read: {(error.strerror or '').lower()}", "check its name and its permissions")
    except ValueError:
        fail(path, "this is not a path", "name a profile file")
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(MAX_PROFILE + 1)
        except OSError as error:
            fail(path, f"cannot be read: {(error.strerror or '').lower()}", "check the disk that it is on")
        if content and not os.fstat(descriptor).st_size:  # the system's own, as what a process was started with
            fail(path, "this is not a regular file", "name a profile file")
        return content


_Seen = dict[tuple[str, Accepts], FileFacts | UnfitFileError]


def _files(document: Document, in_sections: Sequence[FoundField]) -> tuple[dict[str, FileFacts], list[Problem]]:
    """Inspect every file that a document names, each once, however often and in how many spellings it is named."""
    facts: dict[str, FileFacts] = {}
    seen: _Seen = {}
    problems: list[Problem] = []
    folder = os.path.dirname(document.file) or "."
    for path, field, value in in_sections:
        if field.accepts is None or not isinstance(value, str) or not value:
            continue
        try:
            facts[value] = _facts(folder, value, field.accepts, seen)
        except UnfitFileError as error:
            problems.append(document.problem(path, error.message, error.remedy))
    return facts, problems


def _facts(folder: str, path: str, accepts: Accepts, seen: _Seen) -> FileFacts:
    """Return what a file is, inspected unless it was seen before. Raises UnfitFileError."""
    sight = located(folder, path), accepts
    if sight not in seen:
        try:
            seen[sight] = inspect(folder, path, accepts)
        except UnfitFileError as error:
            seen[sight] = error
    found = seen[sight]
    if isinstance(found, UnfitFileError):
        raise found.of(path)
    return replace(found, path=path)


def _not_told_yet(document: Document, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems of the YAML, and those of a content that is not already told by them."""
    broken = {problem.address for problem in document.problems}
    return [*document.problems, *(problem for problem in problems if problem.address not in broken)]


def _rivals(valid: Iterable[tuple[Profile, Document]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for profile, document in valid:
        account = profile.desired.account_id
        if account in first:
            yield _rival(document, account, first[account])
        first.setdefault(account, document.file)


def _rival(document: Document, account: str, first: str) -> Problem:
    message = f"account {shortened(account)} is that of {first} already: they would undo each other"
    return document.problem(("account_id",), message, "leave one of the two out, or put in the id of its own account")


def rival_of(path: str, account: str, first: str) -> Problem:
    """Say that a profile is of an account that another one, the first, is of; its place is looked up in the file."""
    try:
        document = read_document(read_file(path), path)
    except ProblemsError:  # it was sound, and was changed since
        document = Document(path, {}, {}, {}, {})
    return _rival(document, account, first)
