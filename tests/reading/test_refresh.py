"""What a read teaches, and what it never does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.address import is_entry
from reconciler.profile.desired import Wanted
from reconciler.reading.compare import compare
from reconciler.reading.findings import Comparison, Finding
from reconciler.reading.refresh import Learned, record_seen
from reconciler.reading.seen import Unseen, seen_from_answer
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending
from reconciler.state.format import read_state, write_state
from reconciler.state.queries import holdings, in_doubt

START = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
UUID = "00000000-0000-4000-8000-000000000000"
JOB: dict[str, Any] = {
    "role": "Chef",
    "company": "Beta",
    "description": "cooks",
    "seniority": {"start_date": {"month": 3, "year": 2020}},
    "skills": ["Knives"],
}
SHOWN_JOB: dict[str, Any] = {
    "id": "77",
    "position": "Chef",
    "company": "Beta",
    "description": "cooks",
    "skills": ["Knives"],
    "start": "3/1/2020",
    "end": None,
}
SECTIONS: dict[str, Any] = {"headline": "Hello", "summary": "One.\n\nTwo.\n", "skills": ["Go", "Python"]}
ANSWER: dict[str, Any] = {
    "headline": "Hello",
    "summary": "One.\n\nTwo.",
    "skills": [{"name": "Python"}, {"name": "Go"}],
    "work_experience": [SHOWN_JOB],
    "education": [],
    "location": "Lyon",
}


def time(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def state(**sections: Any) -> Applied:  # noqa: ANN401 - any plain data
    """A state that an apply wrote at minute 0: `a_b` stands for a.b."""
    values = {
        address.replace("__", "."): value for address, value in (sections or {**SECTIONS, "experience__b": JOB}).items()
    }
    records = {address: Record(value, time(0), "apply") for address, value in values.items()}
    return Applied("l", 1, "w", "acc", records)


def read(applied: Applied, answer: dict[str, Any], minutes: float) -> tuple[Applied, Learned, Comparison]:
    seen = seen_from_answer(answer, time(minutes))
    comparison = compare(applied, applied.sections.keys(), seen)
    following, learned = record_seen(applied, comparison, seen)
    return following, learned, comparison


def findings(comparison: Comparison, *left_out: Finding) -> dict[str, str]:
    quiet = {Finding.SAME, *left_out}
    return {
        compared.address: compared.finding.value for compared in comparison.compared if compared.finding not in quiet
    }


def test_what_was_applied_is_the_same_three_times() -> None:
    applied = state()
    for minutes in (20, 40, 60):
        applied, learned, comparison = read(applied, ANSWER, minutes)
        assert findings(comparison) == {}
        assert learned.ids == ((("experience.b", "77"),) if minutes == 20 else ())
        assert (learned.values, learned.arrived, learned.not_arrived) == ((), (), ())


def test_a_change_in_the_browser_is_recorded() -> None:
    applied, learned, _ = read(state(), {**ANSWER, "headline": "Bye"}, 20)
    assert applied.sections["headline"].value == "Bye"
    assert applied.sections["headline"].by == "refresh"
    assert [compared.address for compared in learned.values] == ["headline"]


def test_layout_alone_keeps_the_value() -> None:
    applied, learned, comparison = read(state(), {**ANSWER, "summary": "One. Two."}, 20)
    assert findings(comparison) == {"summary": "layout"}
    assert applied.sections["summary"].value == "One.\n\nTwo.\n"
    assert learned.values == ()


def test_what_was_applied_just_now_is_not_undone_by_a_slow_platform() -> None:
    applied, learned, comparison = read(state(), {**ANSWER, "headline": "Old"}, 9)
    assert findings(comparison) == {"headline": "not-seen-yet"}
    assert applied.sections["headline"].value == "Hello"
    assert learned.values == ()


def test_throttled_all_over_changes_nothing() -> None:
    applied = state()
    answer = {"throttled_sections": ["about", "experience", "education", "skills"], "work_experience": [], "skills": []}
    following, learned, comparison = read(applied, answer, 20)
    assert following is applied
    assert learned.is_empty
    assert set(findings(comparison).values()) == {"not-seen"}


def test_empty_is_doubtful_until_a_second_read_agrees() -> None:
    answer = {**ANSWER, "summary": ""}
    applied, learned, comparison = read(state(), answer, 20)
    assert findings(comparison) == {"summary": "not-seen"}
    applied, learned, _ = read(applied, answer, 25)
    assert learned.values == ()
    applied, learned, _ = read(applied, answer, 31)
    assert [compared.address for compared in learned.values] == ["summary"]
    assert applied.sections["summary"].value == ""


def test_a_list_of_skills_that_is_cut_short_is_not_empty() -> None:
    known = state(skills=["Python"])
    cut_short = {**ANSWER, "skills": [], "skills_total_count": 40}
    applied, _, comparison = read(known, cut_short, 20)
    assert findings(comparison) == {"skills": "not-seen"}
    assert comparison.missed[0].why is Unseen.TRUNCATED
    _, learned, comparison = read(applied, {**ANSWER, "skills": [], "skills_total_count": 0}, 31)
    assert (learned.values, comparison.missed[0].why) == ((), Unseen.DOUBTFUL)


def test_an_entry_that_is_not_shown_stays_known() -> None:
    other = {**SHOWN_JOB, "id": "78", "position": "Clerk"}
    applied, learned, comparison = read(state(), {**ANSWER, "work_experience": [other]}, 20)
    assert findings(comparison) == {"experience.b": "not-shown"}
    assert applied.sections["experience.b"].value == JOB
    assert learned.is_empty


def test_a_truncated_list_says_nothing_of_what_it_lacks() -> None:
    other = {**SHOWN_JOB, "id": "78", "position": "Clerk"}
    answer = {**ANSWER, "work_experience": [other], "work_experience_total_count": 2}
    assert findings(read(state(), answer, 20)[2]) == {"experience.b": "not-seen"}


def test_fields_of_an_entry_that_changed_are_recorded() -> None:
    job = {**SHOWN_JOB, "position": "Chef", "description": "cooks well", "start": "3/1/2020", "end": "6/1/2024"}
    applied, learned, comparison = read(state(), {**ANSWER, "work_experience": [job]}, 20)
    assert findings(comparison) == {
        "experience.b.description": "changed",
        "experience.b.seniority.end_date": "changed",
    }
    assert applied.sections["experience.b"].value == {
        **JOB,
        "description": "cooks well",
        "seniority": {"start_date": {"month": 3, "year": 2020}, "end_date": {"month": 6, "year": 2024}},
    }
    assert learned.unsure == ()


def test_a_month_that_is_not_shown_is_not_recorded() -> None:
    job = {**SHOWN_JOB, "end": "2024"}
    applied, learned, _ = read(state(), {**ANSWER, "work_experience": [job]}, 20)
    assert applied.sections["experience.b"].value == JOB
    assert [compared.address for compared in learned.unsure] == ["experience.b.seniority.end_date"]


@pytest.mark.parametrize(("company_id", "finding"), [("5", {}), (None, {"experience.b.company": "renamed"})])
def test_a_canonical_name_is_no_drift(company_id: str | None, finding: dict[str, str]) -> None:
    known = {**JOB, "company_id": "5"} if company_id else JOB
    answer = {**ANSWER, "work_experience": [{**SHOWN_JOB, "company": "Beta GmbH", "company_id": "5"}]}
    applied = state(experience__b=known)
    applied = replace(applied, sections={"experience.b": replace(applied.sections["experience.b"], id="77")})
    following, _, comparison = read(applied, answer, 20)
    assert findings(comparison) == finding
    assert following.sections["experience.b"].value == known


def test_skills_there_besides_are_listed_and_one_that_is_missing_is_drift() -> None:
    answer = {**ANSWER, "skills": [{"name": "Python"}, {"name": "Zig"}]}
    applied, _, comparison = read(state(), answer, 20)
    assert comparison.more_skills == ("Zig",)
    assert findings(comparison) == {"skills": "changed"}
    assert applied.sections["skills"].value == ["Python"]


def test_a_skill_with_its_canonical_name_is_renamed() -> None:
    answer = {**ANSWER, "skills": [{"name": "Python (Programming Language)"}, {"name": "Go"}]}
    assert findings(read(state(), answer, 20)[2]) == {"skills": "renamed"}


def test_of_skills_one_that_is_missing_is_drift_and_one_renamed_keeps_its_name() -> None:
    """With another one missing, a canonical name took the place of the one that was applied (episode 5251)."""
    answer = {**ANSWER, "skills": [{"name": "Python (Programming Language)"}]}
    applied, _, comparison = read(state(), answer, 20)
    assert findings(comparison) == {"skills": "changed"}
    assert applied.sections["skills"].value == ["Python"]
    assert findings(read(applied, ANSWER, 40)[2]) == {}


def test_a_location_that_changed_is_not_known_any_more() -> None:
    applied, _, _ = read(state(location={"id": "1"}), ANSWER, 20)
    assert applied.sections["location"].seen is not None
    applied, _, comparison = read(applied, ANSWER, 40)
    assert findings(comparison) == {}
    applied, learned, comparison = read(applied, {**ANSWER, "location": "Bern"}, 60)
    assert findings(comparison) == {"location": "changed"}
    assert "location" not in applied.sections
    assert [compared.address for compared in learned.values] == ["location"]


def test_an_older_archive_undoes_nothing() -> None:
    applied = state()
    seen = replace(seen_from_answer({**ANSWER, "headline": "Old"}, time(-600)), source="archive")
    comparison = compare(applied, applied.sections.keys(), seen)
    assert findings(comparison) == {"headline": "not-seen-yet"}
    following, learned = record_seen(applied, comparison, seen)
    assert following.sections["headline"].value == "Hello"
    assert learned.values == ()


def test_an_unknown_outcome_is_settled_where_it_is_shown() -> None:
    sending = Pending("r", "k", ("headline",), {"headline": Sending("New")}, time(1))
    applied = replace(state(), pending=(sending,))
    following, learned, _ = read(applied, {**ANSWER, "headline": "New"}, 3)
    assert following.pending == ()
    assert following.sections["headline"].value == "New"
    assert learned.arrived == ("headline",)
    assert read(applied, ANSWER, 30)[0].pending == (sending,)


@pytest.mark.parametrize(
    ("address", "sent"),
    [("summary", ""), ("skills", ["Go"]), ("skills", ["Go", "Python", "Knives"])],
    ids=["empty, as where there is none", "fewer, all shown before", "one more, which a job has"],
)
def test_what_may_be_as_it_was_before_settles_nothing(address: str, sent: Any) -> None:  # noqa: ANN401 - any plain data
    sending = Pending("r", "k", (address,), {address: Sending(sent)}, time(1))
    applied = replace(state(), pending=(sending,))
    answer = {**ANSWER, "summary": "", "skills": [{"name": name} for name in ("Go", "Python", "Knives")]}
    assert read(applied, answer, 30)[0].pending == (sending,)


def test_a_skill_that_a_job_has_is_not_known_as_sent_to_the_skills() -> None:
    seen = seen_from_answer({**ANSWER, "skills": [{"name": "Knives"}, {"name": "Go"}]}, time(0))
    applied, new = Applied("l", 1, "w", "acc"), {"skills": Wanted(["Go", "Knives"], 0)}
    assert record_seen(applied, compare(applied, [], seen, new), seen)[0].sections["skills"].value == ["Go"]


def test_what_the_file_wants_and_linkedin_shows_is_known_after_the_first_read() -> None:
    new = {
        "headline": Wanted("Mine", 0),
        "skills": Wanted(["Python", "Cobol"], 1),
        "experience.b": Wanted({**JOB, "description": "cooks well", "presence": "REMOTE"}, 2),
        "experience.c": Wanted({"role": "Clerk", "company": "Bank"}, 3),
    }
    applied = Applied("l", 1, "w", "acc")
    seen = seen_from_answer(ANSWER, time(0))
    following, learned = record_seen(applied, compare(applied, new.keys(), seen, new), seen)
    assert learned.found == ("headline", "skills", "experience.b")
    assert following.sections["headline"].value == "Hello"
    assert following.sections["skills"].value == ["Python"]
    assert following.sections["experience.b"].value == JOB
    assert following.sections["experience.b"].id == "77"


def test_skills_that_arrived_are_known_as_sent_also_those_that_a_job_has() -> None:
    """The same read then took away what a job has, since state had known nothing there (episode 5227)."""
    pending = Pending("r", "k", ("skills",), {"skills": Sending(["Go", "Knives"])}, time(0))
    applied = Applied("l", 1, "w", "acc", pending=(pending,))
    seen = seen_from_answer({**ANSWER, "skills": [{"name": "Knives"}, {"name": "Go"}]}, time(20))
    new = {"skills": Wanted(["Go", "Knives"], 0)}
    following, learned = record_seen(applied, compare(applied, [], seen, new), seen)
    assert (following.pending, learned.arrived, learned.found) == ((), ("skills",), ())
    assert following.sections["skills"].value == ["Go", "Knives"]


# An Add in doubt


def doubtful(**more: Any) -> Applied:  # noqa: ANN401 - any plain data
    sending = Sending({**JOB, **more})
    pending = Pending(UUID, UUID, ("experience.c",), {"experience.c": sending}, time(0))
    return Applied("l", 1, "w", "acc", {"headline": Record("Hello", time(0), "apply")}, pending=(pending,))


def test_an_add_in_doubt_that_is_shown_arrived() -> None:
    applied, learned, _ = read(doubtful(), ANSWER, 2)
    assert in_doubt(applied) == ()
    record = applied.sections["experience.c"]
    assert (record.id, record.id_by, record.by) == ("77", "refresh", "refresh")
    assert learned.arrived == ("experience.c",)


def test_an_add_in_doubt_did_not_arrive_where_two_complete_reads_do_not_show_it() -> None:
    other = {**ANSWER, "work_experience": [{**SHOWN_JOB, "position": "Clerk"}]}
    applied = doubtful()
    for minutes in (5, 9):  # too soon to count as the first
        applied, learned, _ = read(applied, other, minutes)
        assert in_doubt(applied) == ("experience.c",)
    for minutes in (12, 21):
        applied, learned, _ = read(applied, other, minutes)
        assert in_doubt(applied) == ("experience.c",)
    applied, learned, _ = read(applied, other, 23)
    assert in_doubt(applied) == ()
    assert learned.not_arrived == ("experience.c",)
    assert applied.reads is not None
    assert "experience.c" in applied.reads.absent  # the plan says so of the Add that it shows


@pytest.mark.parametrize(
    "answer",
    [
        {**ANSWER, "work_experience": []},
        {**ANSWER, "work_experience": [], "throttled_sections": ["experience"]},
        {**ANSWER, "work_experience": [{**SHOWN_JOB, "position": "Clerk"}], "work_experience_total_count": 2},
        {**ANSWER, "work_experience": [{**SHOWN_JOB, "start": None}]},
        {key: value for key, value in ANSWER.items() if key != "work_experience"},
    ],
    ids=["empty", "throttled", "truncated", "without its start", "missing"],
)
def test_a_read_that_proves_nothing_leaves_an_add_in_doubt(answer: dict[str, Any]) -> None:
    applied = doubtful()
    for minutes in (20, 40, 60, 80):
        applied, learned, _ = read(applied, answer, minutes)
        assert in_doubt(applied) == ("experience.c",)
        assert learned.not_arrived == ()


# Laws

TEXTS = st.sampled_from(["", "Hello", "Bye", "One.\n\nTwo.", "One. Two."])
DATES = st.sampled_from([None, "3/1/2020", "2020", "1/1/2020", "4/1/2021", "x"])
JOBS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["77", "78", None, 5]),
        "position": st.sampled_from(["Chef", "Clerk", ""]),
        "company": st.sampled_from(["Beta", "Bank"]),
        "description": TEXTS,
        "skills": st.sampled_from([[], ["Knives"], None, "x"]),
        "start": DATES,
        "end": DATES,
    },
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "headline": TEXTS,
        "summary": TEXTS,
        "skills": st.lists(st.sampled_from(["Go", "Python", "Zig"]).map(lambda name: {"name": name}), max_size=3),
        "work_experience": st.lists(JOBS, max_size=3),
        "work_experience_total_count": st.integers(0, 3),
        "throttled_sections": st.lists(st.sampled_from(["about", "experience", "skills"]), max_size=2),
        "location": st.sampled_from(["Lyon", "Bern"]),
    },
)
VALUES = st.fixed_dictionaries(
    {"role": st.sampled_from(["Chef", "Clerk"]), "company": st.sampled_from(["Beta", "Bank"])},
    optional={
        "description": TEXTS,
        "seniority": st.sampled_from([JOB["seniority"], {"start_date": {"month": 4, "year": 2021}}]),
    },
)


@st.composite
def states(draw: st.DrawFn) -> Applied:
    sections: dict[str, Any] = {
        "headline": "Hello",
        "summary": "One.\n\nTwo.",
        "skills": ["Go"],
        "location": {"id": "1"},
    }
    records = {
        address: Record(value, time(draw(st.integers(-30, 30))), "apply")
        for address, value in sections.items()
        if draw(st.booleans())
    }
    for key in ("a", "b"):
        if draw(st.booleans()):
            entry_id = draw(st.sampled_from([None, "77", "78"]))
            taken = {record.id for record in records.values()}
            entry_id = None if entry_id in taken else entry_id
            records[f"experience.{key}"] = Record(
                draw(VALUES), time(0), "apply", entry_id, "file" if entry_id else None
            )
    forgotten = {"experience.f": Forgotten(draw(VALUES), time(0))} if draw(st.booleans()) else {}
    pending: tuple[Pending, ...] = ()
    if draw(st.booleans()):
        sending = Sending(draw(VALUES))
        pending = (Pending(UUID, UUID, ("experience.c",), {"experience.c": sending}, time(draw(st.integers(-30, 30)))),)
    return Applied("l", 1, "w", "acc", records, forgotten, pending)


@given(states(), st.lists(st.tuples(ANSWERS, st.integers(0, 25)), min_size=1, max_size=4))
def test_laws_of_refresh(applied: Applied, reads: list[tuple[dict[str, Any], int]]) -> None:
    minutes = 0
    for answer, wait in reads:
        minutes += wait
        following, learned, _ = read(applied, answer, minutes)
        read_state(write_state(replace(following, serial=1)), "state")  # it can be read
        again, nothing, _ = read(following, answer, minutes)
        assert again == following, "refresh twice is refresh once"
        assert nothing.ids == () or nothing == learned
        _hold(applied, following, minutes)
        applied = following


def _hold(before: Applied, after: Applied, minutes: float) -> None:
    entries = {address for address in before.sections if is_entry(address)}
    assert entries <= after.sections.keys(), "no read removes an entry"
    assert before.forgotten.keys() == after.forgotten.keys(), "no read forgets"
    for address, record in before.sections.items():
        following = after.sections.get(address)
        if following is not None and following.value != record.value and record.by == "apply":
            applied_at = datetime.fromisoformat(record.applied_at)
            assert START + timedelta(minutes=minutes) - applied_at >= timedelta(minutes=10), "newer knowledge is kept"
        if following is not None and record.id is not None:
            assert following.id == record.id, "no record loses its id"
    ids = [known.id for known in holdings(after).values() if known.id is not None]
    assert len(ids) == len(set(ids)), "no id is two entries'"
    left = [pending for pending in before.pending if pending not in after.pending]
    for pending in left:
        shown = "experience.c" in after.sections
        waited = START + timedelta(minutes=minutes) - datetime.fromisoformat(pending.sent_at) >= timedelta(minutes=20)
        assert shown or waited, "an Add is not taken for lost too early"
