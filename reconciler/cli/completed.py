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
        """Leave it to the shell, which knows the files; but for `@FILE`, a list of profiles."""
        from click.shell_completion import CompletionItem

        del ctx
        if incomplete.startswith("@") and param.name == "profiles":
            from reconciler.app.selection import lists_named

            return [CompletionItem(f"@{path}") for path in lists_named(incomplete[1:])]
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


class PulledAddress(_Address):
    """An address that a shell completes, or a whole section of entries."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Return the addresses that begin so, and the sections of entries."""
        from click.shell_completion import CompletionItem

        from reconciler.spec import ENTRY_SECTIONS

        there = set(ctx.params.get(param.name or "") or ())
        sections = [name for name in ENTRY_SECTIONS if name.startswith(incomplete) and name not in there]
        return [*map(CompletionItem, sections), *super().shell_complete(ctx, param, incomplete)]


class LookedUpText(click.types.StringParamType):
    """The words of a lookup, which a shell completes to the ids that were found before, with their titles beside."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Return the ids that begin so, or that of the one title that does; a title itself may mean much to a shell."""
        from click.shell_completion import CompletionItem

        from reconciler.app.addresses import account_of
        from reconciler.app.lookup import found_before

        kind = ctx.params.get("kind")
        if kind is None or ctx.params.get(param.name or ""):
            return []
        found = found_before(account_of(_profile(ctx)), kind)
        by_id = [item for item in found if item.id.startswith(incomplete)]
        by_title = [item for item in found if item.title.casefold().startswith(incomplete.casefold())]
        offered = by_id or (by_title if len(by_title) == 1 else [])
        return [CompletionItem(item.id, help=item.label) for item in offered]


class PlaceOfId(click.types.StringParamType):
    """An address that a shell completes to where an id of the kind that is looked for goes."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Return the addresses that begin so."""
        from click.shell_completion import CompletionItem

        from reconciler.app.addresses import known_addresses
        from reconciler.app.lookup import places_of

        del param
        known = known_addresses(_profile(ctx), None)
        # before an option that has no value yet, click does not tell arguments apart
        kind = ctx.params.get("kind") or next(iter(ctx.args), None)
        places = places_of(kind, known)
        return [CompletionItem(place) for place in places if place.startswith(incomplete)]


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
