import codecs
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.importing.texts import clean, decoded
from reconciler.importing.yaml_text import double_quoted
from reconciler.render.terminal import visible
from tests.importing.archives import (
    EDUCATION,
    POSITIONS,
    PROFILE,
    SKILLS,
    comments,
    desk,
    education,
    held,
    job,
    pack,
    person,
    positions,
    school,
    skills,
    table,
    taken,
    text,
    uncomment,
)
from tests.world import World

ADA = {
    "Profile.csv": person(First_Name="Ada", Last_Name="Quill", Headline="Staff engineer", Geo_Location="Paris, France"),
    "Positions.csv": positions(
        job("Globex", "Analyst", "Jan 2015", "Feb 2016"),
        job("Acme", "Staff Engineer", "Mar 2020", place="Paris", text="Led the platform.\nBuilt the release train."),
        job("Acme", "Engineer", "September 2016", "Feb 2020"),
    ),
    "Education.csv": education(school("State College", "Sep 2010", "Jun 2013", degree="BSc", activities="Chess")),
    "Skills.csv": skills("Python", "Go"),
    "messages.csv": '"FROM","CONTENT"\n"Eve","a secret"\n',
}
ADA_HELD = {
    "headline": "Staff engineer",
    "experience": {
        "acme-staff-engineer": {
            "role": "Staff Engineer",
            "company": "Acme",
            "location": "Paris",
            "seniority": {"start_date": {"month": 3, "year": 2020}},
            "description": "Led the platform.\nBuilt the release train.",
        },
        "acme-engineer": {
            "role": "Engineer",
            "company": "Acme",
            "seniority": {"start_date": {"month": 9, "year": 2016}, "end_date": {"month": 2, "year": 2020}},
        },
        "globex-analyst": {
            "role": "Analyst",
            "company": "Globex",
            "seniority": {"start_date": {"month": 1, "year": 2015}, "end_date": {"month": 2, "year": 2016}},
        },
    },
    "education": {
        "state-college": {
            "school": "State College",
            "degree": "BSc",
            "activities": "Chess",
            "start_date": {"month": 9, "year": 2010},
            "end_date": {"month": 6, "year": 2013},
        }
    },
    "skills": ["Python", "Go"],
}


def test_an_archive_becomes_a_profile_newest_first(tmp_path: Path) -> None:
    found = taken(tmp_path, ADA)
    assert found == ADA_HELD
    assert list(found["experience"]) == list(ADA_HELD["experience"])


def test_state_holds_what_the_profile_holds_by_import(tmp_path: Path) -> None:
    found = taken(tmp_path, ADA)
    state = desk(tmp_path).state()
    values = {address: record["value"] for address, record in state["sections"].items()}
    assert values == {
        "headline": found["headline"],
        "skills": found["skills"],
        **{f"experience.{key}": entry for key, entry in found["experience"].items()},
        **{f"education.{key}": entry for key, entry in found["education"].items()},
    }
    assert {record["by"] for record in state["sections"].values()} == {"import"}
    assert (state["serial"], state["account_id"], state["pending"], state["forgotten"]) == (1, "acc_1", [], {})


def test_import_says_what_it_took_and_left_and_what_is_next(tmp_path: Path) -> None:
    pack(tmp_path / "archive.zip", ADA)
    done = desk(tmp_path).cli("import", "--account-id", "acc_1", "--linkedin-export", "archive.zip")
    lines = done.out.split("\n")
    assert lines[:5] == [
        "wrote: profile.yaml",
        "wrote: profile.state.json",
        "wrote: profile.schema.json",
        "wrote: .gitignore",
        "wrote: .gitattributes",
    ]
    assert "taken: headline, 3 jobs, 1 school, 2 skills" in lines
    assert "  Profile: First Name: no field of the API holds it" in lines
    assert "a secret" not in done.out
    assert "  the first `reconciler plan profile.yaml` shows no changes" in lines
    assert (
        "  then `reconciler state adopt experience.acme-staff-engineer URL`, several pairs at once or `--from FILE`"
        in (lines)
    )
    assert done.err == ""


def test_validate_and_plan_are_content_with_it(tmp_path: Path) -> None:
    taken(tmp_path, ADA)
    here = desk(tmp_path)
    assert here.cli("validate").out == "profile.yaml: valid\n"
    assert here.cli("plan", "--detailed-exitcode").code == 0


def test_two_runs_write_the_same_but_for_the_ids_of_the_state(tmp_path: Path) -> None:
    pack(tmp_path / "archive.zip", ADA)
    texts, states = [], []
    for name in ("a", "b"):
        done = desk(tmp_path).cli("import", f"{name}/me.yaml", "--account-id", "x", "--linkedin-export", "archive.zip")
        assert done.code == 0
        texts.append((tmp_path / name / "me.yaml").read_bytes())
        states.append(json.loads((tmp_path / name / "me.state.json").read_text()))
    for state in states:
        del state["lineage"], state["write"], state["source"]["sections"]
        for record in state["sections"].values():
            record.pop("handle", None)
    assert texts[0] == texts[1]
    assert states[0] == states[1]


PREAMBLE = 'Notes:\n"When exporting, you may notice that ""some"" data, and more, is missing."\n\n'
SEMICOLONS = {
    "Profile.csv": table(PROFILE, [{"First Name": "Ada", "Headline": "Staff engineer"}], ";", "\r\n"),
    "Positions.csv": ADA["Positions.csv"].replace(",", ";"),
    "Skills.csv": ADA["Skills.csv"],
    "Education.csv": ADA["Education.csv"].replace(",", ";"),
}


@pytest.mark.parametrize(
    "members",
    [
        {f"Basic_LinkedInDataExport_11-24-2026/{name}": text for name, text in ADA.items()},
        {f"{name} ({place}).CSV": text for place, (name, text) in enumerate(ADA.items())},
        {f"Ünïcode/{name[::-1]}.csv": text for name, text in ADA.items()},
        {name: PREAMBLE + text for name, text in ADA.items()},
        {name: "\ufeff" + text for name, text in ADA.items()},
        {name: text.replace("\n", "\r\n") for name, text in ADA.items()},
        {name: text.encode("utf-16") for name, text in ADA.items()},
        {name: codecs.BOM_UTF16_BE + text.encode("utf-16-be") for name, text in ADA.items()},
        {name: "\n\n" + text + "\n\n" for name, text in ADA.items()},
        {name: text.replace("Title", " TITLE ").replace("Name\n", "name,\n") for name, text in ADA.items()},
        {**ADA, "copy/Positions.csv": ADA["Positions.csv"]},
        {**ADA, "../Evil.csv": "Name,Value\n", "/etc/passwd": "root", "notes.html": ADA["Skills.csv"]},
        SEMICOLONS,
        {name: text.replace(";", "\t") for name, text in SEMICOLONS.items()},
    ],
    ids=[
        *("nested", "upper-case", "reversed", "preamble", "bom", "crlf", "utf-16", "utf-16-be"),
        *("blank-lines", "headers", "copy", "others", "semicolons", "tabs"),
    ],
)
def test_tables_are_found_by_their_header_row(tmp_path: Path, members: dict[str, str]) -> None:
    assert taken(tmp_path, members) == ADA_HELD


def test_columns_may_stand_in_any_order_and_others_between(tmp_path: Path) -> None:
    row = job("Acme", "Engineer", "Mar 2020", text="Built.")
    columns = [*reversed(POSITIONS), "Company Urn"]
    found = taken(tmp_path, {"x.csv": table(columns, [{**row, "Company Urn": "urn:1"}])})
    assert found["experience"]["acme-engineer"]["description"] == "Built."


def test_a_table_that_is_missing_is_told(tmp_path: Path) -> None:
    pack(tmp_path / "archive.zip", {"Skills.csv": skills("Go")})
    done = desk(tmp_path).cli("import", "--account-id", "a", "--linkedin-export", "archive.zip")
    assert "  Positions: the archive has no such table: LinkedIn leaves out what is empty" in done.out.split("\n")


def test_of_two_lists_of_names_the_one_called_skills_is_taken(tmp_path: Path) -> None:
    assert taken(tmp_path, {"Causes.csv": skills("Ports"), "My Skills.csv": skills("Go")}) == {"skills": ["Go"]}


def test_of_two_lists_of_names_that_could_both_be_skills_none_is_taken(tmp_path: Path) -> None:
    pack(tmp_path / "a.zip", {"Causes.csv": skills("Ports"), "Kenntnisse.csv": skills("Go")})
    done = desk(tmp_path).cli("import", "--account-id", "a", "--linkedin-export", "a.zip")
    assert "  Causes.csv, Kenntnisse.csv: each could be the list of skills" in done.out.split("\n")
    assert held(desk(tmp_path)) == {}


def test_an_archive_of_empty_tables_is_a_profile_of_nothing(tmp_path: Path) -> None:
    assert taken(tmp_path, {"Positions.csv": positions(), "Skills.csv": skills()}) == {}
    assert "taken: nothing" not in text(desk(tmp_path))


def test_latin_1_after_a_spreadsheet_is_read_and_told(tmp_path: Path) -> None:
    content = positions(job("Société Générale", "Ingénieur – €")).encode("cp1252")
    pack(tmp_path / "archive.zip", {"Positions.csv": content})
    done = desk(tmp_path).cli("import", "--account-id", "a", "--linkedin-export", "archive.zip")
    assert held(desk(tmp_path))["experience"] == {
        "societe-generale-ingenieur": {"role": "Ingénieur – €", "company": "Société Générale"}
    }
    assert "Positions.csv: it is not UTF-8 and was read as Windows-1252" in done.out


def test_entities_and_quoted_line_breaks_are_texts(tmp_path: Path) -> None:
    found = taken(
        tmp_path, {"p": positions(job("R&amp;D &quot;Co&quot;", "Head &#39;x&#39;", text="a\r\nb &lt;c&gt;"))}
    )
    assert found["experience"] == {
        "r-d-co-head-x": {"role": "Head 'x'", "company": 'R&D "Co"', "description": "a\nb <c>"}
    }


def test_repeated_skills_are_kept_once_and_told(tmp_path: Path) -> None:
    pack(tmp_path / "archive.zip", {"Skills.csv": skills("Python", "Go", "python", "Go", "Sales, Marketing")})
    done = desk(tmp_path).cli("import", "--account-id", "a", "--linkedin-export", "archive.zip")
    assert held(desk(tmp_path))["skills"] == ["Python", "Go", "Sales, Marketing"]
    assert [line for line in done.out.split("\n") if "the skill" in line] == [
        "  the skill python: it is on the list already",
        "  the skill Go: it is on the list already",
    ]


def test_a_date_without_a_month_keeps_its_year_in_a_comment(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        {
            "p.csv": positions(
                job("Acme", "Engineer", "2015", "Mar 2018"), job("Globex", "Analyst", "Mar 2012", "2014")
            ),
            "e.csv": education(school("College", "2009", "Jun 2012")),
        },
    )
    assert found["experience"] == {
        "acme-engineer": {"role": "Engineer", "company": "Acme"},
        "globex-analyst": {"role": "Analyst", "company": "Globex"},
    }
    assert found["education"] == {"college": {"school": "College", "end_date": {"month": 6, "year": 2012}}}
    here = desk(tmp_path)
    assert "LinkedIn's archive gives the start as 2015 without a month: look at its form on linkedin.com." in comments(
        here
    )
    assert "start_date: {month: null, year: 2015} end_date: {month: 3, year: 2018}" in comments(here)
    assert "start_date: {month: null, year: 2009}" in comments(here)


def test_a_date_that_was_uncommented_and_not_completed_is_an_error(tmp_path: Path) -> None:
    taken(tmp_path, {"p.csv": positions(job("Acme", "Engineer", "2015"))})
    here = desk(tmp_path)
    uncomment(here, "seniority")
    done = here.cli("validate")
    assert done.code == 1
    assert "experience.acme-engineer.seniority.start_date.month: null is not a value here" in done.err + done.out


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("mars 2020",), "the start as “mars 2020”, which does not read as a date"),
        (("Mar 2020", "Feb 2019"), "says “Mar 2020” to “Feb 2019”, which ends before it starts"),
        (("", "Feb 2019"), "gives the end as “Feb 2019”, and no start"),
        (("x # y: {z",), "the start as “x # y: {z”, which does not read as a date"),
    ],
)
def test_a_date_that_cannot_be_kept_is_quoted_in_a_comment(tmp_path: Path, dates: tuple[str, ...], said: str) -> None:
    found = taken(tmp_path, {"p.csv": positions(job("Acme", "Engineer", *dates))})
    assert found["experience"] == {"acme-engineer": {"role": "Engineer", "company": "Acme"}}
    assert said in comments(desk(tmp_path))


def test_a_day_is_dropped_with_a_comment(tmp_path: Path) -> None:
    found = taken(tmp_path, {"p.csv": positions(job("Acme", "Engineer", "Aug 5, 2016", "Present"))})
    assert found["experience"]["acme-engineer"]["seniority"] == {"start_date": {"month": 8, "year": 2016}}
    assert "LinkedIn's archive says Aug 5, 2016; LinkedIn keeps no days." in comments(desk(tmp_path))


def test_prose_that_may_be_flattened_is_not_managed_until_it_is_uncommented(tmp_path: Path) -> None:
    summary = "I build calm systems.  What matters to me: • clear names: always • small steps #1 • true state"
    notes = "Thesis on ports.  With honours."
    members = {
        "p.csv": person(First_Name="A", Headline="H", Summary=summary),
        "e.csv": education(school("College", notes=notes)),
    }
    assert taken(tmp_path, members) == {"headline": "H", "education": {"college": {"school": "College"}}}
    here = desk(tmp_path)
    assert "summary" not in here.state()["sections"]
    uncomment(here, "summary")
    uncomment(here, "description")
    assert held(here)["summary"] == summary
    assert held(here)["education"]["college"]["description"] == notes
    changes = {change["address"]: change["action"] for change in here.plan()["changes"]}
    assert changes == {"summary": "set", "education.college": "blocked"}


def test_a_long_flattened_text_is_a_block_to_put_line_breaks_into(tmp_path: Path) -> None:
    taken(tmp_path, {"p.csv": person(First_Name="A", Headline="H", Summary="word " * 40)})
    assert "# summary: |-\n#   word word" in text(desk(tmp_path))


def test_a_location_is_a_comment_with_how_to_find_its_id(tmp_path: Path) -> None:
    taken(tmp_path, {"p.csv": person(First_Name="A", Headline="H", Geo_Location="Paris, France", Zip_Code="75001")})
    here = desk(tmp_path)
    assert "LinkedIn's archive says “Paris, France” and the postal code 75001, and not the id" in comments(here)
    uncomment(here, "location")
    path = here.folder / here.name
    assert here.cli("validate").code == 1
    path.write_text(text(here).replace("null", '"105015875"'))
    assert held(here)["location"] == {"id": "105015875", "postal_code": "75001"}
    assert here.cli("validate").code == 0


def test_a_position_without_a_title_waits_for_its_id(tmp_path: Path) -> None:
    found = taken(tmp_path, {"p.csv": positions(job("Acme", "", "Mar 2020"), job("", "Advisor"))})
    assert "experience" not in found
    here = desk(tmp_path)
    assert "LinkedIn's archive has no role for this one" in comments(here)
    uncomment(here, "experience")
    assert here.cli("validate").code == 1
    (here.folder / here.name).write_text(text(here).replace("id: null", 'id: "7"', 1).replace("id: null", 'id: "8"'))
    assert held(here)["experience"] == {
        "acme": {"id": "7", "company": "Acme", "seniority": {"start_date": {"month": 3, "year": 2020}}},
        "advisor": {"id": "8", "role": "Advisor"},
    }
    assert here.cli("validate").code == 0


def test_one_without_a_title_among_others_is_uncommented_alone(tmp_path: Path) -> None:
    taken(tmp_path, {"p.csv": positions(job("Acme", "", text="Two  blanks."), job("Globex", "Analyst"))})
    here = desk(tmp_path)
    uncomment(here, "acme")
    (here.folder / here.name).write_text(text(here).replace("id: null", 'id: "7"'))
    uncomment(here, "description")
    assert held(here)["experience"] == {
        "acme": {"id": "7", "company": "Acme", "description": "Two  blanks."},
        "globex-analyst": {"role": "Analyst", "company": "Globex"},
    }


def test_keys_are_unique_and_the_oldest_keeps_the_plain_one(tmp_path: Path) -> None:
    jobs = [job("Acme", "Engineer", f"Jan {year}", f"Dec {year}") for year in (2015, 2019, 2017)]
    found = taken(tmp_path, {"p.csv": positions(*jobs)})
    years = {key: entry["seniority"]["start_date"]["year"] for key, entry in found["experience"].items()}
    assert years == {"acme-engineer-3": 2019, "acme-engineer-2": 2017, "acme-engineer": 2015}


def test_positions_at_one_company_stand_side_by_side(tmp_path: Path) -> None:
    jobs = [job("Acme", "A", "Jan 2010", "Feb 2011"), job("Globex", "B", "Jan 2012", "Feb 2013")]
    found = taken(tmp_path, {"p.csv": positions(*jobs, job("ACME", "C", "Jan 2014"), job("Initech", "D"))})
    assert list(found["experience"]) == ["acme-c", "acme-a", "globex-b", "initech-d"]


def test_names_in_other_scripts_get_a_key_by_year(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        {
            "p.csv": positions(job("株式会社", "技師", "Jan 2019"), job("株式会社", "部長")),
            "e.csv": education(school("東京大学", "2010", "2014")),
        },
    )
    assert [*found["experience"], *found["education"]] == ["job-2019", "job", "school-2010"]


def test_control_characters_are_taken_out_and_told(tmp_path: Path) -> None:
    pack(tmp_path / "archive.zip", {"p.csv": positions(job("Ac\x07me\x1b[31m", "En\u202egineer"))})
    done = desk(tmp_path).cli("import", "--account-id", "a", "--linkedin-export", "archive.zip")
    assert held(desk(tmp_path))["experience"] == {
        "acme-31m-engineer": {"role": "En\u202egineer", "company": "Acme[31m"}
    }
    assert "  Positions row 1, 2 control characters: no text of a profile can hold them" in done.out.split("\n")
    assert "\u202e" not in text(desk(tmp_path))


def test_a_cell_under_no_column_and_a_second_profile_are_told(tmp_path: Path) -> None:
    rows = [{"First Name": "A", "Headline": "one"}, {"First Name": "A", "Headline": "two"}]
    pack(tmp_path / "a.zip", {"p": table(PROFILE, rows), "j": positions(job("A", "B")).rstrip("\n") + ",more\n"})
    done = desk(tmp_path).cli("import", "--account-id", "a", "--linkedin-export", "a.zip")
    lines = done.out.split("\n")
    assert "  Positions row 1, 1 cells: they stand under no column, or under one that is there twice" in lines
    assert "  Profile row 2: an archive has one row here, and the first was taken" in lines


CELL = st.one_of(
    st.sampled_from(["", "", "Acme", "Engineer", "a: b # c", "- x\n- y", "two  spaces", "x" * 200, "75001", "null"]),
    st.text(st.characters(), max_size=20),
)
DATE = st.sampled_from(["", "Mar 2020", "2024", "Aug 5, 2026", "2019-03", "mars 2020", "Jan 1999", "Present"])


def cells(columns: list[str]) -> st.SearchStrategy[dict[str, str]]:
    dates = {"Started On", "Finished On", "Start Date", "End Date"}
    return st.fixed_dictionaries({name: DATE if name in dates else CELL for name in columns})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    person_row=cells(PROFILE),
    jobs=st.lists(cells(POSITIONS), max_size=3),
    schools=st.lists(cells(EDUCATION), max_size=3),
    names=st.lists(cells(SKILLS), max_size=4),
)
def test_no_cell_is_lost_between_archive_and_file(
    tmp_path_factory: pytest.TempPathFactory,
    person_row: dict[str, str],
    jobs: list[dict[str, str]],
    schools: list[dict[str, str]],
    names: list[dict[str, str]],
) -> None:
    folder = tmp_path_factory.mktemp("law")
    tables = {"Profile": (PROFILE, [person_row]), "Positions": (POSITIONS, jobs)}
    tables |= {"Education": (EDUCATION, schools), "Skills": (SKILLS, names)}
    members = {
        f"{name}.csv": table(columns, rows).encode("utf-8", "ignore") for name, (columns, rows) in tables.items()
    }
    pack(folder / "archive.zip", members)
    here = desk(folder)
    done = here.cli("import", "--account-id", "acc_1", "--linkedin-export", "archive.zip")
    assert done.code == 0, done.err
    for name, (_, rows) in tables.items():
        for row in rows:
            for column, cell in row.items():
                value = clean(decoded(cell.encode("utf-8", "ignore").decode())).strip()
                assert not value or accounted(here, done.out, f"{name}: {column}", value), (column, cell, text(here))
    assert here.cli("plan", "--detailed-exitcode").code == 0
    assert here.cli("fmt", "--check").code == 0, text(here)


def accounted(here: World, said: str, column: str, value: str) -> bool:
    """Tell whether a cell is a value, stands in a comment, or is listed as left out."""
    known = ("Mar 2020", "2024", "2019-03", "Jan 1999")
    if value in known:
        return value[-4:] in text(here) or value[:4] in text(here)
    if value == "Present" or f"  {column}: " in said or f"the skill {visible(value)}: it is on the list" in said:
        return True
    written = double_quoted(value)[1:-1]
    shapes = (value, visible(value), written, written.replace('\\"', '"').replace("\\\\", "\\"))
    return value in texts(held(here)) or any(" ".join(shape.split()) in comments(here) for shape in shapes)


def texts(value: object) -> set[str]:
    if isinstance(value, dict):
        return {text for below in value.values() for text in texts(below)}
    if isinstance(value, list):
        return {text for below in value for text in texts(below)}
    return {str(value)}
