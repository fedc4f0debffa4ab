"""Imports and exports that lose or invent something: small inputs, each a case of a kind, with what is right."""

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.simulator.profile import seeded
from tests.importing import archives
from tests.importing.archives import comments, desk, held, job, pack, positions, school, skills, text, uncomment
from tests.world import ACCOUNT, Done, World

CERTIFICATIONS = "Name,Url,Authority,Started On,Finished On,License Number\nCKA,,CNCF,May 2023,,\nB,,C,,,\n"


def archive(folder: Path, members: dict[str, str], *options: str) -> Done:
    pack(folder / "archive.zip", members)
    return desk(folder).cli("import", "--account-id", "acc_1", "--linkedin-export", "archive.zip", *options)


def resume(folder: Path, value: object, *options: str) -> Done:
    content = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    (folder / "resume.json").write_text(content, encoding="utf-8")
    return desk(folder).cli("import", "--account-id", "acc_1", "--json-resume", "resume.json", *options)


def taken(folder: Path, value: object) -> dict[str, Any]:
    done = resume(folder, value)
    assert done.code == 0, done.err
    assert desk(folder).cli("fmt", "--check").code == 0
    return held(desk(folder))


def exported(folder: Path, *options: str) -> dict[str, Any]:
    done = desk(folder).cli("export", "--json-resume", *options)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def rewrite(here: World, before: str, after: str) -> None:
    whole = text(here)
    assert before in whole
    (here.folder / here.name).write_text(whole.replace(before, after, 1), encoding="utf-8")


# An entry that the archive names only in part

PARTLY = {
    "Education.csv": archives.education(
        school("State Uni", "Sep 2005", "Jun 2008", degree="BSc"),
        school("", "Sep 1997", "Jun 2001", degree="Diploma"),
    ),
    "Positions.csv": positions(job("Acme", "Engineer", "Mar 2015"), job("Globex", "", "May 2010", "Jun 2012")),
}


@pytest.fixture(name="partly")
def _partly(here: World) -> World:
    live: Any = {
        "experience": [{"id": "11", "role": "Engineer", "company": "Acme"}, {"id": "12", "company": "Globex"}],
        "education": [{"id": "21", "school": "State Uni"}, {"id": "22", "school": "X", "degree": "Diploma"}],
    }
    here.simulator.memory.profiles[ACCOUNT] = seeded(live, here.simulator.memory.new_id)
    pack(here.folder / "archive.zip", PARTLY)
    assert here.cli("import", "--account-id", ACCOUNT, "--linkedin-export", "archive.zip").code == 0
    return here


def entries(here: World) -> list[Any]:
    return [entry["id"] for section in ("experience", "education") for entry in here.live()[section]]


def test_a_partly_named_entry_is_known_as_live(partly: World) -> None:
    assert partly.plan()["changes"] == []
    assert sorted(partly.state()["forgotten"]) == ["education.school-1997", "experience.globex"]
    assert "LinkedIn shows it, and the state says so" in comments(partly)


def test_a_partly_named_entry_with_its_id_is_managed_and_nothing_is_sent(partly: World) -> None:
    uncomment(partly, "school-1997")
    rewrite(partly, "\n    id: null", '\n    id: "22"')
    assert not [change for change in partly.plan()["changes"] if change["action"] in ("create", "set", "update")]
    assert partly.cli("apply", "--auto-approve").code == 0
    assert (partly.sent(), partly.plan()["changes"]) == ([], [])
    rewrite(partly, "degree: Diploma", "degree: Diploma\n    description: With honours.")
    assert partly.cli("apply", "--auto-approve").code == 0
    assert entries(partly) == ["11", "12", "21", "22"]
    assert partly.live()["education"][1] == {
        "id": "22",
        "school": "X",
        "degree": "Diploma",
        "description": "With honours.",
    }


def test_a_name_put_into_a_partly_named_entry_adds_nothing_unasked(partly: World) -> None:
    uncomment(partly, "school-1997")
    rewrite(partly, "\n    id: null", "\n    school: Elm School")
    uncomment(partly, "globex")
    rewrite(partly, "\n    id: null", "\n    role: Analyst")
    assert "create" not in [change["action"] for change in partly.plan()["changes"]]
    partly.cli("apply", "--auto-approve")
    partly.cli("apply", "--auto-approve", "--first-apply")
    assert entries(partly) == ["11", "12", "21", "22"]


def test_a_name_and_an_id_put_into_a_partly_named_entry_add_nothing(partly: World) -> None:
    uncomment(partly, "globex")
    rewrite(partly, "\n    id: null", '\n    id: "12"\n    role: Analyst')
    partly.cli("apply", "--auto-approve", "--first-apply")
    assert entries(partly) == ["11", "12", "21", "22"]


def test_two_partly_named_entries_that_are_alike_are_both_known(tmp_path: Path) -> None:
    rows = [school("", degree="Diploma"), school("", degree="Diploma")]
    assert archive(tmp_path, {"Education.csv": archives.education(*rows)}).code == 0
    assert len(desk(tmp_path).state()["forgotten"]) == len(rows)
    assert desk(tmp_path).plan()["changes"] == []


# What an export would drop

MINE = """{
    "basics": {
        "name": "Ada Quill", "label": "Old", "email": "ada@example.com",
        "profiles": [{"network": "X", "username": "ada"}]
    },
    "work": [
        {"name": "Acme", "position": "Engineer", "startDate": "2016-09-15", "url": "https://acme.example",
         "summary": "S.", "highlights": ["one", "two"], "keywords": ["a", "b"]},
        {"name": "Elsewhere", "position": "Barista"}
    ],
    "languages": [{"language": "English", "fluency": "Native"}],
    "meta": {"version": 1.10, "big": 12345678901234567890}
}
"""
PROFILE = {
    "headline": "New",
    "experience": {
        "next": {"role": "Lead", "company": "Globex", "seniority": {"start_date": {"month": 2, "year": 2020}}},
        "acme": {
            "role": "Senior engineer",
            "company": "Acme",
            "seniority": {"start_date": {"month": 9, "year": 2016}, "end_date": {"month": 1, "year": 2020}},
            "description": "S.\n\n• one\n• two\n• three",
        },
    },
    "skills": ["Python", "Go"],
}


def test_an_update_keeps_all_that_a_profile_does_not_manage(tmp_path: Path) -> None:
    (tmp_path / "cv.json").write_text(MINE, encoding="utf-8")
    desk(tmp_path).write(PROFILE)
    done = desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    assert (done.code, done.out) == (0, "updated: cv.json\n")
    after = json.loads((tmp_path / "cv.json").read_text(encoding="utf-8"))
    before = json.loads(MINE)
    assert after == {
        **before,
        "basics": {**before["basics"], "label": "New"},
        "work": [
            {"position": "Lead", "name": "Globex", "startDate": "2020-02"},
            {
                **before["work"][0],
                "position": "Senior engineer",
                "highlights": ["one", "two", "three"],
                "endDate": "2020-01",
            },
            before["work"][1],
        ],
        "skills": [{"name": "Skills", "keywords": ["Python", "Go"]}],
    }
    assert '"version": 1.10' in (tmp_path / "cv.json").read_text(encoding="utf-8")
    assert '\n    "basics"' in (tmp_path / "cv.json").read_text(encoding="utf-8")


def test_a_second_update_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "cv.json").write_text(MINE, encoding="utf-8")
    desk(tmp_path).write(PROFILE)
    desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    once = (tmp_path / "cv.json").read_bytes()
    done = desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    assert (done.out, (tmp_path / "cv.json").read_bytes()) == ("nothing to change: cv.json\n", once)


def test_an_update_from_a_resume_that_was_just_imported_changes_nothing(tmp_path: Path) -> None:
    assert resume(tmp_path, MINE).code == 0
    assert (
        desk(tmp_path).cli("export", "--json-resume", "--update", "resume.json").out
        == "nothing to change: resume.json\n"
    )
    assert (tmp_path / "resume.json").read_text(encoding="utf-8") == MINE


def test_what_a_profile_clears_is_taken_out_of_the_resume_and_nothing_else(tmp_path: Path) -> None:
    before = {
        "basics": {"name": "A", "label": "L", "summary": "S"},
        "work": [{"name": "C", "position": "R", "summary": "x"}],
    }
    (tmp_path / "cv.json").write_text(json.dumps(before))
    desk(tmp_path).write({"headline": "", "experience": {"c": {"role": "R", "company": "C", "description": ""}}})
    assert desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json").code == 0
    after = json.loads((tmp_path / "cv.json").read_text())
    assert after == {"basics": {"name": "A", "summary": "S"}, "work": [{"name": "C", "position": "R"}]}


@pytest.mark.parametrize(
    ("listed", "wanted", "after"),
    [
        (
            [
                {"name": "Languages", "keywords": ["Python", "Perl"]},
                {"name": "Tools", "level": "x", "keywords": ["Git"]},
            ],
            ["python", "Git", "Go"],
            [
                {"name": "Languages", "keywords": ["python"]},
                {"name": "Tools", "level": "x", "keywords": ["Git"]},
                {"name": "Skills", "keywords": ["Go"]},
            ],
        ),
        ([{"name": "All", "keywords": ["Git"]}], ["Git", "Go"], [{"name": "All", "keywords": ["Git", "Go"]}]),
        ([{"name": "Git", "level": "x"}], ["Git", "Go"], [{"name": "Git", "level": "x"}, {"name": "Go"}]),
        (["Git", "Perl"], ["Git", "Go"], ["Git", "Go"]),
        ([{"name": "Old", "keywords": ["Perl"]}], ["Go"], [{"name": "Skills", "keywords": ["Go"]}]),
    ],
)
def test_an_update_keeps_the_groups_of_skills(
    tmp_path: Path, listed: list[Any], wanted: list[str], after: list[Any]
) -> None:
    (tmp_path / "cv.json").write_text(json.dumps({"basics": {}, "skills": listed}))
    desk(tmp_path).write({"skills": wanted})
    assert desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json").code == 0
    assert json.loads((tmp_path / "cv.json").read_text())["skills"] == after


def test_an_update_takes_a_job_for_another_only_where_nobody_else_could_be_meant(tmp_path: Path) -> None:
    listed = [{"name": "Acme", "position": "Engineer"}, {"name": "Acme", "position": "Engineer"}]
    (tmp_path / "cv.json").write_text(json.dumps({"work": listed}))
    seniority = {"start_date": {"month": 1, "year": 2020}}
    desk(tmp_path).write({"experience": {"a": {"role": "Engineer", "company": "Acme", "seniority": seniority}}})
    desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    added = {"position": "Engineer", "name": "Acme", "startDate": "2020-01"}
    assert json.loads((tmp_path / "cv.json").read_text())["work"] == [*listed, added]


def test_an_update_writes_through_no_link_out_of_its_folder_and_makes_no_file(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "cv.json").write_text(MINE)
    (inner / "cv.json").symlink_to("../cv.json")
    desk(inner).write(PROFILE)
    assert desk(inner).cli("export", "--json-resume", "--update", "cv.json").code == 1
    assert (tmp_path / "cv.json").read_text() == MINE
    assert desk(inner).cli("export", "--json-resume", "--update", "none.json").code == 1
    assert not (inner / "none.json").exists()


def test_an_update_of_a_file_that_the_shell_emptied_says_so(tmp_path: Path) -> None:
    (tmp_path / "cv.json").write_bytes(b"")
    desk(tmp_path).write(PROFILE)
    done = desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    assert (done.code, "--update changes the file itself" in done.err) == (1, True)


def test_an_update_keeps_the_style_of_a_file(tmp_path: Path) -> None:
    before = '{\r\n\t"basics": {\r\n\t\t"label": "Old"\r\n\t},\r\n\t"n": 1e400,\r\n\t"l": ["a", "b"]\r\n}\r\n'
    (tmp_path / "cv.json").write_bytes(before.encode())
    desk(tmp_path).write({"headline": "New"})
    assert desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json").code == 0
    assert (tmp_path / "cv.json").read_bytes().decode() == before.replace("Old", "New")


def test_an_export_without_a_name_says_so_and_one_with_it_has_it(tmp_path: Path) -> None:
    desk(tmp_path).write({"headline": "H"})
    done = desk(tmp_path).cli("export", "--json-resume")
    assert "lacking: basics.name: " in done.err
    assert "basics.email" in done.err
    assert exported(tmp_path, "--name", "Ada Quill")["basics"] == {
        "name": "Ada Quill",
        "label": "H",
        "location": {},
        "profiles": [],
    }


# Skills, bullets and texts


def test_the_headings_of_groups_of_skills_are_no_skills(tmp_path: Path) -> None:
    groups = [
        {"name": "Languages", "keywords": ["Python", "Go"]},
        {"name": "Tools", "keywords": ["Git"]},
        {"name": "Law"},
    ]
    done = resume(tmp_path, {"skills": groups})
    assert held(desk(tmp_path)) == {"skills": ["Python", "Go", "Git", "Law"]}
    assert "the heading Languages: " in done.out
    assert "the heading Tools: " in done.out


def test_bullets_go_back_to_highlights(tmp_path: Path) -> None:
    work = [{"name": "A", "position": "B", "summary": "S.", "highlights": ["a", "b"]}]
    taken(tmp_path, {"work": work, "skills": [{"name": "Go"}]})
    found = exported(tmp_path)
    assert found["work"] == work
    assert found["skills"] == [{"name": "Skills", "keywords": ["Go"]}]


@pytest.mark.parametrize("description", ["• a\nb", "•  a", "• a\n\n• b", "a\n• b\nc\n• d", "• ", "a\n• b", "- a\n- b"])
def test_bullets_that_would_not_come_back_stay_as_they_are(tmp_path: Path, description: str) -> None:
    desk(tmp_path).write({"experience": {"a": {"role": "R", "company": "C", "description": description}}})
    again = tmp_path / "again"
    again.mkdir()
    entry = next(iter(taken(again, exported(tmp_path))["experience"].values()))
    assert entry["description"] == "\n".join(line.rstrip() for line in description.split("\n"))


def test_blanks_at_the_ends_of_lines_are_dropped_and_told(tmp_path: Path) -> None:
    done = resume(tmp_path, {"work": [{"name": "A", "position": "B", "summary": "- one \n- two\n- three"}]})
    assert "work[].summary, blanks at the end of 1 line: " in done.out
    assert "    description: |-\n      - one\n      - two\n      - three\n" in text(desk(tmp_path))


def test_a_fresh_import_is_in_the_form_of_fmt(tmp_path: Path) -> None:
    headline = "word " * 18 + "words"
    members = {
        "Profile.csv": archives.person(First_Name="A", Headline=headline),
        "Positions.csv": positions(job("C", "R", text="x" * 40 + " " + "y" * 49)),
    }
    assert archive(tmp_path, members).code == 0
    assert desk(tmp_path).cli("fmt", "--check").code == 0
    assert held(desk(tmp_path))["headline"] == headline


def test_what_is_uncommented_is_in_the_form_of_fmt(tmp_path: Path) -> None:
    members = {"Profile.csv": archives.person(First_Name="A", Headline="H", Summary="word " * 20 + " end")}
    assert archive(tmp_path, members).code == 0
    uncomment(desk(tmp_path), "summary")
    assert desk(tmp_path).cli("fmt", "--check").code == 0


# Dates


@pytest.mark.parametrize(("start", "end"), [("1996-12-31", "1997-12-31"), ("1996-01-01", "1997-01-01")])
def test_the_first_and_the_last_day_of_a_year_stand_for_the_year(tmp_path: Path, start: str, end: str) -> None:
    dates = {"startDate": start, "endDate": end}
    found = taken(
        tmp_path,
        {
            "education": [{"institution": "U", **dates}],
            "work": [
                {"name": "A", "position": "B", **dates},
                {"name": "C", "position": "D", "startDate": "1996-12-30"},
            ],
        },
    )
    assert found == {
        "experience": {
            "c-d": {"role": "D", "company": "C", "seniority": {"start_date": {"month": 12, "year": 1996}}},
            "a-b": {"role": "B", "company": "A"},
        },
        "education": {"u": {"school": "U"}},
    }
    assert "start_date: {month: null, year: 1996}" in comments(desk(tmp_path))


def test_the_year_of_a_date_in_another_language_is_kept(tmp_path: Path) -> None:
    assert archive(tmp_path, {"p.csv": positions(job("A", "B", "mars 2020", "févr. 2022"))}).code == 0
    said = comments(desk(tmp_path))
    assert "start_date: {month: null, year: 2020} end_date: {month: null, year: 2022}" in said


# What else an archive holds


def test_other_parts_of_a_profile_are_listed_with_their_rows(tmp_path: Path) -> None:
    members = {
        "Skills.csv": skills("Go"),
        "Certifications.csv": CERTIFICATIONS,
        "Languages.csv": "Name,Proficiency\nEnglish,Native\n",
        "Sprachen.csv": "Name,Proficiency\nEnglish,Native\nFrench,Basic\n",
        "Projects.csv": "Title,Description,Url,Started On,Finished On\nA,b,c,,\n",
        "Volunteering.csv": "Company Name,Role,Cause,Started On,Finished On,Description\nA,b,c,,,\n\n",
        "Courses.csv": "Name\nPorts\n",
        "Connections.csv": "First Name,Last Name,Company,Position,Connected On\nA,B,C,D,1 Jan 2020\n",
    }
    done = archive(tmp_path, members)
    lines = done.out.split("\n")
    for part in (
        "Certifications, 2 rows",
        "Languages, 1 row",
        "Languages, 2 rows",
        "Projects, 1 row",
        "Courses, 1 row",
    ):
        assert f"  {part}: no field of the API holds it" in lines
    assert "  Volunteering, 1 row: no field of the API holds it" in lines
    assert "  Connections.csv: nothing of a profile is in it, and it was not read" in lines
    assert held(desk(tmp_path)) == {"skills": ["Go"]}


def test_the_oldest_names_of_columns_are_read(tmp_path: Path) -> None:
    members = {
        "Profile.csv": "First Name,Last Name,Maiden Name,Created Date,Address,Birth Date,Contact Instructions,"
        "Marital Status,Headline,Summary,Industry,Association,Location\nA,B,,,,,,,Head,Sum,,,Paris\n",
        "Positions.csv": "Company Name,Title,Description,Location,Start Date,End Date\nC,R,d,L,Mar 2010,Apr 2011\n",
        "Education.csv": "School,Started On,Finished On,Description,Degree,Field Of Study,Activities and Societies\n"
        "U,Sep 2001,Jun 2004,n,BSc,Maths,Chess\n",
        "Skills.csv": "Skill Name\nGo\n",
    }
    assert archive(tmp_path, members).code == 0
    assert held(desk(tmp_path)) == {
        "headline": "Head",
        "summary": "Sum",
        "experience": {
            "c-r": {
                "role": "R",
                "company": "C",
                "location": "L",
                "description": "d",
                "seniority": {"start_date": {"month": 3, "year": 2010}, "end_date": {"month": 4, "year": 2011}},
            }
        },
        "education": {
            "u": {
                "school": "U",
                "degree": "BSc",
                "field_of_study": "Maths",
                "activities": "Chess",
                "description": "n",
                "start_date": {"month": 9, "year": 2001},
                "end_date": {"month": 6, "year": 2004},
            }
        },
        "skills": ["Go"],
    }
    assert "says “Paris”" in comments(desk(tmp_path))


def test_a_list_of_people_is_no_list_of_jobs(tmp_path: Path) -> None:
    people = "First Name,Last Name,Company,Position,Start Date\nEve,X,C,D,Jan 2020\n"
    assert archive(tmp_path, {"x.csv": people, "Skills.csv": skills("Go")}).code == 0
    assert held(desk(tmp_path)) == {"skills": ["Go"]}


def test_a_member_outside_the_folder_is_ignored_and_makes_nothing_ambiguous(tmp_path: Path) -> None:
    outside = ["../../x.csv", "/etc/x.csv", "C:\\x.csv", "a/../../x.csv", "..\\x.csv"]
    members = {"Basic_Export/Skills.csv": skills("Go"), **dict.fromkeys(outside, skills("Evil"))}
    done = archive(tmp_path, {**members, "__MACOSX/._Skills.csv": "\x00\x05"})
    assert held(desk(tmp_path)) == {"skills": ["Go"]}
    assert done.out.count("it lies outside the archive's folder, and was not read") == len(outside)
    assert "MACOSX" not in done.out


# What is no JSON Resume

REACTIVE = {
    "basics": {"name": "J", "headline": "D"},
    "sections": {"experience": {"items": [{"company": "C", "position": "D"}]}},
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (REACTIVE, "Reactive Resume"),
        ({"name": "J", "meta": {"format": "FRESH@0.6.0"}, "info": {}, "employment": {"history": []}}, "FRESH"),
        ({"name": "J", "info": {"label": "x"}, "employment": {"history": []}}, "FRESH"),
        ({"cv": {"name": "J", "sections": {}}}, "RenderCV"),
        ({"SkillsPassport": {"LearnerInfo": {}}}, "Europass"),
        ({"basics": {}, "experience": [{"position": "Dev", "company": "B"}]}, "did you mean work?"),
        ({"basics": {}, "Work Experience": [{"position": "Dev"}]}, "did you mean work?"),
        ({"personal_info": {"name": "J"}, "work": []}, "did you mean basics?"),
        ({"firstName": "J", "jobs": [{"title": "x"}]}, "did you mean work?"),
        ({"candidate": {"name": "J"}}, "not a résumé"),
        ("%PDF-1.7 \x01", "a PDF"),
        ("<?xml version='1.0'?><x/>", "XML"),
        ("---\nbasics: {}\n", "YAML"),
    ],
)
def test_a_file_of_another_format_is_named_and_refused(tmp_path: Path, value: object, said: str) -> None:
    done = resume(tmp_path, value)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resume.json"]


def test_a_section_of_another_name_is_listed_where_the_right_one_is_there(tmp_path: Path) -> None:
    done = resume(tmp_path, {"work": [{"name": "A", "position": "B"}], "experience": [{"x": "y"}]})
    assert done.code == 0
    assert "experience[].x: " in done.out


@pytest.mark.parametrize(
    "item", [{"company": "", "position": "", "startDate": ""}, {}, {"name": " ", "highlights": [""]}]
)
def test_blank_items_are_dropped(tmp_path: Path, item: dict[str, Any]) -> None:
    lists = {"work": [item], "education": [{"institution": "", "endDate": ""}], "skills": [{"name": ""}, "", {}]}
    assert taken(tmp_path, lists) == {}
    assert "null" not in text(desk(tmp_path))


def test_entries_that_say_the_same_are_told_apart_before_they_are_managed(tmp_path: Path) -> None:
    twice = {"name": "A", "position": "B"}
    work = [{**twice, "startDate": "2015"}, {**twice, "startDate": "2018"}, {**twice, "startDate": "2020-03"}]
    found = taken(tmp_path, {"work": work})
    assert list(found["experience"]) == ["a-b-3", "a-b-2"]
    assert "The résumé says of this one no more than of a-b-2" in comments(desk(tmp_path))
    uncomment(desk(tmp_path), "a-b")
    assert desk(tmp_path).cli("validate").code == 0


# What is said, and what is recorded


def test_a_second_archive_is_refused_and_drift_is_named(tmp_path: Path) -> None:
    assert archive(tmp_path, {"Skills.csv": skills("Go")}).code == 0
    done = archive(tmp_path, {"Skills.csv": skills("Git")})
    assert done.code == 1
    assert "reconciler drift --linkedin-export ZIP" in done.err
    assert held(desk(tmp_path)) == {"skills": ["Go"]}


def test_an_import_over_an_untouched_starter_says_that_it_is_one(tmp_path: Path) -> None:
    desk(tmp_path).cli("init")
    assert "it is the starter that `init` wrote" in archive(tmp_path, {"Skills.csv": skills("Go")}).err
    path = tmp_path / "profile.yaml"
    path.write_text(path.read_text().replace("acc_replace_me", "acc_1"))
    assert "it is the starter that `init` wrote" in archive(tmp_path, {"Skills.csv": skills("Go")}).err
    path.write_text(path.read_text().replace("# headline", "headline"))
    assert "the starter" not in archive(tmp_path, {"Skills.csv": skills("Go")}).err


def test_record_as_live_goes_with_a_resume_alone(tmp_path: Path) -> None:
    assert archive(tmp_path, {"Skills.csv": skills("Go")}, "--record-as-live").code == 64
    assert resume(tmp_path, {"skills": ["Go"], "work": [{"position": "R"}]}, "--record-as-live").code == 0
    assert desk(tmp_path).plan()["changes"] == []
    assert list(desk(tmp_path).state()["forgotten"]) == ["experience.r"]


def test_an_import_is_told_as_json(tmp_path: Path) -> None:
    done = resume(tmp_path, {"basics": {"name": "J", "label": "H"}, "work": [{"position": "R"}]}, "--format", "json")
    said = json.loads(done.out)
    assert said["recorded_as_live"] is False
    assert said["taken"] == ["headline"]
    assert [aside["address"] for aside in said["unmanaged"]] == ["experience.r"]
    assert [omission["what"] for omission in said["left_out"]] == ["basics.name"]
    assert said["first_plan"] == [{"address": "headline", "action": "set"}]
    assert [file["change"] for file in said["files"]] == ["wrote"] * 4
    refused = resume(tmp_path, {"x": 1}, "--format", "json")
    assert json.loads(refused.out)["errors"][0]["file"] == "profile.yaml"


def test_an_update_finds_a_school_by_the_start_that_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "cv.json").write_text('{"basics": {}}')
    seniority = {"start_date": {"month": 1, "year": 1990}}
    dated = {"id": "1", "school": "U", "seniority": seniority}
    desk(tmp_path).write({"education": {"a": {"school": "U"}, "b": dated, "c": {"school": "U"}}})
    desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    done = desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    assert done.out == "nothing to change: cv.json\n"


def test_an_update_takes_keywords_that_are_no_list_as_none(tmp_path: Path) -> None:
    (tmp_path / "cv.json").write_text('{"skills": [{"name": "Go", "keywords": "x"}, {"level": 3, "keywords": "x"}]}')
    desk(tmp_path).write({"skills": ["Go", "Git"]})
    desk(tmp_path).cli("export", "--json-resume", "--update", "cv.json")
    assert json.loads((tmp_path / "cv.json").read_text()) == {
        "skills": [{"name": "Go", "keywords": "x"}, {"level": 3, "keywords": "x"}, {"name": "Git"}]
    }
