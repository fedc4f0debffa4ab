"""Owns what the verbs refuse in common."""

from collections.abc import Collection

from reconciler.address import is_entry, is_entry_section, problem_with, section_of, unit_of
from reconciler.planning.plan import Plan
from reconciler.planning.reason import Code
from reconciler.problem import StateError
from reconciler.state.applied import Applied
from reconciler.state.queries import holdings, in_doubt

QUESTIONS = (Code.ENTRY_IDENTITY,)


def refuse_no_address(address: str) -> None:
    """Raise StateError for what is not the address of a section, an entry or a field of one."""
    problem = problem_with(address)
    if problem is None and is_entry_section(address):
        raise refused(address, "that is a whole section", f"name an entry of it as {address}.KEY")
    if problem is not None:
        raise refused(address, problem, "name a section, or an entry as experience.KEY")


def check_entry(address: str) -> None:
    """Raise StateError for what is not the address of an entry."""
    refuse_no_address(address)
    if not is_entry(address):
        raise refused(address, "that is not an entry", "name one as experience.KEY or education.KEY")


def refuse_doubt(applied: Applied, addresses: tuple[str, ...], verb: str) -> None:
    """Raise StateError for the first of these addresses that is in doubt."""
    doubted = set(in_doubt(applied))
    for address in addresses:
        if unit_of(address) in doubted:
            raise refused(
                address,
                f"it is in doubt, and to {verb} would hide that",
                "look at the profile on LinkedIn, and settle it first; if it is not there, with --not-applied, else so",
                ("state", "resolve", unit_of(address), "--applied"),
            )


def refuse_taken_id(applied: Applied, address: str, entry_id: str | None) -> None:
    """Raise StateError where state knows another entry of the section by this id."""
    for other, known in holdings(applied).items():
        if entry_id is None or known.id != entry_id or other == address or section_of(other) != section_of(address):
            continue
        raise refused(
            address,
            f"the id {entry_id} is that of {other}",
            f"if {other} has another one, adopt both in one command; if they are the same entry, keep one of them",
        )


def refuse_asked(plan: Plan | None, addresses: Collection[str], verb: str) -> None:
    """Raise StateError for what the plan asks about one of these addresses: the profile file is to answer that."""
    for change in plan.changes if plan is not None else ():
        if change.reason is None or change.reason.code not in QUESTIONS:
            continue
        for address in addresses:
            if address in (change.address, *change.reason.addresses):
                raise asked(address, verb)


def asked(address: str, verb: str) -> StateError:
    """Return the error for an entry of which the plan asks which one it is."""
    return refused(
        address,
        f"the plan asks which entry this is, and to {verb} is no answer to that",
        "answer it in the profile file, as `reconciler plan` says",
    )


def unknown(address: str) -> StateError:
    """Return the error for an address that state does not hold."""
    return refused(address, "state holds nothing there", "look what it holds", ("state", "list"))


def refused(address: str, message: str, remedy: str, command: tuple[str, ...] = ()) -> StateError:
    """Return the error that refuses a verb for one address."""
    return StateError.at("", message, remedy, address, command)
