"""Two machines both applied: what holds of every merge of their states, and one story a rule."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from reconciler.address import is_entry
from reconciler.problem import StateError
from reconciler.state.applied import Applied, Pending, Record, Sending
from reconciler.state.format import read_state, write_state
from reconciler.state.kinds import ID_SOURCES
from reconciler.state.merge import Merged, merge
from reconciler.state.queries import doubtful_adds, holdings, in_doubt, unknown_fields
from reconciler.values import Plain
from tests.state.branches import ACCOUNT, LINEAGE, Branches, branches, uuid

NOW, LATER = "2026-01-02T03:04:05Z", "2026-02-02T03:04:05Z"
JOB: dict[str, Plain] = {"role": "Chef", "company": "Beta"}
BASE = Applied(LINEAGE, 4, uuid("base", 1), ACCOUNT)
KNOWN = Record(JOB, NOW, "apply", handle="known")


def attempted(base: Applied | None, ours: Applied, theirs: Applied) -> Merged | None:
    """Give the merge; None where the sides contradict each other."""
    try:
        return merge(base, ours, theirs)
    except StateError:
        return None


def told(applied: Applied) -> Applied:
    return replace(applied, serial=1, write="")


def handles_of(applied: Applied) -> set[str]:
    known = {entry.handle for entry in holdings(applied).values()}
    adds = {sending.handle for pending in applied.pending for sending in pending.sections.values()}
    return {handle for handle in known | adds if handle is not None}


@settings(max_examples=300, deadline=None)
@given(branches())
def test_a_merge_does_not_depend_on_which_side_is_which(sides: Branches) -> None:
    base, ours, theirs = sides
    for ancestor in (base, None):
        one, other = attempted(ancestor, ours, theirs), attempted(ancestor, theirs, ours)
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert told(one.applied) == told(other.applied)
            assert (one.contested, one.twice) == (other.contested, other.twice)


@settings(max_examples=100, deadline=None)
@given(branches())
def test_a_state_merged_with_itself_or_with_its_ancestor_is_itself(sides: Branches) -> None:
    base, ours, _ = sides
    for ancestor, other in ((base, ours), (None, ours), (base, base), (ours, ours)):
        assert told(merge(ancestor, ours, other).applied) == told(replace(ours, source=None))


@settings(max_examples=300, deadline=None)
@given(branches())
def test_a_merge_is_a_state_that_is_read_back_and_follows_both(sides: Branches) -> None:
    merged = attempted(*sides)
    if merged is not None:
        following = replace(merged.applied, serial=merged.applied.serial + 1)
        assert read_state(write_state(following), "s") == following
        assert following.serial > max(sides[1].serial, sides[2].serial)


@settings(max_examples=300, deadline=None)
@given(branches())
def test_nothing_known_is_lost_in_a_merge(sides: Branches) -> None:
    """What one side took out by hand, and the other left as it was, is the only thing that goes."""
    base, ours, theirs = sides
    merged = attempted(base, ours, theirs)
    if merged is None:
        return
    kept = handles_of(merged.applied)
    ids = {(at.split(".")[0], entry.id) for at, entry in holdings(merged.applied).items()}
    for side, other in ((ours, theirs), (theirs, ours)):
        was_removed = handles_of(base) - handles_of(other)
        for address, entry in holdings(side).items():
            if entry.handle in was_removed or entry.handle is None:
                continue
            same_id = entry.id is not None and (address.split(".")[0], entry.id) in ids
            seen = any(entry.value == known.value for known in holdings(merged.applied).values())
            assert entry.handle in kept or same_id or seen, address
        for address, record in side.sections.items():
            if not is_entry(address) and record != base.sections.get(address) and address not in merged.contested:
                live = [known.sections.get(address) for known in (merged.applied, other)]
                assert record.value in [known.value for known in live if known is not None], address


@settings(max_examples=300, deadline=None)
@given(branches())
def test_an_add_in_doubt_stays_in_doubt_unless_a_side_settled_it(sides: Branches) -> None:
    base, ours, theirs = sides
    merged = attempted(base, ours, theirs)
    if merged is None:
        return
    doubted = {pending.request for pending in merged.applied.pending}
    for side, other in ((ours, theirs), (theirs, ours)):
        settled = {pending.request for pending in base.pending} - {pending.request for pending in other.pending}
        known = {entry.handle for entry in holdings(other).values()}
        for section in ("experience", "education"):
            for address in doubtful_adds(side, section):
                (request,) = (sent for sent in side.pending if address in sent.addresses and _adds(sent, address))
                if request.request not in settled and request.sections[address].handle not in known:
                    assert request.request in doubted
    for address in in_doubt(merged.applied):
        assert address not in merged.applied.sections or not doubtful_adds(merged.applied, address.split(".")[0])


def _adds(pending: Pending, address: str) -> bool:
    return address in pending.sections and pending.sections[address].id is None


def test_what_either_side_applied_stands_whatever_the_keys_are() -> None:
    base = replace(BASE, sections={"experience.a": KNOWN, "headline": Record("x", NOW, "apply")})
    renamed = {"experience.b": KNOWN, "headline": Record("x", NOW, "apply")}
    ours = replace(base, sections=renamed, serial=6, write=uuid("ours", 1))
    edited = replace(KNOWN, value={**JOB, "description": "cooks"}, applied_at=LATER)
    other = Record({"role": "Clerk", "company": "Bank"}, LATER, "apply", handle="other")
    theirs = replace(base, sections={**base.sections, "experience.a": edited, "experience.c": other})
    merged = merge(base, ours, theirs)
    assert dict(merged.applied.sections) == {
        "experience.b": edited,
        "experience.c": other,
        "headline": Record("x", NOW, "apply"),
    }
    assert (merged.applied.serial, merged.contested) == (6, ())


def test_what_both_sides_changed_has_no_known_value() -> None:
    known = Record({**JOB, "description": "0"}, NOW, "apply", "7", "file", "known")
    base = replace(BASE, sections={"headline": Record("x", NOW, "apply"), "experience.a": known})
    sides = [
        replace(
            base,
            sections={
                "headline": Record(word, time, "apply"),
                "experience.a": replace(known, value={**JOB, "description": word}, applied_at=time),
            },
        )
        for word, time in (("y", NOW.replace("01-02", "01-03")), ("z", LATER))
    ]
    merged = merge(base, *sides)
    assert merged.contested == ("experience.a.description", "headline")
    assert "headline" not in merged.applied.sections
    assert unknown_fields(merged.applied, "experience.a", "7") == frozenset({"description"})
    assert in_doubt(merged.applied) == ()


def test_a_field_that_both_changed_of_an_entry_without_an_id_is_not_known_any_more() -> None:
    base = replace(BASE, sections={"experience.a": replace(KNOWN, value={**JOB, "description": "0"})})
    sides = [
        replace(base, sections={"experience.a": replace(KNOWN, value={**JOB, "description": word}, applied_at=LATER)})
        for word in ("1", "2")
    ]
    merged = merge(base, *sides)
    assert merged.applied.sections["experience.a"].value == JOB
    assert (merged.contested, merged.applied.pending) == (("experience.a.description",), ())


ADD = Pending(
    uuid("base", 9), uuid("ours", 9), ("experience.new",), {"experience.new": Sending(JOB, handle="doubt")}, NOW
)


def test_what_one_side_has_in_doubt_keeps_its_key_and_what_the_other_added_under_it_is_kept() -> None:
    added = Record({"role": "Clerk", "company": "Bank"}, LATER, "apply", handle="other")
    merged = merge(BASE, replace(BASE, pending=(ADD,)), replace(BASE, sections={"experience.new": added}))
    assert in_doubt(merged.applied) == ("experience.new",)
    assert {at: entry.handle for at, entry in holdings(merged.applied).items()} == {"experience.new": "other"}


def test_a_doubt_that_one_side_settled_is_settled() -> None:
    base = replace(BASE, pending=(ADD,))
    settled = replace(BASE, sections={"experience.new": replace(KNOWN, handle="doubt")})
    other = replace(base, sections={"headline": Record("x", NOW, "apply")})
    merged = merge(base, settled, other).applied
    assert (in_doubt(merged), set(merged.sections)) == ((), {"experience.new", "headline"})


def test_an_entry_that_both_added_is_told_as_what_may_be_there_twice() -> None:
    mine, other = (replace(KNOWN, handle=handle) for handle in ("mine2", "other"))
    merged = merge(
        BASE, replace(BASE, sections={"experience.a": mine}), replace(BASE, sections={"experience.a": other})
    )
    assert merged.twice == ("experience.a",)
    assert {entry.handle for entry in holdings(merged.applied).values()} == {"mine2", "other"}


def test_an_entry_that_one_added_and_the_other_saw_is_one() -> None:
    seen = replace(KNOWN, by="accept", handle="other")
    merged = merge(
        BASE, replace(BASE, sections={"experience.a": KNOWN}), replace(BASE, sections={"experience.a": seen})
    )
    assert (merged.twice, list(holdings(merged.applied))) == ((), ["experience.a"])


def with_id(entry_id: str, handle: str = "known") -> Record:
    return Record(JOB, LATER, "apply", entry_id, "adopt", handle)


CONTRADICTIONS = {
    "another account": (BASE, replace(BASE, account_id="acc_2"), "not states of one history"),
    "another lineage": (BASE, replace(BASE, lineage=uuid("ours", 1)), "not states of one history"),
    "two ids for one entry": (
        replace(BASE, sections={"experience.a": with_id("7")}),
        replace(BASE, sections={"experience.a": with_id("8")}),
        "two ids for it: 7 and 8",
    ),
    "one id for two entries": (
        replace(BASE, sections={"experience.a": with_id("7"), "experience.b": replace(KNOWN, handle="second")}),
        replace(BASE, sections={"experience.a": KNOWN, "experience.b": with_id("7", "second")}),
        "one id for it and for experience.a: 7",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_a_persons_to_settle(name: str) -> None:
    ours, theirs, why = CONTRADICTIONS[name]
    base = replace(BASE, sections={"experience.a": KNOWN, "experience.b": replace(KNOWN, handle="second")})
    for sides in ((ours, theirs), (theirs, ours)):
        with pytest.raises(StateError, match=why):
            merge(base, *sides)


@pytest.mark.parametrize("source", ID_SOURCES)
def test_an_id_from_any_source_is_merged(source: str) -> None:
    known = replace(KNOWN, id="7", id_by=source)
    base = replace(BASE, sections={"experience.a": KNOWN})
    ours = replace(base, sections={"experience.a": replace(known, applied_at=LATER)})
    theirs = replace(base, sections={"experience.a": replace(KNOWN, value={**JOB, "location": "Bern"})})
    for sides in ((ours, theirs), (theirs, ours)):
        merged = merge(base, *sides).applied.sections["experience.a"]
        assert (merged.id, merged.id_by, merged.value) == ("7", source, {**JOB, "location": "Bern"})
