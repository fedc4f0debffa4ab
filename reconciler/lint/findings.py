"""Owns a run of the rules over one profile: which rules, how grave, and what comments of the file ask to be ignored."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reconciler.config.tables import LintTable
from reconciler.lint.catalogue import BY_ID, RULES
from reconciler.lint.rule import MonthNumber, Speller, judged_of
from reconciler.problem import Problem
from reconciler.profile.document import Document
from reconciler.profile.ignores import Ignore, by_line, ignored_by, ignores_in, key_lines
from reconciler.profile.source import line_at, shortened
from reconciler.profile.warnings import Subject, ruled

SPELLING = "spelling"
UNUSED, INVALID = "ignore-unused", "ignore-invalid"


class LintFinding(Struct, frozen=True):
    """What a rule found, with its place and what to do; `severity` is `error` or `warning`."""

    problem: Problem
    severity: str

    @property
    def rule(self) -> str:
        """Return the id of the rule."""
        return self.problem.rule


class Choice(Struct, frozen=True):
    """Which rules run: all that are not off, or those of `select`; never those of `ignore`. `today` is this month."""

    today: MonthNumber
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def run_rules(
    subject: Subject, choice: Choice, table: LintTable, spell: Speller | None = None
) -> tuple[LintFinding, ...]:
    """Return what the rules find in a profile, valid or not, in file order; `spell` checks the spelling, if given."""
    severities = severities_of(choice, table)
    judged = judged_of(subject, choice.today, table.house, spell)
    found = [problem for rule in RULES if rule.id in severities for problem in ruled(rule.id, rule.check(judged))]
    kept = _not_ignored(subject.document, found, severities, table.never_ignore)
    in_order = sorted(kept, key=lambda problem: (problem.line, problem.column))
    return tuple(LintFinding(problem, severities[problem.rule]) for problem in in_order)


def severities_of(choice: Choice, table: LintTable) -> dict[str, str]:
    """Return how grave each rule is that runs; one that is off and is asked for is a warning."""
    found = {}
    for rule in RULES:
        severity = table.severity.get(rule.id, rule.severity)
        if rule.id in choice.ignore or (choice.select and rule.id not in choice.select):
            continue
        if severity != "off" or rule.id in choice.select:
            found[rule.id] = "warning" if severity == "off" else severity
    return found


def _not_ignored(
    document: Document, found: Sequence[Problem], severities: dict[str, str], never: tuple[str, ...]
) -> Iterator[Problem]:
    """Return findings that no comment hides, and what is wrong with the comments."""
    ignores = ignores_in(document)
    if not ignores:
        yield from found
        return
    ignore_lines, lines = by_line(ignores), key_lines(document)
    used: set[tuple[Ignore, str]] = set()
    for problem in found:
        ignore = None if problem.rule in never else ignored_by(problem, ignore_lines, lines)
        if ignore is None:
            yield problem
        else:
            used.add((ignore, problem.rule))
    for ignore in ignores:
        yield from _faults_of(document, ignore, severities, never)
        for rule in ignore.rules if ignore.reason and UNUSED in severities else ():
            if (ignore, rule) not in used and rule in severities and rule not in never:
                message = f"nothing is found here by {rule}, which this comment asks to be ignored"
                yield _wrong_comment(document, ignore, UNUSED, message, "take it out, or put it on the key's line")


def _faults_of(
    document: Document, ignore: Ignore, severities: dict[str, str], never: tuple[str, ...]
) -> Iterator[Problem]:
    if INVALID not in severities:
        return
    if not ignore.rules or not ignore.reason:
        what = "the reason why something is to be ignored" if ignore.rules else "which rule is to be ignored"
        form = f"# reconciler: ignore[{ignore.rules[0] if ignore.rules else 'rule-id'}] because …"
        yield _wrong_comment(document, ignore, INVALID, f"this comment does not say {what}", f"write it as: {form}")
        return
    for rule in ignore.rules:
        if rule not in BY_ID:
            from difflib import get_close_matches

            near = get_close_matches(rule, BY_ID, 1)
            remedy = f"did you mean {near[0]}?" if near else "`reconciler lint --explain all` lists the rules"
            yield _wrong_comment(document, ignore, INVALID, f"there is no rule {shortened(rule)!r}", remedy)
        elif rule in never or rule in (UNUSED, INVALID):
            yield _wrong_comment(
                document, ignore, INVALID, f"{rule} may not be ignored", "mend what it finds, or ask who decides"
            )


def _wrong_comment(document: Document, ignore: Ignore, rule: str, message: str, remedy: str) -> Problem:
    source = line_at(document.lines, ignore.line)
    return Problem(document.file, ignore.line, ignore.column, "", message, remedy, source, rule)
