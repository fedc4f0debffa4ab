"""Small edits of a profile's text: the value changes, and nothing else of what a person wrote."""

import random
import re
from typing import Any

import pytest

from reconciler.importing.edit import Note, Put, Take, TextEdit, edit_profile
from reconciler.problem import ProblemsError
from reconciler.profile.document import read_document
from tests.fmt.handwriting import Hand

PROFILE: dict[str, Any] = {
    "type": "LINKEDIN",
    "account_id": "acc",
    "headline": "Old head",
    "summary": "One.\n\nTwo.",
    "location": {"id": "1"},
    "experience": {
        "a": {
            "role": "Founder",
            "company": "Acme Inc.",
            "seniority": {"start_date": {"month": 3, "year": 2021}},
            "description": "Folded text",
            "skills": ["Python", "Go"],
        },
        "b": {
            "role": "Author",
            "company": "Club",
            "seniority": {"start_date": {"month": 1, "year": 2020}, "end_date": {"month": 2, "year": 2021}},
        },
    },
    "skills": ["Python", "Go", "Rust"],
}
EDITS: list[TextEdit] = [
    Put(("headline",), "New: head's"),
    Put(("headline",), ""),
    Put(("headline",), 'two\nlines "quoted"'),
    Put(("summary",), "One.\n\nThree."),
    Put(("summary",), "short"),
    Put(("experience", "a", "role"), "C#: chief"),
    Put(("experience", "a", "description"), "- a\n- b"),
    Put(("experience", "a", "seniority", "start_date"), {"month": 4, "year": 2021}),
    Put(("experience", "a", "seniority", "end_date"), {"month": 5, "year": 2022}),
    Put(("experience", "b", "location"), "Lyon"),
    Put(("experience", "a", "skills"), ["Go"]),
    Put(("experience", "c"), {"id": "7", "role": "R", "company": "C: d", "description": "x\ny"}),
    Put(("education", "e"), {"school": "S"}),
    Put(("skills",), ["Python", "Rust", "Zig"]),
    Put(("skills",), ["New"]),
    Take(("experience", "b", "seniority", "end_date")),
    Take(("experience", "a", "description")),
]
COMMENT = re.compile(r"# c\d+c")


def data(text: str) -> Any:  # noqa: ANN401 - any plain data
    return read_document(text.encode(), "profile.yaml").value


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{type(edit).__name__} {'.'.join(edit.path)}")
def test_an_edit_in_any_hand_changes_its_value_alone(edit: TextEdit) -> None:
    for seed in range(25):
        hand = Hand(random.Random(seed), shared=False)  # noqa: S311 - a reproducible hand, no secret
        text = hand.file(PROFILE)
        edited = edit_profile(text, [edit], "profile.yaml")  # it compares the data itself, and refuses what differs
        assert edited != text, seed
        assert edit_profile(edited, [edit], "profile.yaml") == edited, seed
        assert len(COMMENT.findall(text)) - len(COMMENT.findall(edited)) <= _comments_inside(edit), seed


def _comments_inside(edit: TextEdit) -> int:
    """How many comments may go at most: none but those of what is taken out, or written anew as a list."""
    value: Any = PROFILE
    for name in edit.path:
        value = value.get(name, {}) if isinstance(value, dict) else {}
    return 0 if isinstance(edit, Put) and not isinstance(value, dict | list) else 9


def test_an_edit_of_shared_values_is_refused_or_right() -> None:
    refused = 0
    for seed in range(80):
        text = Hand(random.Random(seed), shared=True).file(PROFILE)  # noqa: S311 - a reproducible hand, no secret
        for edit in EDITS:
            try:
                edit_profile(text, [edit], "profile.yaml")
            except ProblemsError:
                refused += 1
    assert refused < 80 * len(EDITS) / 10


def test_a_value_under_an_anchor_that_others_use_is_not_written() -> None:
    text = "type: LINKEDIN\naccount_id: acc\nheadline: &h Hello\nsummary: *h\n"
    with pytest.raises(ProblemsError) as error:
        edit_profile(text, [Put(("headline",), "Bye")], "profile.yaml")
    assert error.value.problems[0].address == "headline"


def test_an_alias_is_written_out_where_its_value_changes() -> None:
    text = "type: LINKEDIN\naccount_id: acc\nheadline: &h Hello\nsummary: *h # both\n"
    assert edit_profile(text, [Put(("summary",), "Bye")], "p").endswith("headline: &h Hello\nsummary: Bye # both\n")


def test_only_the_changed_lines_differ() -> None:
    text = (
        "# mine\ntype: LINKEDIN\naccount_id: acc\nsummary: |\n  One.\n\n  Two.\nskills:\n"
        "  - Python # p\n  - Go\n  - Rust\nexperience:\n  a: {role: R, company: C}\n# end\n"
    )
    edits = [Put(("summary",), "One.\n\nThree.\n"), Put(("skills",), ["Python", "Rust", "Zig"])]
    assert edit_profile(text, edits, "p") == (
        "# mine\ntype: LINKEDIN\naccount_id: acc\nsummary: |\n  One.\n\n  Three.\nskills:\n"
        "  - Python # p\n  - Rust\n  - Zig\nexperience:\n  a: {role: R, company: C}\n# end\n"
    )


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (
            "skills: [ Python, # main\n  Go,\n  Rust ]\n",
            Put(("skills",), ["Go", "Rust", "Zig"]),
            "skills: [ Go,\n  Rust,\n  Zig ]\n",
        ),
        (
            "skills: [\n  Go, # g\n  Rust, # r\n  Zig, # z\n]\n",
            Put(("skills",), ["Go", "Zig"]),
            "skills: [\n  Go, # g\n  Zig, # z\n]\n",
        ),
        ("skills: [Go, # g\n  Rust]\n", Put(("skills",), ["Go"]), "skills: [Go, # g\n  ]\n"),
        ("skills: ['a, b',  Go,   Rust]\n", Put(("skills",), ["Go", "x, y"]), 'skills: [Go, "x, y"]\n'),
        (
            "experience:\n a:\n  seniority:\n   start_date: # since\n    month: 1 # Jan\n    year: 2020\n",
            Put(("experience", "a", "seniority", "start_date"), {"month": 2, "year": 2020}),
            "experience:\n a:\n  seniority:\n   start_date: # since\n    month: 2 # Jan\n    year: 2020\n",
        ),
    ],
    ids=["a list over lines", "a list of lines", "a comment before the last", "in one line", "a date over lines"],
)
def test_what_a_person_laid_out_over_lines_stays_so(before: str, edit: TextEdit, after: str) -> None:
    """Such lists and dates were written anew, and their comments went."""
    assert edit_profile(before, [edit], "p") == after


def test_line_ends_stay_as_the_file_has_them() -> None:
    text = "type: LINKEDIN\r\naccount_id: acc\r\nheadline: a\r\nsummary: |-\r\n  x\r\n"
    edits = [Put(("summary",), "y\nz"), Put(("experience", "a"), {"role": "R", "company": "C"})]
    edited = edit_profile(text, edits, "p")
    assert "\n" not in edited.replace("\r\n", "")
    assert data(edited)["summary"] == "y\nz"


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("location: {id: '1'}", "location: {id: '1'}  # Lyon"),
        ("location: {id: '1'} # Bern", "location: {id: '1'}  # Lyon"),
        ("location: {id: '1', postal_code: '02139'}", "location: {id: '1', postal_code: '02139'}"),
        ("location:\n  id: '1' # Bern", "location:\n  id: '1'  # Lyon"),
        ("location:\n  id: '#1'", "location:\n  id: '#1'  # Lyon"),
    ],
)
def test_a_note_takes_the_place_of_the_one_before(line: str, noted: str) -> None:
    text = f"type: LINKEDIN\n{line}\nheadline: x\n"
    assert edit_profile(text, [Note(("location", "id"), "Lyon")], "p") == f"type: LINKEDIN\n{noted}\nheadline: x\n"
