"""Owns the way from a JSON Resume, of any version of its schema, to what a profile holds."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import NoReturn

from reconciler.decode import DamageError, parse_json
from reconciler.importing.dates import Period, seniority, start_and_end
from reconciler.importing.draft import Draft, DraftField, Omission, location
from reconciler.importing.entries import Stint, entries
from reconciler.importing.resume import BASICS, END, LISTS, START, Words
from reconciler.importing.source import open_source
from reconciler.importing.texts import clean, unfit, unique
from reconciler.problem import ReconcilerError
from reconciler.values import Plain, members

SOURCE = "the résumé"
MAX_BYTES = 1024 * 1024
MAX_ENTRIES = 1000
_ROOTS = ("basics", "bio", "work", "education", "skills")
_EXPECTED = "give a JSON Resume (jsonresume.org): an object with basics, work, education or skills"

Path = tuple[str | int, ...]


def read_resume(path: str) -> Draft:
    """Read a JSON Resume. Raises ReconcilerError where it is none, or cannot be read."""
    resume = _parsed(path, _text(path, _content(path)))
    if not isinstance(resume, dict) or not any(root in resume for root in _ROOTS):
        _refuse(path, "this is JSON, and not a résumé", _EXPECTED)
    for name in ("work", "education", "skills"):
        listed = resume.get(name)
        if isinstance(listed, list) and len(listed) > MAX_ENTRIES:
            _refuse(path, f"{name} has {len(listed):,} items, more than {MAX_ENTRIES:,}", _EXPECTED)
    return _Reading(resume).draft()


class _Reading:
    """One résumé, and which of its values were taken: the others are what was left out."""

    def __init__(self, resume: dict[str, Plain]) -> None:
        self.resume = resume
        self.taken: set[Path] = set()
        self.left: list[Omission] = []

    def draft(self) -> Draft:
        root = "basics" if "basics" in self.resume else "bio"
        basics = members(self.resume.get(root))
        sections = [*self.location(basics, (root,))]
        for ours, theirs in BASICS.items():
            text = self.text(basics, (root,), theirs)
            if text:
                sections.append(DraftField(ours, text))
        jobs, schools = (tuple(self.stays(section)) for section in ("experience", "education"))
        skills, repeated = unique(self.skills())
        self.left += [Omission(f"the skill {one}", "it is on the list already") for one in repeated]
        return Draft(
            SOURCE,
            tuple(sections),
            entries("experience", jobs, SOURCE),
            entries("education", schools, SOURCE),
            skills,
            (*self.left, *self.rest()),
        )

    def text(self, value: dict[str, Plain], path: Path, names: tuple[str, ...]) -> str:
        """Take the first of several names that holds a text; cleaned."""
        for name in names:
            found = value.get(name)
            if isinstance(found, str) and clean(found).strip():
                return self.cleaned(found, (*path, name))
        return ""

    def cleaned(self, text: str, path: Path) -> str:
        self.taken.add(path)
        if unfit(text):
            what = f"{_shown(path)}, {unfit(text)} control characters"
            self.left.append(Omission(what, "no text of a profile can hold them"))
        return clean(text)

    def location(self, basics: dict[str, Plain], path: Path) -> Iterator[DraftField]:
        where = basics.get("location")
        above = (*path, "location")
        if isinstance(where, str):
            place, postal_code = self.text(basics, path, ("location",)), ""
        else:
            parts = (self.text(members(where), above, (name,)) for name in ("city", "region", "state", "countryCode"))
            place = ", ".join(filter(None, parts))
            postal_code = self.text(members(where), above, ("postalCode",))
        if place or postal_code:
            yield location(SOURCE, place, postal_code)

    def stays(self, section: str) -> Iterator[Stint]:
        name, words = LISTS[section]
        for place, value in enumerate(_list(self.resume.get(name))):
            if isinstance(value, dict) and value:
                yield self.stay(section, words, value, (name, place))

    def stay(self, section: str, words: Words, value: dict[str, Plain], path: Path) -> Stint:
        texts = {ours: self.text(value, path, theirs) for ours, theirs in words.items()}
        period = Period(self.text(value, path, (START,)), self.text(value, path, (END,)))
        if section == "experience":
            texts["description"] = self.description(value, path, texts["description"])
        dates = seniority(period, SOURCE) if section == "experience" else start_and_end(period, SOURCE)
        fields = tuple(DraftField(ours, text) for ours, text in texts.items() if text)
        return Stint(texts.get("company") or texts.get("school", ""), texts.get("role", ""), period, (*fields, *dates))

    def description(self, value: dict[str, Plain], path: Path, summary: str) -> str:
        """Write the highlights below the summary, one a line."""
        lines = []
        for place, one in enumerate(_list(value.get("highlights"))):
            if isinstance(one, str) and clean(one).strip():
                lines.append(f"• {self.cleaned(one, (*path, 'highlights', place)).strip()}")
        if not lines:
            return summary
        return "\n".join([*([summary.rstrip("\n"), ""] if summary else []), *lines])

    def skills(self) -> Iterator[str]:
        for place, value in enumerate(_list(self.resume.get("skills"))):
            path: Path = ("skills", place)
            if isinstance(value, str) and clean(value).strip():
                yield self.cleaned(value, path)
            name = self.text(members(value), path, ("name",))
            if name:
                yield name
            for number, keyword in enumerate(_list(members(value).get("keywords"))):
                if isinstance(keyword, str) and clean(keyword).strip():
                    yield self.cleaned(keyword, (*path, "keywords", number))

    def rest(self) -> Iterator[Omission]:
        """Give every value that was not taken, those of one kind counted together."""
        counts: Counter[str] = Counter()
        stack = [_below((), self.resume)]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                continue
            path, value = step
            if isinstance(value, dict | list):
                stack.append(_below(path, value))
            elif path not in self.taken and value is not None and str(value).strip():
                counts[_shown(path)] += 1
        for shown, count in counts.items():
            yield Omission(
                f"{shown} ({count})" if count > 1 else shown, "a profile has no place for it, or not in this form"
            )


def _below(path: Path, value: dict[str, Plain] | list[Plain]) -> Iterator[tuple[Path, Plain]]:
    for step, below in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, step), below


def _shown(path: Path) -> str:
    return "".join("[]" if isinstance(step, int) else f".{step[:80]}" for step in path).removeprefix(".")


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _content(path: str) -> bytes:
    with open_source(path, _EXPECTED) as file:
        content = file.read(MAX_BYTES + 1) or b""
    if len(content) > MAX_BYTES:
        _refuse(path, f"this file has more than {MAX_BYTES // 1024**2} MiB", _EXPECTED)
    return content


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content) if content else "utf-8")
    except UnicodeDecodeError as error:
        _refuse(
            path, f"this file is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}", "save it so"
        )


def _parsed(path: str, text: str) -> Plain:
    """Read JSON, its numbers as they are written. Raises ReconcilerError."""
    try:
        return parse_json(text, number=str, fraction=str)
    except DamageError as error:
        _refuse(path, f"this is not a JSON Resume: {error}", _EXPECTED)


def _refuse(path: str, message: str, remedy: str) -> NoReturn:
    raise ReconcilerError.at(path, message, remedy)
