"""Owns the command `validate`."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Exit, Settings, result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.problem import Problem
    from reconciler.profile.desired import Profile


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="How to print.")
@click.option("--strict", is_flag=True, help="Take LinkedIn's own limits, which are warnings, as errors.")
@click.pass_obj
def command(settings: Settings, *, profiles: tuple[str, ...], form: str, strict: bool) -> int:
    """Report every problem of a profile, with its place; PROFILE is profile.yaml unless named.

    Nothing is sent and no key is needed. Exits 1 if there is a problem.
    """
    from reconciler.profile.load import capped, read_all

    valid, problems = read_all(profiles or ("profile.yaml",), strict=strict)
    text = _rendered(form, valid, capped(problems), quiet=settings.quiet)
    if text:
        result(text)
    return Exit.ERROR if problems else 0


def _rendered(form: str, valid: "Sequence[Profile]", problems: "Sequence[Problem]", *, quiet: bool) -> str:
    from reconciler.render import problems as render

    warnings = [warning for profile in valid for warning in profile.warnings]
    if form == "json":
        return render.json_errors(problems, warnings)
    if form == "github":
        return render.github_problems(problems, warnings)
    rivals = {one.file for one in problems}
    lines = render.text_valid([one.path for one in valid if one.path not in rivals]) if not quiet else ""
    return "\n".join(filter(None, [render.text_problems(problems), render.text_warnings(warnings), lines]))
