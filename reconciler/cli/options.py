"""Owns the options of every command, before its name or after it, and the pointers for wrong ones."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import click

from reconciler.cli.completed import with_completion
from reconciler.cli.console import Settings

F = TypeVar("F", bound=Callable[..., object])

_DELETES_NOTHING = "the API deletes nothing: take it out of the file, and delete it on linkedin.com by hand"
_BY_GIT = "put the file back as it was, with git for instance, then `reconciler apply`"
# What people type who come from other tools → what to write here.
COMMAND_POINTERS = {
    "auth": "set POSTPRESS_API_KEY, or pass `--api-key-file FILE`",
    "check": "`reconciler validate` reports every problem",
    "delete": _DELETES_NOTHING,
    "deploy": "`reconciler apply` sends what changed",
    "destroy": _DELETES_NOTHING,
    "diff": "`reconciler plan` shows what would change",
    "format": "`reconciler fmt` formats a profile",
    "help": "write `reconciler --help`, or `reconciler COMMAND --help`",
    "list": "`reconciler state list` shows what was applied",
    "login": "set POSTPRESS_API_KEY, or pass `--api-key-file FILE`",
    "new": "`reconciler init` writes a profile to start from",
    "push": "`reconciler apply` sends what changed",
    "remove": _DELETES_NOTHING,
    "revert": _BY_GIT,
    "rm": _DELETES_NOTHING,
    "rollback": _BY_GIT,
    "status": "`reconciler plan` shows what would change, `reconciler state list` what was applied",
    "sync": "`reconciler apply` sends what changed",
    "undo": _BY_GIT,
    "update": "`reconciler apply` sends what changed",
    "version": "write `reconciler --version`",
}
_KEY = "set POSTPRESS_API_KEY, or write `--api-key-file FILE`: arguments are seen by others on this machine"
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
    "-V": ("", "write `reconciler --version`"),
    "--no-color": ("", "write `--color never`"),
    "--debug": ("", "write `-vv`"),
    "--profile": ("", "name the profile without an option"),
    "--file": ("", "name the file without an option"),
    "-f": ("", "name the file without an option"),
    "--api-key": ("--api-key-file", _KEY),
    "--key": ("--api-key-file", _KEY),
    "--token": ("--api-key-file", _KEY),
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


def no_such_command(name: str, known: Sequence[str], pointers: Mapping[str, str]) -> str:
    """Say that there is no command of a name, and what was meant."""
    from difflib import get_close_matches

    if name in pointers:
        return f"No such command {name!r}: {pointers[name]}."
    near = [f" Did you mean {meant}?" for meant in get_close_matches(name, known, 1)]
    return "".join([f"No such command {name!r}.", *near])


def usage_message(error: click.ClickException) -> str:
    """Return what is wrong with a command line in one line, with what to write instead where that is known."""
    if isinstance(error, click.NoSuchOption) and (known := pointer(error)):
        return f"No such option {error.option_name!r}: {known}."
    message = " ".join(error.format_message().split())  # a list of choices has lines and tabs
    if message == "Missing command.":
        return "A command is missing: `reconciler --help` lists them."
    return message.replace("a valid float range", "a number").replace("a valid integer range", "a whole number")


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
