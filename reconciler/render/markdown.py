"""Owns the plan as Markdown, to be read by those who approve it: what matters first, then all of it, in a budget.

Our own words are Markdown; whatever could hold a user's text is a block of HTML (`markdown_text`).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType

from msgspec import Struct

from reconciler.address import is_entry, section_of
from reconciler.planning.plan import Action, Change, Plan, joint_id
from reconciler.planning.reason import Code, Reason, Way
from reconciler.problem import Problem
from reconciler.quoting import command_line
from reconciler.render.counts import counted_plan, few, sent_in_words
from reconciler.render.line import compared
from reconciler.render.markdown_budget import Detail, fitted, size
from reconciler.render.markdown_change import (
    Files,
    ShownChange,
    extent,
    label,
    named,
    shown_change,
    title,
    write_change,
)
from reconciler.render.markdown_text import code, foreign, in_parts, sentence
from reconciler.render.problems import told_once
from reconciler.render.value import files_of
from reconciler.render.wording import Piece, conditions, do, pieces, where_to_delete

_REFUSED = "What it was made from is not what it was."
_FIRST_APPLY = (
    "An entry that is on the profile already would stand there twice, and what is there already would be written over; "
    "neither can be undone. Where LinkedIn shows what the file says, run {} instead. To approve this plan is to say "
    "that none of it is there."
)
_FINAL = "What is added stays, since the API deletes nothing. What replaces something unseen cannot be brought back."
_TOLD = "LinkedIn notifies the network about these."
_BLOCKED = "These are not sent."
_DOUBTED = "These were sent and no clear answer came. They wait until {} or <code>--not-applied</code> settles them."
_FORGOTTEN = "These left the file. They are no longer managed, and the API deletes nothing."
FEW = 5  # changes that are listed on top and still shown field by field
COMPLETE = "The plan does not fit here. `--format json` is complete."


class Heading(Struct, frozen=True):
    """Something that those who approve must know: a heading, a sentence, and what it is about, as HTML."""

    heading: str
    text: str
    items: tuple[str, ...]
    warning: bool = False


class Sheet(Struct, frozen=True):
    """One plan, made ready to be written: lines of Markdown and HTML, and its changes.

    `added` are many that a section on top lists: their fields are folded away.
    """

    title: str
    sections: tuple[Heading, ...]
    rows: tuple[str, ...]
    changes: tuple[ShownChange, ...]
    added: tuple[ShownChange, ...]
    foot: str


def render_markdown(
    plans: Sequence[Plan],
    *,
    commit: str | None,
    max_bytes: int,
    notes: Sequence[Sequence[str]] = (),
    links: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Write plans as one document of at most `max_bytes` bytes of UTF-8.

    `notes` are on each plan, shown first; `links` are the addresses where files can be looked at, by their digests.
    """
    several = len(plans) > 1
    said = notes or [()] * len(plans)
    sheets = [
        nothing(plan, commit) if plan.idle and not notes else sheet_of(plan, notes, commit, links, several=several)
        for plan, notes in zip(plans, said, strict=True)
    ]
    changed = sum(not plan.empty for plan in plans)
    title = f"Plan: {changed} of {len(plans)} profiles change" if changed else "Plan: no changes"
    together = foot_of_several(joint_id(plans)) if changed > 1 else ()

    def write(detail: Detail) -> str:
        return "\n".join(_document(f"## {title}" if several else "", sheets, detail, together))

    longest = max((change.longest for sheet in sheets for change in (*sheet.changes, *sheet.added)), default=0)
    found = fitted(write, longest, max_bytes)
    if found is None:
        found = f"{title if several else counted_plan(plans[0])}. {COMPLETE}"[: max(0, max_bytes)]
    return found


def render_problems(problems: Sequence[Problem], *, max_bytes: int) -> str:
    """Write what is wrong as a document of at most `max_bytes` bytes of UTF-8: as many problems as fit."""
    title = f"## No plan: {len(problems)} problem{'' if len(problems) == 1 else 's'}"
    told = told_once(problems)
    items = [f"<li>{_problem_item(problem)}</li>" for problem in told]
    fitting = sum(length <= max_bytes for length in accumulate(map(size, items)))
    for shown in range(fitting, -1, -1):
        more = sum(1 + len(problem.others) for problem in told[shown:])
        left = [f"<li>… and {more} more …</li>"] if more else []
        text = "\n".join([title, "", "<ul>", *items[:shown], *left, "</ul>"])
        if size(text) <= max_bytes:
            return text
    return title[: max(0, max_bytes)]


def _problem_item(problem: Problem) -> str:
    parts = (problem.place, problem.address, problem.message, problem.way_out)
    same = f"; the same in {foreign(few(problem.others))}" if problem.others else ""
    return ": ".join(foreign(part) for part in parts if part) + same


def nothing(plan: Plan, commit: str | None) -> Sheet:
    """Say in one line that nothing is to be done."""
    of_commit = f" (commit {code(commit)})" if commit else ""
    line = f"<p>{code(plan.profile.path)}: no changes, {_compared(plan)}{of_commit}.</p>"
    return Sheet("", (), (), (), (), line)


def sheet_of(plan: Plan, notes: Sequence[str], commit: str | None, links: Mapping[str, str], *, several: bool) -> Sheet:
    """Make a plan ready to be written."""
    files, listed = Files(files_of(plan), links), _listed_on_top(plan)
    many = listed if len(listed) > FEW else []
    counts, dated = counted_plan(plan), plan.state.seen_at is not None
    return Sheet(
        title=f"<h2>{code(plan.profile.path)}: {counts}</h2>" if several else f"## Plan: {counts}",
        sections=tuple(section for section in _attention(plan, notes) if section.items),
        rows=tuple(_row(change, files) for change in plan.changes if not _is_told_above(change)),
        changes=tuple(shown_change(change, files, dated=dated) for change in plan.changes if change not in many),
        added=tuple(shown_change(change, files, dated=dated) for change in many),
        foot=_foot(plan, commit),
    )


def _document(title: str, sheets: Sequence[Sheet], detail: Detail, foot: Sequence[str]) -> Iterator[str]:
    note = (detail.note, "") if detail.note else ()
    if title:
        yield from (title, "", *note)
    for number, sheet in enumerate(sheets):
        if number:
            yield ""
        yield from write_sheet(sheet, detail, () if title else note)
    yield from foot


def write_sheet(sheet: Sheet, detail: Detail, note: Sequence[str]) -> Iterator[str]:
    """Yield the lines of one plan, with a note below its title."""
    if sheet.title:
        yield from (sheet.title, "", *note)
    for section in sheet.sections:
        yield from _section_of_document(section, detail)
    if sheet.changes and (detail.changes or detail.table):
        yield from ("### Changes", "")
    if detail.table and sheet.rows:
        yield from ("<table>", "<tr><th>Address</th><th>What</th></tr>")
        yield from (*sheet.rows, "</table>", "")
    if detail.changes:
        for change in sheet.changes:
            yield from write_change(change, detail)
        if sheet.added:
            yield f"<details><summary>{len(sheet.added)} changes that are listed above, field by field</summary>"
            yield ""
            for change in sheet.added:
                yield from write_change(change, detail)
            yield from ("</details>", "")
    yield sheet.foot


def _section_of_document(section: Heading, detail: Detail) -> Iterator[str]:
    if not (detail.warnings if section.warning else detail.names):
        yield from (f"**{section.heading}**: {len(section.items)}", "")
        return
    yield from (f"### {section.heading}", "")
    if section.text:
        yield from (section.text, "")
    yield "<ul>"
    yield from (f"<li>{item}</li>" for item in section.items)
    yield from ("</ul>", "")


def _attention(plan: Plan, notes: Sequence[str]) -> Iterator[Heading]:
    """Yield what matters to those who approve, first what matters most; some hold nothing."""
    by_action = {action: [change for change in plan.changes if change.action is action] for action in Action}
    told = notifying(plan)
    first = [change for change in plan.changes if _is_first(change, plan)]
    blocked = [change for change in by_action[Action.BLOCKED] if change.address not in plan.in_doubt]
    yield Heading("This saved plan will be refused", _REFUSED, tuple(map(foreign, notes)))
    asked = tuple(map(_final, first)) or tuple(map(code, plan.first_apply))
    accept = _with_command(_FIRST_APPLY, ("state", "accept", "ADDRESS"), plan)
    yield Heading("First: are any of these on LinkedIn already?", accept, asked)
    final = tuple(_final(change) for change in _listed_on_top(plan) if change not in first)
    yield Heading("Cannot be undone", _FINAL, final)
    yield Heading("Tells the network", _TOLD, tuple(named(_change_at(plan, address)) for address in told))
    yield Heading("Blocked", _BLOCKED, tuple(_blocked(change, plan) for change in blocked))
    resolve = _with_command(_DOUBTED, ("state", "resolve", "ADDRESS", "--applied"), plan)
    yield Heading("In doubt", resolve, tuple(named(_change_at(plan, address)) for address in plan.in_doubt))
    yield Heading("Stays on LinkedIn", _FORGOTTEN, tuple(map(_left, by_action[Action.FORGET])))
    yield Heading("Warnings", "", tuple(_warnings(plan)), warning=True)


def _with_command(text: str, words: Sequence[str], plan: Plan) -> str:
    """Put a command into a text, with the options that name the plan's profile and state, as a block of HTML."""
    command = command_line(words, plan.profile.path, plan.state.path)
    return f"<p>{text.format(code(command, len(command)))}</p>"


def _listed_on_top(plan: Plan) -> list[Change]:
    """Return the changes that cannot be undone: what is added, and what replaces something unseen."""
    return [change for change in plan.changes if _cannot_be_undone(change)]


def _cannot_be_undone(change: Change) -> bool:
    return change.action is Action.CREATE or change.replaces_unseen


def _is_told_above(change: Change) -> bool:
    """Tell whether a section on top says of a change what it is."""
    return _cannot_be_undone(change) or change.action in (Action.BLOCKED, Action.FORGET)


def _final(change: Change) -> str:
    """Say of what cannot be undone what it is."""
    return f"{named(change)} replaces what is there now, unseen" if change.replaces_unseen else named(change)


def _left(change: Change) -> str:
    """Say of what left the file what it is, and where it can be deleted by hand."""
    if (place := where_to_delete(change)) is not None:
        return f"{named(change)}; to delete it there: {code(place)}"
    return f"{named(change)}; delete nothing yet, it is asked about" if is_entry(change.address) else named(change)


def _is_first(change: Change, plan: Plan) -> bool:
    """Tell whether a change is among those that the question of a first apply is about."""
    return _cannot_be_undone(change) and section_of(change.address) in plan.first_apply


def _change_at(plan: Plan, address: str) -> Change:
    """Return what is planned at an address, or a change that only names it."""
    return next((change for change in plan.changes if change.address == address), Change(address, Action.BLOCKED))


def notifying(plan: Plan) -> tuple[str, ...]:
    """Return the addresses about which the network is told, in the order of sending."""
    told = {change.address for change in plan.changes if change.notifies}
    return tuple(address for request in plan.requests for address in request.addresses if address in told)


def _blocked(change: Change, plan: Plan) -> str:
    """Say why a change is blocked and what to do, as HTML."""
    if change.reason is None:
        return title(change)
    ways = "".join(f"<li>{_way_item(condition, way, plan)}</li>" for condition, way in conditions(change.reason))
    said = f"{title(change)}: {code(change.reason.code)}: {sentence(pieces(change.reason))}"
    return f"{said}<ul>{ways}</ul>" if ways else said


def _way_item(condition: Sequence[Piece], way: Way, plan: Plan) -> str:
    lead, copied = do(way, plan)
    return f"{sentence((*condition, ': ', *lead))}{code(copied, len(copied))}"


def _warnings(plan: Plan) -> Iterator[str]:
    """Yield the warnings that nothing else says, as HTML."""
    yield from map(foreign, plan.warnings)
    for address, entry_id in plan.ids.items():
        yield sentence(pieces(Reason(Code.ID_GIVEN, (address,), values=(entry_id,))))
    for change in plan.changes:
        for warning in change.warnings:
            if warning.code not in (Code.NOTIFIES_NETWORK, Code.REPLACES_UNSEEN):
                yield f"{code(change.address)}: {sentence(pieces(warning))}"


def _row(change: Change, files: Files) -> str:
    about = label(change) or extent(change, files)
    return f"<tr><td>{title(change)}<br>{change.action.value}</td><td>{about}</td></tr>"


def _compared(plan: Plan) -> str:
    return compared(plan.state.applied_at, plan.state.seen_at, code)


def foot_of_several(joint: str) -> tuple[str, ...]:
    """Return the lines that name the id which several plans have together: it is what `--plan-id` takes."""
    return ("", f"<p><sub>All of these together are plan {in_parts(joint)}</sub></p>")


def _foot(plan: Plan, commit: str | None) -> str:
    pieces = [f"Plan {in_parts(plan.id)}", f"{code(plan.profile.path)} for account {code(plan.account_id)}"]
    pieces += [f"commit {code(commit)}"] if commit else []
    pieces += [_compared(plan), sent_in_words(plan)]
    return f"<p><sub>{' · '.join(pieces)}</sub></p>"
