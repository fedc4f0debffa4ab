"""Owns the command `fmt`: profile files brought into their one form, in place."""

import click

from reconciler.cli.console import Exit, Settings, notice, result, show_problems
from reconciler.cli.selecting import Selection, told_of_none, with_selection


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 and name the files that would change.")
@with_selection
@click.pass_obj
def command(
    settings: Settings,
    *,
    selection: Selection,
    check: bool,
) -> int:
    """Format a profile file, comments kept.

    PROFILE is profile.yaml unless named. Indentation becomes two blanks, ids get quotes, keys lose those that they do
    not need, and long text follows a `|`. No key, comment or line changes its place, and what the file says stays the
    same: where that is not sure, the file stays as it is.
    """
    from reconciler.problem import ProblemsError

    if told_of_none(selection, settings):
        return Exit.DONE
    broken = changes = False
    for path in selection.paths:
        try:
            changes |= _format_file(path, settings, check=check)
        except ProblemsError as error:
            show_problems(error.problems, error.warnings, settings)
            broken = True
    return Exit.ERROR if broken or (check and changes) else 0


def _format_file(path: str, settings: Settings, *, check: bool) -> bool:
    """Format one file; tell whether it was not in its form."""
    from reconciler.app.folder import replace_content
    from reconciler.fmt.form import formatted
    from reconciler.fmt.lines import UnusualError
    from reconciler.profile.load import read_file
    from reconciler.render.terminal import visible

    content = read_file(path)
    try:
        after = formatted(content, path)
    except UnusualError as error:
        notice(f"{visible(path)}:{error.line}: left as it is: fmt has no form for {visible(error.what)}")
        return False
    if after == content:
        return False
    if not check:
        replace_content(path, after)
    if not settings.quiet:
        result(f"{'would format' if check else 'formatted'}: {visible(path)}")
    return True
