"""The read endpoints, asked by a client that shares no code with the product: what they show, and in which forms."""

import http.client
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.simulator.app import Simulator
from reconciler.simulator.profile import Behaviour
from reconciler.simulator.serve import running
from tests.simulator.api import Answer, Api, File

SECTIONS = [("linkedin_sections", name) for name in ("about", "experience", "education", "skills")]
JOB = [
    ("experience[role]", "Founder"),
    ("experience[company]", "postpress"),
    ("experience[description]", " Builds  things \n\n\n for  a living "),
    ("experience[location]", "Lyon"),
    ("experience[presence]", "REMOTE"),
    ("experience[skills]", "writing"),
    ("experience[seniority][start_date][month]", 3),
    ("experience[seniority][start_date][year]", 2021),
    ("experience[seniority][end_date][month]", 10),
    ("experience[seniority][end_date][year]", 2024),
]
SCHOOL = [
    ("education[school]", "State College"),
    ("education[degree]", "BSc"),
    ("education[start_date][month]", 9),
    ("education[start_date][year]", 2010),
]


def profile(api: Api, *query: tuple[str, str], fault: str = "none") -> Any:  # noqa: ANN401 - any JSON
    """Read as the page says: first who it is, then the profile."""
    return asked(api, query or tuple(SECTIONS), fault).json


def asked(api: Api, query: tuple[tuple[str, str], ...], fault: str) -> Answer:
    identifier = api.read("/users/me").json["public_identifier"]
    return api.read(f"/users/{identifier}", *query, x_simulator_fault=fault)


@pytest.fixture
def live(api: Api) -> Api:
    """Have a profile with a job and a school."""
    api.edit(("headline", "h"), ("summary", " s "), ("skills", "a"), ("skills", "b"), ("location[id]", "105015875"))
    api.edit(("picture", File()), ("cover_picture", File()))
    api.edit(*JOB)
    api.edit(*SCHOOL)
    return api


def test_who_it_is_is_thin(live: Api) -> None:
    found = live.read("/users/me").json
    assert found["object"] == "AccountOwnerProfile"
    assert (found["headline"], found["location"]) == ("h", "France")
    assert not found.keys() & {"summary", "work_experience", "education", "skills"}


def test_a_profile_shows_what_was_edited_under_the_names_of_the_reads(live: Api) -> None:
    found = profile(live)
    assert (found["object"], found["is_self"], found["throttled_sections"]) == ("UserProfile", True, [])
    assert (found["headline"], found["summary"], found["location"]) == ("h", " s ", "France")
    assert found["work_experience"] == [
        {
            "id": "2400000001",
            "position": "Founder",
            "company": "postpress",
            "location": "Lyon",
            "description": " Builds  things \n\n\n for  a living ",
            "skills": ["writing"],
            "start": "3/1/2021",
            "end": "10/1/2024",
        }
    ]
    assert found["education"] == [
        {"id": "2400000002", "school": "State College", "degree": "BSc", "start": "9/1/2010", "end": None}
    ]
    assert [skill["name"] for skill in found["skills"]] == ["a", "b"]
    assert [found[f"{name}_total_count"] for name in ("work_experience", "education", "skills")] == [1, 1, 2]


def test_sections_that_are_not_asked_for_are_absent(live: Api) -> None:
    found = profile(live, ("linkedin_sections", "skills"))
    assert not found.keys() & {"summary", "work_experience", "education"}
    assert found["skills_total_count"] == 2


def test_a_picture_keeps_its_path_and_changes_its_query_from_read_to_read(live: Api) -> None:
    first, second = profile(live), profile(live)
    for name in ("profile_picture_url_large", "background_picture_url"):
        assert first[name] != second[name]
        assert first[name].partition("?")[0] == second[name].partition("?")[0]


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        ("id", ("id", "id")),
        ("section", ("experience_id", "education_id")),
        ("position_id", ("position_id", "education_id")),
        ("absent", (None, None)),
    ],
)
def test_ids_stand_under_the_name_that_is_chosen(live: Api, ids: str, names: tuple[str | None, str | None]) -> None:
    found = profile(live, fault=f"ids={ids}")
    for section, name in zip(("work_experience", "education"), names, strict=True):
        (entry,) = found[section]
        assert [key for key in entry if key == "id" or key.endswith("_id")] == ([name] if name else [])


@pytest.mark.parametrize(
    ("dates", "start", "end"),
    [
        ("M/D/YYYY", "3/1/2021", "10/1/2024"),
        ("YYYY-MM-DD", "2021-03-01", "2024-10-01"),
        ("YYYY-MM", "2021-03", "2024-10"),
        ("M/YYYY", "3/2021", "10/2024"),
        ("YYYY", "2021", "2024"),
        ("late", "3/1/2021", "10/30/2024"),
        ("new-year", "1/1/2021", "1/1/2024"),
    ],
)
def test_dates_are_written_in_the_form_that_is_chosen(live: Api, dates: str, start: str, end: str) -> None:
    (job,) = profile(live, fault=f"dates={dates}")["work_experience"]
    assert (job["start"], job["end"]) == (start, end)


def test_sections_come_throttled_missing_or_truncated(live: Api) -> None:
    found = profile(live, fault="throttle=linkedin_experience_preview,about;omit=education;truncate=skills")
    assert found["throttled_sections"] == ["linkedin_experience_preview", "about"]
    assert (found["work_experience"], found["work_experience_total_count"], found["summary"]) == ([], 1, "")
    assert not found.keys() & {"education", "education_total_count"}
    assert (len(found["skills"]), found["skills_total_count"]) == (1, 2)


@pytest.mark.parametrize(
    ("form", "repeated", "joined"), [("both", True, True), ("repeated", True, False), ("joined", False, True)]
)
def test_sections_are_understood_in_the_form_that_is_chosen(
    live: Api, form: str, *, repeated: bool, joined: bool
) -> None:
    together = ("linkedin_sections", "about,experience,education,skills")
    assert ("work_experience" in profile(live, fault=f"asked={form}")) is repeated
    assert ("work_experience" in profile(live, together, fault=f"asked={form}")) is joined


def test_another_persons_profile_says_so_or_does_not(live: Api) -> None:
    own = live.read("/users/me").json["provider_id"]
    found = {who: profile(live, fault=f"owner={who}") for who in ("self", "unsaid", "other", "other-unsaid")}
    assert {who: (one.get("is_self"), one["provider_id"] == own) for who, one in found.items()} == {
        "self": (True, True),
        "unsaid": (None, True),
        "other": (False, False),
        "other-unsaid": (None, False),
    }


def test_names_texts_and_order_are_linkedins_own_where_that_is_asked(live: Api) -> None:
    found = profile(live, fault="canonical;trimmed;presence;job-skills;reversed")
    (job,) = found["work_experience"]
    assert (job["company"], job["skills"]) == ("postpress, Inc.", ["Writing (Skill)"])
    assert job["description"] == "Builds things\n\nfor a living"
    assert job["location"] == "Lyon · Remote"
    assert [skill["name"] for skill in found["skills"]] == ["Writing (Skill)", "B (Skill)", "A (Skill)"]


def test_headers_of_a_cache_are_sent(live: Api) -> None:
    headers = asked(live, tuple(SECTIONS), "age=90;x-cache=HIT").headers
    assert (headers["age"], headers["x-cache"]) == ("90", "HIT")


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("error=too_many_requests", 429),
        ("error=provider_error", 500),
        ("status=502;body=<html>", 502),
        ("location=/x", 302),
    ],
)
def test_a_read_meets_the_faults_of_edits(live: Api, fault: str, status: int) -> None:
    assert asked(live, tuple(SECTIONS), fault).status == status
    assert live.control("GET", "/reads")[-1]["status"] == status


@pytest.mark.parametrize("fault", ["close=before-read", "close=after-edit;reset", "close=mid-answer"])
def test_a_read_is_broken_off(live: Api, fault: str) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        asked(live, tuple(SECTIONS), fault)
    assert profile(live)["is_self"] is True


def test_a_queue_of_faults_is_met_by_reads_too(live: Api) -> None:
    live.control("POST", "/faults", "none\nthrottle=experience\nerror=provider_error")
    identifier = live.read("/users/me").json["public_identifier"]
    assert live.read(f"/users/{identifier}", *SECTIONS).json["throttled_sections"] == ["experience"]
    assert live.edit(("headline", "x")).status == 500


def test_the_form_of_all_reads_is_an_option(live: Api) -> None:
    live.control("PUT", "/options", {"reading": "ids=absent;dates=YYYY"})
    (job,) = profile(live, fault="dates=YYYY-MM")["work_experience"]
    assert ("id" in job, job["start"]) == (False, "2021-03")
    (school,) = profile(live)["education"]
    assert ("id" in school, school["start"]) == (False, "2010")


def test_an_edit_is_shown_after_a_delay_and_a_change_in_the_browser_at_once() -> None:
    clock = [datetime(2026, 11, 1, 12, tzinfo=UTC)]
    with running(Simulator(behaviour=Behaviour(visible_after=60), now=lambda: clock[0])) as base_url:
        api = Api(base_url)
        shown = []
        for seconds, headline in ((0, "one"), (40, "two"), (30, None), (40, None)):
            clock[0] += timedelta(seconds=seconds)
            if headline is not None:
                api.edit(("headline", headline))
            shown.append(profile(api).get("headline"))
        assert shown == [None, None, "one", "two"]
        api.edit(("headline", "three"))
        api.control("PUT", "/profile?account_id=a", {"sections": {"headline": "by hand"}})
        assert profile(api)["headline"] == "by hand"


def test_an_edit_that_is_refused_hides_nothing() -> None:
    with running(Simulator(behaviour=Behaviour(visible_after=60))) as base_url:
        api = Api(base_url)
        api.control("PUT", "/profile?account_id=a", {"sections": {"headline": "there"}})
        assert api.edit(("experience[id]", "404")).status == 404
        assert profile(api)["headline"] == "there"


def test_a_new_job_overwrites_the_headline_where_that_is_asked(live: Api) -> None:
    live.control("PUT", "/options", {"headline_from_add": True})
    live.edit(*JOB)
    assert profile(live)["headline"] == "Founder at postpress"


def test_parameters_are_found_by_words(live: Api) -> None:
    found = live.read("/linkedin/search/parameters", ("type", "LOCATION"), ("keywords", "paris")).json
    assert found["object"] == "LinkedinSearchParametersList"
    assert [item["title"].partition(",")[0] for item in found["items"]] == ["Paris", "Paris"]
    one = live.read("/linkedin/search/parameters", ("type", "LOCATION"), ("keywords", "paris"), ("limit", "1")).json
    assert len(one["items"]) == 1
    kinds = live.read("/linkedin/search/parameters", ("type", "EMPLOYMENT_TYPE")).json["items"]
    assert ("12", "Full-time") in [(item["id"], item["title"]) for item in kinds]


@pytest.mark.parametrize(
    "query",
    [
        [("type", "NOTHING")],
        [],
        [("type", "LOCATION"), ("limit", "0")],
        [("type", "LOCATION"), ("limit", "101")],
        [("type", "EMPLOYMENT_TYPE"), ("keywords", "x")],
    ],
)
def test_a_search_that_the_page_does_not_allow_is_refused(live: Api, query: list[tuple[str, str]]) -> None:
    assert live.read("/linkedin/search/parameters", *query).status == 422


def test_an_account_says_whether_it_is_connected(api: Api) -> None:
    assert api.read("/accounts/a").json["sources"][0]["status"] == "OK"
    assert (
        api.read("/accounts/a", x_simulator_fault="account=CREDENTIALS").json["sources"][0]["status"] == "CREDENTIALS"
    )


def test_who_asks_has_to_have_a_key_an_account_and_an_identifier(api: Api) -> None:
    assert api.read("/users/me", x_api_key="").status == 401
    assert api.request("GET", f"{api.path}/users/me", headers={"x-api-key": "key"}).status == 422
    assert api.read("/users/somebody").status == 404


def test_reads_are_listed_apart_from_edits(live: Api) -> None:
    live.read("/users/me")
    assert live.control("GET", "/reads") == [
        {"path": "/api/v1/users/me", "query": [["account_id", "a"]], "fault": "none", "status": 200}
    ]
    assert len(live.control("GET", "/requests")) == 4
    assert live.control("DELETE", "/reads") == 204
    assert live.control("GET", "/reads") == []
