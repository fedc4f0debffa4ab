"""Owns how plans are printed."""

from collections.abc import Sequence

from reconciler.cli.console import Settings
from reconciler.planning.plan import Plan


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
