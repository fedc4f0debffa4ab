"""Owns the questions of an apply: what a person at a terminal is asked, and what to do where there is none."""

import sys

import click

from reconciler.app.apply import already_live
from reconciler.cli.console import notice
from reconciler.planning.plan import Plan
from reconciler.problem import ReconcilerError
from reconciler.render.terminal import visible


def may_be_live(plan: Plan) -> bool:
    """Ask whether any of what would be sent for the first time is on LinkedIn. Raises ReconcilerError unasked."""
    what = visible(" and ".join(plan.first_apply))
    _need_terminal(
        plan,
        f"nothing was ever applied to {what}, so what is on LinkedIn already would be added twice or written over",
        f"if none of it is there, pass --first-apply; else: {already_live(plan).problems[0].remedy}",
    )
    notice(f"nothing was ever applied to {what}; what is on LinkedIn already would be added twice or written over")
    return _ask("Are any of these on LinkedIn already?", default=None)


def approve(plan: Plan) -> bool:
    """Ask whether to apply a plan that was just shown. Raises ReconcilerError where there is no terminal."""
    _need_terminal(
        plan, "there is no terminal to ask at, so nothing was done", "review the plan and pass --auto-approve"
    )
    return _ask("Apply this?", default="n")


def _need_terminal(plan: Plan, without: str, remedy: str) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise ReconcilerError.at(plan.profile.path, without, remedy)


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
