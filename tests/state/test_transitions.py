"""How a state follows a run: what is pending, what an answer settles, and what stays uncertain."""

from msgspec.structs import replace

from reconciler.state import transitions
from reconciler.state.applied import Applied, Pending, Record, Sending

NOW = "2026-01-02T03:04:05Z"
EMPTY = Applied("l", 1, "w", "acc")
FIRST = Sending({"role": "a", "description": "x"}, "7", "file", ("role", "description"))


def pending(name: str, sending: Sending, address: str = "experience.a") -> Pending:
    return Pending(name, f"key of {name}", (address,), {address: sending}, NOW)


def test_a_second_attempt_takes_the_place_of_the_first_and_uses_up_a_kept_key() -> None:
    state = transitions.keep_key(EMPTY, pending("r", FIRST))
    after = transitions.begin(state, replace(pending("r", FIRST), sent_at="2026-02-02T03:04:05Z"))
    assert ([pending.sent_at for pending in after.pending], dict(after.keys)) == (["2026-02-02T03:04:05Z"], {})


def test_an_unclear_answer_ends_a_key_and_nothing_else() -> None:
    state = transitions.begin(transitions.begin(EMPTY, pending("r", FIRST)), pending("s", FIRST, "experience.b"))
    after = transitions.answered(EMPTY, "r")
    assert after == EMPTY
    assert [pending.answered for pending in transitions.answered(state, "s").pending] == [True, True]


def test_what_was_sent_again_is_certain_and_the_rest_of_an_earlier_edit_is_not() -> None:
    state = transitions.begin(EMPTY, pending("r", FIRST))
    later = pending("s", Sending({"role": "b"}, "7", "file", ("role",)))
    after = transitions.fold(transitions.begin(state, later), "s", NOW)
    assert after.pending == (replace(pending("r", replace(FIRST, fields=("description",))), answered=True),)
    both = transitions.fold(transitions.begin(state, pending("s", replace(FIRST, fields=None))), "s", NOW)
    assert (both.pending, both.sections["experience.a"].value) == ((), FIRST.value)


def test_an_entry_that_is_added_settles_nothing_of_another_that_had_its_key() -> None:
    state = transitions.begin(EMPTY, pending("r", FIRST))
    after = transitions.record(state, "experience.a", Sending({"role": "b"}), NOW, "apply")
    assert [pending.request for pending in after.pending] == ["r"]


def test_two_entries_change_keys_at_once_with_what_is_pending_for_them() -> None:
    one = Record({"role": "a"}, NOW, "apply", "1", handle="first")
    two = Record({"role": "b"}, NOW, "apply", "2", handle="second")
    state = replace(EMPTY, sections={"experience.a": one}, pending=(pending("r", FIRST),))
    after = transitions.rekey(state, {"experience.a": "experience.b"}, NOW)
    assert (dict(after.sections), after.pending[0].addresses) == ({"experience.b": one}, ("experience.b",))
    assert dict(
        transitions.rekey(
            replace(after, sections={"experience.b": two}), {"experience.b": "experience.c"}, NOW
        ).sections
    ) == {"experience.c": two}


def test_an_entry_under_the_key_of_another_one_sets_that_one_aside() -> None:
    """Its record was written over, and with it the only knowledge of a job that is on LinkedIn."""
    there = Record({"role": "Chef"}, NOW, "apply", "7", "adopt", "chefs")
    state = Applied("l", 1, "w", "acc", {"experience.b": there})
    for sending in (Sending({"role": "Clerk"}, "8", "file"), Sending({"role": "Clerk"}, handle="clerk")):
        after = transitions.record(state, "experience.b", sending, NOW, "accept")
        assert after.sections["experience.b"].value == {"role": "Clerk"}
        gone = after.forgotten["experience.b-forgotten"]
        assert (gone.value, gone.id, gone.handle) == (there.value, "7", "chefs")
