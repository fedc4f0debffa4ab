"""Owns the rules of one house: names, skills, words and hosts that `reconciler.toml` sets."""

import re
import unicodedata
from collections.abc import Iterator

from reconciler.lint.links import host_of, is_below, urls
from reconciler.lint.rule import CITED, Judged
from reconciler.problem import Problem
from reconciler.profile.source import shortened
from reconciler.spec import ENTRY_SECTIONS


def company_name(judged: Judged) -> Iterator[Problem]:
    """Find the company's name in another spelling, as the name of a job's company and within texts."""
    name = judged.house.company
    if not name:
        return
    wrong = {_spelling_of(each) for each in (name, *judged.house.company_misspellings)}
    for section in ENTRY_SECTIONS:
        for key, entry in judged.entries(section):
            given = entry.get("company")
            if isinstance(given, str) and given != name and _spelling_of(given) in wrong:
                yield judged.document.problem((section, key, "company"), *_say_misspelt(given, name))
    for path, text in judged.texts:
        found = _misspelling(text, name, judged.house.company_misspellings) if path[-1] != "company" else None
        if found is not None:
            yield judged.document.problem(path, *_say_misspelt(found[0], name), offset=found.start())


def _say_misspelt(found: str, name: str) -> tuple[str, str]:
    return f"the company is written {shortened(found, CITED)!r}", f"write {name!r}"


def _misspelling(text: str, name: str, misspellings: tuple[str, ...]) -> re.Match[str] | None:
    """Return the first place of a text where the name is meant and written otherwise."""
    folded = text.casefold()
    meant = [each for each in misspellings if each in text]
    if not meant and name.casefold() not in folded:
        return None
    words = "|".join(re.escape(each) for each in sorted(meant, key=len, reverse=True))
    pattern = rf"(?<!\w)(?:(?i:{re.escape(name)}){'|' if words else ''}{words})(?!\w)"
    return next((found for found in re.finditer(pattern, text) if found[0] != name), None)


def required_skills(judged: Judged) -> Iterator[Problem]:
    """Find a list of skills that lacks one of the house."""
    skills = judged.value.get("skills")
    if not isinstance(skills, list):
        return
    there = {_spelling_of(skill) for skill in skills if isinstance(skill, str)}
    for skill in judged.house.required_skills:
        if _spelling_of(skill) not in there:
            message = f"the skill {shortened(skill, CITED)!r} is missing, which the house asks for"
            yield judged.document.problem(("skills",), message, "add it", at_key=True)


def forbidden_words(judged: Judged) -> Iterator[Problem]:
    """Find a word or phrase that the house forbids."""
    words = [(word, word.casefold()) for word in judged.house.forbidden_words]
    for path, text in judged.texts if words else ():
        folded = text.casefold()
        for word, bare in words:
            if bare in folded and re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", folded):
                message = f"the house does not want the word {shortened(word, CITED)!r}"
                found = re.search(rf"(?i)(?<!\w){re.escape(word)}(?!\w)", text)  # None where case changes its length
                offset = found.start() if found is not None else 0
                yield judged.document.problem(path, message, "say it in another way", offset=offset)


def foreign_hosts(judged: Judged) -> Iterator[Problem]:
    """Find a link to a host that the house does not allow."""
    allowed = judged.house.allowed_hosts
    for path, url in urls(judged) if allowed else ():
        host = host_of(url)
        if not any(is_below(host, each.casefold()) for each in allowed):
            message = f"the house does not allow links to {shortened(host, CITED) or 'no host'}"
            yield judged.document.problem(path, message, f"link to {', '.join(allowed[:5])}, or take it out")


def _spelling_of(text: str) -> str:
    """Return a name by which its spellings are equal: letters and digits alone, in lower case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum()) or folded
