"""Owns the questions of an apply: what a person at a terminal is asked, and what to do where there is none."""

import sys
from collections.abc import Sequence

import click

from reconciler.app.apply import already_live
from reconciler.cli.console import notice
from reconciler.planning.plan import Plan
from reconciler.problem import ReconcilerError
from reconciler.render.counts import few
from reconciler.render.terminal import visible


def may_be_live(plan: Plan) -> bool:
    """Ask whether any of what would be sent for the first time is on LinkedIn. Raises ReconcilerError unasked."""
    if not _is_terminal():
        raise needs_first_apply(plan.profile.path, plan.state.path, plan.first_apply)
    what = visible(" and ".join(plan.first_apply))
    notice(f"what this sends to {what} may be on LinkedIn already, and would be added twice or written over")
    return _ask("Are any of these on LinkedIn already?", default=None)


def may_be_live_in(profiles: Sequence[str]) -> bool | None:
    """Ask the same of all of these profiles; return None where there is no terminal to ask at."""
    if not _is_terminal():
        return None
    notice(f"what this sends to {len(profiles)} profiles may be on LinkedIn already: {visible(few(profiles))}")
    notice("what is there already would be added twice or written over")
    return _ask("Is anything of these on LinkedIn already? Then these profiles are left out.", default=None)


def needs_first_apply(profile: str, state: str, first_apply: Sequence[str]) -> ReconcilerError:
    """Return the error of what would be sent for the first time where nobody said that it is not on LinkedIn."""
    what = " and ".join(first_apply)
    return ReconcilerError.at(
        profile,
        f"what this sends to {visible(what)} may be on LinkedIn already, and would be added twice or written over",
        "if none of it is there, pass --first-apply; "
        f"else: {already_live(profile, state, first_apply).problems[0].remedy}",
    )


def approve(plan: Plan) -> bool:
    """Ask whether to apply a plan that was just shown. Raises ReconcilerError where there is no terminal."""
    _need_terminal(plan.profile.path)
    return _ask("Apply this?", default="n")


def approve_all(profiles: Sequence[str]) -> bool:
    """Ask whether to apply the plans that were just shown. Raises ReconcilerError where there is no terminal."""
    _need_terminal(profiles[0])
    return _ask("Apply this?" if len(profiles) == 1 else f"Apply these {len(profiles)} plans?", default="n")


def go_on(left: int) -> bool | None:
    """Ask whether to go on after the first profiles; return None where there is no terminal to ask at."""
    return _ask(f"Apply the other {left}?", default="n") if _is_terminal() else None


def _need_terminal(profile: str) -> None:
    if not _is_terminal():
        message = "there is no terminal to ask at, so nothing was done"
        raise ReconcilerError.at(profile, message, "review the plan and pass --auto-approve")


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask(question: str, default: str | None) -> bool:
    """Ask until the answer is yes or no; an empty one is the default. ^C there is an interruption (click.Abort)."""
    while True:
        given = click.prompt(f"{question} [y/n]", err=True, show_choices=False, default=default, show_default=False)
        answer = given.strip().lower()
        if answer in ("y", "yes"):
            return True
        if answer in ("n", "no"):
            return False
        notice("answer y or n")
