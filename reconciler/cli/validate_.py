"""Owns the command `validate`."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Exit, Settings, result

if TYPE_CHECKING:
    from reconciler.profile.load import Reading


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="How to print.")
@click.option("--strict", is_flag=True, help="Take LinkedIn's own limits, which are warnings, as errors.")
@click.pass_obj
def command(settings: Settings, *, profiles: tuple[str, ...], form: str, strict: bool) -> int:
    """Report every problem of a profile, with its place; PROFILE is profile.yaml unless named.

    Nothing is sent and no key is needed. Exits 1 if there is a problem.
    """
    from reconciler.profile.load import read_all

    reading = read_all(profiles or ("profile.yaml",), strict=strict)
    text = _rendered(form, reading, quiet=settings.quiet)
    if text:
        result(text)
    return Exit.ERROR if reading.problems else 0


def _rendered(form: str, reading: "Reading", *, quiet: bool) -> str:
    from reconciler.render import problems as render

    problems, warnings = reading.problems, reading.warnings
    if form == "json":
        return render.json_errors(problems, warnings)
    if form == "github":
        return render.github_problems(problems, warnings)
    faulty = {problem.file for problem in problems}
    sound = [profile for profile in reading.profiles if profile.path not in faulty and not quiet]
    lines = [
        render.text_valid(profile.path for profile in sound),
        render.text_unmanaged(profile.path for profile in sound if not profile.desired.wanted),
    ]
    return "\n".join(filter(None, [render.text_problems(problems), render.text_warnings(warnings), *lines]))
