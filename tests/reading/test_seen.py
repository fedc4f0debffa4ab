"""What is taken over of an answer, and what is not."""

from typing import Any

import pytest

from reconciler.readable import READABLE_SECTIONS, UNREADABLE_FIELDS
from reconciler.reading.dates import SeenDate
from reconciler.reading.seen import Completeness, Unseen, seen_from_answer, shows_no_section
from reconciler.spec import BY_NAME, ENTRY_SECTIONS

NOW = "2026-01-01T00:00:00Z"
ANSWER: dict[str, Any] = {
    "object": "UserProfile",
    "provider_id": "ACoAAFIXTURE1",
    "first_name": "Mira",
    "email": "mira@example.com",
    "headline": "Kelp logistics",
    "summary": "I move fragile things slowly.\n\n- Cold chain\n- Harbours",
    "is_self": True,
    "location": "Lyon, France",
    "is_open_to_work": False,
    "profile_picture_url_large": "https://media.example/image/v2/PHOTO1/shrink_800_800/0?e=1&t=x",
    "work_experience": [
        {
            "id": "9000000002",
            "position": "Operations Lead",
            "company_id": "90000011",
            "company": "Northwind Kelp",
            "location": "Lyon, France · On-site",
            "description": "- Cut spoilage",
            "skills": ["Cold chain"],
            "start": "11/1/2021",
            "end": None,
        },
        {"position": "Harbour Analyst", "company": "Bay Port", "skills": [], "start": "2/1/2018", "end": "10/1/2021"},
    ],
    "work_experience_total_count": 2,
    "education": [{"id": "900000101", "school": "Institute of Invented Seas", "start": None, "end": None}],
    "education_total_count": 1,
    "skills": [{"name": "Cold chain", "endorsement_count": 4}],
    "skills_total_count": 1,
    "throttled_sections": [],
}


def test_a_whole_answer() -> None:
    seen = seen_from_answer(ANSWER, NOW)
    assert seen.sections == {"headline": "Kelp logistics", "summary": ANSWER["summary"], "skills": ["Cold chain"]}
    assert seen.skills_are_complete
    lead, analyst = seen.entries["experience"].entries
    assert (lead.id, analyst.id) == ("9000000002", None)
    assert lead.fields["role"] == "Operations Lead"
    assert lead.fields["location"] == "Lyon, France"
    assert (lead.start, lead.end) == (SeenDate("11/1/2021", 2021, 11, 1), None)
    assert analyst.fields["description"] is Unseen.MISSING
    assert seen.entries["education"].completeness is Completeness.COMPLETE
    assert seen.marks == {
        "location": "Lyon, France",
        "picture": "https://media.example/image/v2/PHOTO1/shrink_800_800/0",
        "open_to_work": "false",
    }


def test_names_and_mail_are_dropped() -> None:
    assert "mira" not in repr(seen_from_answer(ANSWER, NOW)).casefold()


@pytest.mark.parametrize(
    "name", ["experience", "linkedin_experience", "experience_preview", "linkedin_experience_preview"]
)
def test_a_throttled_section_is_not_empty(name: str) -> None:
    seen = seen_from_answer({**ANSWER, "work_experience": [], "throttled_sections": [name]}, NOW)
    assert seen.entries["experience"].completeness is Completeness.THROTTLED
    assert seen.entries["education"].completeness is Completeness.COMPLETE


def test_about_throttled_is_a_summary_not_seen() -> None:
    seen = seen_from_answer({**ANSWER, "summary": "", "throttled_sections": ["about"]}, NOW)
    assert seen.sections["summary"] is Unseen.THROTTLED


def test_an_absent_key_is_missing() -> None:
    seen = seen_from_answer({}, NOW)
    assert set(seen.sections.values()) == {Unseen.MISSING}
    assert {section.completeness for section in seen.entries.values()} == {Completeness.MISSING}
    assert shows_no_section({"headline": "x"})
    assert not shows_no_section({"skills": []})


@pytest.mark.parametrize("total", [3, "2", True, 2.0])
def test_more_counted_than_shown_is_truncated(total: Any) -> None:  # noqa: ANN401 - any JSON
    seen = seen_from_answer({**ANSWER, "work_experience_total_count": total}, NOW)
    assert seen.entries["experience"].completeness is Completeness.TRUNCATED


@pytest.mark.parametrize("key", ["position_id", "experience_id"])
def test_other_names_of_an_id(key: str) -> None:
    seen = seen_from_answer({"work_experience": [{key: "77"}]}, NOW)
    assert seen.entries["experience"].entries[0].id == "77"


@pytest.mark.parametrize("given", [77, None, "", "a b", "../x", "a\u202eb", ["1"], "9" * 101])
def test_what_is_no_id_is_none(given: Any) -> None:  # noqa: ANN401 - any JSON
    seen = seen_from_answer({"work_experience": [{"id": given}]}, NOW)
    assert seen.entries["experience"].entries[0].id is None


@pytest.mark.parametrize("value", [5, ["x"], {"x": 1}, True, "a\u202eb", "a\x00b", "a\x1b[31m", "x" * 20_001])
def test_a_wrong_type_or_an_unfit_text_makes_that_field_unreadable(value: Any) -> None:  # noqa: ANN401 - any JSON
    seen = seen_from_answer(
        {**ANSWER, "headline": value, "work_experience": [{"position": value, "company": "B"}]}, NOW
    )
    assert seen.sections["headline"] is Unseen.MALFORMED
    (entry,) = seen.entries["experience"].entries
    assert entry.fields["role"] is Unseen.MALFORMED
    assert entry.fields["company"] == "B"


def test_an_item_that_is_no_entry_leaves_the_list_incomplete() -> None:
    seen = seen_from_answer({"work_experience": ["x", {"position": "P"}], "skills": [{"name": "a"}, 7]}, NOW)
    assert seen.entries["experience"].completeness is Completeness.TRUNCATED
    assert not seen.skills_are_complete


def test_new_keys_are_no_error() -> None:
    assert seen_from_answer({**ANSWER, "new": {"deep": [1]}}, NOW) == seen_from_answer(ANSWER, NOW)


def test_the_table_of_the_api_says_what_a_read_takes_over() -> None:
    seen = seen_from_answer(ANSWER, NOW)
    assert {*seen.sections, *seen.entries} == READABLE_SECTIONS
    taken = {name for shown in seen.entries.values() for name in shown.entries[0].fields}
    dates = {"seniority", "start_date", "end_date"}
    fields = {field.name for section in ENTRY_SECTIONS for field in BY_NAME[section].fields if not field.directive}
    assert fields - taken - dates == UNREADABLE_FIELDS


@pytest.mark.parametrize("blank", ["", "  ", "\u200b\n", None])
def test_white_space_alone_is_no_text_and_no_entry_is_without_its_name(blank: str | None) -> None:
    """A read that gave spaces for the headline, or null for a role, made the state know that."""
    job = {**ANSWER["work_experience"][0], "position": blank, "company": blank, "description": blank}
    seen = seen_from_answer({**ANSWER, "headline": blank, "work_experience": [job]}, NOW)
    assert seen.sections["headline"] == ""
    fields = seen.entries["experience"].entries[0].fields
    assert (fields["role"], fields["company"], fields["description"]) == (Unseen.MISSING, Unseen.MISSING, "")
