"""Owns what the file says of its entries that cannot be: two that are one, an id or an answer that fits no entry."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

from msgspec import Struct

from reconciler.planning.identity import (
    Entry,
    Identities,
    KnownEntry,
    ruling_out,
)
from reconciler.problem import Problem
from reconciler.profile.desired import Profile, handle_in
from reconciler.quoting import cited


class Clash(StrEnum):
    """How an entry of the file contradicts another one, or the state."""

    UNKNOWN_HANDLE = "unknown-handle"
    BOTH_ANSWERS = "both-answers"
    SAME_HANDLE = "same-handle"
    ANOTHER_ID = "another-id"
    ID_OF_ANOTHER = "id-of-another"
    CONTENT_OF_ANOTHER = "content-of-another"
    SAME_CONTENT = "same-content"


class Contradiction(Struct, frozen=True):
    """An entry of the file, and what it contradicts: the address of another entry, or a KEY@HANDLE.

    `known` is the known entry that it is about, or None.
    """

    clash: Clash
    entry: Entry
    other: str
    known: KnownEntry | None = None


def contradictions(identities: Identities) -> Iterator[Contradiction]:
    """Yield every contradiction in one section, in file order."""
    groups: dict[frozenset[str], list[Entry]] = {}
    texts = [_texts_in(entry) for entry in identities.entries]
    alike = Counter(texts)
    for entry, held in zip(identities.entries, texts, strict=True):
        yield from _of_answers(identities, entry)
        yield from _of_id(identities, entry)
        if entry.wanted.value and not entry.candidates and alike[held] > 1:
            group = groups.setdefault(entry.traits.fields, [])
            twin = next((other for other in group if not _are_told_apart(entry, other)), None)
            if twin is not None:
                one, other = (entry, twin) if entry.known is None or twin.known is not None else (twin, entry)
                yield Contradiction(Clash.SAME_CONTENT, one, other.address, other.known)
            group.append(entry)


def _texts_in(entry: Entry) -> frozenset[str]:
    """Return the texts of an entry: two of one content have the same ones, so that only those are compared in full."""
    return frozenset([value for value in entry.traits.value.values() if isinstance(value, str)])


def problem_of(contradiction: Contradiction, profile: Profile, state_path: str) -> Problem:
    """Return a contradiction as a problem of the profile file, with both its places and the way out."""
    entry, other, known = contradiction.entry, contradiction.other, contradiction.known
    entry_id, mention = cited(str(entry.wanted.id)), known.mention if known is not None else ""
    of_known = f"{known.address} in {state_path}" if known is not None else ""
    tell_apart = f"take {entry.address} out, apply, and put it back"
    if known is not None:
        tell_apart = f"write `{ruling_out(entry.wanted, known)}` under {entry.address}"
    match contradiction.clash:
        case Clash.UNKNOWN_HANDLE:
            field = "same_as" if other == entry.wanted.same_as else "not_same_as"
            message = f"{state_path} knows no {entry.address.partition('.')[0]} of the handle in {cited(other)}"
            remedy = "take it out, or write what `reconciler plan` prints where it asks"
        case Clash.BOTH_ANSWERS:
            field, message = "same_as", f"{mention} stands under `not_same_as` too"
            remedy = "take one of the two out"
        case Clash.SAME_HANDLE:
            field, message = "same_as", f"{other} is {of_known} already"
            remedy = "leave the line with the one of the two that it is"
        case Clash.ANOTHER_ID:
            there = cited(str(known.id if known is not None else ""))
            field, message = "id", f"the file says id {entry_id}, {state_path} says {there} of {mention}"
            remedy = f"correct the file; if this is another entry than {of_known}, {tell_apart}"
        case Clash.ID_OF_ANOTHER:
            field, message = "id", f"the id {entry_id} is that of {of_known}, which {other} of the file is still"
            remedy = f"correct the id; if {other} is another entry now, write `not_same_as: {mention}` under that one"
        case Clash.CONTENT_OF_ANOTHER:
            field, message = "id", f"the id {entry_id} is that of {other}, and the content is that of {of_known}"
            remedy = f"correct the id; if this is not {of_known}, {tell_apart}"
        case _:
            field, message = "", f"{other} holds the same"
            remedy = f"take one of the two out; if they are two entries, {tell_apart}"
    line, address = profile.lines.get(entry.address, 0), f"{entry.address}.{field}".removesuffix(".")
    return Problem(profile.path, line, min(line, 1), address, message, remedy)


def _of_answers(identities: Identities, entry: Entry) -> Iterator[Contradiction]:
    """Yield what cannot be of the `same_as` and `not_same_as` of an entry."""
    wanted = entry.wanted
    if wanted.same_as is None and not wanted.not_same_as:
        return
    by_handle = {known.handle: known for known in identities.known}
    for mention in (*([] if wanted.same_as is None else [wanted.same_as]), *wanted.not_same_as):
        if handle_in(mention) not in by_handle:
            yield Contradiction(Clash.UNKNOWN_HANDLE, entry, mention)
    known = by_handle.get(wanted.same_handle)
    if known is not None and known.handle in wanted.ruled_out:
        yield Contradiction(Clash.BOTH_ANSWERS, entry, known.mention, known)
    if known is not None and known is not entry.known:
        holder = next(other for other in identities.entries if other.known is known)
        yield Contradiction(Clash.SAME_HANDLE, entry, holder.address, known)


def _of_id(identities: Identities, entry: Entry) -> Iterator[Contradiction]:
    """Yield what contradicts the id that the file gives to an entry."""
    entry_id, known = entry.wanted.id, entry.known
    if entry_id is None:
        return
    of_id = next((other for other in identities.known if other.id == entry_id), None)
    if known is not None and known.id not in (None, entry_id):
        yield Contradiction(Clash.ANOTHER_ID, entry, known.address, known)
    elif of_id is None and known is None and (of_key := _record_of_key(identities, entry)) is not None:
        yield Contradiction(Clash.ANOTHER_ID, entry, of_key.address, of_key)
    elif of_id is not None:
        is_in_its_place = entry.address == of_id.address and entry.traits.name <= of_id.traits.name
        if known is not of_id or not is_in_its_place:
            yield from islice(_others_of_id(identities, entry, of_id), 1)


def _record_of_key(identities: Identities, entry: Entry) -> KnownEntry | None:
    """Return the known entry of the same key that left the file, where a person gave it another id than the file's.

    An id that came from the file is no contradiction: the file's changed.
    """
    record = identities.left.get(entry.address)
    if record is None or record.id_by not in ("adopt", "resolve") or record.handle in entry.wanted.ruled_out:
        return None
    return next(known for known in identities.known if known.record is record)


def _others_of_id(identities: Identities, entry: Entry, of_id: KnownEntry) -> Iterator[Contradiction]:
    """Yield the entries of the file that an id seems to be of, and the known ones that seem to be its entry."""
    for other in identities.entries:
        is_free = other.known is None and other.wanted.id is None and of_id.handle not in other.wanted.ruled_out
        is_same = other.traits.has_content_of(of_id.traits) or (
            other.address == of_id.address and other.traits.has_name_of(of_id.traits)
        )
        if (is_free and is_same) or (other is not entry and other.known is of_id):
            yield Contradiction(Clash.ID_OF_ANOTHER, entry, other.address, of_id)
    if entry.address != of_id.address and not entry.traits.has_content_of(of_id.traits):
        for known in identities.known:
            if known.handle not in entry.wanted.ruled_out and entry.traits.has_content_of(known.traits):
                yield Contradiction(Clash.CONTENT_OF_ANOTHER, entry, of_id.address, known)


def _are_told_apart(one: Entry, other: Entry) -> bool:
    """Tell whether two entries of one content are two: by ids, by an answer, or since state knows both as they are."""
    ids = [each.wanted.id or (each.known.id if each.known is not None else None) for each in (one, other)]
    if None not in ids and ids[0] != ids[1]:
        return True
    pairs = ((one, other.known), (other, one.known))
    if any(known is not None and known.handle in each.wanted.ruled_out for each, known in pairs):
        return True
    return all(each.known is not None and each.traits.has_content_of(each.known.traits) for each in (one, other))
