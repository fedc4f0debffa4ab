"""Owns how plans are printed."""

import sys
from collections.abc import Sequence

from msgspec.structs import replace

from reconciler.cli.console import Settings, annotates, show_problems
from reconciler.planning.plan import Plan
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

    Elsewhere nothing is printed, and the plans are returned as they are.
    """
    if not annotates(settings, sys.stdout):
        return list(plans)
    told = [
        warning
        for profile, plan in zip(profiles, plans, strict=True)
        for warning in profile.warnings
        if not plan.idle and plan.warnings
    ]
    if told:
        show_problems((), told, settings, stderr=False)
    return [replace(plan, warnings=()) for plan in plans]
