"""Owns how plans leave the command line: printed, saved, and told to GitHub Actions."""

import json
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime

from reconciler.cli.settings import Settings
from reconciler.planning.plan import Plan
from reconciler.problem import UsageError


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

        return render_markdown(plans, commit=commit(), max_bytes=max_bytes)
    from reconciler.render.text import render_text

    return "\n\n".join(render_text(plan, color=settings.colored(), verbose=settings.verbose) for plan in plans)


def as_json(plans: Sequence[Plan]) -> str:
    """Write one plan, or an array of several, as JSON."""
    from reconciler.planning.planfile import plan_json

    created_at = now()
    values = [plan_json(plan, created_at) for plan in plans]
    return json.dumps(values[0] if len(values) == 1 else values, indent=2, ensure_ascii=False)


def save(path: str, plans: Sequence[Plan]) -> None:
    """Save plans to a file, durably. Raises UsageError where that is not possible."""
    from reconciler.state.storage import write_durably

    try:
        write_durably(path, as_json(plans) + "\n")
    except OSError as error:
        raise UsageError.at(
            path, f"the plan cannot be saved: {error.strerror}", "name another file with --out"
        ) from error


def commit() -> str | None:
    """Give the commit that the working folder is at, None outside of git."""
    given = os.environ.get("GITHUB_SHA") or os.environ.get("CI_COMMIT_SHA")
    if given:
        return given
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - git is found as the user finds it
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None  # no git, or no commit yet: the plan names none
    return done.stdout.strip()


def report_to_github(plans: Sequence[Plan], max_bytes: int) -> None:
    """In GitHub Actions, write outputs and the step's summary; elsewhere nothing.

    Outputs: `outcome` (empty, changes or doubt), one a count of the summary, `plan_id` (several: with spaces).
    """
    if not os.environ.get("GITHUB_ACTIONS"):
        return
    from reconciler.render.markdown import render_markdown

    counts = {name: sum(plan.summary[name] for plan in plans) for name in plans[0].summary} if plans else {}
    doubt, changes = any(plan.in_doubt for plan in plans), any(plan.changes for plan in plans)
    outcome = "doubt" if doubt else "changes" if changes else "empty"
    lines = [f"outcome={outcome}", f"plan_id={' '.join(plan.id for plan in plans)}"]
    lines += [f"{name}={count}" for name, count in counts.items()]
    lines.append(f"first_apply={' '.join(sorted({name for plan in plans for name in plan.first_apply}))}")
    _append("GITHUB_OUTPUT", "".join(f"{line}\n" for line in lines))
    _append("GITHUB_STEP_SUMMARY", render_markdown(plans, commit=commit(), max_bytes=max_bytes) + "\n")


def _append(variable: str, text: str) -> None:
    path = os.environ.get(variable)
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
