"""Each entry that state knows has a handle: short, its own for ever, and unique in its state."""

import json

import pytest
from msgspec.structs import replace

from reconciler.manual.adopt import adopt
from reconciler.manual.move import move
from reconciler.manual.remove import remove
from reconciler.manual.resolve import resolve
from reconciler.problem import StateError
from reconciler.state import transitions
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending, handles
from reconciler.state.format import read_state, write_state
from reconciler.values import Plain

NOW = "2026-01-02T03:04:05Z"
WRITE = "00000000-0000-4000-8000-000000000001"
JOB: dict[str, Plain] = {"role": "Founder", "company": "postpress"}
KNOWN = Record(JOB, NOW, "apply", "7", "file")
EMPTY = Applied("l", 1, WRITE, "acc")
STATE = replace(EMPTY, sections={"headline": Record("x", NOW, "apply"), "experience.a": KNOWN})
ADD = Pending("r", "k", ("experience.b",), {"experience.b": Sending(JOB)}, NOW)


def handle_of(state: Applied, address: str) -> str:
    (handle,) = {handle for at, handle in handles(state) if at == address}
    return handle


def test_every_entry_has_a_handle_and_nothing_else_has_one() -> None:
    gone = {"education.a": Forgotten({"school": "MIT"}, NOW), "headline": Forgotten("x", NOW)}
    state = replace(EMPTY, sections={"experience.a": KNOWN}, forgotten=gone, pending=(ADD,))
    found = dict(handles(state))
    assert found.keys() == {"experience.a", "education.a", "experience.b"}
    assert len(set(found.values())) == 3


def test_two_entries_made_by_one_write_have_two_handles() -> None:
    many = {f"experience.e{number}": KNOWN for number in range(5000)}
    assert len({handle for _, handle in handles(replace(EMPTY, sections=many))}) == 5000


def test_an_entry_at_the_address_of_one_that_was_taken_out_has_another_handle() -> None:
    gone = replace(remove(STATE, "experience.a"), write="another")
    again = transitions.record(gone, "experience.a", Sending(JOB), NOW, "accept")
    assert handle_of(again, "experience.a") != handle_of(STATE, "experience.a")


def test_a_handle_stays_through_all_that_becomes_of_its_entry() -> None:
    handle = handle_of(STATE, "experience.a")
    state = transitions.forget(STATE, "experience.a", NOW)
    assert state.forgotten["experience.a"].handle == handle
    state = move(state, "experience.a", "experience.b", NOW)
    assert handle_of(state, "experience.b") == handle
    state = adopt(replace(state, sections={"experience.b": replace(KNOWN, handle=handle, id_by="adopt")}), [])
    edit = Pending("e", "k", ("experience.b",), {"experience.b": Sending({**JOB, "location": "Bern"}, "7")}, NOW)
    state = transitions.fold(transitions.begin(state, edit), "e", NOW)
    assert (handle_of(state, "experience.b"), state.write) == (handle, WRITE)
    made_room = transitions.record(
        transitions.forget(state, "experience.b", NOW), "experience.b", Sending(JOB, "8"), NOW, "apply"
    )
    assert handle_of(made_room, "experience.b-forgotten") == handle
    assert handle_of(made_room, "experience.b") != handle


def test_an_entry_of_another_id_under_the_same_key_has_a_handle_of_its_own() -> None:
    later = replace(STATE, write="later")
    after = transitions.record(later, "experience.a", Sending(JOB, "8", "file"), NOW, "accept")
    assert handle_of(after, "experience.a") != handle_of(STATE, "experience.a")


def test_an_add_has_its_handle_before_it_is_sent_and_keeps_it_once_it_has_arrived() -> None:
    doubt = transitions.begin(STATE, ADD)
    handle = handle_of(doubt, "experience.b")
    for after in (
        transitions.fold(doubt, "r", NOW),
        resolve(doubt, "experience.b", "9", NOW, arrived=True),
    ):
        assert handle_of(after, "experience.b") == handle
        assert after.sections["experience.b"].handle == handle


def test_an_add_that_is_tried_again_under_its_idempotency_key_has_the_handle_that_it_had() -> None:
    doubt = transitions.begin(STATE, ADD)
    again = transitions.begin(resolve(doubt, "experience.b", None, NOW, arrived=False), ADD)
    assert handle_of(again, "experience.b") == handle_of(doubt, "experience.b")


def written(state: Applied) -> str:
    return write_state(replace(state, lineage=WRITE))


def test_a_state_file_without_handles_gets_the_same_ones_whenever_it_is_read() -> None:
    value = json.loads(written(STATE))
    del value["sections"]["experience.a"]["handle"]
    first, second = (read_state(json.dumps(value), "s") for _ in range(2))
    assert first == second
    assert first.sections["experience.a"].handle


def test_what_is_written_is_read_back_with_its_handles() -> None:
    state = transitions.begin(transitions.forget(STATE, "experience.a", NOW), ADD)
    assert dict(handles(read_state(written(state), "s"))) == dict(handles(state))


@pytest.mark.parametrize(
    ("address", "handle", "message"),
    [
        ("experience.a", "no", "which is none"),
        ("experience.a", "A$(x)", "which is none"),
        ("headline", "abcde", "does not belong there"),
        ("experience.a", "twice", "have one handle"),
    ],
)
def test_a_handle_that_is_none_or_that_two_entries_have_is_damage(address: str, handle: str, message: str) -> None:
    other = replace(KNOWN, id="8", handle="twice")
    value = json.loads(written(replace(STATE, sections={**STATE.sections, "experience.z": other})))
    value["sections"][address]["handle"] = handle
    with pytest.raises(StateError, match=message):
        read_state(json.dumps(value), "s")


def test_a_pending_edit_with_a_handle_is_damage() -> None:
    edit = replace(ADD, sections={"experience.b": Sending(JOB, "9")})
    value = json.loads(written(replace(EMPTY, pending=(edit,))))
    value["pending"][0]["sections"]["experience.b"]["handle"] = "abcde"
    with pytest.raises(StateError, match="only what adds an entry"):
        read_state(json.dumps(value), "s")
