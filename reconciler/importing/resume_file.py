"""Owns a JSON Resume as a file: read, told from other formats, and written with its numbers as they were."""

import json
import re
from typing import NoReturn

from reconciler.decode import DamageError, parse_json
from reconciler.importing.source import looks_like, open_source
from reconciler.problem import ReconcilerError
from reconciler.values import Plain, members

MAX_RESUME = 1024 * 1024
MAX_ENTRIES = 1000
_ROOTS = ("basics", "bio", "work", "education", "skills")
_LISTS = ("work", "education", "skills")
_EXPECTED = "give a JSON Resume (jsonresume.org): an object with basics, work, education or skills"
_EXPORT = "export it from there as JSON Resume, if that is offered"
# What others call the sections, letters alone.
_OTHER_NAMES = {
    "work": (
        *("experience", "experiences", "jobs", "employment", "employments", "career", "positions", "history"),
        *("workexperience", "workexperiences", "workhistory", "professionalexperience", "employmenthistory"),
    ),
    "education": ("educations", "schools", "studies", "academics", "educationhistory", "educationalbackground"),
    "skills": ("skill", "skillset", "competences", "competencies", "technologies", "technicalskills"),
    "basics": ("basic", "basicinfo", "personal", "personalinfo", "personalinformation", "person", "contact", "about"),
}
_INLINE = re.compile(r'\["[^\[\]{}\n]*\]')  # a list of texts on one line


class Number(str):
    """A number of a JSON text, as it is written there."""

    __slots__ = ()


def load_resume(path: str) -> dict[str, Plain]:
    """Read a JSON Resume; its numbers are `Number`s. Raises ReconcilerError where it is none, or cannot be read."""
    return parse_resume(path, read_content(path))


def parse_resume(path: str, content: bytes) -> dict[str, Plain]:
    """Read the content of a JSON Resume. Raises ReconcilerError where it is none."""
    resume = _parsed(path, content)
    if not isinstance(resume, dict):
        _refuse_resume(path, "this is JSON, and not a résumé", _EXPECTED)
    _check_format(path, resume)
    for name in _LISTS:
        listed = resume.get(name)
        if isinstance(listed, list) and len(listed) > MAX_ENTRIES:
            _refuse_resume(path, f"{name} has {len(listed):,} items, more than {MAX_ENTRIES:,}", _EXPECTED)
    return resume


def read_content(path: str) -> bytes:
    """Read the bytes of a résumé's file. Raises ReconcilerError."""
    with open_source(path, _EXPECTED) as file:
        content = file.read(MAX_RESUME + 1) or b""
    if len(content) > MAX_RESUME:
        _refuse_resume(path, f"this file has more than {MAX_RESUME // 1024**2} MiB", _EXPECTED)
    return content


def _parsed(path: str, content: bytes) -> Plain:
    try:
        text = content.decode(json.detect_encoding(content) if content else "utf-8")
    except UnicodeDecodeError as error:
        kind = looks_like(content)
        if kind:
            _refuse_resume(path, f"this is {kind}, and not a JSON Resume", _EXPECTED)
        byte = f"byte 0x{content[error.start]:02x} at offset {error.start}"
        _refuse_resume(path, f"this file is not UTF-8: {byte}", "save it so")
    try:
        return parse_json(text, number=Number, fraction=Number)
    except DamageError as error:
        kind = looks_like(content)
        if kind:
            _refuse_resume(path, f"this is {kind}, and not a JSON Resume", _EXPECTED)
        _refuse_resume(path, f"this is not a JSON Resume: {error}", _EXPECTED)


def _check_format(path: str, resume: dict[str, Plain]) -> None:
    """Refuse what is no JSON Resume, by the name of its format where that shows."""
    other = _other_format(resume)
    if other:
        _refuse_resume(path, f"this is a résumé in the format of {other}, and not a JSON Resume", _EXPORT)
    for name, value in resume.items():
        meant = _meant(name)
        if meant and value and not resume.get(meant):
            message = f"a JSON Resume has no section {name}; did you mean {meant}?"
            _refuse_resume(path, message, f"rename it, and its fields to those of jsonresume.org: {_FIELDS[meant]}")
    if not any(root in resume for root in _ROOTS):
        _refuse_resume(path, "this is JSON, and not a résumé", _EXPECTED)


def _other_format(resume: dict[str, Plain]) -> str | None:
    """Return the name of the format that a résumé has, if it is another one that is known."""
    meta = members(resume.get("meta"))
    if str(meta.get("format", "")).upper().startswith("FRESH") or ("employment" in resume and "info" in resume):
        return "FRESH (fresh-resume-schema)"
    if isinstance(resume.get("sections"), dict):
        return "Reactive Resume"
    if isinstance(resume.get("cv"), dict):
        return "RenderCV"
    if "SkillsPassport" in resume:
        return "Europass"
    if "experiences" in resume and ("full_name" in resume or "public_identifier" in resume):
        return "a reader of LinkedIn's pages"
    return None


def _meant(name: str) -> str | None:
    """Return the section of a JSON Resume that a name is likely to stand for."""
    letters = re.sub("[^a-z]", "", name.lower())
    return next((section for section, others in _OTHER_NAMES.items() if letters in others), None)


_FIELDS = {
    "work": "name, position, startDate, endDate, summary, highlights",
    "education": "institution, studyType, area, startDate, endDate",
    "skills": "name, keywords",
    "basics": "name, label, summary",
}


def resume_content(value: Plain, before: bytes) -> bytes:
    """Write a résumé as JSON in UTF-8, in the style of the content that it had before.

    That is its indentation, its line ends, and whether lists of texts stand on one line.
    """
    text_before = before.decode(json.detect_encoding(before))
    indent = re.search(r"\{\r?\n([ \t]+)", text_before)
    text = _written(value, "\n", indent[1] if indent else "  ", inline=bool(_INLINE.search(text_before))) + "\n"
    return (text.replace("\n", "\r\n") if "\r\n" in text_before else text).encode()


def _written(value: Plain, end: str, step: str, *, inline: bool) -> str:
    """Write a value; `end` is a line end with the indentation of what holds it."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict) and value:
        pairs = (
            f"{_json_text(name)}: {_written(below, end + step, step, inline=inline)}" for name, below in value.items()
        )
        return f"{{{end}{step}{f',{end}{step}'.join(pairs)}{end}}}"
    if isinstance(value, list) and value:
        items = [_written(item, end + step, step, inline=inline) for item in value]
        if inline and all(isinstance(item, str) for item in value):
            return f"[{', '.join(items)}]"
        return f"[{end}{step}{f',{end}{step}'.join(items)}{end}]"
    return _json_text(value) if isinstance(value, str) else json.dumps(value)


def _json_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=any(map(_is_half, text)))


def _is_half(letter: str) -> bool:
    """Tell whether a character is half of a surrogate pair, which no file can hold."""
    return "\ud800" <= letter <= "\udfff"


def _refuse_resume(path: str, message: str, remedy: str) -> NoReturn:
    raise ReconcilerError.at(path, message, remedy)
