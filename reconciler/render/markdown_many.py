"""Owns plans of many profiles as one document in Markdown: a line each, then what changes, as far as it fits."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from reconciler.planning.plan import Plan
from reconciler.render.line import compared, unchanged
from reconciler.render.markdown import COMPLETE, Sheet, foot_of_several, sheet_of, write_sheet
from reconciler.render.markdown_budget import Detail, fitted, size
from reconciler.render.markdown_text import code

LEAST = 300  # bytes that the shortest plan of a profile takes in a document


class PlanLine(Struct, frozen=True):
    """One profile of many: its path, what its plan does in words, and when it was applied last."""

    path: str
    words: str
    applied_at: str | None
    seen_at: str | None
    idle: bool


class Many(Struct, frozen=True):
    """Plans of many profiles: their sum and id, a line for each, and those with changes shown, as many as may fit."""

    total: str
    id: str
    lines: tuple[PlanLine, ...]
    plans: tuple[Plan, ...]
    commit: str | None
    links: Mapping[str, str]


def render_many(many: Many, *, max_bytes: int) -> str:
    """Write many plans as one document of at most `max_bytes` bytes of UTF-8."""
    sheets = [sheet_of(plan, (), many.commit, many.links, several=True) for plan in many.plans]
    while True:
        found = _fitted_document(many, sheets, max_bytes)
        if found is not None:
            return found
        if not sheets:
            return f"{many.total}. {COMPLETE}"[: max(0, max_bytes)]
        sheets = sheets[: len(sheets) // 2]


def _fitted_document(many: Many, sheets: Sequence[Sheet], max_bytes: int) -> str | None:
    """Return the document with these plans in detail, and as many lines as fit a quarter of it."""
    longest = max((change.longest for sheet in sheets for change in (*sheet.changes, *sheet.added)), default=0)
    changing = [_changing(line) for line in many.lines if not line.idle]
    idle = [_idle(line) for line in many.lines if line.idle]
    listed = _lines_that_fit(changing, max_bytes // 4, "profiles that change")

    def write(detail: Detail) -> str:
        rest = _lines_that_fit(idle, max_bytes // 4 if detail.changes else 0, "profiles")
        return "\n".join(_document_of_many(many, listed, sheets, rest, detail))

    return fitted(write, longest, max_bytes)


def _document_of_many(
    many: Many, listed: Sequence[str], sheets: Sequence[Sheet], rest: Sequence[str], detail: Detail
) -> Iterator[str]:
    idle = sum(line.idle for line in many.lines)
    yield from (f"## Plan: {many.total}", "", *((detail.note, "") if detail.note else ()))
    if listed:
        yield from ("<ul>", *listed, "</ul>", "")
    for sheet in sheets:
        yield from (*write_sheet(sheet, detail, ()), "")
    left = len(many.lines) - idle - len(sheets)
    if left:
        yield from (f"The changes of {left:,} more profiles are left out. `--format json` is complete.", "")
    if idle:
        yield from (f"<details><summary>{idle:,} without changes</summary>", "", "<ul>", *rest, "</ul>", "</details>")
    if len(many.lines) - idle > 1:
        yield from foot_of_several(many.id)


def _lines_that_fit(lines: Sequence[str], max_bytes: int, what: str) -> list[str]:
    """Keep the lines that fit, and count the others."""
    kept: list[str] = []
    left = max_bytes
    for line in lines:
        left -= size(line) + 1
        if left < 0:
            return [*kept, f"<li>… and {len(lines) - len(kept):,} more {what} …</li>"]
        kept.append(line)
    return kept


def _changing(line: PlanLine) -> str:
    return f"<li>{code(line.path)}: {line.words}</li>"


def _idle(line: PlanLine) -> str:
    return f"<li>{code(line.path)}: {unchanged(0)}, {compared(line.applied_at, line.seen_at, code)}</li>"
