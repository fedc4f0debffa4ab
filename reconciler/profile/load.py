"""Owns the way from profile files to valid profiles, with everything that is wrong in one pass."""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.problem import Problem, ProblemsError
from reconciler.profile.canonical import canonicalise
from reconciler.profile.desired import FileFacts, Profile
from reconciler.profile.document import Document, read_document, shortened
from reconciler.profile.files import UnfitFileError, inspect, located
from reconciler.profile.rules import check, fields_in
from reconciler.profile.schema import schema_problems
from reconciler.profile.warnings import over_limits
from reconciler.profile.yaml import fail
from reconciler.safefile import IrregularError, open_regular
from reconciler.spec import MAX_PROFILE, SECTIONS, Accepts, Kind

SHOWN = 100


def load(path: str, *, strict: bool = False) -> Profile:
    """Read and validate one profile; `strict` makes warnings errors. Raises ProblemsError with all that is wrong."""
    return load_all((path,), strict=strict)[0]


def load_all(paths: Sequence[str], *, strict: bool = False) -> tuple[Profile, ...]:
    """Read and validate profiles, no two of one account. Raises ProblemsError with all that is wrong in all."""
    profiles, problems = read_all(paths, strict=strict)
    if problems:
        raise ProblemsError(*capped(problems))
    return profiles


def read_all(paths: Sequence[str], *, strict: bool = False) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
    """Give the profiles that are valid, and the problems of the others."""
    valid: list[tuple[Profile, Document]] = []
    problems: list[Problem] = []
    named: dict[str, str] = {}
    for path in paths:
        try:
            _once(path, named)
            content = read_file(path)
            document = read_document(content, path)
            valid.append((_validated(document, content, strict=strict), document))
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.extend(_rivals(valid))
    return tuple(profile for profile, _ in valid), tuple(problems)


def capped(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Keep the first hundred problems, and count the others."""
    if len(problems) <= SHOWN:
        return tuple(problems)
    return *problems[:SHOWN], Problem("", 0, 0, "", f"and {len(problems) - SHOWN:,} more problems", "mend these first")


def read_profile(content: bytes, path: str) -> Profile:
    """Validate a profile that has this content, whether it lies at that path yet or not. Raises ProblemsError."""
    return _validated(read_document(content, path), content, strict=False)


def _validated(document: Document, content: bytes, *, strict: bool) -> Profile:
    facts, unfit = _files(document)
    wrong = _unique(document, [*schema_problems(document), *check(document), *unfit])
    if wrong:
        raise ProblemsError(*_in_file_order(wrong))
    warnings = over_limits(document, facts)
    if strict and warnings:
        raise ProblemsError(*warnings)
    return Profile(document.file, hashlib.sha256(content).hexdigest(), canonicalise(document, facts), warnings)


def read_file(path: str) -> bytes:
    """Read a profile file, at most one byte more than it may have. Raises ProblemsError."""
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
            return file.read(MAX_PROFILE + 1)
        except OSError as error:
            fail(path, f"cannot be read: {(error.strerror or '').lower()}", "check the disk that it is on")


_Sights = dict[tuple[str, Accepts], FileFacts | UnfitFileError]


def _files(document: Document) -> tuple[dict[str, FileFacts], list[Problem]]:
    """Inspect every file that a document names, each once, however often and in how many spellings it is named."""
    facts: dict[str, FileFacts] = {}
    seen: _Sights = {}
    problems: list[Problem] = []
    if not isinstance(document.value, dict):
        return facts, problems
    folder = os.path.dirname(document.file) or "."
    for path, field, value in fields_in(SECTIONS, document.value, ()):
        if field.kind is not Kind.FILE or not isinstance(value, str) or not value:
            continue
        assert field.accepts is not None
        try:
            facts[value] = _facts(folder, value, field.accepts, seen)
        except UnfitFileError as error:
            problems.append(document.problem(path, error.message, error.remedy))
    return facts, problems


def _facts(folder: str, path: str, accepts: Accepts, seen: _Sights) -> FileFacts:
    """Give what a file is, inspected unless it was seen before. Raises UnfitFileError."""
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


def _unique(document: Document, found: Iterable[Problem]) -> list[Problem]:
    """Add what was wrong with the YAML, and drop what only follows from it, or says the same again."""
    kept = list(document.problems)
    broken = {one.address for one in kept}
    said: set[tuple[str, int, int]] = set()
    for one in found:
        place = (one.address, one.line, one.column)
        if one.address in broken or (place in said and "missing" not in one.message):
            continue
        said.add(place)
        kept.append(one)
    return kept


def _in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: (one.line, one.column))


def _once(path: str, named: dict[str, str]) -> None:
    """Refuse a file that was named before, in whatever spelling."""
    try:
        place = os.path.realpath(path)
    except ValueError:
        return  # it is told where it is read
    if place in named:
        before = named[place]
        fail(path, "this file is named twice" if before == path else f"this is the file {before} again", "name it once")
    named[place] = path


def _rivals(valid: Iterable[tuple[Profile, Document]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for profile, document in valid:
        account = profile.desired.account_id
        if account in first:
            message = f"account {shortened(account)} is that of {first[account]} already: they would undo each other"
            yield document.problem(("account_id",), message, "leave one of the two out")
        first.setdefault(account, document.file)
