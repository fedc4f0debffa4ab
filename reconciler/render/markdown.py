"""Owns the plan as Markdown, to be read by those who approve it: what matters first, then all of it, in a budget.

Our own words are Markdown; whatever could hold a user's text is a block of HTML (`markdown_text`).
"""

from collections.abc import Iterator, Sequence

from reconciler.address import section_of
from reconciler.planning.plan import Action, Change, Plan, TextPart
from reconciler.planning.reasons import NOTIFIES
from reconciler.problem import Problem
from reconciler.render.line import compared
from reconciler.render.markdown_budget import Detail, fitted, size
from reconciler.render.markdown_change import extent, label, longest_value, named, title, write_change
from reconciler.render.markdown_text import code, prose
from reconciler.render.value import files_of

_TODO = {
    Action.CREATE: "to add",
    Action.SET: "to set",
    Action.UPDATE: "to change",
    Action.FORGET: "to forget",
    Action.MOVE: "to move",
    Action.BLOCKED: "blocked",
}
_FIRST_APPLY = (
    "Nothing was ever applied to their section. Those that are on the profile already would stand there twice: "
    "for them, run `reconciler state accept` instead. To approve this plan is to say that none of them is there."
)
_COMPLETE = "The plan does not fit here. `--format json` is complete."


def render_markdown(
    plans: Sequence[Plan], *, commit: str | None, max_bytes: int, notes: Sequence[Sequence[str]] = ()
) -> str:
    """Write plans as one document of at most `max_bytes` bytes of UTF-8; `notes` are on each plan, shown first."""
    said = notes or [()] * len(plans)
    longest = max((longest_value(change) for plan in plans for change in plan.changes), default=0)

    def write(detail: Detail) -> str:
        return "\n".join(_document(plans, said, commit, detail))

    found = fitted(write, longest, max_bytes)
    if found is None:
        counts = [counted(plan) for plan in plans][:1] if len(plans) == 1 else [f"{len(plans)} profiles."]
        found = f"{counts[0]} {_COMPLETE}"[: max(0, max_bytes)]
    return found


def render_problems(problems: Sequence[Problem], *, max_bytes: int) -> str:
    """Write what is wrong as a document of at most `max_bytes` bytes of UTF-8: as many problems as fit."""
    title = f"## No plan: {len(problems)} problem{'' if len(problems) == 1 else 's'}"
    for shown in range(len(problems), -1, -1):
        items = [f"<li>{prose(str(one))}</li>" for one in problems[:shown]]
        left = [f"<li>… and {len(problems) - shown} more …</li>"] if shown < len(problems) else []
        text = "\n".join([title, "", "<ul>", *items, *left, "</ul>"])
        if size(text) <= max_bytes:
            return text
    return title[: max(0, max_bytes)]


def counted(plan: Plan) -> str:
    """Say in our own words how much a plan does."""
    counts = [f"{count} {_TODO[action]}" for action in Action if (count := plan.summary[action.value])]
    counts += [f"{len(plan.in_doubt)} in doubt"] if plan.in_doubt else []
    return f"{', '.join(counts)}; {_requests(len(plan.requests))}" if counts else "no changes"


def _requests(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'} will be sent" if number else "nothing will be sent"


def _document(
    plans: Sequence[Plan], notes: Sequence[Sequence[str]], commit: str | None, detail: Detail
) -> Iterator[str]:
    if len(plans) > 1:
        changed = sum(not plan.empty for plan in plans)
        yield f"## Plan: {changed} of {len(plans)} profiles to change" if changed else "## Plan: no changes"
        yield ""
    if detail.note:
        yield from (detail.note, "")
    for plan, said in zip(plans, notes, strict=True):
        if plan.empty and not said:
            yield from _nothing(plan, commit if len(plans) == 1 else None)
        else:
            yield from _plan(plan, said, detail, several=len(plans) > 1)
            yield from _foot(plan, commit)
        if len(plans) > 1:
            yield ""


def _nothing(plan: Plan, commit: str | None) -> Iterator[str]:
    at = f" (commit {code(commit)})" if commit else ""
    yield f"<p>{code(plan.profile.path)}: no changes, {prose(compared(plan.state.applied_at))}{at}.</p>"


def _plan(plan: Plan, notes: Sequence[str], detail: Detail, *, several: bool) -> Iterator[str]:
    if several:
        yield f"<h2>{code(plan.profile.path)}: {counted(plan)}</h2>"
    else:
        yield f"## Plan: {counted(plan)}"
    yield ""
    for heading, text, items in _attention(plan, notes):
        yield from _section(heading, text, items, detail)
    if detail.table and plan.changes:
        yield from ("### Changes", "")
        yield from _table(plan)
        yield ""
    if detail.changes:
        files = files_of(plan)
        for change in plan.changes:
            yield from write_change(change, files, detail)


def _attention(plan: Plan, notes: Sequence[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Give what matters to those who approve: a heading, a sentence, and what it is about (HTML)."""
    by_action = {action: [one for one in plan.changes if one.action is action] for action in Action}
    told = notifying(plan)
    yield "This saved plan will be refused", "What it was made from is not what it was.", list(map(prose, notes))
    yield (
        "First: are these entries on LinkedIn already?",
        _FIRST_APPLY,
        [named(one) for one in by_action[Action.CREATE] if section_of(one.address) in plan.first_apply]
        or list(map(code, plan.first_apply)),
    )
    yield (
        "Cannot be undone",
        "These are added, and the API deletes nothing.",
        list(map(named, by_action[Action.CREATE])),
    )
    yield (
        "Tells the network",
        "LinkedIn notifies the network about these.",
        [named(one) for one in plan.changes if one.address in told and one.action is not Action.BLOCKED],
    )
    blocked = [one for one in by_action[Action.BLOCKED] if one.address not in plan.in_doubt]
    yield "Blocked", "These are not sent.", [f"{title(one)}: {prose(one.reason or '')}" for one in blocked]
    yield (
        "In doubt",
        "These were sent and no clear answer came. They are left alone until `reconciler state resolve` settles them.",
        [named(_change_at(plan, address)) for address in plan.in_doubt],
    )
    yield (
        "Stays on LinkedIn",
        "These left the file. They are no longer managed, and the API deletes nothing.",
        list(map(named, by_action[Action.FORGET])),
    )
    yield "Warnings", "", [prose(warning) for warning in _warnings(plan, told)]


def _change_at(plan: Plan, address: str) -> Change:
    """Give what is planned at an address, or a change that only names it."""
    return next((one for one in plan.changes if one.address == address), Change(address, Action.BLOCKED))


def notifying(plan: Plan) -> tuple[str, ...]:
    """Give the addresses about which the network is told, in the order of sending."""
    found = []
    for request in plan.requests:
        sections = [
            section_of(part.name.replace("[", "."))
            for part in request.parts
            if isinstance(part, TextPart) and part.name.endswith("[notify_network]") and part.value == "true"
        ]
        found += [address for address in request.addresses if section_of(address) in sections]
    return tuple(dict.fromkeys(found))


def _warnings(plan: Plan, told: Sequence[str]) -> Iterator[str]:
    """Give the warnings that nothing else says."""
    yield from plan.warnings
    for change in plan.changes:
        for warning in change.warnings:
            if warning != NOTIFIES or change.address not in told:
                yield f"{change.address}: {warning}"


def _section(heading: str, text: str, items: Sequence[str], detail: Detail) -> Iterator[str]:
    if not items:
        return
    if not detail.names:
        yield from (f"**{heading}**: {len(items)}", "")
        return
    yield from (f"### {heading}", "")
    if text:
        yield from (text, "")
    yield "<ul>"
    yield from (f"<li>{one}</li>" for one in items)
    yield from ("</ul>", "")


def _table(plan: Plan) -> Iterator[str]:
    files = files_of(plan)
    yield "<table>"
    yield "<tr><th>Address</th><th>Action</th><th>What</th></tr>"
    for change in plan.changes:
        about = label(change) or extent(change, files)
        yield f"<tr><td>{title(change)}</td><td>{change.action.value}</td><td>{about}</td></tr>"
    yield "</table>"


def _foot(plan: Plan, commit: str | None) -> Iterator[str]:
    pieces = [f"Plan {code(plan.id)}", f"{code(plan.profile.path)} for account {code(plan.account_id)}"]
    pieces += [f"commit {code(commit)}"] if commit else []
    pieces += [prose(compared(plan.state.applied_at)), _requests(len(plan.requests))]
    yield f"<p><sub>{' · '.join(pieces)}</sub></p>"
