"""Owns how plans leave the command line: printed, and saved."""

import os
from collections.abc import Sequence

from reconciler.cli.clock import now
from reconciler.cli.git import commit_of
from reconciler.cli.settings import Settings
from reconciler.planning.plan import Plan
from reconciler.problem import ReconcilerError
from reconciler.values import Plain


def rendered(plans: Sequence[Plan], form: str, settings: Settings, max_bytes: int) -> str:
    """Write plans as text, JSON or Markdown."""
    if form == "json":
        return as_json(plans)
    if form == "markdown":
        from reconciler.render.markdown import render_markdown

        return render_markdown(plans, commit=_commit(plans), max_bytes=max_bytes)
    from reconciler.render.text import render_text

    return "\n\n".join(render_text(plan, color=settings.colored(), verbose=settings.verbose) for plan in plans)


def as_json(plans: Sequence[Plan]) -> str:
    """Write one plan, or an array of several, as JSON."""
    from reconciler.planning.planfile import plan_json

    created_at, at = now(), _commit(plans)
    return one_or_several([plan_json(plan, created_at, at) for plan in plans])


def one_or_several(values: Sequence[dict[str, Plain]]) -> str:
    """Write one plan's JSON, or an array of several; nothing that a terminal would act on stands in it as it is."""
    from reconciler.render.data import visible_json

    return visible_json(values[0] if len(values) == 1 else list(values))


def save(path: str, plans: Sequence[Plan]) -> None:
    """Save plans to a file, durably. Raises ReconcilerError where that is not possible, or would end another file."""
    from reconciler.cli.saved import is_saved
    from reconciler.state.storage import write_durably

    if os.path.lexists(path) and not is_saved(path):
        raise ReconcilerError.at(path, "this file is no saved plan, and is not written over", "name another with --out")
    for plan in plans:
        if any("\ud800" <= one <= "\udfff" for one in plan.profile.path + plan.state.path):
            message = "a saved plan cannot hold this name: it is not UTF-8"
            raise ReconcilerError.at(plan.profile.path, message, "rename it")
    try:
        write_durably(path, as_json(plans) + "\n")
    except OSError as error:
        raise ReconcilerError.unwritable(path, error) from error


def _commit(plans: Sequence[Plan]) -> str | None:
    """Give the commit that plans are made from."""
    return commit_of([plan.profile for plan in plans])
