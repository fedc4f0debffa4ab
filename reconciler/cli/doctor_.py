"""Owns the command `doctor`."""

import click

from reconciler.cli.console import Exit, Settings, notice, result, shown
from reconciler.cli.reading import Link, with_link


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@click.option("--shape", is_flag=True, help="Read LinkedIn once, and print the answer's names, types and counts only.")
@with_link(Link)
@click.pass_obj
def command(
    settings: Settings,
    *,
    profile: str,
    state: str | None,
    shape: bool,
    link: Link,
) -> int:
    """Look at the set-up: the tool, the profile, its state and lock, git, the key, the account's connection.

    PROFILE is profile.yaml unless named. Nothing is sent, and LinkedIn is not read but with --shape, whose output holds
    no value of yours and can go into a report.
    """
    if shape:
        from reconciler.app.doctor import shape_of_read
        from reconciler.profile.load import load

        with link.reader(settings, load(profile).desired.account_id) as reader:
            for line in shape_of_read(reader):
                result(line)
        return Exit.DONE
    from reconciler.app.doctor import Level, examine
    from reconciler.cli.workflows import outdated
    from reconciler.render.paint import Paint
    from reconciler.render.terminal import visible

    paint = Paint(settings.colored())
    colors = {Level.OK: paint.green, Level.WARNING: paint.yellow, Level.ERROR: paint.red}
    failed = 0
    for check in examine(profile, state, link.connection, outdated):
        failed += check.level is Level.ERROR
        remedy = f"; {visible(check.remedy)}" if check.remedy else ""
        shown(f"{colors[check.level](f'{check.level.value:7}')} {check.name}: {visible(check.said)}{remedy}")
    notice(f"{failed} {'error' if failed == 1 else 'errors'}")
    return Exit.ERROR if failed else Exit.DONE
