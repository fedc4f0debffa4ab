"""Owns the memory of which entries a state knew: where an older one lies there, they are not added again unasked."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reconciler.address import is_entry, section_of
from reconciler.planning.plan import Action, Plan
from reconciler.quoting import command_line
from reconciler.spec import ENTRY_SECTIONS, required_fields
from reconciler.values import Plain, digest, members

if TYPE_CHECKING:  # a plan that adds nothing imports no more
    from reconciler.state.applied import Applied


def with_question(plan: Plan, applied: "Applied | None") -> Plan:
    """Return a plan that asks as a first apply does, where it adds what a later state of this machine knew already.

    So it is where git has put an older state in place of a later one, or where a branch never had that.
    """
    added = [change for change in plan.changes if change.action is Action.CREATE]
    if not added or applied is None:
        return plan
    from reconciler.app.cache import recall

    latest = recall(plan.account_id).latest
    is_later = latest is not None and latest.lineage == applied.lineage and latest.serial >= applied.serial
    if latest is None or not is_later or latest.write == applied.write:
        return plan
    lacking = Counter(latest.entries) - Counter(_signs(applied))
    again = [change.address for change in added if _sign(change.address, change.after) in lacking]
    if not again:
        return plan
    sections = {*plan.first_apply, *map(section_of, again)}
    refresh = command_line(("refresh",), plan.profile.path, plan.state.path)
    warning = (
        f"{plan.state.path} is older than one that was written here: it has serial {applied.serial}, and serial "
        f"{latest.serial} knew {', '.join(again)} already, which would be added a second time; put that state back, or "
        f"run `{refresh}`"
    )
    first_apply = tuple(section for section in ENTRY_SECTIONS if section in sections)
    return replace(plan, first_apply=first_apply, warnings=(*plan.warnings, warning))


def remember_entries(applied: "Applied") -> None:
    """Remember on this machine which entries a state knows, by a digest of what names each."""
    from reconciler.app.cache import Latest, recall, remember

    latest = Latest(applied.lineage, applied.serial, applied.write, tuple(sorted(_signs(applied))))
    remember(applied.account_id, replace(recall(applied.account_id), latest=latest))


def _signs(applied: "Applied") -> Iterator[str]:
    for address, record in applied.sections.items():
        if is_entry(address):
            yield _sign(address, record.value)
    for address, gone in applied.forgotten.items():
        if is_entry(address):
            yield _sign(address, gone.value)
    for pending in applied.pending:
        yield from (_sign(address, sending.value) for address, sending in pending.sections.items() if is_entry(address))


def _sign(address: str, value: Plain) -> str:
    """Return a digest of what names an entry, letters' case and spaces aside."""
    section, fields = section_of(address), members(value)
    names = [" ".join(str(fields.get(name, "")).casefold().split()) for name in sorted(required_fields(section))]
    return digest([section, *names])
