"""Owns what is said of an import, safe to print: what was taken and what was not, and what the first plan asks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reconciler.app.folder import Written
from reconciler.app.imports import Imported
from reconciler.planning.plan import Plan
from reconciler.quoting import as_argument, command_line, quoted
from reconciler.render.counts import counted_plan
from reconciler.render.data import visible_json
from reconciler.render.problems import FORMAT_VERSION
from reconciler.render.terminal import visible
from reconciler.render.wording import edit_form
from reconciler.spec import ENTRY_SECTIONS
from reconciler.state.paths import state_path

if TYPE_CHECKING:
    from reconciler.values import Plain

MAX_LISTED = 200  # lines of one list, and addresses of one line
_NOUNS = {"experience": ("job", "jobs"), "education": ("school", "schools")}


def import_json(imported: Imported, plan: Plan, paths: Sequence[str], beside: Sequence[Written]) -> str:
    """Write an import as JSON (schemas/import.schema.json)."""
    files = [(path, "wrote") for path in paths] + [(written.path, written.change.value) for written in beside]
    answer: dict[str, Plain] = {
        "format_version": FORMAT_VERSION,
        "source": imported.draft.source,
        "account_id": imported.profile.desired.account_id,
        "recorded_as_live": imported.applied is not None,
        "files": [{"path": path, "change": change} for path, change in files],
        "taken": list(imported.taken()),
        "unmanaged": [{"address": address, "reason": why} for address, why in imported.unmanaged()],
        "left_out": [{"what": omission.what, "reason": omission.why} for omission in imported.draft.omissions],
        "first_plan": [{"address": change.address, "action": change.action.value} for change in plan.changes],
    }
    return visible_json(answer)


def import_report(imported: Imported, plan: Plan) -> Iterator[str]:
    """Return the lines; `plan` is the first one."""
    yield f"taken: {', '.join(_taken(imported)) or 'nothing'}"
    aside = list(_aside(imported))
    if aside:
        yield "written as comments, and not managed until you complete and uncomment them:"
        yield from _capped(aside)
    if imported.draft.omissions:
        yield "left out:"
        yield from _capped([f"  {visible(each.what)}: {visible(each.why)}" for each in imported.draft.omissions])
    yield "next:"
    path = visible(quoted(as_argument(imported.path)))
    yield f"  read {path}, with what is commented out in it, and run `reconciler validate {path}`"
    yield f"  the first `reconciler plan {path}` shows {counted_plan(plan)}"
    yield from (_after_archive(imported) if imported.applied is not None else _after_resume(imported))


def _taken(imported: Imported) -> Iterator[str]:
    draft = imported.draft
    yield from (field.name for field in draft.sections if not field.unmanaged)
    for section in ENTRY_SECTIONS:
        count = sum(not entry.unmanaged for entry in draft.entries(section))
        if count:
            yield f"{count} {_NOUNS[section][count > 1]}"
    if draft.skills:
        yield f"{len(draft.skills)} {'skills' if len(draft.skills) > 1 else 'skill'}"


def _aside(imported: Imported) -> Iterator[str]:
    """Return what is commented out, by reason."""
    reasons: dict[str, list[str]] = {}
    for address, why in imported.unmanaged():
        reasons.setdefault(why, []).append(address)
    for why, addresses in reasons.items():
        more = f" and {len(addresses) - MAX_LISTED} more" if len(addresses) > MAX_LISTED else ""
        yield f"  {visible(', '.join(addresses[:MAX_LISTED]))}{more}: {visible(why)}"


def _capped(lines: list[str]) -> Iterator[str]:
    yield from lines[:MAX_LISTED]
    if len(lines) > MAX_LISTED:
        yield f"  and {len(lines) - MAX_LISTED:,} more"


def _after_archive(imported: Imported) -> Iterator[str]:
    """Say what to do where all that was taken is recorded as live."""
    for section in ENTRY_SECTIONS:
        without_id = (
            entry.key
            for entry in imported.draft.entries(section)
            if not entry.unmanaged and all(field.name != "id" for field in entry.fields)
        )
        first = next(without_id, None)
        if first is not None:
            yield f"  the first change to an entry of {section} asks for LinkedIn's id of it; {edit_form(section)};"
            adopt = _state_command(imported, f"adopt {section}.{first} URL")
            yield f"  then {adopt}, several pairs at once or `--from FILE`"


def _after_resume(imported: Imported) -> Iterator[str]:
    """Say what to do where nothing is known to be live."""
    if not imported.taken():
        return
    yield "  the first apply asks whether any of these are on LinkedIn already: it replaces sections, and adds entries"
    yield f"  what LinkedIn shows just so: {_state_command(imported, 'accept ADDRESS')} records it, and it is not sent"
    yield "  an entry that is there and reads otherwise: put its `id` into the file, and it is edited, not added"


def _state_command(imported: Imported, arguments: str) -> str:
    words = ("state", *arguments.split(" "))
    return visible(f"`{command_line(words, imported.path, state_path(imported.path))}`")
