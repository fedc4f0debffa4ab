"""Owns the plan as text, to be read by the person whose profile it is; all of it is safe to print."""

import re
from collections.abc import Callable, Iterator, Mapping

from reconciler.address import is_entry_section
from reconciler.planning.plan import Action, Change, FieldChange, FilePart, Plan, TextPart
from reconciler.planning.reason import Code, Reason, doubted
from reconciler.quoting import cited, command_line
from reconciler.render.counts import counted_plan
from reconciler.render.fields import shown_fields
from reconciler.render.line import compared, known_since, no_changes
from reconciler.render.paint import Paint
from reconciler.render.terminal import visible
from reconciler.render.value import (
    ListChange,
    along,
    files_of,
    is_long,
    lengths,
    list_change,
    shorts,
    size_in_words,
)
from reconciler.render.wording import conditions, do, form_of, ids_given, joined, reason_text, where_to_delete
from reconciler.render.words import pieces_told_apart, words

SYMBOLS = {
    Action.CREATE: "+",
    Action.SET: "*",
    Action.UPDATE: "~",
    Action.FORGET: "-",
    Action.MOVE: ">",
    Action.BLOCKED: "!",
}
_SETTLED = "apply leaves out what is blocked or in doubt, until a way above settles it"
_KNOWN_BY = "an entry is known by its id, else by its content, else by its key and name (the project's docs/entries.md)"
_LEGEND = (
    "+ create: added · * set: written whole, what is there is not known · ~ update: what differs is sent",
    "- forget: no longer managed, it stays on LinkedIn · > move: another key in the file, nothing is sent",
    "! blocked: nothing is sent, it says why and what to do",
)
_WORD_DIFF_MARKS = re.compile(r"\[-|-\]|\{\+|\+\}")


def render_text(plan: Plan, *, color: bool, verbose: int = 0) -> str:
    """Write a plan; with `verbose` the parts of every request, as they will be sent."""
    paint = Paint(color)
    warnings = [paint.yellow(f"warning: {visible(warning)}") for warning in (*plan.warnings, *ids_given(plan))]
    if plan.empty:
        line = no_changes(plan.profile.path, plan.state.applied_at, plan.state.seen_at, len(plan.ids))
        stays = _stay_lines(plan) if verbose else ()
        return "\n".join([*(warnings if plan.ids else ()), *stays, line])
    lines = [paint.bold(f"{visible(plan.profile.path)} → account {visible(plan.account_id)}"), ""]
    files = files_of(plan)
    for change in plan.changes:
        lines += [
            *_change_lines(change, files, paint),
            *_told(change, verbose, paint),
            *_comment_lines(change, plan, paint),
            "",
        ]
    for address in plan.in_doubt:
        if all(change.address != address for change in plan.changes):
            lines += [
                paint.red(f"? {visible(address)}  {Code.IN_DOUBT}"),
                *_reason_lines(doubted(address), plan, paint),
                "",
            ]
    if verbose:
        lines += [*_requests(plan, paint), *_stay_lines(plan), *(paint.dim(line) for line in _LEGEND), ""]
    lines += [*(paint.yellow(f"warning: {visible(warning)}") for warning in _replaced(plan)), *warnings]
    lines += list(_foot_lines(plan, paint))
    return "\n".join(lines)


def _change_lines(change: Change, files: Mapping[str, FilePart], paint: Paint) -> Iterator[str]:
    symbol = f"{SYMBOLS[change.action]} "
    head = f"{symbol}{visible(change.address)}"
    if change.moved_from is not None:
        head = f"{symbol}{visible(change.moved_from)} → {visible(change.address)}"
    blocked = change.action is Action.BLOCKED and change.reason is not None
    action = f"{change.action.value}: {change.reason.code}" if blocked and change.reason else change.action.value
    yield f"{_painted(change.action, head, paint)}  {paint.dim(action)}"
    if change.action not in (Action.FORGET, Action.MOVE):
        for field in shown_fields(change):
            yield from _field_lines(field, files, paint)


def _told(change: Change, verbose: int, paint: Paint) -> Iterator[str]:
    """Say which entry is edited, what goes along with a section and, with `verbose`, since when its value is known."""
    if verbose and change.known_at is not None:
        yield f"    {paint.dim(f'compared with what was {known_since(change.known_at)}')}"
    if change.entry_id is not None and change.action is not Action.FORGET:
        yield f"    {paint.dim(f'edits the entry {visible(cited(change.entry_id))} on LinkedIn')}"
    if change.along:
        yield f"    {paint.dim(f'sent along, as it is: {visible(along(change))}')}"


def _comment_lines(change: Change, plan: Plan, paint: Paint) -> Iterator[str]:
    if change.reason is not None:
        yield from _reason_lines(change.reason, plan, paint)
    if (place := where_to_delete(change)) is not None:
        yield f"    to delete it there: {paint.bold(visible(place))}"
    for warning in (warning for warning in change.warnings if warning.code is not Code.REPLACES_UNSEEN):
        yield f"    {paint.yellow('warning: ' + visible(reason_text(warning)))}"


def _reason_lines(reason: Reason, plan: Plan, paint: Paint) -> Iterator[str]:
    """Say why, then each way out on a line of its own."""
    yield f"    {visible(reason_text(reason))}"
    for condition, way in conditions(reason):
        lead, copied = do(way, plan)
        yield f"    {visible(joined((*condition, ': ', *lead)))}{paint.bold(f'`{visible(copied)}`')}"


def _painted(action: Action, text: str, paint: Paint) -> str:
    match action:
        case Action.CREATE | Action.SET:
            return paint.green(text)
        case Action.UPDATE:
            return paint.yellow(text)
        case Action.MOVE:
            return paint.cyan(text)
        case _:
            return paint.red(text)


def _field_lines(field: FieldChange, files: Mapping[str, FilePart], paint: Paint) -> Iterator[str]:
    name = f"{visible(field.path)}: " if field.path else ""
    if isinstance(field.before, str) and isinstance(field.after, str):
        if is_long(field.before) or is_long(field.after):
            yield f"    {name}{lengths(field.before, field.after)}"
            yield from _diff(field.before, field.after, paint)
            return
    elif isinstance(field.after, str) and is_long(field.after):
        yield f"    {name}{lengths(field.after)}"
        lines = field.after.removesuffix("\n").split("\n")
        yield from (f"      {paint.green(visible(line))}".rstrip() for line in lines)
        return
    listed = list_change(field.before, field.after)
    if listed is not None:
        yield from _list(name, listed, paint)
        return
    before, after = shorts(field.before, field.after, files)
    was = "" if field.before is None else f"{paint.red(visible(before))} → "
    yield f"    {name}{was}{paint.green(visible(after))}"


def _list(name: str, listed: ListChange, paint: Paint) -> Iterator[str]:
    yield from (f"    {name}{paint.green('+ ' + visible(item))}" for item in listed.added)
    yield from (f"    {name}{paint.red('- ' + visible(item))}" for item in listed.taken)
    if listed.order:
        yield f"    {name}{listed.lead}: {paint.green(visible(listed.order))}"


def _diff(before: str, after: str, paint: Paint) -> Iterator[str]:
    """Write a word-level difference: `[-gone-]`, `{+new+}`, and how much is folded.

    Where the texts themselves hold such a mark, a backslash stands before it.
    """
    text = ""
    for piece in pieces_told_apart(words(before, after)):
        shown = _WORD_DIFF_MARKS.sub(r"\\\g<0>", visible(piece.text, newlines=True))
        if piece.kind == "…":
            text += paint.dim(f" … {len(piece.text)} characters … ")
        elif piece.kind == "-":
            text += _each_line(shown, "[-", "-]", paint.red)
        elif piece.kind == "+":
            text += _each_line(shown, "{+", "+}", paint.green)
        else:
            text += shown
    yield from (f"      {line}".rstrip() for line in text.removesuffix("\n").split("\n"))


def _each_line(text: str, start: str, end: str, painted: Callable[[str], str]) -> str:
    """Mark a piece, each of its lines alone, so that colours end with the line; an empty line shows as `⏎`."""
    marked = ""
    for line in text.splitlines(keepends=True):
        body = line.removesuffix("\n")
        marked += painted(f"{start}{body or '⏎'}{end}") + line[len(body) :]
    return marked


def _requests(plan: Plan, paint: Paint) -> Iterator[str]:
    for number, request in enumerate(plan.requests, 1):
        kind = "" if request.repeatable else ", cannot be repeated"
        yield paint.bold(f"request {number} of {len(plan.requests)}{kind}")
        for part in request.parts:
            if isinstance(part, TextPart):
                yield f"    {visible(part.name)} = {visible(part.value)}"
            else:
                about = f"{size_in_words(part.size)}, {part.sha256[:8]}, {part.content_type}"
                yield f"    {visible(part.name)} = @{visible(part.file)} ({about})"
        yield ""


def _stay_lines(plan: Plan) -> Iterator[str]:
    if plan.stays:
        yield "let go of before, and on LinkedIn still:"
        for address, entry_id in plan.stays.items():
            yield f"    {visible(address)}  {visible(form_of(address, entry_id))}"
        yield ""


def _replaced(plan: Plan) -> Iterator[str]:
    """Say once of all that replaces what was never seen that it does."""
    names = [change.address for change in plan.changes if change.replaces_unseen]
    unseen = "whatever is on LinkedIn now, which was never seen"
    if len(names) == 1:
        yield f"{names[0]} replaces {unseen}"
    elif names:
        yield f"these replace {unseen}: {', '.join(names)}"


def _foot_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    if plan.first_apply:
        names = visible(", ".join(plan.first_apply))
        twice = "added a second time, or " if any(map(is_entry_section, plan.first_apply)) else ""
        accept = f"`{command_line(('state', 'accept', *plan.first_apply), plan.profile.path, plan.state.path)}`"
        yield paint.yellow(
            f"apply asks about {names}: are any of these on LinkedIn already? They would be {twice}written over; if "
            f"LinkedIn shows what the file says, run {visible(accept)}"
        )
    codes = {change.reason.code for change in plan.changes if change.reason and change.action is Action.BLOCKED}
    if codes or plan.in_doubt:
        known = f"; {_KNOWN_BY}" if Code.ENTRY_IDENTITY in codes else ""
        yield paint.dim(f"{_SETTLED}{known}")
    yield f"{paint.bold('plan:')} {counted_plan(plan)}"
    yield paint.dim(compared(plan.state.applied_at, plan.state.seen_at))
