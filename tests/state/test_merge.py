"""Two machines both applied: what holds of every merge of their states, and one story a rule."""

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from reconciler.address import is_entry
from reconciler.problem import StateError
from reconciler.render.state import render_merge
from reconciler.state.applied import Applied, Forgotten, Kept, Look, Pending, Reads, Record, Sending
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


TWICE = [
    pytest.param("experience.a", JOB, ("experience.a", "experience.a-forgotten"), id="the same"),
    pytest.param("experience.z", JOB, ("experience.a", "experience.z"), id="under another key"),
    pytest.param(
        "experience.a", {**JOB, "description": "y"}, ("experience.a", "experience.a-forgotten"), id="with another text"
    ),
    pytest.param("experience.z", {**JOB, "company": "BETA "}, ("experience.a", "experience.z"), id="written otherwise"),
    pytest.param("experience.z", {**JOB, "company": "Bank"}, (), id="of another company"),
]


@pytest.mark.parametrize(("address", "value", "twice"), TWICE)
def test_an_entry_that_both_added_is_told_as_what_may_be_there_twice(
    address: str, value: dict[str, Plain], twice: tuple[str, ...]
) -> None:
    """An entry that both added under two keys, or with two texts, was not named."""
    mine, other = replace(KNOWN, value=JOB, handle="mine2"), replace(KNOWN, value=value, handle="other")
    merged = merge(BASE, replace(BASE, sections={"experience.a": mine}), replace(BASE, sections={address: other}))
    assert merged.twice == twice
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


def doubting(key: str, handle: str, number: int) -> Pending:
    sent = {f"experience.{key}": Sending({**JOB, "description": handle}, handle=handle)}
    return Pending(uuid("ours", number), uuid("theirs", number), tuple(sent), sent, NOW)


def test_two_adds_in_doubt_under_one_key_are_both_in_doubt() -> None:
    sides = [
        replace(BASE, pending=(doubting("new", handle, number),)) for number, handle in ((1, "mine2"), (2, "other"))
    ]
    merged = merge(BASE, *sides).applied
    assert in_doubt(merged) == ("experience.new", "experience.new-forgotten")
    assert handles_of(merged) == {"mine2", "other"}


def test_what_is_in_doubt_is_called_as_the_edited_entry_is_now() -> None:
    known = Record(JOB, NOW, "apply", "7", "file", "known")
    edit = Pending(uuid("ours", 1), uuid("ours", 2), ("experience.a",), {"experience.a": Sending(JOB, "7")}, NOW)
    base = replace(BASE, sections={"experience.a": known})
    merged = merge(base, replace(base, pending=(edit,)), replace(BASE, sections={"experience.b": known})).applied
    assert merged.pending[0].addresses == ("experience.b",)


def test_of_a_request_that_both_sent_what_one_side_settled_is_settled() -> None:
    def sent(*names: str) -> Pending:
        return Pending(
            uuid("ours", 1),
            uuid("ours", 2),
            ("experience.a", "experience.lost"),
            {"experience.a": Sending({**JOB, "location": "Bern"}, "7", "file", names)},
            NOW,
        )

    base = replace(BASE, pending=(sent("role", "location"),))
    ours, theirs = (
        replace(BASE, pending=(sent("role"),)),
        replace(BASE, pending=(replace(sent("location", "role"), answered=True),)),
    )
    merged = merge(base, ours, theirs).applied
    assert merged.pending == (replace(sent("role"), answered=True),)


def test_an_add_that_one_side_knows_to_have_arrived_is_not_in_doubt() -> None:
    arrived = replace(BASE, sections={"experience.new": replace(KNOWN, handle="doubt")})
    merged = merge(None, replace(BASE, pending=(ADD,)), arrived).applied
    assert (in_doubt(merged), set(merged.sections)) == ((), {"experience.new"})


def test_two_entries_recorded_under_one_key_out_of_one_state_are_two() -> None:
    """A handle is drawn from the state's last write: both machines drew the same one for another job."""
    sides = [
        replace(BASE, sections={"experience.new": Record({**JOB, "role": role}, time, "accept")})
        for role, time in (("Chef", NOW), ("Clerk", LATER))
    ]
    assert len({side.sections["experience.new"].handle for side in sides}) == 1
    merged = merge(BASE, *sides).applied
    roles = {str(entry.value["role"]) for entry in holdings(merged).values() if isinstance(entry.value, dict)}
    assert (roles, len(handles_of(merged))) == ({"Chef", "Clerk"}, 2)


def test_one_entry_that_both_found_by_its_id_is_one() -> None:
    sides = [replace(BASE, sections={f"experience.{key}": with_id("7", f"hand{key}")}) for key in ("a", "b")]
    merged = merge(BASE, *sides).applied
    assert {entry.id for entry in holdings(merged).values()} == {"7"}
    assert len(holdings(merged)) == 1


def test_a_state_of_another_history_is_no_ancestor() -> None:
    other = replace(BASE, lineage=uuid("theirs", 1), sections={"headline": Record("x", NOW, "apply")})
    ours = replace(BASE, sections={"headline": Record("x", NOW, "apply")})
    assert (
        "headline"
        in merge(other, ours, replace(BASE, sections={"summary": Record("s", NOW, "apply")})).applied.sections
    )


def test_what_left_on_either_side_is_forgotten_and_a_field_that_both_say_otherwise_is_not_known() -> None:
    def gone(**fields: str) -> Applied:
        forgotten = {f"experience.a.{name}": Forgotten(value, NOW) for name, value in fields.items()}
        return replace(BASE, sections={"experience.a": KNOWN}, forgotten=forgotten)

    merged = merge(gone(), gone(location="Bern", description="x"), gone(description="y")).applied
    assert {address: entry.value for address, entry in merged.forgotten.items()} == {"experience.a.location": "Bern"}


def test_the_later_read_stands_and_what_it_lacks_stays_absent_while_it_is_in_doubt() -> None:
    ours = replace(BASE, pending=(ADD,), reads=Reads(NOW, {"experience.new": NOW, "experience.old": NOW}))
    theirs = replace(BASE, pending=(ADD,), reads=Reads(LATER, {"experience.new": LATER}))
    merged = merge(BASE, ours, replace(theirs, sections={"headline": Record("x", NOW, "apply", seen=Look(NOW, "api"))}))
    assert merged.applied.reads == Reads(LATER, {"experience.new": LATER})


def test_a_key_that_may_be_used_once_more_is_kept_where_nothing_else_was_said_of_its_place() -> None:
    kept = Kept(uuid("ours", 3), {"headline": None})
    ours = replace(BASE, keys={"r": kept})
    for said, keys in (("summary", {"r": kept}), ("headline", {})):
        theirs = replace(BASE, sections={said: Record("x", NOW, "apply")})
        assert dict(merge(BASE, ours, theirs).applied.keys) == keys


def test_an_entry_of_ours_that_is_set_aside_is_not_told_as_taken_from_the_other_side() -> None:
    """What the merge had set aside of ours stood among what was taken from the other side."""
    mine = replace(KNOWN, value={**JOB, "description": "mine"}, applied_at=LATER, handle="mine2")
    ours = replace(BASE, sections={"experience.a": mine})
    merged = merge(BASE, ours, replace(BASE, sections={"experience.a": replace(KNOWN, handle="other")}))
    told = render_merge("s.json", ours, merged)
    assert "experience.a is experience.a-forgotten now" in told
    assert "description: mine" not in told
