"""Owns the command `pull`."""

import click

from reconciler.cli.completed import PulledAddress
from reconciler.cli.console import Exit, Settings, notice, result
from reconciler.cli.reading import ReadLink, with_link


@click.command()
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...", type=PulledAddress())
@click.option("--profile", metavar="PROFILE", help="The profile file; default: profile.yaml.")
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@click.option("--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@with_link(ReadLink)
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    *,
    addresses: tuple[str, ...],
    profile: str | None,
    state: str | None,
    dry_run: bool,
    link: ReadLink,
) -> int:
    """Write what was changed on LinkedIn into the profile file: all of it, or what lies in ADDRESS.

    Comments, order and quoting stay. `experience` or `education`, when named, also give the entries that the file
    lacks, with their ids. The state knows what was written, so that a plan after it is empty.
    """
    from reconciler.app.plans import read_profiles
    from reconciler.app.pull import pull
    from reconciler.app.states import or_default
    from reconciler.render.terminal import visible

    path = or_default(profile)
    (read,) = read_profiles((path,), state)
    with link.session(settings) as session:
        pulled = pull(read, state, addresses, session.see, dry_run=dry_run)
    if pulled.difference and (dry_run or not settings.quiet):
        result(visible(pulled.difference, newlines=True))
    for address in pulled.left:
        notice(f"{visible(address)} changed on LinkedIn, and cannot be written: what is shown is not exact enough")
    for address in pulled.gone:
        notice(f"{visible(address)} is not on LinkedIn any more: take it out of the file if that is right")
    if not pulled.written:
        notice(f"{visible(path)}: nothing to pull")
    elif not dry_run:
        notice(f"{visible(path)}: wrote {visible(', '.join(pulled.written))}")
    return Exit.ERROR if pulled.left and not pulled.written else Exit.DONE
