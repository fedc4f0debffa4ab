"""Owns the command `preview`."""

import os

import click

from reconciler.cli.console import Settings, notice, result
from reconciler.cli.selecting import Selection, told_of_none, with_selection

_NEEDED = {"PIL": "Pillow", "jinja2": "Jinja"}  # module → the library's own name


@click.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE | PLANFILE]...")
@click.option(
    "--out",
    metavar="FILE",
    default="preview.html",
    show_default=True,
    help="Where the page goes; -: to standard output.",
)
@click.option("--open", "opened", is_flag=True, help="Open the page in a browser.")
@click.option("--name", metavar="NAME", help="The person's name; default: a comment `# name: …` at the file's head.")
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@with_selection
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings, *, selection: Selection, out: str, opened: bool, name: str | None, state: str | None
) -> None:
    """Write a page that shows the profile as a visitor sees it, before and after.

    PROFILE is profile.yaml unless named; of several one page is made, with an index. A PLANFILE is shown as it was
    reviewed, with its id. On the left is what is known to be live, on the right what the file says. The page needs
    nothing but a browser and makes no request. Nothing is sent, no key is needed.
    """
    if told_of_none(selection, settings):
        return
    from reconciler.app.origin import install_with
    from reconciler.problem import ReconcilerError, UsageError
    from reconciler.render.terminal import visible

    try:
        from reconciler.app.preview import preview, write_page
    except ModuleNotFoundError as error:
        raise ReconcilerError.at(
            "",
            f"the preview needs {_NEEDED.get(error.name or '', error.name or 'more')}, which is not installed",
            f"install the extra: {install_with('preview')}",
        ) from error
    if opened and out == "-":
        raise UsageError.at("--open", "what goes to standard output cannot be opened", "name a file with --out")
    page = preview(selection.paths, state, name)
    if out == "-":
        result(page.decode())
        return
    write_page(out, page)
    result(f"wrote: {visible(out)}")
    if opened:
        import webbrowser
        from pathlib import Path

        if not webbrowser.open(Path(os.path.abspath(out)).as_uri()):
            notice(f"no browser could be opened: open {visible(out)} in one")
