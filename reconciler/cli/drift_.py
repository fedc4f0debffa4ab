"""Owns the command `drift`."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Exit, Settings, result, shown
from reconciler.cli.reading import LookLink, for_each, with_link
from reconciler.cli.selecting import Selection, told_of_none, with_selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.render.drift import DriftView


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
    help="How to print.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if something moved, 3 if something could not be seen.")
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@with_link(LookLink)
@with_selection
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    *,
    selection: Selection,
    form: str,
    detailed_exitcode: bool,
    state: str | None,
    link: LookLink,
) -> int:
    """Show what was changed on LinkedIn since it was applied; PROFILE is profile.yaml unless named.

    It looks, and records nothing: `refresh` does, and `pull` writes what was seen into the file.
    """
    from reconciler.app.plans import read_profiles
    from reconciler.app.refresh import look_at
    from reconciler.profile.desired import Profile
    from reconciler.render.data import visible_json
    from reconciler.render.drift import DriftView as View
    from reconciler.render.drift import drift_github, drift_markdown, render_drift
    from reconciler.render.drift_data import drift_json

    if told_of_none(selection, settings, form):
        return Exit.DONE
    read = read_profiles(selection.paths, state)
    with link.seeing(read, settings) as see:

        def act(profile: Profile) -> View:
            looked = look_at(profile, state, see)
            return View(
                profile.path, looked.state_path, profile.desired, looked.applied, looked.seen, looked.comparison
            )

        views, failed = for_each(read, act, settings)
    match form:
        case "json":
            values = [drift_json(view) for view in views]
            result(visible_json(list(values) if selection.several else values[0]))
        case "markdown":
            result("\n\n".join(map(drift_markdown, views)))
        case "github":
            result("\n".join(filter(None, map(drift_github, views))))
        case _:
            shown("\n\n".join(render_drift(view, color=settings.colored()) for view in views))
    if failed:
        return Exit.ERROR
    return _exit_of_views(views) if detailed_exitcode else Exit.DONE


def _exit_of_views(views: "Sequence[DriftView]") -> int:
    if any(view.comparison.missed for view in views):
        return Exit.DOUBT
    return Exit.CHANGES if any(view.comparison.moved for view in views) else Exit.DONE
