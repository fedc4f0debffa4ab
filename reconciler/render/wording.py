"""Owns the words of reasons: what each code says, and when each way out is the right one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from string import Formatter
from typing import NamedTuple

from reconciler.address import field_path, is_entry, section_of
from reconciler.planning.plan import Action, Change, Plan
from reconciler.planning.reason import Code, Command, Reason, Way, When
from reconciler.quoting import cited, command_line
from reconciler.spec import ENTRY_SECTIONS

_LISTED = 5  # values that a sentence names
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)

# {address} is the first address that a reason is about, {others} are the rest, {mine} is what stands at the first,
# {fields} are the fields that the addresses name, {section} is the section of the first, {values} are the user's texts,
# {value} and {second} the first two, {time} is the first as a time.
_TEXTS = {
    Code.ENTRY_IDENTITY: "this entry{mine} looks like {others}, which state knows: {is it}?",
    Code.ID_UNKNOWN: "{fields} cannot be edited, since LinkedIn's id of this entry is not known; {edit form}",
    Code.NOT_IN_EDIT: "the API documents no edit of {fields} for an {section} that exists{hint}",
    Code.NOT_IN_ADD: "a new {section} cannot carry {fields}; an edit can set them once the entry is there",
    Code.IN_DOUBT: "this was sent and got no clear answer: look at the profile on LinkedIn whether it is there",
    Code.WAITS_FOR_DOUBT: "this waits for {address}, which was sent and got no clear answer: look at the profile on "
    "LinkedIn whether it is there",
    Code.SECTION_IN_DOUBT: "nothing is added here while {address}, which is no longer in the file, is in doubt: look "
    "at the profile on LinkedIn whether it is there",
    Code.UNKNOWN_OUTCOME: "an earlier request ended without a clear answer, so what is live is not known; it is sent "
    "again, which is safe",
    Code.RENAMED_KEY: "its key was renamed: nothing is sent",
    Code.TAKEN_BACK: "it left the file earlier and never left LinkedIn: it is managed again, nothing is sent",
    Code.CHANGED_ON_LINKEDIN: "this was changed there by {time}: this puts it back",
    Code.ADD_NOT_SEEN: "this was sent before and got no clear answer; two complete reads, the first at {time}, do not "
    "show it, so it is added again",
    Code.LEFT_FILE: "no longer in the file: reconciler lets go of it, and it stays on LinkedIn, since the API deletes "
    "nothing",
    Code.LEFT_FILE_ASKED: "no longer under this key: it may be {address}; delete nothing on LinkedIn before that is "
    "answered",
    Code.LEFT_FILE_UNKNOWN: "no longer in the file: an earlier request ended without a clear answer, so it may be on "
    "LinkedIn; if so, it stays there, since the API deletes nothing",
    Code.NOTIFIES_NETWORK: "notify_network is true: LinkedIn tells your network about this",
    Code.END_DATE_STAYS: "the end date left the file, but the API cannot clear it: on LinkedIn the position stays "
    "ended",
    Code.ID_CHANGED: "the id changed from {value} to {second}: that is another entry; the one with id {value} stays as "
    "it is",
    Code.ID_GIVEN: "the file gives {address} the id {value}, which state did not know: its edits go there from now on",
    Code.REPLACES_UNSEEN: "this replaces whatever is on LinkedIn now, which was never seen",
    Code.MAY_ADD: "the API may replace the list on LinkedIn, or add to it",
    Code.MAY_CLEAR: "{fields} left the file: the section travels without it, and the API may clear it",
    Code.MAY_KEEP: "taken off the list: {values}; the API may leave it on LinkedIn",
}
_WHENS = {
    When.SAME_ENTRY: "if it is the same",
    When.ANOTHER_ENTRY: "if it is another one",
    When.ARRIVED: "if it is there",
    When.NOT_ARRIVED: "if it is not there",
    When.ID_FOUND: "once you have the id",
    When.EDITED_BY_HAND: "once you have edited it by hand on linkedin.com",
}


class Theirs(NamedTuple):
    """A user's text within a sentence of ours."""

    text: str


Piece = str | Theirs


def pieces(reason: Reason) -> Iterator[Piece]:
    """Yield what a reason says: our words, and a user's texts apart."""
    for ours, name, _, _ in Formatter().parse(_TEXTS[reason.code]):
        if ours:
            yield ours
        if name is not None:
            yield from _filled(name, reason)


def reason_text(reason: Reason) -> str:
    """Return what a reason says as one sentence, in which a user's texts stand between quotes unless they are words."""
    return joined(pieces(reason))


def ids_given(plan: Plan) -> Iterator[str]:
    """Yield a warning for each id that the file gives to an entry which state knows without one."""
    for address, entry_id in plan.ids.items():
        yield f"{plan.profile.path}: {reason_text(Reason(Code.ID_GIVEN, (address,), values=(entry_id,)))}"


def conditions(reason: Reason) -> Iterator[tuple[tuple[Piece, ...], Way]]:
    """Yield each way out with its condition in words; where an entry could be one of several, each is named."""
    others = iter(reason.addresses[1:])
    several = _asks_of_several(reason)
    for way in reason.ways:
        other = next(others, None) if way.when is When.SAME_ENTRY and several else None
        if other is not None:
            yield ("if it is ", Theirs(other)), way
        elif way.when is When.ANOTHER_ENTRY and several:
            yield ("if it is none of these",), way
        else:
            yield (_WHENS[way.when],), way


def do(way: Way, plan: Plan) -> tuple[tuple[Piece, ...], str]:
    """Return what to do, and what to copy for it."""
    if isinstance(way.do, Command):
        return ("run ",), command_line(way.do.words, plan.profile.path, plan.state.path)
    line = plan.lines.get(way.do.address)
    place = (Theirs(plan.profile.path), f":{line}" if line else "")
    return ("add under ", Theirs(way.do.address), " (", *place, ") "), way.do.line


def ways_out(reason: Reason, plan: Plan) -> Iterator[str]:
    """Yield each way out in a line; what to copy stands between backticks."""
    for condition, way in conditions(reason):
        lead, copied = do(way, plan)
        yield f"{joined((*condition, ': ', *lead))}`{copied}`"


def joined(pieces: Iterable[Piece]) -> str:
    """Return a sentence, in which a user's texts stand between quotes unless they are words."""
    return "".join(piece if isinstance(piece, str) else cited(piece.text) for piece in pieces)


def edit_form(section: str) -> str:
    """Return where the link of an entry's edit form is found, which holds LinkedIn's id of the entry."""
    return (
        f"open https://www.linkedin.com/in/me/details/{section}/ and click the pencil of the entry: "
        "the URL of the page that opens, …/edit/forms/ID/, holds it"
    )


def where_to_delete(change: Change) -> str | None:
    """Return the page on LinkedIn on which what left the file can be deleted by hand; None while a question is open."""
    if change.action is not Action.FORGET or not is_entry(change.address):
        return None
    is_asked = change.reason is not None and change.reason.code is Code.LEFT_FILE_ASKED
    return None if is_asked else form_of(change.address, change.entry_id)


def form_of(address: str, entry_id: str | None) -> str:
    """Return the address of the page on LinkedIn on which an entry can be edited or deleted by hand."""
    from urllib.parse import quote  # here: hardly any plan needs it

    page = f"https://www.linkedin.com/in/me/details/{section_of(address)}/"
    return f"{page}edit/forms/{quote(entry_id, safe='', errors='surrogatepass')}/" if entry_id is not None else page


def _filled(name: str, reason: Reason) -> Iterator[Piece]:
    match name:
        case "mine":
            yield from (" (", Theirs(reason.values[0]), ")") if reason.values else ()
        case "others":
            yield from _others(reason)
        case "is it":
            yield "which of them is it" if _asks_of_several(reason) else "is it the same"
        case "address" | "value" | "second":
            found = {"address": reason.addresses[:1], "value": reason.values[:1], "second": reason.values[1:2]}
            yield from _listed(found[name], 1)
        case "time":
            yield from (value if _TIME.fullmatch(value) else Theirs(value) for value in reason.values[:1])
        case "fields":
            yield from _listed([field_path(address) for address in reason.addresses], len(reason.addresses))
        case "values":
            yield from _listed(reason.values, _LISTED)
        case "section" | "edit form":
            yield _entry_section(reason) if name == "section" else edit_form(_entry_section(reason))
        case "hint":
            dates = {field_path(address) for address in reason.addresses} & {"start_date", "end_date"}
            yield "; dates can be put under seniority" if dates else ""


def _asks_of_several(reason: Reason) -> bool:
    """Tell whether a question is about more than one known entry."""
    return sum(way.when is When.SAME_ENTRY for way in reason.ways) > 1


def _others(reason: Reason) -> Iterator[Piece]:
    """Yield the addresses that a reason is about after the first one, each with what stands there if it says so."""
    for place, address in enumerate(reason.addresses[1:], 1):
        yield from (" or ", Theirs(address)) if place > 1 else (Theirs(address),)
        yield from (" (", Theirs(reason.values[place]), ")") if place < len(reason.values) else ()


def _entry_section(reason: Reason) -> str:
    return next((section for section in map(section_of, reason.addresses) if section in ENTRY_SECTIONS), "entry")


def _listed(texts: Sequence[str], most: int) -> Iterator[Piece]:
    for place, shown in enumerate(texts[:most]):
        yield from (", ", Theirs(shown)) if place else (Theirs(shown),)
    if len(texts) > most:
        yield f" and {len(texts) - most} more"
