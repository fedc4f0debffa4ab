"""Owns the command `doctor`."""

import os
from functools import partial

import click

from reconciler.cli.console import Exit, Settings, notice, result, shown
from reconciler.cli.reading import CONNECTION_OPTIONS, sleep, with_options


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--state", metavar="PATH", help="The state file; default: beside the profile.")
@click.option("--shape", is_flag=True, help="Read LinkedIn once, and print the answer's names, types and counts only.")
@with_options(CONNECTION_OPTIONS)
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    *,
    profile: str,
    state: str | None,
    shape: bool,
    base_url: str | None,
    api_key_file: str | None,
    ca_bundle: str | None,
) -> int:
    """Look at the set-up: the tool, the profile, its state and lock, git, the key, the account's connection.

    PROFILE is profile.yaml unless named. Nothing is sent, and LinkedIn is not read but with --shape, whose output holds
    no value of yours and can go into a report.
    """
    from reconciler.wire.connection import connection

    connect = partial(connection, base_url, api_key_file, ca_bundle, os.environ)
    if shape:
        from reconciler.app.doctor import shape_of_read
        from reconciler.profile.load import load
        from reconciler.wire.read import Reader
        from reconciler.wire.transport import Transport

        account_id, link = load(profile).desired.account_id, connect()
        with Transport(link.base_url, link.api_key, link.ca_bundle, debug=settings.verbose > 1) as transport:
            for line in shape_of_read(Reader(transport, link.api_key, account_id, sleep)):
                result(line)
        return Exit.DONE
    from reconciler.app.doctor import Level, examine
    from reconciler.cli.workflows import outdated
    from reconciler.render.terminal import Paint, visible

    paint = Paint(settings.colored())
    colors = {Level.OK: paint.green, Level.WARNING: paint.yellow, Level.ERROR: paint.red}
    failed = 0
    for check in examine(profile, state, connect, outdated):
        failed += check.level is Level.ERROR
        remedy = f"; {visible(check.remedy)}" if check.remedy else ""
        shown(f"{colors[check.level](f'{check.level.value:7}')} {check.name}: {visible(check.said)}{remedy}")
    notice(f"{failed} {'error' if failed == 1 else 'errors'}")
    return Exit.ERROR if failed else Exit.DONE
