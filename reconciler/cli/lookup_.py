"""Owns the command `lookup`."""

import json
from typing import TYPE_CHECKING

import click

from reconciler.cli.completed import LookedUpText, PlaceOfId
from reconciler.cli.console import Exit, Settings, notice, result
from reconciler.cli.reading import Link, with_link

if TYPE_CHECKING:
    from reconciler.app.lookup import Found

_KINDS = ("location", "job-title", "company", "school", "skill", "employment-type")


@click.command()
@click.argument("kind", metavar="TYPE", type=click.Choice(_KINDS))
@click.argument("words", nargs=-1, metavar="[TEXT]...", type=LookedUpText())
@click.option("--profile", metavar="PROFILE", help="The profile whose account asks; default: profile.yaml.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Show at most so many.")
@click.option(
    "--set", "place", metavar="ADDRESS", type=PlaceOfId(), help="Write the id there, with its title as a comment."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option("--no-cache", is_flag=True, help="Ask LinkedIn also what was asked before.")
@with_link(Link)
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    *,
    kind: str,
    words: tuple[str, ...],
    profile: str | None,
    limit: int,
    place: str | None,
    form: str,
    no_cache: bool,
    link: Link,
) -> int:
    """Find the ids that a profile needs: of a location, a job title, a company, an employment type.

    TYPE is location, job-title, company, school, skill or employment-type; the last needs no TEXT. With --set, TEXT has
    to find one thing, or be the id of one that was found before.
    """
    from reconciler.app.lookup import check_place, known, put_id, search
    from reconciler.app.states import or_default
    from reconciler.problem import UsageError
    from reconciler.quoting import command_line
    from reconciler.render.terminal import visible
    from reconciler.state.paths import state_path

    text = " ".join(words)
    if not text and kind != "employment-type":
        raise UsageError.at(
            "", "what to look for is missing", f"write it after the type: `reconciler lookup {kind} TEXT`"
        )
    if place is not None:
        check_place(kind, place)
    path = or_default(profile)
    account_id = _account_of(path, writes=place is not None)
    chosen = known(account_id, kind, text) if place is not None else None
    if chosen is not None:
        found: tuple[Found, ...] = (chosen,)
    else:
        with link.reader(settings, account_id) as reader:
            found = search(reader, kind, text, limit, cached=not no_cache)
    if form == "json":
        result(json.dumps({"format_version": "1.0", "items": [{"id": item.id, "title": item.title} for item in found]}))
    elif place is None or len(found) != 1:
        width = max((len(item.id) for item in found), default=0)
        for item in found:
            result(f"{item.id:<{width}}  {item.label}")
    if not found:
        notice("nothing found: try fewer or other words, in the language of the account")
        return Exit.ERROR
    if place is None:
        return Exit.DONE
    if len(found) > 1:
        words = ("lookup", kind, found[0].id, "--set", place)
        again = visible(command_line(words, path, state_path(path)))
        notice(f"several were found: write the id of the right one, as in `{again}`")
        return Exit.ERROR
    put_id(path, place, found[0])
    notice(f"{visible(path)}: {visible(place)} is {visible(found[0].id)} ({found[0].label})")
    return Exit.DONE


def _account_of(path: str, *, writes: bool) -> str:
    """Return the account of a profile; what else is wrong with it matters only where it is written to."""
    from reconciler.app.addresses import account_of
    from reconciler.app.plans import read_profiles
    from reconciler.problem import ProblemsError

    try:
        (read,) = read_profiles((path,), None)
    except ProblemsError:
        account_id = account_of(path)
        if writes or not account_id:
            raise
        return account_id
    return read.desired.account_id
