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


_InText = tuple[int, str, str]  # how far into a text, what is wrong there, what to do


def _each(find: Callable[[str], _InText | None]) -> RuleCheck:
    """Return a check that asks each public text what is wrong with it."""

    def check(judged: Judged) -> Iterator[Problem]:
        for path, text in judged.texts:
            found = find(text)
            if found is not None:
                offset, message, remedy = found
                yield judged.document.problem(path, message, remedy, offset=offset)

    return check


def _email(text: str) -> _InText | None:
    found = re.search(_EMAIL, text) if "@" in text else None
    if found is None:
        return None
    return (
        found.start(),
        f"an e-mail address is published: {shortened(found[0], CITED)}",
        "take it out; visitors can write on LinkedIn",
    )


def _phone(text: str) -> _InText | None:
    has_enough = sum(map(str.isdecimal, text)) >= _LEAST_DIGITS
    found = re.search(_PHONE, text) if has_enough else None
    if found is None:
        return None
    return found.start(), f"a telephone number is published: {shortened(found[0], CITED)!r}", "take it out"


def _placeholder(text: str) -> _InText | None:
    folded = text.lower()
    found = re.search(_PLACEHOLDER, text) if any(hint in folded for hint in _PLACEHOLDER_HINTS) else None
    if found is None and any(hint in text for hint in _TO_DO_HINTS):
        found = re.search(_TO_DO, text)
    if found is None:
        return None
    message = f"this looks like a placeholder: {shortened(found[0].strip(), CITED)!r}"
    return found.start() + len(found[0]) - len(found[0].lstrip()), message, "write what belongs there"


def _lookalikes(text: str) -> _InText | None:
    if text.isascii() or _LOOKALIKES.search(text) is None:
        return None
    for word in _WORD.finditer(text):
        found = _LOOKALIKES.search(word[0])
        if found is not None and _LATIN.search(word[0]) is not None:
            message = f"in the word {shortened(word[0], CITED)!r} stands a {unicodedata.name(found[0]).lower()}"
            return word.start() + found.start(), message, "type the word anew, in one script"
    return None


def _styled(text: str) -> _InText | None:
    found = None if text.isascii() else _STYLED.search(text)
    if found is None:
        return None
    plain = unicodedata.normalize("NFKC", found[0])
    message = f"{shortened(found[0], CITED)!r} is written in symbols, not letters"
    return found.start(), message, f"write {shortened(plain, CITED)!r}"


def _decomposed(text: str) -> _InText | None:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return None
    return (
        next(begin for begin, line in _lines_of(text) if not unicodedata.is_normalized("NFC", line)),
        "letters and their accents are written apart (not in NFC)",
        "write them as one; `reconciler lint --fix` does where it can",
    )


def _trailing_blanks(text: str) -> _InText | None:
    for number, (begin, line) in enumerate(_lines_of(text), 1):
        if line != line.rstrip(" \t"):
            return begin + len(line.rstrip(" \t")), f"line {number} of the text ends in blanks", "take them out"
    return None


def _blank_lines(text: str) -> _InText | None:
    blank = 0
    for begin, line in _lines_of(text.rstrip()) if "\n\n" in text or "\n " in text or "\n\t" in text else ():
        blank = 0 if line.strip() else blank + 1
        if blank == _MANY_BLANK_LINES:
            return begin, f"{_MANY_BLANK_LINES} blank lines stand in a row", "leave one"
    return None


def _tabs(text: str) -> _InText | None:
    return (text.index("\t"), "the text holds a tab", "write blanks") if "\t" in text else None


def _mixed_bullets(text: str) -> _InText | None:
    if "\n" not in text:
        return None
    items: dict[int, list[tuple[str, int]]] = {}
    for begin, line in _lines_of(text):
        found = _BULLET.match(line)
        if found is not None:
            items.setdefault(len(found[1]), []).append((found[2], begin + found.start(2)))
    for of_list in items.values():
        counted = Counter(sign for sign, _ in of_list)
        if len(counted) > 1 and counted.total() > len(counted):
            most, used = counted.most_common(1)[0][0], " and ".join(sign for sign, _ in counted.most_common())
            other = next(offset for sign, offset in of_list if sign != most)
            return other, f"items of one list begin with {used}", f"begin each with {most}"
    return None


def _lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line of a text, with how far into it the line begins."""
    begin = 0
    for line in text.split("\n"):
        yield begin, line
        begin += len(line) + 1


def secrets(judged: Judged) -> Iterator[Problem]:
    """Find what looks like a key, a token or a password; the message does not repeat it."""
    for path, _, value in judged.subject.fields:
        for place, text in enumerate(value) if isinstance(value, list) else [(None, value)]:
            found = _secret_in(text) if isinstance(text, str) else None
            if found is not None:
                message = f"this looks like a secret: it begins with {found[0][:4]!r}"
                remedy = "take it out, and have it revoked where it came from: a file in git is not secret"
                at_item = path if place is None else (*path, place)
                yield judged.document.problem(at_item, message, remedy, offset=found.start())


def _secret_in(text: str) -> re.Match[str] | None:
    folded = text.lower()
    if any(hint in text for hint in _SECRET_HINTS) or any(name in folded for name in _NAMES_OF_SECRETS):
        return re.search(_CREDENTIAL, text)
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
            path, text = judged.texts[place]
            found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
            yield judged.document.problem(path, message, remedy, offset=found.start() if found is not None else 0)


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
