"""Owns the command `refresh`."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Exit, Settings, result
from reconciler.cli.reading import LookLink, for_each, with_link
from reconciler.cli.selecting import Selection, told_of_none, with_selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.app.refresh import Refreshed as Done


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    help="Print what was learned; in Markdown, what differs from the file after it.",
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit 2 if LinkedIn and the file differ, 3 if something was not seen."
)
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@click.option(
    "--lock-timeout", type=click.FloatRange(min=0), default=0, metavar="SECONDS", help="Wait so long for another run."
)
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
    lock_timeout: float,
    link: LookLink,
) -> int:
    """Read what is live on LinkedIn, and record it in the state; PROFILE is profile.yaml unless named.

    It sends no edit. What it learns: ids of entries, whether what is in doubt arrived, and what was changed there.
    `plan` after it compares with that.
    """
    from reconciler.app.plans import read_profiles
    from reconciler.app.refresh import Refreshed, refresh_state
    from reconciler.profile.desired import Profile
    from reconciler.render.drift import DriftView, refreshed_markdown, render_learned

    if told_of_none(selection, settings):
        return Exit.DONE
    read = read_profiles(selection.paths, state)
    with link.seeing(read, settings) as see:

        def act(profile: Profile) -> Refreshed:
            refreshed = refresh_state(profile, state, see, lock_timeout)
            looked = refreshed.looked
            view = DriftView(
                profile.path, looked.state_path, profile.desired, looked.applied, looked.seen, looked.comparison
            )
            if form == "markdown":
                result(f"{refreshed_markdown(view, refreshed.learned, refreshed.plan)}\n")
            else:
                result(render_learned(view, refreshed.learned, written=refreshed.written))
            return refreshed

        done, failed = for_each(read, act, settings)
    if failed:
        return Exit.ERROR
    return _exit_code(done) if detailed_exitcode else Exit.DONE


def _exit_code(done: "Sequence[Done]") -> int:
    if any(refreshed.differs for refreshed in done):
        return Exit.CHANGES
    return Exit.DOUBT if any(refreshed.looked.comparison.missed for refreshed in done) else Exit.DONE
