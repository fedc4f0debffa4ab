"""Owns the rules about a text as it is written: its letters, blanks and bullets, and what was not meant for all."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

from reconciler.lint.rule import CITED, Judged, RuleCheck
from reconciler.problem import Problem
from reconciler.profile.source import shortened

BULLETS = "•·-–—*▪◦●‣➤"

# Cyrillic and Greek letters that are drawn like Latin ones.
_LOOKALIKES = re.compile("[аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅοΟΑΒΕΖΗΙΚΜΝΡΤΥΧ]")
_LATIN = re.compile("[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
# Mathematical letters and digits, and letters in circles and boxes.
_STYLED = re.compile("[\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169]{2,}")
_BULLET = re.compile(rf"([ \t]*)([{re.escape(BULLETS)}])[ \t]")
_MANY_BLANK_LINES = 3

# These patterns take a millisecond each to compile: re does that where a text holds a hint of them.
_PLACEHOLDER = (
    r"(?i)"
    r"lorem ipsum"
    r"|\[(?:your|insert|company|name|role|title|date|city|todo)\b[^\]\n]{0,60}\]"
    r"|<(?:your|insert|company|name|role|title|todo)\b[^>\n]{0,60}>"
    r"|\{\{[^}\n]{0,60}\}\}"
    r"|\byour (?:headline|summary|name|company|role|title|description)(?: goes)? here\b"
)
_TO_DO = r"(?m)^\W{0,3}(?:TODO|TBD|TBA|FIXME|XXX+)(?=[ \t]*(?:[:.!…]|$))"

_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}"
_PHONE = (
    r"(?i)"
    r"(?<![\w+])\+[1-9](?:[ ().\-/\u00a0]{0,3}\d){7,14}(?!\d)"  # with the code of a country
    r"|(?<![\w.\-/])(?:\(\d{3}\) ?|\d{3}[.\-])\d{3}[.\-]\d{4}(?![\w\-])"  # of North America
    r"|\b(?:tel|phone|mobile|cell|call|whatsapp)\b[^\d\n]{0,12}\d(?:[ ()./\-]{0,2}\d){6,14}"  # named as one
)
_LEAST_DIGITS = 7  # of a telephone number
_CREDENTIAL = (
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}"
    r"|\bgithub_pat_\w{22}"
    r"|\bglpat-[\w-]{20}"
    r"|\bxox[abprs]-[\w-]{10}"
    r"|\b(?:sk|rk|pp)_(?:live|test)_\w{6}"
    r"|\bsk-[A-Za-z0-9_-]{32}"
    r"|\bAIza[\w-]{35}"
    r"|\bnpm_[A-Za-z0-9]{36}"
    r"|\bpypi-[\w-]{50}"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY"
    r"|\beyJ[\w-]{10,200}\.eyJ[\w-]{10}"
    r"|(?i:\b(?:password|passwd|api[_ -]?key|secret|token)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?"
    r"(?=[^\s\"']{0,40}\d)[^\s\"']{8})"
)


# What each secret, or placeholder, holds one of: to look for these first is a tenth of the work.
_SECRET_HINTS = (
    *("AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "_live_", "_test_"),
    *("sk-", "AIza", "npm_", "pypi-", "PRIVATE KEY", "eyJ"),
)
_NAMES_OF_SECRETS = ("password", "passwd", "api", "secret", "token")
_PLACEHOLDER_HINTS = ("[", "<", "{{", "lorem", "your")
_TO_DO_HINTS = ("TODO", "TBD", "TBA", "FIXME", "XXX")


def _each(find: Callable[[str], tuple[str, str] | None]) -> RuleCheck:
    """Return a check that asks each public text; `find` returns what is wrong with one, and what to do."""

    def check(judged: Judged) -> Iterator[Problem]:
        for path, text in judged.texts:
            found = find(text)
            if found is not None:
                yield judged.document.problem(path, *found)

    return check


def _email(text: str) -> tuple[str, str] | None:
    found = re.search(_EMAIL, text) if "@" in text else None
    if found is None:
        return None
    return (
        f"an e-mail address is published: {shortened(found[0], CITED)}",
        "take it out; visitors can write on LinkedIn",
    )


def _phone(text: str) -> tuple[str, str] | None:
    has_enough = sum(map(str.isdecimal, text)) >= _LEAST_DIGITS
    found = re.search(_PHONE, text) if has_enough else None
    if found is None:
        return None
    return f"a telephone number is published: {shortened(found[0], CITED)!r}", "take it out"


def _placeholder(text: str) -> tuple[str, str] | None:
    folded = text.lower()
    found = re.search(_PLACEHOLDER, text) if any(hint in folded for hint in _PLACEHOLDER_HINTS) else None
    if found is None and any(hint in text for hint in _TO_DO_HINTS):
        found = re.search(_TO_DO, text)
    if found is None:
        return None
    return f"this looks like a placeholder: {shortened(found[0].strip(), CITED)!r}", "write what belongs there"


def _lookalikes(text: str) -> tuple[str, str] | None:
    if text.isascii() or _LOOKALIKES.search(text) is None:
        return None
    for word in _WORD.finditer(text):
        found = _LOOKALIKES.search(word[0])
        if found is not None and _LATIN.search(word[0]) is not None:
            name = unicodedata.name(found[0]).lower()
            return f"in the word {shortened(word[0], CITED)!r} stands a {name}", "type the word anew, in one script"
    return None


def _styled(text: str) -> tuple[str, str] | None:
    found = None if text.isascii() else _STYLED.search(text)
    if found is None:
        return None
    plain = unicodedata.normalize("NFKC", found[0])
    return f"{shortened(found[0], CITED)!r} is written in symbols, not letters", f"write {shortened(plain, CITED)!r}"


def _decomposed(text: str) -> tuple[str, str] | None:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return None
    return (
        "letters and their accents are written apart (not in NFC)",
        "write them as one; `reconciler lint --fix` does where it can",
    )


def _trailing_blanks(text: str) -> tuple[str, str] | None:
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip(" \t"):
            return f"line {number} of the text ends in blanks", "take them out"
    return None


def _blank_lines(text: str) -> tuple[str, str] | None:
    blank = 0
    for line in text.rstrip().split("\n") if "\n\n" in text or "\n " in text or "\n\t" in text else ():
        blank = 0 if line.strip() else blank + 1
        if blank == _MANY_BLANK_LINES:
            return f"{_MANY_BLANK_LINES} blank lines stand in a row", "leave one"
    return None


def _tabs(text: str) -> tuple[str, str] | None:
    return ("the text holds a tab", "write blanks") if "\t" in text else None


def _mixed_bullets(text: str) -> tuple[str, str] | None:
    if "\n" not in text:
        return None
    signs: dict[int, Counter[str]] = {}
    for line in text.split("\n"):
        found = _BULLET.match(line)
        if found is not None:
            signs.setdefault(len(found[1]), Counter())[found[2]] += 1
    for counted in signs.values():
        if len(counted) > 1 and counted.total() > len(counted):
            used = " and ".join(sign for sign, _ in counted.most_common())
            return f"items of one list begin with {used}", f"begin each with {counted.most_common(1)[0][0]}"
    return None


def secrets(judged: Judged) -> Iterator[Problem]:
    """Find what looks like a key, a token or a password; the message does not repeat it."""
    for path, _, value in judged.subject.fields:
        for place, text in enumerate(value) if isinstance(value, list) else [(None, value)]:
            found = _secret_in(text) if isinstance(text, str) else None
            if found is not None:
                message = f"this looks like a secret: it begins with {found[:4]!r}"
                remedy = "take it out, and have it revoked where it came from: a file in git is not secret"
                yield judged.document.problem(path if place is None else (*path, place), message, remedy)


def _secret_in(text: str) -> str | None:
    folded = text.lower()
    if any(hint in text for hint in _SECRET_HINTS) or any(name in folded for name in _NAMES_OF_SECRETS):
        found = re.search(_CREDENTIAL, text)
        return found[0] if found is not None else None
    return None


def misspelt(judged: Judged) -> Iterator[Problem]:
    """Find words in lower case that the speller, if there is one, does not know, and the profile does not name."""
    if judged.spell is None:
        return
    named = {
        word
        for path, text in judged.texts
        if path[-1] in ("company", "school") or "skills" in path
        for word in text.casefold().split()
    }
    for place, word, better in judged.spell([text for _, text in judged.texts]):
        if word.islower() and word not in named:
            remedy = f"did you mean {better!r}?" if better else "look it up"
            message = f"the word {shortened(word, CITED)!r} is in no dictionary"
            yield judged.document.problem(judged.texts[place][0], message, remedy)


emails = _each(_email)
phones = _each(_phone)
placeholders = _each(_placeholder)
lookalikes = _each(_lookalikes)
styled_letters = _each(_styled)
decomposed = _each(_decomposed)
trailing_blanks = _each(_trailing_blanks)
blank_lines = _each(_blank_lines)
tabs = _each(_tabs)
mixed_bullets = _each(_mixed_bullets)
