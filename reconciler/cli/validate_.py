"""Owns the command `validate`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from reconciler.cli.console import Exit, Settings, result, show_problems, shown
from reconciler.cli.selecting import Selection, told_of_none, with_selection

if TYPE_CHECKING:
    from reconciler.problem import Problem


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
    if form == "text" and told_of_none(selection, settings):
        return Exit.DONE
    found = _checked(selection.paths, strict=strict)
    if found.problems:
        from reconciler.app.plans import refuse_saved

        refuse_saved(sorted({problem.file for problem in found.problems}))
    if form == "text":
        _show(found, settings)
    else:
        _print_checked(found, form)
    return Exit.ERROR if found.problems else Exit.DONE


class _CheckedAll(NamedTuple):
    """What is wrong with all profiles; the paths of those that are sound, and of those of them that manage nothing."""

    problems: list["Problem"]
    warnings: list["Problem"]
    sound: list[str]
    unmanaged: list[str]


def _checked(paths: Sequence[str], *, strict: bool) -> _CheckedAll:
    from reconciler.app.checks import check_each
    from reconciler.app.linting import read_configs
    from reconciler.cli.lint_ import chosen_rules
    from reconciler.problem import ProblemsError

    try:
        read_configs(paths)
    except ProblemsError as error:  # of a reconciler.toml: nothing is checked
        return _CheckedAll([*error.problems], [], [], [])
    found = _CheckedAll([], [], [], [])
    for checked in check_each(paths, chosen_rules(), strict=strict):
        found.problems.extend(checked.problems)
        found.warnings.extend(checked.warnings)
        if checked.account_id:
            found.sound.append(checked.path)
            found.unmanaged.extend(() if checked.manages else (checked.path,))
    return found


def _show(found: _CheckedAll, settings: Settings) -> None:
    from reconciler.render.problems import text_unmanaged, text_valid

    if found.problems or found.warnings:
        show_problems(found.problems, found.warnings, settings, stderr=False)
    faulty = {problem.file for problem in found.problems}
    sound = [path for path in found.sound if path not in faulty]
    if sound and not settings.quiet:
        unmanaged = text_unmanaged(path for path in found.unmanaged if path not in faulty)
        shown("\n".join(filter(None, [text_valid(sound), unmanaged])))


def _print_checked(found: _CheckedAll, form: str) -> None:
    from reconciler.render.problems import github_problems, json_errors

    if form == "json":
        result(json_errors(found.problems, found.warnings))
    elif form == "sarif":
        from reconciler import __version__
        from reconciler.cli.lint_ import sarif_rules
        from reconciler.render.sarif import sarif_problems

        result(sarif_problems(found.problems, found.warnings, __version__, sarif_rules()))
    elif found.problems or found.warnings:
        result(github_problems(found.problems, found.warnings))
