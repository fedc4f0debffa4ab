"""Owns how plans leave the command line: printed, saved, and told to GitHub Actions."""

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from reconciler.cli.settings import Settings, notice
from reconciler.plain import Plain
from reconciler.planning.plan import Plan
from reconciler.problem import ReconcilerError, UsageError

MAX_SUMMARY = 1024 * 1024  # bytes that GitHub takes of one step's summary


def now() -> str:
    """Give the time, as RFC 3339 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def safe(text: str) -> str:
    """Make a user's text safe to print."""
    from reconciler.render.terminal import visible

    return visible(text)


def rendered(plans: Sequence[Plan], form: str, settings: Settings, max_bytes: int) -> str:
    """Write plans as text, JSON or Markdown."""
    if form == "json":
        return as_json(plans)
    if form == "markdown":
        from reconciler.render.markdown import render_markdown

        return render_markdown(plans, commit=commit(plans), max_bytes=max_bytes)
    from reconciler.render.text import render_text

    return "\n\n".join(render_text(plan, color=settings.colored(), verbose=settings.verbose) for plan in plans)


def as_json(plans: Sequence[Plan]) -> str:
    """Write one plan, or an array of several, as JSON."""
    from reconciler.planning.planfile import plan_json

    created_at, at = now(), commit(plans)
    return one_or_several([plan_json(plan, created_at, at) for plan in plans])


def one_or_several(values: Sequence[dict[str, Plain]]) -> str:
    """Write one plan's JSON, or an array of several; nothing that a terminal would act on stands in it as it is."""
    from reconciler.render.data import visible_json

    return visible_json(values[0] if len(values) == 1 else list(values))


def save(path: str, plans: Sequence[Plan]) -> None:
    """Save plans to a file, durably. Raises UsageError where that is not possible, or would end another file."""
    from reconciler.cli.saved import is_saved
    from reconciler.state.storage import write_durably

    if os.path.lexists(path) and not is_saved(path):
        raise UsageError.at(path, "this file is no saved plan, and is not written over", "name another with --out")
    for plan in plans:
        if any("\ud800" <= one <= "\udfff" for one in plan.profile.path + plan.state.path):
            raise UsageError.at(plan.profile.path, "a saved plan cannot hold this name: it is not UTF-8", "rename it")
    try:
        write_durably(path, as_json(plans) + "\n")
    except OSError as error:
        raise UsageError.at(
            path, f"the plan cannot be saved: {error.strerror}", "name another file with --out"
        ) from error


def commit(plans: Sequence[Plan]) -> str | None:
    """Give the commit that plans are made from; None outside of git, or where a profile is not as committed."""
    profiles = [plan.profile.path for plan in plans]
    changed = _git("-c", "core.fsmonitor=false", "status", "--porcelain", "--ignored", "--", *profiles)
    if changed is None:
        found = os.environ.get("GITHUB_SHA") or os.environ.get("CI_COMMIT_SHA") or ""
    else:
        found = "" if changed else _git("rev-parse", "HEAD") or ""
    return found if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", found) else None


def _git(*arguments: str) -> str | None:
    """Ask git; None where it has no answer: it is not there, or this is not its folder."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and paths come after `--`
            ["git", *arguments],  # noqa: S607 - git is found as the user finds it
            capture_output=True,
            check=True,
            timeout=10,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"},
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()


def report_to_github(plans: Sequence[Plan], max_bytes: int) -> None:
    """In GitHub Actions, write outputs and the step's summary; elsewhere nothing.

    Outputs: `outcome` (empty, changes or doubt), one a count of the summary, `plan_id` (several: with spaces),
    `first_apply` (the sections that it asks about, with spaces).
    """
    if not os.environ.get("GITHUB_ACTIONS"):
        return
    from reconciler.render.markdown import render_markdown

    doubt, changes = any(plan.in_doubt for plan in plans), any(plan.changes for plan in plans)
    counts = {name: sum(plan.summary[name] for plan in plans) for name in plans[0].summary}
    _write_outputs(
        {
            "outcome": "doubt" if doubt else "changes" if changes else "empty",
            "plan_id": " ".join(plan.id for plan in plans),
            **{name: str(count) for name, count in counts.items()},
            "first_apply": " ".join(sorted({name for plan in plans for name in plan.first_apply})),
        }
    )
    _write_summary(lambda most: render_markdown(plans, commit=commit(plans), max_bytes=min(most, max_bytes)))


def report_error_to_github(error: ReconcilerError) -> None:
    """In GitHub Actions, write `outcome=error` and the problems to the step's summary; elsewhere nothing."""
    if not os.environ.get("GITHUB_ACTIONS"):
        return
    from reconciler.render.markdown import render_problems

    _write_outputs({"outcome": "error"})
    _write_summary(lambda most: render_problems(error.problems, max_bytes=most))


def _write_outputs(values: Mapping[str, str]) -> None:
    """Write outputs, one a line: none of them can hold a newline, since that would make another output."""
    lines = (f"{name}={safe(value)}\n" for name, value in values.items())
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
