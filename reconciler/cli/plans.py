"""Owns how plans are printed."""

import sys
from collections.abc import Sequence

from msgspec.structs import replace

from reconciler.cli.console import Settings, annotates, show_problems
from reconciler.planning.plan import Plan
from reconciler.problem import Problem, without_place
from reconciler.profile.desired import Profile


def rendered(plans: Sequence[Plan], form: str, settings: Settings, max_bytes: int) -> str:
    """Write plans as text, JSON or Markdown."""
    if form == "json":
        from reconciler.app.saved import joint_json

        return joint_json(plans)
    if form == "markdown":
        from reconciler.app.git import commit_of
        from reconciler.app.pictures import picture_links
        from reconciler.render.markdown import render_markdown

        commit = commit_of([plan.profile for plan in plans])
        return render_markdown(plans, commit=commit, max_bytes=max_bytes, links=picture_links(plans))
    from reconciler.render.text import render_text

    return "\n\n".join(render_text(plan, color=settings.colored(), verbose=settings.verbose) for plan in plans)


def warn_in_place(profiles: Sequence[Profile], plans: Sequence[Plan], settings: Settings) -> list[Plan]:
    """In a terminal, print the warnings of what is planned with the lines that they are in; return plans without them.

    Elsewhere nothing is printed, and plans are returned as they are. A warning that is of no line stays in its plan.
    """
    if not annotates(settings, sys.stdout):
        return list(plans)
    told: list[Problem] = []
    left: list[Plan] = []
    for profile, plan in zip(profiles, plans, strict=True):
        placed = {without_place(found): found for found in profile.warnings}
        told += [placed[warning] for warning in plan.warnings if warning in placed and not plan.idle]
        left.append(replace(plan, warnings=tuple(warning for warning in plan.warnings if warning not in placed)))
    if told:
        show_problems((), told, settings, stderr=False)
    return left
