"""Owns the command `show`."""

import click

from reconciler.cli.console import Settings, notice, result, shown


@click.command()
@click.argument("planfile", metavar="PLANFILE")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="How to print.")
@click.option("--max-bytes", type=click.IntRange(min=1000), default=60_000, show_default=True, help="Of Markdown.")
@click.pass_obj
def command(settings: Settings, *, planfile: str, form: str, max_bytes: int) -> None:
    """Show a saved plan.

    A plan that `apply` would refuse, since the profile, a file, the state or the tool is another now, or since
    the plan file was edited, is shown too, with a warning that says so.
    """
    from reconciler.app.saved import NONE_SELECTED, one_or_several, read_saved, refusals
    from reconciler.render.terminal import visible

    saved = read_saved(planfile)
    if not saved:
        if form == "json":
            result("[]")
        notice(f"{visible(planfile)}: it holds no plan: {NONE_SELECTED}")
        return
    refused = [refusals(saved_plan) for saved_plan in saved]
    for saved_plan, reasons in zip(saved, refused, strict=True):
        file = f"{visible(planfile)}: {visible(saved_plan.plan.profile.path)}"
        for reason in reasons:
            notice(f"warning: {file}: apply refuses this plan: {visible(reason)}")
    plans = [saved_plan.plan for saved_plan in saved]
    if form == "json":
        from reconciler.render.planfile import saved_json

        result(one_or_several([saved_json(saved_plan) for saved_plan in saved]))
    elif form == "markdown":
        from reconciler.app.pictures import picture_links
        from reconciler.render.markdown import render_markdown

        commit, links = saved[0].commit, picture_links(plans)
        result(render_markdown(plans, commit=commit, max_bytes=max_bytes, notes=refused, links=links))
    else:
        from reconciler.render.text import render_text

        for saved_plan in saved:
            shown(render_text(saved_plan.plan, color=settings.colored(), verbose=settings.verbose))
            shown(f"plan {visible(saved_plan.id)}, saved at {visible(saved_plan.created_at)}")
