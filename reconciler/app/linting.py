"""Owns the use case of lint: profiles and each `reconciler.toml` read, the rules run, what can be mended mended."""

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from reconciler.app.folder import replace_content
from reconciler.app.processes import in_order
from reconciler.config.load import Configs
from reconciler.lint.findings import SPELLING, Choice, LintFinding, run_rules, severities_of
from reconciler.lint.fix import fix
from reconciler.lint.rule import Speller
from reconciler.problem import Problem, ProblemsError
from reconciler.profile.document import decode
from reconciler.profile.load import Judge, read_examined, read_file
from reconciler.profile.warnings import Subject

_BOM = b"\xef\xbb\xbf"


class Linted(Struct, frozen=True):
    """What lint says of one profile: what is wrong with it, what the rules find, and how many places were mended.

    `unspelt` tells that its spelling was to be checked, and the extra for it is missing.
    """

    path: str
    problems: tuple[Problem, ...]
    findings: tuple[LintFinding, ...] = ()
    mended: int = 0
    unspelt: bool = False


def read_configs(paths: Sequence[str]) -> Configs:
    """Read each `reconciler.toml` that holds for a profile. Raises ProblemsError with all that is wrong in all."""
    configs = Configs()
    problems: dict[Problem, None] = {}
    for path in paths:
        try:
            configs.of(path)
        except ProblemsError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise ProblemsError(*problems)
    return configs


def lint(paths: Sequence[str], choice: Choice, *, mend: bool = False) -> Iterator[Linted]:
    """Yield what lint says of each profile, in order; `mend` writes what can be mended into the files.

    Raises ProblemsError where a `reconciler.toml` is wrong, before anything is read or written.
    """
    read_configs(paths)
    yield from in_order(partial(_lint_some, choice, mend), paths)


def _lint_some(choice: Choice, mend: bool, paths: Sequence[str]) -> list[Linted]:  # noqa: FBT001 - a partial gives it
    configs = Configs()
    return [_linted(path, choice, configs, mend=mend) for path in paths]


def judge_of(choice: Choice, configs: Configs) -> Judge:
    """Return what finds the warnings of `validate`; each `reconciler.toml` is right."""

    def judge(subject: Subject) -> tuple[Problem, ...]:
        table = configs.of(subject.document.file).tables.lint
        return tuple(finding.problem for finding in run_rules(subject, choice, table))

    return judge


def _linted(path: str, choice: Choice, configs: Configs, *, mend: bool) -> Linted:
    try:
        content = read_file(path)
        examined = read_examined(content, path)
    except ProblemsError as error:
        return Linted(path, error.problems)
    table = configs.of(path).tables.lint
    spelt = bool(table.language) and SPELLING in severities_of(choice, table)
    spell = _speller(table.language) if spelt else None
    unspelt = spelt and spell is None
    findings = run_rules(examined.subject, choice, table, spell)
    if mend and findings and not examined.subject.document.problems:
        after, mended = _mended(content, path, findings)
        if mended:
            replace_content(path, after)
            examined = read_examined(after, path)
            findings = run_rules(examined.subject, choice, table, spell)
            return Linted(path, examined.problems, findings, mended, unspelt)
    return Linted(path, examined.problems, findings, unspelt=unspelt)


def _mended(content: bytes, path: str, findings: Sequence[LintFinding]) -> tuple[bytes, int]:
    """Return the content of a profile with what can be mended mended, and the number of places."""
    places = [(finding.rule, finding.problem.address) for finding in findings]
    text, mended = fix(decode(content, path), path, places)
    return (_BOM if content.startswith(_BOM) else b"") + text.encode(), len(mended)


def _speller(language: str) -> Speller | None:
    from reconciler.app.prose import speller  # here: hardly any run checks spelling

    return speller(language)
