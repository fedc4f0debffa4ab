"""Owns the checking of many profiles: each is read and validated in its turn, and only what is wrong is kept."""

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from reconciler.app.linting import judge_of
from reconciler.app.processes import in_order
from reconciler.config.load import Configs
from reconciler.lint.findings import Choice
from reconciler.problem import Problem, ProblemsError
from reconciler.profile.load import Judge, load, rival_of


class Checked(Struct, frozen=True):
    """What came of one profile: what is wrong with it, its warnings, and whether it manages anything."""

    path: str
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    account_id: str = ""
    manages: bool = False


def check_each(paths: Sequence[str], choice: Choice, *, strict: bool) -> Iterator[Checked]:
    """Yield what is wrong with each profile, in order; then, for each account, the profiles that another is of too."""
    first: dict[str, str] = {}
    rivals: list[tuple[str, str]] = []
    for checked in in_order(partial(_check_some, choice, strict), paths):
        yield checked
        if checked.account_id and first.setdefault(checked.account_id, checked.path) != checked.path:
            rivals.append((checked.path, checked.account_id))
    for path, account in rivals:
        yield Checked(path, (rival_of(path, account, first[account]),), ())


def _check_some(choice: Choice, strict: bool, paths: Sequence[str]) -> list[Checked]:  # noqa: FBT001 - a partial gives it
    judge = judge_of(choice, Configs())
    return [_check(path, judge, strict=strict) for path in paths]


def _check(path: str, judge: Judge, *, strict: bool) -> Checked:
    try:
        profile = load(path, strict=strict, judge=judge)
    except ProblemsError as error:
        return Checked(path, error.problems, error.warnings)
    return Checked(path, (), profile.warnings, profile.desired.account_id, bool(profile.desired.wanted))
