import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from reconciler.importing.resume import LAST_YEAR, held
from reconciler.importing.texts import clean
from reconciler.importing.yaml_text import double_quoted
from reconciler.profile.load import load
from reconciler.render.terminal import visible
from tests.importing import archives
from tests.importing.archives import comments, desk, uncomment
from tests.strategies import FILES, profiles
from tests.world import PNG, Done

RESUME: dict[str, Any] = {
    "$schema": "https://example.com/schema.json",
    "basics": {
        "name": "Ada Quill",
        "label": "Staff engineer",
        "email": "ada@example.com",
        "summary": "Builds calm systems.\n\nWrites about them.",
        "location": {"city": "Paris", "region": "Île-de-France", "countryCode": "FR", "postalCode": "75001"},
        "profiles": [{"network": "X", "username": "ada"}, {"network": "Y", "username": "quill"}],
    },
    "work": [
        {
            "name": "Globex",
            "position": "Analyst",
            "startDate": "2015",
            "endDate": "2016-02-01",
            "url": "https://g.example",
        },
        {
            "name": "Acme",
            "position": "Staff Engineer",
            "location": "Paris",
            "description": "Makers of everything",
            "startDate": "2020-03",
            "summary": "Led the platform.",
            "highlights": ["Built the release train", "Halved the pages"],
        },
    ],
    "education": [
        {
            "institution": "State College",
            "studyType": "BSc",
            "area": "Computing",
            "score": "1.3",
            "startDate": "2010-09-01",
            "endDate": "2013-06-30",
            "courses": ["Ports", "Boats"],
        }
    ],
    "skills": [{"name": "Python", "level": "Master", "keywords": ["asyncio", "python"]}, {"name": "Go"}],
    "languages": [{"language": "English", "fluency": "Native"}],
}
HELD = {
    "headline": "Staff engineer",
    "summary": "Builds calm systems.\n\nWrites about them.",
    "experience": {
        "acme-staff-engineer": {
            "role": "Staff Engineer",
            "company": "Acme",
            "location": "Paris",
            "seniority": {"start_date": {"month": 3, "year": 2020}},
            "description": "Led the platform.\n\n• Built the release train\n• Halved the pages",
        },
        "globex-analyst": {"role": "Analyst", "company": "Globex"},
    },
    "education": {
        "state-college": {
            "school": "State College",
            "degree": "BSc",
            "grade": "1.3",
            "field_of_study": "Computing",
            "start_date": {"month": 9, "year": 2010},
            "end_date": {"month": 6, "year": 2013},
        }
    },
    "skills": ["asyncio", "python", "Go"],
}


def imported(folder: Path, resume: object, *options: str) -> Done:
    (folder / "resume.json").write_text(json.dumps(resume), encoding="utf-8")
    return desk(folder).cli("import", "--account-id", "acc_1", "--json-resume", "resume.json", *options)


def taken(folder: Path, resume: object) -> dict[str, Any]:
    done = imported(folder, resume)
    assert done.code == 0, done.err
    return archives.held(desk(folder))


def left(done: Done) -> list[str]:
    listed = done.out.partition("left out:\n")[2].partition("next:\n")[0]
    return [line.strip().partition(": ")[0] for line in listed.split("\n") if line]


def test_a_resume_becomes_a_profile(tmp_path: Path) -> None:
    assert taken(tmp_path, RESUME) == HELD
    assert desk(tmp_path).cli("fmt", "--check").code == 0


def test_what_does_not_map_is_listed(tmp_path: Path) -> None:
    assert left(imported(tmp_path, RESUME)) == [
        *(
            "the heading Python",
            "languages, 1 item",
            "$schema",
            "basics.name",
            "basics.email",
            "basics.profiles[].network (2)",
        ),
        *("basics.profiles[].username (2)", "work[].url", "work[].description", "education[].courses[] (2)"),
        "skills[].level",
    ]


def test_what_a_resume_cannot_say_is_a_comment(tmp_path: Path) -> None:
    taken(tmp_path, RESUME)
    said = comments(desk(tmp_path))
    assert "The résumé holds no ids, employment types or media of entries." in said
    assert "The résumé says “Paris, Île-de-France, FR” and the postal code 75001, and not the id" in said
    assert "The résumé gives the start as 2015 without a month" in said
    assert "The résumé says 2010-09-01; LinkedIn keeps no days." in said
    uncomment(desk(tmp_path), "location")
    assert 'location: {id: null, postal_code: "75001"}' in archives.text(desk(tmp_path))


def test_a_resume_is_what_is_wanted_and_not_what_is_live(tmp_path: Path) -> None:
    done = imported(tmp_path, RESUME)
    assert "wrote: profile.state.json" not in done.out
    assert not desk(tmp_path).state_path.exists()
    assert {change["address"]: change["action"] for change in desk(tmp_path).plan()["changes"]} == {
        "headline": "set",
        "summary": "set",
        "skills": "set",
        "experience.acme-staff-engineer": "create",
        "experience.globex-analyst": "create",
        "education.state-college": "create",
    }
    assert "  the first `reconciler plan profile.yaml` shows 3 to add, 3 to set; " in done.out


def test_a_resume_that_linkedin_shows_is_recorded_as_live(tmp_path: Path) -> None:
    done = imported(tmp_path, RESUME, "--record-as-live")
    assert "wrote: profile.state.json" in done.out
    here = desk(tmp_path)
    assert here.cli("plan", "--detailed-exitcode").code == 0
    here.cli("state", "rm", "experience.acme-staff-engineer")
    assert [(change["address"], change["action"]) for change in here.plan()["changes"]] == [
        ("experience.acme-staff-engineer", "create")
    ]


@pytest.mark.parametrize(
    ("resume", "found"),
    [
        ({"work": [{"company": "Acme", "position": "Engineer"}]}, {"role": "Engineer", "company": "Acme"}),
        (
            {"work": [{"name": "", "company": "Acme", "position": "Engineer", "highlights": ["One"]}]},
            {"role": "Engineer", "company": "Acme", "description": "• One"},
        ),
        (
            {"work": [{"name": "Acme", "position": "Engineer", "startDate": 2020, "summary": "  kept\n"}]},
            {"role": "Engineer", "company": "Acme", "description": "  kept\n"},
        ),
    ],
)
def test_keys_of_earlier_versions_are_read(tmp_path: Path, resume: object, found: object) -> None:
    assert list(taken(tmp_path, resume)["experience"].values()) == [found]


def test_the_first_versions_basics_and_grades_are_read(tmp_path: Path) -> None:
    resume = {"bio": {"label": "L"}, "education": [{"institution": "C", "gpa": 3.70}], "skills": ["Go", {"name": "C"}]}
    assert taken(tmp_path, resume) == {
        "headline": "L",
        "education": {"c": {"school": "C", "grade": "3.7"}},
        "skills": ["Go", "C"],
    }


def test_a_byte_order_mark_and_utf_16_are_read(tmp_path: Path) -> None:
    for number, encoding in enumerate(("utf-8-sig", "utf-16")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "resume.json").write_bytes('{"basics": {"label": "é"}}'.encode(encoding))
        assert desk(folder).cli("import", "--account-id", "a", "--json-resume", "resume.json").code == 0
        assert archives.held(desk(folder)) == {"headline": "é"}


def test_a_job_without_a_name_waits_for_its_id(tmp_path: Path) -> None:
    found = taken(tmp_path, {"work": [{"position": "Engineer", "summary": "Alone."}], "skills": []})
    assert found == {}
    assert "The résumé has no company for this one" in comments(desk(tmp_path))
    uncomment(desk(tmp_path), "experience")
    path = tmp_path / "profile.yaml"
    path.write_text(path.read_text().replace("company: null", "company: Acme"))
    assert desk(tmp_path).cli("fmt", "--check").code == 0
    assert [change["action"] for change in desk(tmp_path).plan()["changes"]] == ["create"]


LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("2020-05"), st.just("x  y"))
NAMES = st.sampled_from(
    [
        *("basics", "label", "summary", "location", "city", "postalCode", "work", "name", "company", "position"),
        *("highlights", "startDate", "endDate", "education", "institution", "area", "score", "skills", "keywords", "x"),
    ]
)
ANYTHING = st.recursive(LEAF, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=4))


def leaves(value: object, path: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [leaf for name, below in value.items() for leaf in leaves(below, f"{path}.{name}".lstrip("."))]
    if isinstance(value, list):
        return [leaf for below in value for leaf in leaves(below, f"{path}[]")]
    return [(path, value)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rest=st.dictionaries(NAMES, ANYTHING, max_size=5), basics=st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_every_value_of_a_resume_is_taken_or_listed(
    tmp_path_factory: pytest.TempPathFactory, rest: dict[str, object], basics: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("leaves")
    resume = {**rest, "basics": basics}
    done = imported(folder, resume)
    assert done.code == 0, done.err
    here = desk(folder)
    listed = {re.sub(r" \(\d+\)$", "", one) for one in left(done)}
    said = comments(here)
    held_texts = json.dumps(archives.held(here), ensure_ascii=False)
    for path, value in leaves(resume):
        shown = str(value).strip()
        if value is None or not clean(shown).strip() or path in listed:
            continue
        written = json.dumps(clean(shown).strip(), ensure_ascii=False)[1:-1]
        forms = (visible(clean(shown).strip()), written, double_quoted(clean(shown).strip())[1:-1])
        ways = {f"the skill {visible(clean(str(value)))}", f"the heading {visible(clean(str(value)))}"}
        assert (
            path.endswith("Date")
            or ways & listed
            or written in held_texts
            or any(" ".join(form.split()) in said for form in forms)
        ), (path, value, archives.text(here))
    assert here.cli("validate").code == 0
    assert here.cli("fmt", "--check").code == 0


# What jsonresume.org's schema says of the parts that an export writes.
DATE = {"type": "string", "pattern": "^[12][0-9]{3}-[01][0-9]$"}
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}


def records(**fields: object) -> dict[str, object]:
    item = {"type": "object", "additionalProperties": False, "properties": fields}
    return {"type": "array", "minItems": 1, "items": item}


EXPORTED = Draft7Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["$schema", "basics"],
        "properties": {
            "$schema": {"type": "string", "format": "uri"},
            "basics": {
                "type": "object",
                "required": ["location", "profiles"],
                "properties": {
                    "label": TEXT,
                    "summary": TEXT,
                    "location": {"type": "object"},
                    "profiles": {"type": "array"},
                },
                "additionalProperties": False,
            },
            "work": records(
                name=TEXT,
                position=TEXT,
                location=TEXT,
                summary=TEXT,
                highlights=TEXTS,
                startDate=DATE,
                endDate=DATE,
            ),
            "education": records(institution=TEXT, studyType=TEXT, area=TEXT, score=TEXT, startDate=DATE, endDate=DATE),
            "skills": records(name={"const": "Skills"}, keywords=TEXTS),
        },
    }
)


def test_a_profile_becomes_a_resume_with_what_does_not_fit_listed(tmp_path: Path) -> None:
    here = desk(tmp_path)
    (tmp_path / "me.png").write_bytes(PNG)
    here.write(
        {
            "headline": "Staff engineer",
            "location": {"id": "105015875"},
            "picture": "me.png",
            "experience": {
                "acme": {"id": "7", "role": "Engineer", "company": "Acme", "presence": "REMOTE", "description": ""},
                "globex": {"role": "Analyst", "company": "Globex", "presence": "HYBRID", "skills": ["Go"]},
                "part": {"id": "9", "role": "Advisor"},
            },
            "education": {
                "college": {
                    "id": "8",
                    "school": "College",
                    "seniority": {"start_date": {"month": 9, "year": 2010}, "end_date": {"month": 6, "year": 2013}},
                }
            },
            "skills": ["Python", "python", "Go"],
        }
    )
    done = here.cli("export", "--json-resume")
    assert json.loads(done.out) == {
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": {"label": "Staff engineer", "location": {}, "profiles": []},
        "work": [{"position": "Engineer", "name": "Acme"}, {"position": "Analyst", "name": "Globex"}],
        "education": [{"institution": "College", "startDate": "2010-09", "endDate": "2013-06"}],
        "skills": [{"name": "Skills", "keywords": ["Python", "Go"]}],
    }
    assert sorted(line.split(": ", 1)[1] for line in done.err.splitlines() if line.startswith("left out: ")) == [
        "education.KEY.id: JSON Resume has no place for it",
        "experience.KEY.id: JSON Resume has no place for it",
        "experience.KEY.presence (2): JSON Resume has no place for it",
        "experience.KEY.skills: JSON Resume has no place for it",
        "experience.part: it has not all of role and company, without which a résumé says nothing of it",
        "location: JSON Resume has no place for it",
        "picture: JSON Resume has no place for it",
        "the skill python: it is on the list already",
    ]


def test_an_export_is_safe_to_print_and_needs_its_format(tmp_path: Path) -> None:
    here = desk(tmp_path)
    lines = ["type: LINKEDIN", "account_id: a", r'headline: "a\u202eb\x9b\xe9\u3164\u2065"', 'summary: ""']
    (tmp_path / here.name).write_text("\n".join(lines))
    done = here.cli("export", "--json-resume")
    assert '"label": "a\\u202ebé\\u3164\\u2065"' in done.out
    assert json.loads(done.out)["basics"]["label"] == "a\u202ebé\u3164\u2065"
    assert "left out: headline, 1 control character: no text of a profile can hold them\n" in done.err
    assert here.cli("export").code == 64


def test_a_year_that_a_resume_cannot_write_is_listed(tmp_path: Path) -> None:
    here = desk(tmp_path)
    job = {"role": "R", "company": "C", "seniority": {"start_date": {"month": 1, "year": LAST_YEAR + 1}}}
    here.write({"experience": {"c": job}})
    done = here.cli("export", "--json-resume")
    assert json.loads(done.out)["work"] == [{"position": "R", "name": "C"}]
    assert "left out: experience.KEY.seniority: JSON Resume has no place for it\n" in done.err


def test_an_imported_resume_comes_back_from_an_export(tmp_path: Path) -> None:
    taken(tmp_path, RESUME)
    (tmp_path / "again").mkdir()
    assert taken(tmp_path / "again", json.loads(desk(tmp_path).cli("export", "--json-resume").out)) == HELD


IDS = {"experience": ("7", "8"), "education": ("9",)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(profile=profiles(IDS))
def test_import_of_an_export_keeps_what_both_can_hold(
    tmp_path_factory: pytest.TempPathFactory, profile: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    for name, number in FILES.items():
        (folder / name).write_bytes(PNG + bytes([number]))
    here = desk(folder)
    here.write(profile)
    done = here.cli("export", "--json-resume")
    assert done.code == 0, done.err
    resume = json.loads(done.out)
    assert list(EXPORTED.iter_errors(resume)) == []
    (folder / "back").mkdir()
    assert imported(folder / "back", resume, "--record-as-live").code == 0  # of which entries may say the same
    before = held(load(str(folder / here.name)).desired.wanted)
    after = held(load(str(folder / "back" / "profile.yaml")).desired.wanted)
    assert without_keys(before) == without_keys(after)


def without_keys(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Give values by section, entries in any order: keys are made anew, and jobs are sorted.

    Not the dates of schools: the generated ones have them under `seniority`, from where they do not come back.
    """
    found = []
    for address, value in values.items():
        section = address.partition(".")[0]
        kept = value if section != "education" else {k: v for k, v in value.items() if not k.endswith("_date")}
        found.append((section, json.dumps(kept, sort_keys=True)))
    return sorted(found)


WORDS = st.sampled_from(["Founder", "Écrivain", "founder ", ""])
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("name", "company", "position", "institution", "studyType"), WORDS),
        **dict.fromkeys(("startDate", "endDate"), st.sampled_from(["2001-01-01", "2001-02", "1999", "Present", ""])),
        **dict.fromkeys(("summary", "url", "area"), LEAF),
        "highlights": st.lists(LEAF, max_size=2),
    },
)
RESUMES = st.fixed_dictionaries(
    {},
    optional={
        "basics": st.dictionaries(NAMES, ANYTHING, max_size=4),
        "work": st.lists(st.one_of(ITEMS, ANYTHING), max_size=4),
        "education": st.lists(st.one_of(ITEMS, ANYTHING), max_size=3),
        "skills": st.one_of(ANYTHING, st.lists(st.fixed_dictionaries({"name": WORDS, "keywords": st.lists(WORDS)}))),
        "x": ANYTHING,
    },
).filter(bool)
MANAGED = {
    *("label", "summary", "position", "name", "company", "location", "highlights", "institution", "studyType"),
    *("area", "score", "gpa", "startDate", "endDate", "summary"),
}


def kept(before: Any, after: Any) -> None:  # noqa: ANN401 - any JSON
    """Check that all that a profile never manages is as it was: entries in their order, other ones between them."""
    for name in before.keys() - {"basics", "work", "education", "skills"}:
        assert json.dumps(after[name]) == json.dumps(before[name])
    assert rest(before.get("basics", {})) == rest({**after.get("basics", {})})
    for name in ("work", "education"):
        listed = [rest(item) for item in before.get(name, [])]
        found = iter([rest(item) for item in after.get(name, [])])
        assert all(item in found for item in listed)


def rest(value: Any) -> str:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        value = {name: below for name, below in value.items() if name not in MANAGED}
    return json.dumps(value, sort_keys=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(profile=profiles(IDS), resume=RESUMES)
def test_an_update_keeps_the_rest_and_is_done_once(
    tmp_path_factory: pytest.TempPathFactory, profile: dict[str, Any], resume: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    for name, number in FILES.items():
        (folder / name).write_bytes(PNG + bytes([number]))
    here = desk(folder)
    here.write(profile)
    path = folder / "cv.json"
    path.write_text(json.dumps(resume), encoding="utf-8")
    done = here.cli("export", "--json-resume", "--update", "cv.json")
    if not {"basics", "work", "education", "skills"} & resume.keys():
        assert done.code == 1
        return
    assert done.code == 0, done.err
    after = path.read_bytes()
    kept(resume, json.loads(after))
    assert here.cli("export", "--json-resume", "--update", "cv.json").out == "nothing to change: cv.json\n"
    assert path.read_bytes() == after
