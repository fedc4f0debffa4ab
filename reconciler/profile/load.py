"""Owns the way from profile files to valid profiles, with everything that is wrong in one pass."""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.problem import Problem, ProblemsError
from reconciler.profile.canonical import canonicalise
from reconciler.profile.check import check, fields_in
from reconciler.profile.desired import FileFacts, Profile
from reconciler.profile.document import Document, read_document
from reconciler.profile.events import fail
from reconciler.profile.files import UnfitFileError, inspect, located
from reconciler.profile.limits import over_limits
from reconciler.profile.schema import schema_problems
from reconciler.regular import IrregularError, open_regular
from reconciler.sizes import MAX_PROFILE
from reconciler.spec import SECTIONS, Accepts, Kind

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
    profiles: list[Profile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            profiles.append(_load(path, strict=strict))
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.extend(_rivals(profiles))
    return tuple(profiles), tuple(problems)


def capped(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Keep the first hundred problems, and count the others."""
    if len(problems) <= SHOWN:
        return tuple(problems)
    return *problems[:SHOWN], Problem("", 0, 0, "", f"and {len(problems) - SHOWN:,} more problems", "mend these first")


def _load(path: str, *, strict: bool) -> Profile:
    return read_profile(read_file(path), path, strict=strict)


def read_profile(content: bytes, path: str, *, strict: bool = False) -> Profile:
    """Validate a profile that has this content, whether it lies at that path yet or not. Raises ProblemsError."""
    document = read_document(content, path)
    facts, unfit = _files(document)
    wrong = _unique(document, [*schema_problems(document), *check(document), *unfit])
    if wrong:
        raise ProblemsError(*_in_file_order(wrong))
    warnings = over_limits(document, facts)
    if strict and warnings:
        raise ProblemsError(*warnings)
    return Profile(path, hashlib.sha256(content).hexdigest(), canonicalise(document, facts), warnings)


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


def _rivals(profiles: Sequence[Profile]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for one in profiles:
        account = one.desired.account_id
        if account in first:
            message = f"account {account} is that of {first[account]} already: they would undo each other"
            yield Problem(one.path, 0, 0, "account_id", message, "leave one of the two out")
        first.setdefault(account, one.path)
