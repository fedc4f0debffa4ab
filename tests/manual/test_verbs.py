from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace

from reconciler.manual.accept import accept
from reconciler.manual.account import change_account
from reconciler.manual.adopt import adopt, id_from
from reconciler.manual.move import move
from reconciler.manual.remove import remove
from reconciler.manual.resolve import resolve
from reconciler.manual.restore import restore
from reconciler.planning.planner import make_plan
from reconciler.problem import StateError
from reconciler.profile.desired import Desired, Profile, Wanted
from reconciler.state import transitions
from reconciler.state.applied import Applied, Forgotten, Kept, Pending, Record, Sending
from reconciler.state.format import read_state, write_state
from reconciler.values import Plain, members

NOW, LATER = "2026-01-02T03:04:05Z", "2026-02-02T03:04:05Z"
JOB: dict[str, Plain] = {"role": "Founder", "company": "postpress"}
ADD = Pending("r", "k", ("experience.a",), {"experience.a": Sending(JOB, handle="known")}, NOW)
LINKEDIN = "https://www.linkedin.com/in/x"
EMPTY = Applied("l", 1, "w", "acc")


def holding(**records: Record) -> Applied:
    return replace(EMPTY, sections={f"experience.{key}": record for key, record in records.items()})


KNOWN = Record(JOB, NOW, "apply", handle="known")


def test_mv_renames_an_entry_with_its_forgotten_fields() -> None:
    before = replace(holding(a=KNOWN), forgotten={"experience.a.description": Forgotten("x", NOW)})
    after = move(before, "experience.a", "experience.b", LATER)
    assert (after.sections, after.forgotten) == (
        {"experience.b": KNOWN},
        {"experience.b.description": Forgotten("x", NOW)},
    )


def test_mv_takes_a_forgotten_entry_back() -> None:
    before = replace(EMPTY, forgotten={"experience.a": Forgotten(JOB, NOW, "7", "file", handle="known")})
    after = move(before, "experience.a", "experience.b", LATER)
    assert (dict(after.sections), dict(after.forgotten)) == (
        {"experience.b": Record(JOB, LATER, "apply", "7", "file", "known")},
        {},
    )


def test_resolve_applied_records_what_was_sent_with_its_id() -> None:
    after = resolve(replace(EMPTY, pending=(ADD,)), "experience.a", "7", LATER, arrived=True)
    assert (dict(after.sections), after.pending) == (
        {"experience.a": Record(JOB, LATER, "resolve", "7", "resolve", "known")},
        (),
    )


def test_resolve_not_applied_keeps_the_key_for_the_next_attempt() -> None:
    after = resolve(replace(EMPTY, pending=(ADD,)), "experience.a", None, LATER, arrived=False)
    assert (after.pending, dict(after.sections), dict(after.keys)) == ((), {}, {"r": Kept("k", {"experience.a": None})})


def test_resolve_not_applied_ends_a_key_that_was_answered() -> None:
    before = replace(EMPTY, pending=(replace(ADD, answered=True),))
    assert dict(resolve(before, "experience.a", None, LATER, arrived=False).keys) == {}


def test_adopt_reads_the_id_out_of_an_edit_link() -> None:
    link = "https://www.linkedin.com/in/x/details/experience/edit/forms/2400000001/?a=b"
    after = adopt(holding(a=KNOWN), [("experience.a", link)])
    assert after.sections["experience.a"] == replace(KNOWN, id="2400000001", id_by="adopt")


FORM = "/details/experience/edit/forms/7/"


@pytest.mark.parametrize(
    "given",
    [
        *(f"{start}{FORM}" for start in ("…", "", "/in/zoë", "linkedin.com/in/me", "www.linkedin.com/in/me")),
        *(
            f"{start}/in/x{FORM}"
            for start in ("http://linkedin.com", "https://de.linkedin.com", "HTTPS://LinkedIn.com")
        ),
        f"{LINKEDIN}{FORM.rstrip('/')}",
        f"{LINKEDIN}{FORM}#top",
        "7",
    ],
)
def test_adopt_reads_the_same_id_out_of_each_way_to_write_a_link(given: str) -> None:
    assert id_from("experience.a", given) == "7"


@pytest.mark.parametrize("given", ["2400000001", "ACoAAB_x-9.1~2", "bmV3Cg==", "_x", "-x"])
def test_adopt_takes_an_id_of_any_letters_that_are_safe(given: str) -> None:
    assert id_from("experience.a", given) == given


@pytest.mark.parametrize("given", ["new", f"{LINKEDIN}/details/experience/edit/forms/new/"])
def test_adopt_refuses_the_link_of_a_form_that_adds_an_entry(given: str) -> None:
    why = "this is the link of a form that adds an entry; open the pencil of the entry"
    with pytest.raises(StateError, match=why):
        id_from("experience.a", given)


@pytest.mark.parametrize(
    "given",
    [
        *(
            f"https://{host}{FORM}"
            for host in ("evil.com", "linkedin.com.evil.com", "x@evil.com", "evil.com/linkedin.com")
        ),
        *(
            f"{start}{FORM}"
            for start in ("evil.com", "javascript:linkedin.com", "ftp://linkedin.com", "evillinkedin.com")
        ),
        f"https://evil.com/?{LINKEDIN}{FORM}",
        f"{LINKEDIN}/details/experience/edit/forms/７/",
        f"{LINKEDIN}/details/experience/edit/forms/`id`/",
        *(
            "javascript:1",
            "urn:li:1",
            "７",
            "é",
            "7\udcff",
            "7\x00",
            "7\x7f",
            "`id`",
            "'7'",
            '"7"',
            "7 8",
            "7\n",
            "",
            "..",
        ),
    ],
)
def test_adopt_refuses_what_is_neither_an_id_nor_a_link_of_linkedin(given: str) -> None:
    with pytest.raises(StateError, match="no id can be read from"):
        id_from("experience.a", given)


@pytest.mark.parametrize("given", ["URL", "ID", "ID-or-URL", f"{LINKEDIN}/details/experience/edit/forms/ID/"])
def test_adopt_refuses_the_placeholder_of_a_printed_command(given: str) -> None:
    """`state adopt ADDRESS URL`, run just as the plan prints it, recorded the id `URL`."""
    with pytest.raises(StateError, match="no id can be read from"):
        id_from("experience.a", given)


def test_adopt_refuses_two_ids_for_one_entry() -> None:
    """A file that named an address twice gave it the id of its last line."""
    with pytest.raises(StateError, match="two ids are given for it, 7 and 8"):
        adopt(holding(a=KNOWN), [("experience.a", "7"), ("experience.a", "8")])
    assert adopt(holding(a=KNOWN), [("experience.a", "7")] * 2).sections["experience.a"].id == "7"


def test_rm_forgets_without_a_trace() -> None:
    before = replace(holding(a=KNOWN), forgotten={"experience.a.description": Forgotten("x", NOW)})
    assert remove(before, "experience.a") == EMPTY


def test_account_changes_the_account_alone() -> None:
    assert change_account(EMPTY, "acc2") == replace(EMPTY, account_id="acc2")


IN_DOUBT = replace(EMPTY, pending=(ADD,))
REFUSED: list[tuple[str, Callable[[], Applied], str]] = [
    ("mv of doubt", lambda: move(IN_DOUBT, "experience.a", "experience.b", NOW), "in doubt"),
    ("mv onto doubt", lambda: move(IN_DOUBT, "experience.b", "experience.a", NOW), "in doubt"),
    ("mv across", lambda: move(holding(a=KNOWN), "experience.a", "education.a", NOW), "another section"),
    ("mv of nothing", lambda: move(EMPTY, "experience.a", "experience.b", NOW), "holds nothing"),
    ("mv onto one", lambda: move(holding(a=KNOWN, b=KNOWN), "experience.a", "experience.b", NOW), "of that key"),
    ("mv to itself", lambda: move(holding(a=KNOWN), "experience.a", "experience.a", NOW), "the same"),
    ("mv of a section", lambda: move(EMPTY, "headline", "summary", NOW), "not an entry"),
    ("rm of doubt", lambda: remove(IN_DOUBT, "experience.a"), "in doubt"),
    ("rm of nothing", lambda: remove(EMPTY, "headline"), "holds nothing"),
    ("rm of all", lambda: remove(EMPTY, "experience"), "a whole section"),
    ("adopt in doubt", lambda: adopt(IN_DOUBT, [("experience.a", "7")]), "in doubt"),
    ("adopt nothing", lambda: adopt(EMPTY, [("experience.a", "7")]), "holds nothing"),
    (
        "adopt a wrong link",
        lambda: adopt(holding(a=KNOWN), [("experience.a", "https://x/y")]),
        "no id can be read",
    ),
    (
        "adopt of the other section",
        lambda: adopt(holding(a=KNOWN), [("experience.a", f"{LINKEDIN}/details/education/edit/forms/7/")]),
        "link of an education",
    ),
    (
        "adopt of another's id",
        lambda: adopt(holding(a=KNOWN, b=replace(KNOWN, id="7")), [("experience.a", "7")]),
        "is that of experience.b",
    ),
    ("resolve without doubt", lambda: resolve(EMPTY, "headline", None, NOW, arrived=True), "not in doubt"),
    ("account of its own", lambda: change_account(EMPTY, "acc"), "already"),
]


@pytest.mark.parametrize(("attempt", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_verb_refuses_what_makes_no_sense(attempt: Callable[[], Applied], why: str) -> None:
    with pytest.raises(StateError, match=why):
        attempt()


def test_restore_takes_the_newer_state_and_refuses_an_older_or_foreign_one() -> None:
    newer = replace(holding(a=KNOWN), serial=3, write="w3")
    assert restore(EMPTY, newer, "f") == replace(newer, serial=2)
    with pytest.raises(StateError, match="serial 1, the state has 3"):
        restore(newer, EMPTY, "f")
    with pytest.raises(StateError, match="another state"):
        restore(EMPTY, replace(newer, lineage="other"), "f")


def test_restore_settles_what_is_pending_still() -> None:
    current = replace(EMPTY, serial=5, pending=(ADD,))
    rescued = replace(holding(a=KNOWN), serial=4, write="w4")
    after = restore(current, rescued, "f")
    assert (dict(after.sections), after.pending, after.serial) == ({"experience.a": KNOWN}, (), 5)


def accepted(state: Applied, addresses: tuple[str, ...], **wanted: Plain) -> Applied:
    profile = Profile(
        "p.yaml",
        "0" * 64,
        Desired(
            "acc", {f"experience.{key}": Wanted(value, place) for place, (key, value) in enumerate(wanted.items())}
        ),
    )
    plan = make_plan(profile, state, "p.state.json", "0")
    return accept(state, plan, profile.desired.wanted, addresses, LATER).applied


def test_accept_of_one_of_two_entries_that_change_keys_keeps_the_other() -> None:
    other: Plain = {"role": "Author", "company": "elsewhere"}
    before = holding(a=KNOWN, b=Record(other, NOW, "apply"))
    after = accepted(before, ("experience.a",), a=other, b=JOB)
    assert {address: record.value for address, record in after.sections.items()} == {
        "experience.a": other,
        "experience.b": JOB,
    }


def test_accept_of_an_entry_that_got_another_key_forgets_the_one_that_had_it() -> None:
    other: Plain = {"role": "Author", "company": "elsewhere"}
    before = holding(a=KNOWN, b=Record(other, NOW, "apply"))
    after = accepted(before, ("experience.a",), a=other)
    assert {address: record.value for address, record in after.sections.items()} == {"experience.a": other}
    assert {address: record.value for address, record in after.forgotten.items()} == {"experience.a-forgotten": JOB}


def test_accept_refuses_what_is_in_doubt_under_another_key() -> None:
    with pytest.raises(StateError, match=r"experience\.a, which is in doubt"):
        accepted(IN_DOUBT, ("experience.b",), b=JOB)
    edit = Pending("r", "k", ("experience.a",), {"experience.a": Sending(JOB, "7", notify_network=True)}, NOW)
    wanted = {"experience.b": Wanted({}, 0, "7")}
    plan = make_plan(Profile("p", "0", Desired("acc", wanted)), replace(EMPTY, pending=(edit,)), "s", "0")
    with pytest.raises(StateError, match=r"experience\.a, which is in doubt"):
        accept(replace(EMPTY, pending=(edit,)), plan, wanted, ("experience.b",), LATER)


def test_rm_takes_out_what_is_only_unknown() -> None:
    pending = Pending("r", "k", ("headline", "summary"), {"headline": Sending("x"), "summary": Sending("y")}, NOW)
    after = remove(replace(EMPTY, pending=(pending,)), "headline")
    assert after == replace(
        EMPTY, pending=(replace(pending, addresses=("summary",), sections={"summary": Sending("y")}),)
    )


UNSURE = Pending("r", "k", ("headline",), {"headline": Sending("x")}, NOW)
LOST = Pending("r", "k", ("experience.a",), {}, NOW)
EDIT = Pending("r", "k", ("experience.a",), {"experience.a": Sending(JOB, "7", notify_network=True)}, NOW)
MORE: list[tuple[str, Callable[[], Applied], str]] = [
    ("accept of nothing", lambda: accepted(EMPTY, ("experience.z",), a=JOB), "holds nothing there"),
    (
        "accept of a section that the file does not hold",
        lambda: accepted(EMPTY, ("education",), a=JOB),
        "whole section",
    ),
    ("accept of no section", lambda: accepted(EMPTY, ("nope",), a=JOB), "no section 'nope'"),
    (
        "adopt over an applied id",
        lambda: adopt(holding(a=replace(KNOWN, id="7", id_by="file")), [("experience.a", "8")]),
        "its id is 7, and was applied with it",
    ),
    (
        "resolve of what is sent again anyway",
        lambda: resolve(replace(EMPTY, pending=(UNSURE,)), "headline", None, NOW, arrived=True),
        "the next apply sends it again",
    ),
    (
        "resolve of what is not known",
        lambda: resolve(replace(EMPTY, pending=(LOST,)), "experience.a", None, NOW, arrived=True),
        "state does not say what was sent",
    ),
    (
        "resolve with another id than the edit's",
        lambda: resolve(replace(EMPTY, pending=(EDIT,)), "experience.a", "8", NOW, arrived=True),
        "it was sent as an edit of 7",
    ),
    (
        "resolve with an id that is taken",
        lambda: resolve(
            replace(holding(b=replace(KNOWN, id="7")), pending=(ADD,)), "experience.a", "7", NOW, arrived=True
        ),
        "the id 7 is that of experience.b",
    ),
    *(
        (f"an account {given!r}", partial(change_account, EMPTY, given), "this is not an account id")
        for given in ("acc\udcff", "acc\x00", "a\nb")
    ),
    ("an empty account", lambda: change_account(EMPTY, " "), "cannot be empty"),
]


@pytest.mark.parametrize(("attempt", "why"), [row[1:] for row in MORE], ids=[row[0] for row in MORE])
def test_a_verb_says_why_it_refuses(attempt: Callable[[], Applied], why: str) -> None:
    with pytest.raises(StateError, match=why):
        attempt()


def test_restore_of_what_is_there_already_is_done() -> None:
    """Where only the folder's fsync had failed, the state was in place, and what apply said to run exited 1."""
    assert restore(EMPTY, replace(EMPTY, source=None), "f") == EMPTY


def test_restore_where_there_is_no_state_keeps_the_serial() -> None:
    assert restore(None, replace(EMPTY, serial=4), "f").serial == 3


def test_resolve_applied_of_an_edit_keeps_the_id_that_it_was_sent_with() -> None:
    after = resolve(replace(EMPTY, pending=(EDIT,)), "experience.a", "7", LATER, arrived=True)
    assert (after.sections["experience.a"].id, after.pending) == ("7", ())


def test_accept_records_a_section_and_keeps_the_id_of_an_entry() -> None:
    before = holding(a=replace(KNOWN, id="7", id_by="adopt"))
    after = accepted(before, ("experience.a",), a={**JOB, "description": "by hand"})
    known = after.sections["experience.a"]
    assert (known.value, known.id, known.id_by, known.by) == (
        {**JOB, "description": "by hand"},
        "7",
        "adopt",
        "accept",
    )
    wanted = {"headline": Wanted("x", 0)}
    plan = make_plan(Profile("p", "0", Desired("acc", wanted)), EMPTY, "s", "0")
    assert accept(EMPTY, plan, wanted, ("headline",), LATER).applied.sections["headline"].value == "x"


def test_rm_of_a_forgotten_field_leaves_its_entry_and_what_is_pending() -> None:
    kept = replace(holding(a=replace(KNOWN, id="7")), pending=(UNSURE,))
    before = replace(kept, forgotten={"experience.a.description": Forgotten("x", NOW)})
    assert remove(before, "experience.a.description") == kept


def test_resolve_applied_without_an_id_knows_none() -> None:
    after = resolve(replace(EMPTY, pending=(ADD,)), "experience.a", None, LATER, arrived=True)
    assert after.sections["experience.a"].id is None


def test_restore_leaves_pending_what_was_sent_after_the_rescue_file_was_written() -> None:
    old, new = Record("old", NOW, "apply"), Pending("r2", "k", ("headline",), {"headline": Sending("new")}, LATER)
    current = replace(EMPTY, serial=5, sections={"headline": old}, pending=(ADD, new))
    rescued = replace(EMPTY, serial=5, write="w5", sections={"headline": old, "experience.a": KNOWN})
    after = restore(current, rescued, "f")
    assert (dict(after.sections), after.pending) == ({"headline": old, "experience.a": KNOWN}, (new,))
    with pytest.raises(StateError, match="it was written since"):
        restore(replace(current, pending=(new, LOST)), replace(rescued, sections={"headline": old}), "f")


def test_restore_of_an_older_rescue_file_leaves_uncertain_what_was_sent_to_the_same_place_since() -> None:
    first = Pending("r1", "k", ("headline",), {"headline": Sending("one")}, NOW)
    second = Pending("r2", "k", ("headline",), {"headline": Sending("two")}, LATER)
    current = replace(EMPTY, serial=5, pending=(first, second))
    rescued = replace(EMPTY, serial=4, write="w4", sections={"headline": Record("one", NOW, "apply")})
    after = restore(current, rescued, "f")
    assert (dict(after.sections), after.pending) == ({"headline": Record("one", NOW, "apply")}, (second,))
    newer = replace(EMPTY, serial=5, write="w5", sections={"headline": Record("two", LATER, "apply")})
    last = restore(after, newer, "f")
    assert (dict(last.sections), last.pending) == ({"headline": Record("two", LATER, "apply")}, ())


SENT = Sending({**JOB, "description": "1", "location": "Bern"}, "7", "file", ("role", "description"))
UNCLEAR = Pending("e", "k", ("experience.a",), {"experience.a": SENT}, LATER)
RESCUED = replace(holding(a=Record(SENT.value, LATER, "apply", "7", "file")), serial=4, write="w4")


def test_restore_of_an_edit_records_what_is_uncertain_still_and_leaves_what_was_applied_since() -> None:
    """A whole older record was put over a newer one: what had been applied since was not known any more."""
    newer = Record({**JOB, "role": "Author", "location": "Rome"}, LATER, "apply", "7", "file", "known")
    rest = replace(UNCLEAR, sections={"experience.a": replace(SENT, fields=("description",))})
    after = restore(replace(holding(a=newer), serial=6, pending=(rest,)), RESCUED, "f")
    known = after.sections["experience.a"]
    assert (known, after.pending) == (replace(newer, value={**members(newer.value), "description": "1"}), ())


def test_restore_of_an_edit_of_an_entry_that_left_since_brings_what_was_forgotten_up_to_date() -> None:
    """The entry stood in state twice, and came back later as it had been before the edit."""
    left = Forgotten(JOB, LATER, "7", "file", handle="known")
    gone = {"experience.a": left, "experience.a.description": Forgotten("0", NOW)}
    after = restore(replace(EMPTY, serial=6, forgotten=gone, pending=(UNCLEAR,)), RESCUED, "f")
    assert (dict(after.sections), after.pending) == ({}, ())
    assert dict(after.forgotten) == {"experience.a": replace(left, value={**JOB, "description": "1"})}


def test_adopt_of_another_id_lets_go_of_what_is_uncertain_about_the_former() -> None:
    """It stayed pending for ever: no entry had that id any more."""
    state = replace(holding(a=replace(KNOWN, id="7", id_by="adopt")), pending=(UNCLEAR,))
    assert adopt(state, [("experience.a", "8")]).pending == ()
    other = replace(state, forgotten={"experience.b": Forgotten(JOB, NOW, "9", "adopt")})
    swapped = adopt(other, [("experience.a", "9"), ("experience.b", "7")])
    assert swapped.pending == (UNCLEAR,)


def test_what_a_person_vouched_for_is_said_to_be_so_when_it_comes_back() -> None:
    """State said of it that an apply had confirmed it, though nothing was ever sent."""
    vouched = Record(JOB, NOW, "accept", handle="known")
    gone = transitions.forget(holding(a=vouched), "experience.a", NOW)
    assert read_state(write_state(gone), "p.state.json").forgotten["experience.a"].by == "accept"
    assert transitions.rekey(gone, {"experience.a": "experience.a"}, NOW).sections["experience.a"] == vouched


def test_adopt_corrects_two_ids_that_were_changed_round_in_one_go() -> None:
    first, second = replace(KNOWN, id="1", id_by="adopt"), replace(KNOWN, id="2", id_by="adopt")
    after = adopt(holding(a=first, b=second), [("experience.a", "2"), ("experience.b", "1")])
    assert {address: record.id for address, record in after.sections.items()} == {
        "experience.a": "2",
        "experience.b": "1",
    }


def test_a_rescue_file_that_does_not_fit_names_a_command_that_records_one_address() -> None:
    """It said `reconciler state accept`, which records as live all that the plan cannot send."""
    current = replace(EMPTY, serial=5, sections={"headline": Record("old", NOW, "apply")})
    with pytest.raises(StateError) as error:
        restore(current, replace(EMPTY, serial=4, write="w4"), "f")
    assert error.value.problems[0].command == ("state", "accept", "ADDRESS")
