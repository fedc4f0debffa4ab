"""Owns `state mv`: it gives an entry another key."""

from reconciler.address import section_of
from reconciler.manual.refuse import check_entry, refuse_doubt, refused, unknown
from reconciler.state import transitions
from reconciler.state.applied import Applied


def move(applied: Applied, before: str, after: str, now: str) -> Applied:
    """Return the state with an entry under another key; a forgotten one is taken back. Raises StateError."""
    for address in (before, after):
        check_entry(address)
    refuse_doubt(applied, (before, after), "rename it")
    if section_of(before) != section_of(after):
        raise refused(before, f"{after} is of another section", "an entry cannot change its section")
    if before == after:
        raise refused(before, "both addresses are the same", "name two")
    if before not in applied.sections and before not in applied.forgotten:
        raise unknown(before)
    if after in applied.sections:
        raise refused(
            after,
            "state holds another entry of that key",
            "if the plan renames that one, or lets it go, apply first; else rename it",
        )
    return transitions.rekey(applied, {before: after}, now)
