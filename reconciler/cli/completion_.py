"""Owns the command `completion`."""

import click

from reconciler.cli.console import result

COMPLETION_HELP = """Print what lets a shell complete commands, files and addresses; SHELL is bash, zsh or fish.

\b
  bash   eval "$(reconciler completion bash)"            in ~/.bashrc
  zsh    eval "$(reconciler completion zsh)"             in ~/.zshrc, after compinit
  fish   reconciler completion fish | source             in ~/.config/fish/config.fish
"""
VARIABLE = "_RECONCILER_COMPLETE"


@click.command(help=COMPLETION_HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
def command(shell: str) -> None:
    """Print the script of a shell."""
    from click.shell_completion import ShellComplete, get_completion_class

    from reconciler.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None
    # a shell's own way to print it also runs that shell, to ask for its version
    script = ShellComplete.source(found(cli, {}, "reconciler", VARIABLE))
    # click's fish script ends what it says of a completion at its first comma
    result(script.replace('string split ","', 'string split --max 1 ","'))
