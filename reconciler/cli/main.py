"""Owns the entry point: the commands, and the exit code of every way to end."""

import errno
import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli.completed import with_completion
from reconciler.cli.console import (
    Exit,
    Settings,
    UnwrittenError,
    give_up_output,
    notice,
    prepare_streams,
    result,
    show_error,
)
from reconciler.cli.options import (
    COMMAND_POINTERS,
    common_options,
    no_such_command,
    usage_message,
    with_common_options,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Command → what its own help says first: `--help` must not import every command to know it. A test compares.
COMMANDS = {
    "init": "Write a commented starter profile, with its schema beside it.",
    "validate": "Report every problem of a profile, with its place.",
    "lint": "Report what the API accepts in a profile and people regret.",
    "plan": "Show what would change on the profile.",
    "apply": "Plan, show, ask, and send what changed.",
    "show": "Show a saved plan.",
    "preview": "Write a page that shows the profile as a visitor sees it, before and after.",
    "state": "Look at what was last applied, and settle what is uncertain.",
    "refresh": "Read what is live on LinkedIn, and record it in the state.",
    "drift": "Show what was changed on LinkedIn since it was applied.",
    "pull": "Write what was changed on LinkedIn into the profile file: all of it, or what lies in ADDRESS.",
    "lookup": "Find the ids that a profile needs: of a location, a job title, a company, an employment type.",
    "doctor": "Look at the set-up: the tool, the profile, its state and lock, git, the key, the account's connection.",
    "fmt": "Format a profile file, comments kept.",
    "import": "Write a first profile from what you have: LinkedIn itself, its archive, or a JSON Resume.",
    "export": "Print the profile in another format.",
    "schema": "Print the profile's JSON Schema.",
    "completion": "Print what lets a shell complete commands, files and addresses.",
    "simulator": "Run a strict local stand-in for the API.",
}


class Commands(click.Group):
    """The commands, each imported when it is used: `reconciler/cli/NAME.py` holds `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a first use."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and return it, or None where no command has that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"reconciler.cli.{cmd_name}_").command
        assert isinstance(found, click.Command)
        return with_common_options(found)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete the name of a command without importing them all, or an option."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of a name; raise UsageError with the nearest name where there is none."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(no_such_command(args[0], list(COMMANDS), COMMAND_POINTERS), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reconciler")
def cli() -> None:
    """Keep a LinkedIn profile in git: plan, review, apply.

    The options stand before the command or after it.
    """
    try:
        os.getcwd()
    except FileNotFoundError as error:
        from reconciler.problem import ReconcilerError

        remedy = "change into one that is there, or pass -C DIR"
        raise ReconcilerError.at("", "the folder that this was started in is gone", remedy) from error


cli.params[:0] = common_options(hidden=False)
with_completion(cli)


def run() -> None:
    """Run the command line and end the process."""
    prepare_streams()
    try:
        code = main()
    except UnwrittenError as error:
        code = _unwritten(error.__cause__)
    gc.freeze()  # a process that ends need not look for garbage: it takes as long as importing a library
    sys.exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line with these arguments, or the process's; return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    settings = Settings(json_errors=_wants_json(given), json_lines="apply" in given)
    try:
        code = cli.main(arguments, standalone_mode=False, obj=settings, prog_name="reconciler")
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        notice("interrupted: nothing more was done")
        return Exit.INTERRUPTED
    except click.ClickException as error:
        _report_click(error, settings)
        return Exit.USAGE
    except UnwrittenError:
        raise
    except Exception as error:  # noqa: BLE001 - the last fence: a user never sees a traceback
        return _failed(error, settings)
    return code if isinstance(code, int) else 0


def _unwritten(cause: BaseException | None) -> int:
    """Say why standard output could not be written, unless its reader went away, as `head` does."""
    give_up_output()
    if isinstance(cause, OSError) and not isinstance(cause, BrokenPipeError):
        is_closed = cause.errno == errno.EBADF
        why = "it is closed; send it to a file" if is_closed else f"{cause.strerror}; make room, or send it elsewhere"
        notice(f"standard output cannot be written: {why}")
    return Exit.ERROR


def _failed(error: Exception, settings: Settings) -> int:
    """Report an error, one that a user can mend or an internal one; return the exit code."""
    from reconciler.problem import ReconcilerError, UsageError

    if not isinstance(error, ReconcilerError):
        _report_internal(error, settings)
        return Exit.INTERNAL
    code = Exit.USAGE if isinstance(error, UsageError) else Exit.ERROR
    _report(error, settings, code)
    return code


def _wants_json(arguments: list[str]) -> bool:
    """Tell whether a command is asked for JSON, also where its arguments cannot be parsed."""
    return "--format=json" in arguments or "--format json" in " ".join(arguments)


def _report(error: Exception, settings: Settings, code: int) -> None:
    from reconciler.problem import ReconcilerError
    from reconciler.render.problems import json_errors

    assert isinstance(error, ReconcilerError)
    if settings.json_errors and settings.json_lines:
        from reconciler.cli import events

        events.show_event(events.failed(error.problems))
        events.show_event(events.done(code))
    elif settings.json_errors:
        result(json_errors(error.problems))
    show_error(error, settings)


def _report_click(error: click.ClickException, settings: Settings) -> None:
    from reconciler.problem import Problem, UsageError
    from reconciler.render.terminal import visible

    if settings.json_errors:
        _report(UsageError(Problem("", 0, 0, "", usage_message(error))), settings, Exit.USAGE)
        return
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        notice(error.format_message())
        return
    if isinstance(error, click.UsageError) and error.ctx is not None:
        notice(error.ctx.get_usage())
    notice(f"error: {visible(usage_message(error))}")


def _report_internal(error: Exception, settings: Settings) -> None:
    """Name the kind of error and where it arose; not its text, which could hold anything."""
    from reconciler.problem import Problem, ReconcilerError, traced_lines

    _report(
        ReconcilerError(
            Problem(
                "",
                0,
                0,
                "",
                f"internal error: {type(error).__name__} at {traced_lines(error)} in reconciler {__version__}",
                "please report this line, with the command that you ran, in the project's issue tracker",
            )
        ),
        settings,
        Exit.INTERNAL,
    )
