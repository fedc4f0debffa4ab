"""Owns the options of every command, before its name or after it, and the pointers for wrong ones."""

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from reconciler.cli.completed import with_completion
from reconciler.cli.console import Settings

F = TypeVar("F", bound=Callable[..., object])

# What people type who come from other tools → what to write here.
COMMAND_POINTERS = {
    "check": "`reconciler validate` reports every problem",
    "diff": "`reconciler plan` shows what would change",
    "help": "write `reconciler --help`, or `reconciler COMMAND --help`",
    "lint": "`reconciler validate --strict` reports every problem and warning",
    "push": "`reconciler apply` sends what changed",
    "status": "`reconciler plan` shows what would change, `reconciler state list` what was applied",
    "sync": "`reconciler apply` sends what changed",
    "version": "write `reconciler --version`",
}
_DRY_RUN = "`reconciler plan` shows what would be sent, and sends nothing"
# Option → the option of the command that is meant, and what to write.
OPTION_POINTERS = {
    "--dry-run": ("", _DRY_RUN),
    "-n": ("", _DRY_RUN),
    "--json": ("--format", "write `--format json`"),
    "--markdown": ("--format", "write `--format markdown`"),
    "-y": ("--auto-approve", "write `--auto-approve`"),
    "--yes": ("--auto-approve", "write `--auto-approve`"),
    "--force": ("--auto-approve", "write `--auto-approve`"),
    "-o": ("--out", "write `--out FILE`"),
    "--output": ("--out", "write `--out FILE`"),
    "--version": ("", "write `reconciler --version`"),
}


def common_options(*, hidden: bool) -> list[click.Parameter]:
    """Make the options that every command takes; a command's own help does not list them again."""
    return [
        click.Option(
            ["-C", "directory"],
            metavar="DIR",
            help="Work in DIR.",
            callback=_change_folder,
            expose_value=False,
            is_eager=True,
            hidden=hidden,
        ),
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            help="Colour the output.",
            callback=_set_color,
            expose_value=False,
            hidden=hidden,
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            help="Print results only.",
            callback=_set_quiet,
            expose_value=False,
            hidden=hidden,
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            help="Show request parts; -vv logs the HTTP traffic, without secrets.",
            callback=_set_verbose,
            expose_value=False,
            hidden=hidden,
        ),
    ]


def with_common_options(command: click.Command) -> click.Command:
    """Let a command, and those below it, take the common options too; return it."""
    if not any(option.name == "directory" for option in command.params):
        with_completion(command)
        command.params += common_options(hidden=True)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        with_common_options(below)
    return command


def with_options(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    """Return a decorator that gives a command several options, in this order."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def pointer(error: click.UsageError) -> str:
    """Return what to write instead of an option that there is none of; empty where nobody knows."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return ""
    option, said = OPTION_POINTERS.get(error.option_name, ("", ""))
    known = {name for parameter in error.ctx.command.params for name in parameter.opts}
    return said if not option or option in known else ""


def _change_folder(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    try:
        os.chdir(value)
    except (OSError, ValueError) as error:
        if context.resilient_parsing:  # a shell completes a command that is being written
            return
        why = error.strerror if isinstance(error, OSError) else "this is not a path"
        raise click.BadParameter(f"{value}: {why}", param_hint="-C") from error


def _set_color(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Settings).color = value


def _set_quiet(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - as click calls it
    if value:
        context.ensure_object(Settings).quiet = True


def _set_verbose(context: click.Context, _: click.Parameter, value: int) -> None:
    context.ensure_object(Settings).verbose += value
