"""Owns how a command line says which profiles a command is about."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import click

from reconciler.cli.console import DEFAULT_PROFILES, Settings, notice, result
from reconciler.cli.options import with_options

_R = TypeVar("_R")

_OPTIONS = (
    click.option("--changed", is_flag=True, help="Of these, only those that differ from the last commit."),
    click.option("--since", metavar="REV", help="Of these, only those that differ from this git revision."),
    click.option("--where", multiple=True, metavar="account_id=ID", help="Of these, only this account's (repeatable)."),
)


class Selection(NamedTuple):
    """The paths of profiles, in order; `several` tells that there may be many, however many there are today."""

    paths: tuple[str, ...]
    several: bool


def with_selection(command: Callable[..., _R]) -> Callable[..., _R]:
    """Give a command of profiles the options that narrow them, and what is meant as the one parameter `selection`."""

    @wraps(command)
    def call(*arguments: Any, profiles: tuple[str, ...], changed: bool, since: str | None, **others: Any) -> _R:  # noqa: ANN401 - those of any command
        with _reported(others.get("report")):
            selection = chosen(profiles, changed=changed, since=since, where=others.pop("where"))
        return command(*arguments, selection=selection, **others)

    return with_options(_OPTIONS)(call)


def _reported(path: str | None) -> AbstractContextManager[object]:
    """Empty the report of an apply, if there is one, and write into it what is wrong with the selection."""
    if path is None:
        return nullcontext()
    from reconciler.cli.report_file import reporting

    return reporting(path)


def chosen(names: Sequence[str], *, changed: bool, since: str | None, where: Sequence[str]) -> Selection:
    """Return the profiles that are meant: profile.yaml unless others are named. Raises UsageError."""
    names = tuple(names) or DEFAULT_PROFILES
    narrowed = changed or since is not None or bool(where)
    if len(names) == 1 and not narrowed and os.path.isfile(names[0]):
        return Selection(names, several=False)
    from reconciler.app.selection import Only, is_one_file, select

    since = since if since is not None else "HEAD" if changed else None
    paths = select(names, Only(since, tuple(map(_account, where))))
    return Selection(paths, several=len(names) > 1 or narrowed or not is_one_file(names[0]))


def _account(where: str) -> str:
    """Return the account of a condition. Raises UsageError for any other condition."""
    key, equals, account = where.partition("=")
    if (key, equals) != ("account_id", "=") or not account:
        from reconciler.problem import UsageError

        raise UsageError.at("--where", f"{where} is no condition on an account", "write --where account_id=ID")
    return account


def told_of_none(selection: Selection, settings: Settings, form: str = "text") -> bool:
    """Tell whether no profile is left, and say so: as JSON, by an empty array."""
    if selection.paths:
        return False
    if form == "json":
        result("[]")
    if not settings.quiet:
        notice("no profile is selected: none differs from that revision")
    return True
