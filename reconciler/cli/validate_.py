"""Owns the command `validate`."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Exit, Settings, result, show_problems, shown
from reconciler.cli.selecting import Selection, told_of_none, with_selection

if TYPE_CHECKING:
    from reconciler.profile.load import ReadProfiles


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text", help="How to print."
)
@click.option("--strict", is_flag=True, help="Take warnings as errors, and have jsonschema judge too.")
@with_selection
@click.pass_obj
def command(
    settings: Settings,
    *,
    selection: Selection,
    form: str,
    strict: bool,
) -> int:
    """Report every problem of a profile, with its place; PROFILE is profile.yaml unless named.

    Nothing is sent and no key is needed. Exits 1 if there is a problem.
    """
    from reconciler.profile.load import read_all

    if form == "text" and told_of_none(selection, settings):
        return Exit.DONE
    reading = read_all(selection.paths, strict=strict)
    if reading.problems:
        from reconciler.app.plans import refuse_saved

        refuse_saved(selection.paths)
    if form == "text":
        _show(reading, settings)
    else:
        _print(reading, form)
    return Exit.ERROR if reading.problems else Exit.DONE


def _show(reading: "ReadProfiles", settings: Settings) -> None:
    from reconciler.render.problems import text_unmanaged, text_valid

    if reading.problems or reading.warnings:
        show_problems(reading.problems, reading.warnings, settings, stderr=False)
    faulty = {problem.file for problem in reading.problems}
    sound = [profile for profile in reading.profiles if profile.path not in faulty]
    if sound and not settings.quiet:
        unmanaged = text_unmanaged(profile.path for profile in sound if not profile.desired.wanted)
        shown("\n".join(filter(None, [text_valid(profile.path for profile in sound), unmanaged])))


def _print(reading: "ReadProfiles", form: str) -> None:
    from reconciler.render.problems import github_problems, json_errors

    if form == "json":
        result(json_errors(reading.problems, reading.warnings))
    elif form == "sarif":
        from reconciler import __version__
        from reconciler.render.sarif import sarif_problems

        result(sarif_problems(reading.problems, reading.warnings, __version__))
    elif reading.problems or reading.warnings:
        result(github_problems(reading.problems, reading.warnings))
