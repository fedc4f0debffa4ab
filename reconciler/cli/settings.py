"""Owns what the options before the command say, and how output leaves the process."""

import sys
from dataclasses import dataclass

import click


@dataclass(slots=True)
class Settings:
    """The options that stand before the command; `json_errors` tells that a command was asked for JSON."""

    color: str = "auto"
    quiet: bool = False
    verbose: int = 0
    json_errors: bool = False

    def colored(self, *, stderr: bool = False) -> bool:
        """Tell whether to colour; `auto` colours a terminal unless NO_COLOR is set and not empty."""
        import os

        if self.color != "auto":
            return self.color == "always"
        stream = sys.stderr if stderr else sys.stdout
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def result(text: str) -> None:
    """Print what a command was asked for, on standard output; the text is already safe to print."""
    click.echo(text, color=True)


def notice(text: str) -> None:
    """Print anything else, on standard error; the text is already safe to print."""
    click.echo(text, err=True, color=True)
