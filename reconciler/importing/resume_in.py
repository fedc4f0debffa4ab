"""Owns the way from a JSON Resume, of any version of its schema, to what a profile holds."""

from collections import Counter
from collections.abc import Iterator

from reconciler.importing.dates import Period, seniority, start_and_end
from reconciler.importing.draft import NO_FIELD, Draft, DraftField, Omission, location
from reconciler.importing.entries import Stint, entries
from reconciler.importing.resume import BASICS, END, LISTS, START, Words, with_bullets
from reconciler.importing.resume_file import load_resume
from reconciler.importing.texts import clean, is_blank, losses, unique
from reconciler.values import Path, Plain, members

RESUME_SOURCE = "the résumé"

# The sections of JSON Resume for which a profile has none.
_NOT_TAKEN = ("volunteer", "awards", "certificates", "publications", "languages", "interests", "references", "projects")


def read_resume(path: str, *, live: bool) -> Draft:
    """Read a JSON Resume; `live` says that LinkedIn shows just that. Raises ReconcilerError where it is none."""
    return _Reading(load_resume(path), live=live).draft()


class _Reading:
    """A résumé that is being read, and which of its values were taken: the others are what was left out."""

    def __init__(self, resume: dict[str, Plain], *, live: bool) -> None:
        self.resume = resume
        self.live = live
        self.taken: set[Path] = set()
        self.omissions: list[Omission] = []

    def draft(self) -> Draft:
        root = "basics" if "basics" in self.resume else "bio"
        basics = members(self.resume.get(root))
        sections = [*self.location(basics, (root,))]
        for ours, theirs in BASICS.items():
            text = self.text(basics, (root,), theirs)
            if text:
                sections.append(DraftField(ours, text))
        jobs, schools = (tuple(self.stints(section)) for section in ("experience", "education"))
        skills, repeated = unique(self.skills())
        self.omissions += [Omission(f"the skill {skill}", "it is on the list already") for skill in repeated]
        return Draft(
            RESUME_SOURCE,
            live=self.live,
            sections=tuple(sections),
            experience=entries("experience", jobs, RESUME_SOURCE, live=self.live),
            education=entries("education", schools, RESUME_SOURCE, live=self.live),
            skills=skills,
            omissions=(*self.omissions, *self.rest()),
        )

    def text(self, value: dict[str, Plain], path: Path, names: tuple[str, ...]) -> str:
        """Take the first of several names that holds a text, cleaned; empty where none does."""
        for name in names:
            found = value.get(name)
            if isinstance(found, str) and not is_blank(found):
                return self.cleaned(found, (*path, name))
        return ""

    def cleaned(self, text: str, path: Path) -> str:
        """Take a text, cleaned."""
        self.taken.add(path)
        self.omissions += losses(_shown(path), text)
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
            yield location(RESUME_SOURCE, place, postal_code)

    def stints(self, section: str) -> Iterator[Stint]:
        """Return the jobs or schools; one that has nothing for a profile is none."""
        name, words = LISTS[section]
        for number, value in enumerate(_list(self.resume.get(name))):
            if isinstance(value, dict):
                stint = self.stint(section, words, value, (name, number))
                if stint.fields:
                    yield stint

    def stint(self, section: str, words: Words, value: dict[str, Plain], path: Path) -> Stint:
        texts = {ours: self.text(value, path, theirs) for ours, theirs in words.items()}
        period = Period(self.text(value, path, (START,)), self.text(value, path, (END,)))
        if section == "experience":
            texts["description"] = with_bullets(texts["description"], self.highlights(value, path))
        dates = seniority(period, RESUME_SOURCE) if section == "experience" else start_and_end(period, RESUME_SOURCE)
        fields = tuple(DraftField(ours, text) for ours, text in texts.items() if text)
        return Stint(texts.get("company") or texts.get("school", ""), texts.get("role", ""), period, (*fields, *dates))

    def highlights(self, value: dict[str, Plain], path: Path) -> list[str]:
        return [
            self.cleaned(text, (*path, "highlights", number)).strip()
            for number, text in enumerate(_list(value.get("highlights")))
            if isinstance(text, str) and not is_blank(text)
        ]

    def skills(self) -> Iterator[str]:
        """Take the skills. The name of an item with keywords is the heading of a group, and no skill."""
        for number, value in enumerate(_list(self.resume.get("skills"))):
            path: Path = ("skills", number)
            if isinstance(value, str) and not is_blank(value):
                yield self.cleaned(value, path)
            keywords = [
                self.cleaned(keyword, (*path, "keywords", place))
                for place, keyword in enumerate(_list(members(value).get("keywords")))
                if isinstance(keyword, str) and not is_blank(keyword)
            ]
            name = self.text(members(value), path, ("name",))
            if name and keywords:
                self.omissions.append(Omission(f"the heading {name}", "a profile's skills are one list"))
            elif name:
                yield name
            yield from keywords

    def rest(self) -> Iterator[Omission]:
        """Return every value that was not taken, those of one kind counted together."""
        counts: Counter[str] = Counter()
        for name in _NOT_TAKEN:
            if items := _list(self.resume.get(name)):
                yield Omission(f"{name}, {len(items)} {'item' if len(items) == 1 else 'items'}", NO_FIELD)
        others = {name: value for name, value in self.resume.items() if name not in _NOT_TAKEN or not _list(value)}
        stack = [_below((), others)]
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
            what = f"{shown} ({count})" if count > 1 else shown
            yield Omission(what, "a profile has no place for it, or not in this form")


def _below(path: Path, value: dict[str, Plain] | list[Plain]) -> Iterator[tuple[Path, Plain]]:
    for step, below in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, step), below


def _shown(path: Path) -> str:
    return "".join("[]" if isinstance(step, int) else f".{step[:80]}" for step in path).removeprefix(".")


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []
