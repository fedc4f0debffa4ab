"""Owns what a shell completes: a parameter's metavar says whether it is a file, a folder or an address."""

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_ADDRESS = re.compile(r"\b(ADDRESS|ADDRESSES|A|B)\b")
_FILE = re.compile(r"\b(FILE|PATH|PLANFILE|PROFILE|PROFILES|ZIP)\b")
_FOLDER = re.compile(r"\bDIR\b")


class _Text(click.types.StringParamType):
    """A text that a shell completes to a file or a folder."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Leave it to the shell, which knows the files."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(incomplete, type=self.kind)]


class _Address(click.types.StringParamType):
    """A text that a shell completes to an address of the profile, or of its state."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Return the addresses that begin so, but for those that stand there already."""
        from click.shell_completion import CompletionItem

        from reconciler.app.addresses import known_addresses

        given = ctx.params.get(param.name or "") or ()
        there = {given} if isinstance(given, str) else set(given)
        known = known_addresses(_profile(ctx), ctx.params.get("state"))
        return [CompletionItem(address) for address in known if address.startswith(incomplete) and address not in there]


def _profile(ctx: click.Context) -> str:
    """Return the profile that the line names, or the usual one."""
    named = [ctx.params.get("profile"), *(ctx.params.get("profiles") or ())]
    if any(parameter.name == "profiles" for parameter in ctx.command.params):
        named += ctx.args  # before an option that has no value yet, click does not tell arguments apart
    return next(filter(None, named), "profile.yaml")


def with_completion(command: click.Command) -> None:
    """Let a command's texts be completed by what they are called in its help."""
    for parameter in command.params:
        if type(parameter.type) is not click.types.StringParamType:
            continue
        name = (parameter.metavar or parameter.name or "").upper()
        if _ADDRESS.search(name):
            parameter.type = _Address()
        elif _FILE.search(name):
            parameter.type = _Text("file")
        elif _FOLDER.search(name):
            parameter.type = _Text("dir")
