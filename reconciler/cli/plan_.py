"""Owns the command `plan`."""

import os

import click

from reconciler.cli.console import Exit, Settings, notice, show_nothing_changed
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
    if out is not None and not selection.paths:
        from reconciler.app.saved import save_no_plan
        from reconciler.render.terminal import visible

        save_no_plan(out)
        notice(f"saved: {visible(out)}, which holds no plan")
    if told_of_none(selection, settings, form):
        return Exit.DONE
    alone = not selection.several
    plain = form == "text" and not (out or targets or state or settings.verbose or os.environ.get("GITHUB_ACTIONS"))
    if alone and plain and show_nothing_changed(selection.paths):
        return Exit.DONE
    from reconciler.app.plans import check_common_state
    from reconciler.cli.plans import Asked, plan_profiles

    check_common_state(state, several=not alone)
    asked = Asked(alone, form, summary, out, targets, state, max_bytes, detailed_exitcode)
    return plan_profiles(selection.paths, asked, settings)
