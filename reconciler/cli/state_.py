"""Owns the command `state` and its verbs."""

from collections.abc import Callable
from functools import reduce, wraps
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Settings, notice, result, show_problems
from reconciler.cli.options import no_such_command

if TYPE_CHECKING:
    from reconciler.problem import Problem

# What people type who come from other tools → what to write here.
_POINTERS = {
    "delete": "`reconciler state rm` forgets an address",
    "forget": "`reconciler state rm` forgets an address",
    "import": "`reconciler state adopt` records an id",
    "pull": "`reconciler refresh` records what is on LinkedIn",
    "push": "a state is committed with the profile",
    "remove": "`reconciler state rm` forgets an address",
    "rename": "`reconciler state mv` gives an entry another key",
}


class _Verbs(click.Group):
    """The verbs of `state`; a name that there is none of gets a pointer."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb of a name; raise UsageError with what was meant where there is none."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise click.UsageError(no_such_command(args[0], list(self.commands), _POINTERS), ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Verbs)
def command() -> None:
    """Look at what was last applied, and settle what is uncertain.

    Every verb takes --profile PATH (default profile.yaml) or --state PATH; none of them sends anything.
    """


def _options(verb: Callable[..., object]) -> Callable[..., object]:
    """Give a verb the options that name a profile and its state."""
    function = _naming(verb)
    for option in (
        click.option("--state", metavar="PATH", help="The state file; default: beside the profile."),
        click.option("--profile", metavar="PATH", help="The profile file.  [default: profile.yaml]"),
    ):
        function = option(function)
    return function


def _naming(verb: Callable[..., object]) -> Callable[..., object]:
    """Let the errors of a verb name the same profile and state in what they say to run."""

    @wraps(verb)
    def named(*, profile: str | None, state: str | None, **given: object) -> object:
        from reconciler.problem import ReconcilerError

        try:
            return verb(profile=profile, state=state, **given)
        except ReconcilerError as error:
            raise type(error)(*(_named(problem, profile, state) for problem in error.problems)) from error

    return named


def _named(problem: "Problem", profile: str | None, state: str | None) -> "Problem":
    """Return a problem whose remedy holds the command for the profile and state of the verb."""
    from reconciler.app.states import or_default, path_of
    from reconciler.quoting import with_command

    return with_command(problem, or_default(profile), path_of(profile, state)) if problem.command else problem


_format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print."
)


@command.command("list")
@_format_option
@_options
def list_(form: str, profile: str | None, state: str | None) -> None:
    """List every address that state knows, one a line, with where what stays on LinkedIn can be deleted."""
    from reconciler.app.states import load_both
    from reconciler.render.state import list_json, render_list

    path, applied = load_both(profile, state)
    result(list_json(applied, path) if form == "json" else render_list(applied))


@command.command()
@click.argument("address", required=False)
@_format_option
@_options
def show(address: str | None, form: str, profile: str | None, state: str | None) -> None:
    """Show what state holds, or what it holds at ADDRESS."""
    from reconciler.app.states import load_both
    from reconciler.render.state import render_json, render_state

    path, applied = load_both(profile, state)
    result((render_json if form == "json" else render_state)(applied, path, address))


@command.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@_options
def mv(before: str, after: str, profile: str | None, state: str | None) -> None:
    """Say that the entry A is the one that the file calls B."""
    from reconciler.app.states import move
    from reconciler.render.terminal import visible

    move(before, after, profile, state)
    notice(f"{visible(before)} is {visible(after)} now")


@command.command()
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@_options
def rm(addresses: tuple[str, ...], profile: str | None, state: str | None) -> None:
    """Take each ADDRESS out of state; it stays on LinkedIn, and if the file holds it, it will be sent anew."""
    from reconciler.app.states import change
    from reconciler.manual.remove import remove
    from reconciler.render.terminal import visible

    change(profile, state, lambda applied: reduce(remove, addresses, applied))
    named = visible(", ".join(addresses))
    notice(f"{named}: no longer in state; what the file still holds of it will be sent anew")


@command.command()
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--all", "everything", is_flag=True, help="All of the file, also what could be sent.")
@_options
def accept(addresses: tuple[str, ...], *, everything: bool, profile: str | None, state: str | None) -> None:
    """Record what the file says as live, without sending it.

    Without an ADDRESS, it is what the plan cannot send. An address is a section, an entry (experience.KEY), a field of
    one (experience.KEY.description), or `experience` for all of its entries.
    """
    from reconciler.app.states import accept as accept_
    from reconciler.problem import UsageError
    from reconciler.render.terminal import visible

    if everything and addresses:
        raise UsageError.at("--all", "it means the whole file", "leave the addresses out, or --all")
    accepted = accept_(addresses, profile, state, everything=everything)
    if accepted.recorded:
        notice(f"recorded as live, nothing was sent: {visible(', '.join(accepted.recorded))}")
    else:
        notice("nothing was recorded: state knows it already" if addresses or everything else "nothing was recorded")
    if accepted.left:
        left = visible(", ".join(accepted.left))
        notice(f"left to be sent by the next apply: {left}; to record that too, name it, or pass --all")


@command.command()
@click.argument("pairs", nargs=-1, metavar="[ADDRESS ID-or-URL]...")
@click.option("--from", "source", metavar="FILE", help="Read the pairs from FILE, one a line; `-` is standard input.")
@_options
def adopt(pairs: tuple[str, ...], source: str | None, profile: str | None, state: str | None) -> None:
    """Record LinkedIn's own id of an entry, so that it can be edited.

    The id stands in the link of the entry's edit form: …/details/experience/edit/forms/ID/. The whole link will do.
    """
    from reconciler.app.states import adopt as adopt_

    for line in adopt_(pairs, source, profile, state):
        notice(line)


@command.command()
@click.argument("address")
@click.option("--applied", "arrived", is_flag=True, help="It is on LinkedIn.")
@click.option("--not-applied", "lost", is_flag=True, help="It is not.")
@click.option("--id", "entry_id", metavar="ID", help="LinkedIn's id of the entry, or the link of its edit form.")
@_options
def resolve(  # noqa: PLR0913 - one for each option
    address: str, *, arrived: bool, lost: bool, entry_id: str | None, profile: str | None, state: str | None
) -> None:
    """Settle what is in doubt: look at the profile on LinkedIn, and say whether ADDRESS arrived."""
    from reconciler.app.states import resolve as resolve_
    from reconciler.problem import UsageError
    from reconciler.render.terminal import visible

    if arrived == lost:
        raise UsageError.at("", "say whether it is there", "pass either --applied or --not-applied", address)
    if entry_id is not None and lost:
        raise UsageError.at("", "what did not arrive has no id", "leave --id out", address)
    following = resolve_(address, entry_id, profile, state, arrived=arrived)
    if arrived:
        said = "recorded as applied"
    elif following is None:
        said = "recorded as not applied"
    elif address in following:
        said = "will be sent by the next apply"
    else:
        said = "recorded as not applied; the next apply does not send it, by what the profile file says now"
    notice(f"{visible(address)}: {said}")


@command.command()
@click.argument("new_id")
@_options
@click.pass_obj
def account(settings: Settings, new_id: str, profile: str | None, state: str | None) -> None:
    """Give the state the account id that a reconnection gave; change account_id in the profile too."""
    from reconciler.app.states import change
    from reconciler.manual.account import change_account
    from reconciler.profile.warnings import unlikely_id
    from reconciler.render.terminal import visible

    change(profile, state, lambda applied: change_account(applied, new_id), any_account=True)
    for warning in unlikely_id(new_id):
        show_problems((), (warning,), settings)
    notice(f"the state is of {visible(new_id)} now")


@command.command()
@click.argument("file")
@_options
def restore(file: str, profile: str | None, state: str | None) -> None:
    """Put a rescue file back, which an apply wrote that could not write its state; `-` is standard input."""
    from reconciler.app.states import restore as restore_

    notice(restore_(file, profile, state))


@command.command()
@click.argument("files", nargs=-1, metavar="[BASE OURS THEIRS]")
@_options
def merge(files: tuple[str, ...], profile: str | None, state: str | None) -> None:
    """Merge the states of two machines that both applied, by address, over their common ancestor.

    Without files, it merges the state that git holds as a conflict. With three, it is git's merge driver (%O %A %B) and
    writes to OURS.
    """
    from reconciler.app.merging import merge_files, merge_index
    from reconciler.problem import UsageError
    from reconciler.quoting import as_argument, quoted
    from reconciler.render.state import render_merge
    from reconciler.render.terminal import visible

    if len(files) not in (0, 3):
        raise UsageError.at("", "a merge driver gets three files", "pass BASE OURS THEIRS, or none of them")
    done = merge_files(*files) if files else merge_index(profile, state)
    result(render_merge("the state" if files else done.path, done.ours, done.merged))
    if not files:
        notice(
            f"serial {done.written.serial}: look at it, then run `git add {visible(quoted(as_argument(done.path)))}`"
        )
