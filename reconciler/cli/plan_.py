"""Owns the command `plan`."""

import os

import click

from reconciler.cli.console import Exit, Settings, notice, result, show_nothing_changed, shown
from reconciler.cli.selecting import Selection, told_of_none, with_selection


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option("--out", metavar="FILE", help="Save the plan, for `apply FILE`.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="How to print.")
@click.option("--summary", is_flag=True, help="Of several profiles, print a line each and no changes.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if there are changes, 3 if something is in doubt.")
@click.option("--target", "targets", multiple=True, metavar="ADDRESS", help="Only this address (repeatable).")
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@click.option("--max-bytes", type=click.IntRange(min=1000), default=60_000, show_default=True, help="Of Markdown.")
@with_selection
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    *,
    selection: Selection,
    summary: bool,
    out: str | None,
    form: str,
    detailed_exitcode: bool,
    targets: tuple[str, ...],
    state: str | None,
    max_bytes: int,
) -> int:
    """Show what would change on the profile; PROFILE is profile.yaml unless named.

    Nothing is sent, no key is needed. The comparison is with what was last applied.
    """
    if told_of_none(selection, settings, form):
        return Exit.DONE
    if selection.several:
        from reconciler.app.plans import check_common_state
        from reconciler.cli.many import ManyAsked, plan_many

        check_common_state(state, several=True)

        asked = ManyAsked(form, summary, out, targets, max_bytes, detailed_exitcode)
        return plan_many(selection.paths, asked, settings)
    plain = form == "text" and not (out or targets or state or settings.verbose)
    if plain and not os.environ.get("GITHUB_ACTIONS") and show_nothing_changed(selection.paths):
        return Exit.DONE
    from reconciler.app.plans import prepare_all, read_profiles
    from reconciler.cli import github
    from reconciler.cli.plans import rendered, warn_in_place
    from reconciler.planning.planner import Options
    from reconciler.problem import ReconcilerError
    from reconciler.render.terminal import visible

    try:
        read = read_profiles(selection.paths, state)
        plans = [prepared.plan for prepared in prepare_all(read, state, Options(targets))]
        if out is not None:
            from reconciler.app.saved import save_plans

            save_plans(out, plans)
            notice(f"saved: {visible(out)}")
    except ReconcilerError as error:
        github.report_error(error)
        raise
    if form == "text":
        shown(rendered(warn_in_place(read, plans, settings), form, settings, max_bytes))
    else:
        result(rendered(plans, form, settings, max_bytes))
    github.report_on_github(plans, max_bytes)
    if not detailed_exitcode:
        return 0
    if any(plan.in_doubt for plan in plans):
        return Exit.DOUBT
    return Exit.CHANGES if any(plan.changes for plan in plans) else 0
