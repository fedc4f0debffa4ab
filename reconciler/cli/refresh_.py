"""Owns the command `refresh`."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Exit, Settings, result
from reconciler.cli.reading import ARCHIVE_OPTIONS, READ_OPTIONS, for_each, one_archive, seeing, with_options

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
@with_options(ARCHIVE_OPTIONS)
@with_options(READ_OPTIONS)
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    *,
    profiles: tuple[str, ...],
    form: str,
    detailed_exitcode: bool,
    state: str | None,
    lock_timeout: float,
    linkedin_export: str | None,
    made_on: str | None,
    base_url: str | None,
    api_key_file: str | None,
    ca_bundle: str | None,
    again: bool,
    pause: float,
) -> int:
    """Read what is live on LinkedIn, and record it in the state; PROFILE is profile.yaml unless named.

    It sends no edit. What it learns: ids of entries, whether what is in doubt arrived, and what was changed there.
    `plan` after it compares with that.
    """
    from reconciler.app.plans import read_profiles
    from reconciler.app.refresh import Refreshed, refresh_state
    from reconciler.profile.desired import Profile
    from reconciler.render.drift import DriftView, refreshed_markdown, render_learned

    read = read_profiles(profiles, state)
    one_archive(read, linkedin_export)
    connection = {"base_url": base_url, "api_key_file": api_key_file, "ca_bundle": ca_bundle}
    with seeing(settings, linkedin_export, made_on, **connection, again=again, pause=pause) as see:

        def act(profile: Profile) -> Refreshed:
            refreshed = refresh_state(profile, state, see, lock_timeout)
            if form == "markdown":
                looked = refreshed.looked
                view = DriftView(profile.path, profile.desired, looked.applied, looked.seen, looked.comparison)
                result(f"{refreshed_markdown(view, refreshed.learned, refreshed.plan)}\n")
            else:
                result(render_learned(profile.path, refreshed.learned, written=refreshed.written))
            return refreshed

        done, failed = for_each(read, act, settings)
    if failed:
        return Exit.ERROR
    return _exit_code(done) if detailed_exitcode else Exit.DONE


def _exit_code(done: "Sequence[Done]") -> int:
    if any(refreshed.differs for refreshed in done):
        return Exit.CHANGES
    compared = [each for refreshed in done for each in refreshed.looked.comparison.compared]
    return Exit.DOUBT if any(each.is_missed for each in compared) else Exit.DONE
