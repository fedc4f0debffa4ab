"""Owns what GitHub Actions is told: a step's outputs and its summary."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from reconciler.cli.console import notice
from reconciler.problem import ReconcilerError
from reconciler.render.terminal import visible

if TYPE_CHECKING:
    from reconciler.app.survey import Survey

MAX_SUMMARY = 1024 * 1024  # bytes that GitHub takes of one step's summary


def report_on_github(found: "Survey", markdown: Callable[[int], str]) -> None:
    """In GitHub Actions, write outputs and the step's summary, `markdown` of at most so many bytes; elsewhere nothing.

    Outputs: `outcome` (empty, changes or doubt), one a count of the summary, `plan_id` (one for all of them),
    `first_apply` (the sections that it asks about, with spaces).
    """
    if not os.environ.get("GITHUB_ACTIONS"):
        return
    from reconciler.render.counts import summed

    changing = [outlook for outlook in found.outlooks if not outlook.empty]
    doubt = any(outlook.doubtful for outlook in changing)
    _write_outputs(
        {
            "outcome": "doubt" if doubt else "changes" if changing else "empty",
            "plan_id": found.id,
            **{name: str(count) for name, count in summed(outlook.counts for outlook in changing).items()},
            "first_apply": " ".join(sorted({name for outlook in changing for name in outlook.first_apply})),
        }
    )
    _write_summary(markdown)


def report_error(error: ReconcilerError) -> None:
    """In GitHub Actions, write `outcome=error` and the problems to the step's summary; elsewhere nothing."""
    if not os.environ.get("GITHUB_ACTIONS"):
        return
    from reconciler.render.markdown import render_problems

    _write_outputs({"outcome": "error"})
    _write_summary(lambda most: render_problems(error.problems, max_bytes=most))


def _write_outputs(values: Mapping[str, str]) -> None:
    """Write outputs, one a line: none of them can hold a newline, since that would make another output."""
    lines = (f"{name}={visible(value)}\n" for name, value in values.items())
    _append("GITHUB_OUTPUT", "".join(lines))


def _write_summary(write: Callable[[int], str]) -> None:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        there = os.path.getsize(path) if os.path.exists(path) else 0
        _append("GITHUB_STEP_SUMMARY", f"\n{write(max(0, MAX_SUMMARY - there - 2))}\n")


def _append(variable: str, text: str) -> None:
    """Append to the file that a variable names; a run that cannot is told, and goes on."""
    path = os.environ.get(variable)
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        notice(f"note: {variable} cannot be written: {error.strerror}")
