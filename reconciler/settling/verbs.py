"""Owns what a person may do to a state by hand: each verb takes a state and gives the next, or refuses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.address import is_entry, is_entry_section, is_unit, lies_in, problem_with, section_of, unit_of
from reconciler.planning.moves import linked
from reconciler.planning.naming import resembles
from reconciler.planning.plan import Action, Plan
from reconciler.problem import Problem, StateError
from reconciler.profile.desired import Wanted
from reconciler.settling.unsent import settle
from reconciler.state import transitions
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending
from reconciler.state.known import doubtful_adds, edited_in_doubt, in_doubt, pending_is_repeatable
from reconciler.values import same

_EDIT_LINK = re.compile(
    r"(?:(?i:(?:https?://)?(?:[a-z0-9-]+\.)?linkedin\.com)|…)?(?:/[^/?#\s]+)*?"
    r"/details/(experience|education)/edit/forms/([^/?#\s]+)(?:[/?#]\S*)?",
    re.ASCII,
)
_ID = re.compile(r"[a-zA-Z0-9_-][a-zA-Z0-9._~=+-]*", re.ASCII)
_NEW = "new"  # what stands in the link of a form that adds an entry, where that of an edit form has the id


def move(applied: Applied, before: str, after: str, now: str) -> Applied:
    """Call an entry by another key; one that was forgotten is taken back. Raises StateError."""
    for address in (before, after):
        _check_entry(address)
    _refuse_doubt(applied, (before, after), "rename")
    if section_of(before) != section_of(after):
        raise _refused(before, f"{after} is of another section", "an entry cannot change its section")
    if before == after:
        raise _refused(before, "both addresses are the same", "name two")
    if before not in applied.sections and before not in applied.forgotten:
        raise _unknown(before)
    if after in applied.sections:
        raise _refused(
            after,
            "state holds another entry of that key",
            "if the plan renames that one, or lets it go, apply first; else rename it",
        )
    return transitions.rekey(applied, {before: after}, now)


def remove(applied: Applied, address: str) -> Applied:
    """Take an address out of state, with all below it. Raises StateError."""
    _check(address)
    _refuse_doubt(applied, (address,), "take out")
    held = {*applied.sections, *applied.forgotten, *(at for one in applied.pending for at in one.addresses)}
    if address not in held and not any(lies_in(at, address) for at in applied.forgotten):
        raise _unknown(address)
    sections = {at: one for at, one in applied.sections.items() if at != address}
    forgotten = {at: one for at, one in applied.forgotten.items() if not lies_in(at, address)}
    pending = applied.pending
    if is_unit(address):
        pending = tuple(one for one in map(lambda one: _without(one, address), pending) if one is not None)  # noqa: C417
    return replace(applied, sections=sections, forgotten=forgotten, pending=pending)


def accept(applied: Applied, plan: Plan, wanted: Mapping[str, Wanted], addresses: tuple[str, ...], now: str) -> Applied:
    """Record the file's values as live without sending anything; `plan` is of the same file and state.

    Keys are renamed as the plan does, with those of the other entries that depend on it. Raises StateError for
    an address that the file does not hold, or that is in doubt.
    """
    for address in addresses:
        _check(address)
        if address not in wanted:
            raise _refused(address, "the profile file holds nothing there", "name what it holds, or put it in")
    _refuse_doubt(applied, addresses, "accept")
    for address in addresses:
        _refuse_doubt(applied, _in_doubt_as(applied, address, wanted), "accept")
    units = linked(addresses, plan.changes)
    settled = [
        change
        for change in plan.changes
        if change.action in (Action.MOVE, Action.FORGET) and unit_of(change.address) in units
    ]
    applied = settle(applied, settled, now)
    for address in addresses:
        one = wanted[address]
        record = applied.sections.get(address)
        known = record if record is not None and one.id in (None, record.id) else None
        _refuse_taken(applied, address, one.id)
        entry_id, id_by = (one.id, "file") if one.id else (known.id, known.id_by) if known else (None, None)
        applied = transitions.record(applied, address, Sending(one.value, entry_id, id_by), now, "accept")
    return applied


def _in_doubt_as(applied: Applied, address: str, wanted: Mapping[str, Wanted]) -> tuple[str, ...]:
    """Give the addresses in doubt under which this entry, which has another key now, may have been sent."""
    section, one = section_of(address), wanted[address]
    if not is_entry_section(section):
        return ()
    edit = edited_in_doubt(applied, address, one.id)
    adds = (
        at
        for at, value in doubtful_adds(applied, section).items()
        if at not in wanted and resembles(section, one.value, value)
    )
    return (*(() if edit is None else (edit,)), *adds)


def adopt(applied: Applied, pairs: Sequence[tuple[str, str]]) -> Applied:
    """Record LinkedIn's ids of entries, out of edit links too, all of them or none. Raises StateError."""
    problems: list[Problem] = []
    held: dict[str, Record | Forgotten] = {**applied.forgotten, **applied.sections}
    earlier = [(at, entry_id) for at, _ in pairs if at in held and (entry_id := held[at].id) is not None]
    for address, given in pairs:
        try:
            applied = _adopted(applied, address, given)
        except StateError as error:
            problems.extend(error.problems)
    if problems:
        raise StateError(*problems)
    for address, given in reversed(pairs):
        _refuse_taken(applied, address, id_from(address, given))
    for address, entry_id in earlier:
        applied = transitions.disown(applied, section_of(address), entry_id)
    return applied


def _adopted(applied: Applied, address: str, given: str) -> Applied:
    _check_entry(address)
    if address in in_doubt(applied):
        raise _refused(address, "it is in doubt", f"run `reconciler state resolve {address} --applied --id ID`")
    known = applied.sections.get(address) or applied.forgotten.get(address)
    if known is None:
        raise _unknown(address)
    entry_id = id_from(address, given)
    if known.id not in (None, entry_id) and known.id_by not in ("given", "adopt", "resolve"):
        raise _refused(
            address,
            f"its id is {known.id}, and was applied with it",
            "change the profile file: another id is another entry",
        )
    following = replace(known, id=entry_id, id_by="adopt")
    if isinstance(following, Forgotten):
        return replace(applied, forgotten={**applied.forgotten, address: following})
    return replace(applied, sections={**applied.sections, address: following})


def id_from(address: str, given: str) -> str:
    """Read LinkedIn's id out of what a person gave: the id, or the link of its edit form. Raises StateError."""
    section = section_of(address)
    link = _EDIT_LINK.fullmatch(given)
    if link is not None and link[1] != section:
        raise _refused(address, f"this is the link of an {link[1]}", f"open one of {section}")
    found = given if link is None else link[2]
    if found == _NEW:
        raise _refused(address, "this is the link of a form that adds an entry", "open the pencil of the entry")
    if not _ID.fullmatch(found):
        raise _refused(
            address,
            f"no id can be read from {given!r}",
            f"give the id, or the link https://www.linkedin.com/…/details/{section}/edit/forms/ID/ of its edit form",
        )
    return found


def resolve(applied: Applied, address: str, entry_id: str | None, now: str, *, arrived: bool) -> Applied:
    """Settle what is in doubt: it arrived, or it did not. Raises StateError."""
    _check(address)
    pending = next(
        (one for one in applied.pending if address in one.addresses and not pending_is_repeatable(one)), None
    )
    if pending is None:
        unclear = any(address in one.addresses for one in applied.pending)
        remedy = (
            "the next apply sends it again, which is safe, where the file still holds it"
            if unclear
            else "see `reconciler state list`"
        )
        raise _refused(address, "it is not in doubt", remedy)
    if not arrived:
        rest = _without(pending, address)
        kept = tuple(one for one in applied.pending if one is not pending)
        applied = replace(applied, pending=(*kept, rest) if rest is not None else kept)
        return applied if pending.answered else transitions.keep_key(applied, pending)
    sending = pending.sections.get(address)
    if sending is None:
        raise _refused(
            address, "state does not say what was sent", f"run `reconciler state resolve {address} --not-applied`"
        )
    if entry_id is not None:
        entry_id = id_from(address, entry_id)
        if sending.id not in (None, entry_id):
            raise _refused(address, f"it was sent as an edit of {sending.id}", "leave --id out")
        sending = replace(sending, id=entry_id, id_by="resolve")
    _refuse_taken(applied, address, sending.id)
    pendings = tuple(one for one in applied.pending if one is not pending)
    rest = _without(pending, address)
    applied = replace(applied, pending=(*pendings, rest) if rest is not None else pendings)
    return transitions.record(applied, address, replace(sending, notify_network=None), now, "resolve")


def change_account(applied: Applied, account_id: str) -> Applied:
    """Give the state another account id, after a reconnection. Raises StateError."""
    if not account_id.strip():
        raise _refused("account_id", "an account id cannot be empty", "give the new one")
    if not account_id.isprintable():
        raise _refused("account_id", "this is not an account id", "give the one that the API's dashboard shows")
    if account_id == applied.account_id:
        raise _refused("account_id", f"the state is of {account_id} already", "nothing is to be done")
    return replace(applied, account_id=account_id)


def restore(applied: Applied | None, rescued: Applied, path: str) -> Applied:
    """Put a rescued state back: the next of this state, or what this one still holds as pending. Raises StateError."""
    if applied is None:
        return replace(rescued, serial=rescued.serial - 1)
    if (applied.lineage, applied.account_id) != (rescued.lineage, rescued.account_id):
        raise StateError.at(
            path, "the rescue file is of another state", "name the state that it lies beside with --state"
        )
    if rescued.serial > applied.serial:
        return replace(rescued, serial=max(rescued.serial - 1, applied.serial))
    if rescued.write == applied.write:
        raise StateError.at(path, "the state holds what the rescue file holds", "remove the rescue file")
    landed = [
        one
        for one in applied.pending
        if all(other.request != one.request for other in rescued.pending)
        and all(_landed(rescued, at, one) for at in one.addresses)
    ]
    if not landed:
        raise StateError.at(
            path,
            f"the rescue file has serial {rescued.serial}, the state has {applied.serial}: it was written since",
            "look at both, and record with `reconciler state accept` what is live",
        )
    for one in landed:
        applied = _put_back(applied, one, rescued)
    return applied


def _put_back(applied: Applied, landed: Pending, rescued: Applied) -> Applied:
    """Record what a pending request did, by a rescued state; what was sent after it stays as uncertain as it is."""
    until = applied.pending.index(landed)
    later = applied.pending[until + 1 :]
    applied = replace(applied, pending=applied.pending[:until])
    for at in landed.addresses:
        known, sending = rescued.sections[at], landed.sections[at]
        there = _edited_since(applied, at, sending.id)
        if there is None:
            applied = transitions.record(
                applied,
                at,
                Sending(known.value, known.id, known.id_by, handle=known.handle),
                known.applied_at,
                known.by,
            )
        else:
            applied = transitions.amend(applied, there, sending)
    return replace(applied, pending=(*applied.pending, *later))


def _edited_since(applied: Applied, address: str, entry_id: str | None) -> str | None:
    """Find what state knows, or has forgotten, of an entry that was edited: more may have happened to it since."""
    held: dict[str, Record | Forgotten] = {**applied.forgotten, **applied.sections}
    alike = (at for at, one in sorted(held.items()) if section_of(at) == section_of(address) and one.id == entry_id)
    return next(alike, None) if entry_id is not None else None


def _landed(rescued: Applied, address: str, pending: Pending) -> bool:
    """Tell whether a rescued state knows that a pending request arrived, and not an earlier value alone."""
    record, sending = rescued.sections.get(address), pending.sections.get(address)
    if record is None or sending is None:
        return False
    return same(record.value, sending.value) and record.applied_at >= pending.sent_at


def _without(pending: Pending, address: str) -> Pending | None:
    """Take one address out of a pending request; None where nothing is left."""
    addresses = tuple(at for at in pending.addresses if at != address)
    sections = {at: one for at, one in pending.sections.items() if at != address}
    return replace(pending, addresses=addresses, sections=sections) if addresses else None


def _check(address: str) -> None:
    wrong = problem_with(address)
    if wrong is None and is_entry_section(address):
        raise _refused(address, "that is a whole section", f"name an entry of it as {address}.KEY")
    if wrong is not None:
        raise _refused(address, wrong, "name a section, or an entry as experience.KEY")


def _check_entry(address: str) -> None:
    _check(address)
    if not is_entry(address):
        raise _refused(address, "that is not an entry", "name one as experience.KEY or education.KEY")


def _refuse_doubt(applied: Applied, addresses: tuple[str, ...], verb: str) -> None:
    doubted = set(in_doubt(applied))
    for address in addresses:
        if unit_of(address) in doubted:
            raise _refused(
                address,
                f"it is in doubt, and to {verb} it would hide that",
                f"run `reconciler state resolve {unit_of(address)} --applied` or `--not-applied` first",
            )


def _refuse_taken(applied: Applied, address: str, entry_id: str | None) -> None:
    held: dict[str, Record | Forgotten] = {**applied.forgotten, **applied.sections}
    for at, one in held.items():
        if entry_id is not None and one.id == entry_id and at != address and section_of(at) == section_of(address):
            raise _refused(
                address,
                f"the id {entry_id} is that of {at}",
                f"if {at} has another one, adopt both in one command; if they are the same entry, keep one of them",
            )


def _unknown(address: str) -> StateError:
    return _refused(address, "state holds nothing there", "see `reconciler state list`")


def _refused(address: str, message: str, remedy: str) -> StateError:
    return StateError.at("", message, remedy, address)
