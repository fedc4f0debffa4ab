"""Owns the questions of an apply: what a person at a terminal must say yes to, and what to do where there is none."""

import sys

import click

from reconciler.cli.console import notice
from reconciler.planning.plan import Plan
from reconciler.planning.reasons import first_apply
from reconciler.problem import ReconcilerError
from reconciler.render.terminal import visible


def ask_first_apply(plan: Plan) -> None:
    """Ask whether the entries to be added are on LinkedIn already. Raises ReconcilerError unless they are not."""
    question = (
        f"nothing was ever applied to {' and '.join(plan.first_apply)}, and entries would be added; LinkedIn would "
        "show those twice that are on the profile already"
    )
    accept = first_apply(plan.profile.path, plan.state.path, plan.first_apply)
    remedy = f"if they are there already, run {accept}; if none of them is, pass --first-apply"
    _need_terminal(plan, question, remedy)
    notice(f"{question}. If they are there, answer no and run {visible(accept)}.")
    _ask(plan, "Is none of them on LinkedIn yet?")


def ask_apply(plan: Plan) -> None:
    """Ask whether to apply a plan that was just shown. Raises ReconcilerError unless the answer is yes."""
    _need_terminal(
        plan, "there is no terminal to ask at, so nothing was done", "review the plan and pass --auto-approve"
    )
    _ask(plan, "Apply this?")


def _need_terminal(plan: Plan, without: str, remedy: str) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise ReconcilerError.at(plan.profile.path, without, remedy)


def _ask(plan: Plan, question: str) -> None:
    """Ask for a yes; ^C there is an interruption (click.Abort)."""
    given = click.prompt(f"{question} [yes/no]", err=True, show_choices=False, default="no", show_default=False)
    if given != "yes":
        raise ReconcilerError.at(plan.profile.path, "declined: nothing was done")
