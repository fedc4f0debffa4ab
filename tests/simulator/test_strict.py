"""What is not as the API's page says is refused, whole: with the place and the reason, and nothing is changed."""

from typing import Any

import pytest

from reconciler.spec import IMAGE_FILTERS
from tests.simulator.api import HEAD, Api, File

EXPERIENCE = [("experience[role]", "Founder"), ("experience[company]", "Acme")]
WORK = [
    ("open_to_work[job_title][0][name]", "Engineer"),
    ("open_to_work[job_title][0][id]", "9"),
    ("open_to_work[presence]", "REMOTE"),
    ("open_to_work[location][remote]", "1"),
]
CONTRAST = "picture_settings[contrast]"

REFUSED: dict[str, tuple[list[tuple[str, Any]], str]] = {
    # types after the wire
    "exponent": ([(CONTRAST, "1e5")], "picture_settings[contrast]: '1e5' is not a plain decimal number"),
    "space": ([(CONTRAST, " 1")], "picture_settings[contrast]: ' 1' is not a plain decimal number"),
    "nan": ([(CONTRAST, "NaN")], "picture_settings[contrast]: 'NaN' is not a plain decimal number"),
    "infinity": ([(CONTRAST, "Infinity")], "picture_settings[contrast]: 'Infinity' is not a plain decimal number"),
    "leading zero": ([(CONTRAST, "01")], "picture_settings[contrast]: '01' is not a plain decimal number"),
    "plus": ([(CONTRAST, "+1")], "picture_settings[contrast]: '+1' is not a plain decimal number"),
    "no digit before": ([(CONTRAST, ".5")], "picture_settings[contrast]: '.5' is not a plain decimal number"),
    "no digit after": ([(CONTRAST, "1.")], "picture_settings[contrast]: '1.' is not a plain decimal number"),
    "comma": ([(CONTRAST, "1,5")], "picture_settings[contrast]: '1,5' is not a plain decimal number"),
    "underscore": ([(CONTRAST, "1_000")], "picture_settings[contrast]: '1_000' is not a plain decimal number"),
    "other digits": ([(CONTRAST, "١")], "picture_settings[contrast]: '١' is not a plain decimal number"),
    "empty number": ([(CONTRAST, "")], "picture_settings[contrast]: '' is not a plain decimal number"),
    "python's true": ([("skills_follow", "True")], "skills_follow: 'True' is neither 'true' nor 'false'"),
    "one": ([("skills_follow", "1")], "skills_follow: '1' is neither 'true' nor 'false'"),
    "empty boolean": ([("skills_follow", "")], "skills_follow: '' is neither 'true' nor 'false'"),
    "lower enum": (
        [("picture_settings[filter]", "studio")],
        f"picture_settings[filter]: 'studio' is not one of {[*IMAGE_FILTERS]}",
    ),
    "empty enum": (
        [*EXPERIENCE, ("experience[presence]", "")],
        "experience[presence]: '' is not one of ['ON_SITE', 'HYBRID', 'REMOTE']",
    ),
    "month 13": (
        [
            *EXPERIENCE,
            ("experience[seniority][start_date][month]", "13"),
            ("experience[seniority][start_date][year]", "2000"),
        ],
        "experience[seniority][start_date][month]: 13 is greater than the maximum of 12",
    ),
    "half a year": (
        [
            *EXPERIENCE,
            ("experience[seniority][start_date][month]", "1"),
            ("experience[seniority][start_date][year]", "2000.5"),
        ],
        "experience[seniority][start_date][year]: 2000.5 is not of type 'integer'",
    ),
    "short postal code": (
        [("location[id]", "1"), ("location[postal_code]", "1234")],
        "location[postal_code]: '1234' is too short",
    ),
    # names
    "unknown": (
        [("headlin", "x")],
        "the body: Additional properties are not allowed ('headlin' was unexpected)",
    ),
    "unknown below": (
        [("location[id]", "1"), ("location[name]", "x")],
        "location: Additional properties are not allowed ('name' was unexpected)",
    ),
    "school of an edit": (
        [("education[id]", "1"), ("education[school]", "x")],
        "education: Additional properties are not allowed ('school' was unexpected)",
    ),
    "role of an added education": (
        [("education[school]", "x"), ("education[role]", "x")],
        "education: Additional properties are not allowed ('role' was unexpected)",
    ),
    "open bracket": ([("location[id", "1")], "malformed part name 'location[id'"),
    "empty brackets": ([("skills[]", "x")], "malformed part name 'skills[]'"),
    "dots": ([("location.id", "1")], "malformed part name 'location.id'"),
    "space in a name": ([("location [id]", "1")], "malformed part name 'location [id]'"),
    "no name": ([("", "1")], "malformed part name ''"),
    "deep": ([("a" + "[b]" * 8, "1")], f"a{'[b]' * 8}: nested more than 8 deep"),
    # nesting
    "text as object": ([("headline[x]", "1")], "headline: {'x': '1'} is not of type 'string'"),
    "object as text": ([("location", "1")], "location: '1' is not of type 'object'"),
    "indexed texts": (
        [("skills[0]", "a")],
        "skills[0]: an index is for an array of objects; repeat the key for an array of values",
    ),
    "repeated text": ([("headline", "a"), ("headline", "b")], "headline: sent 2 times, and it is not an array"),
    "repeated member": (
        [("location[id]", "1"), ("location[id]", "2")],
        "location[id]: sent 2 times, and it is not an array",
    ),
    "value and object": (
        [("location", "1"), ("location[id]", "1")],
        "location[id]: sent both as a value and as an object",
    ),
    "object and value": (
        [("location[id]", "1"), ("location", "1")],
        "location: sent both as a value and as an object",
    ),
    "objects by repeated keys": (
        [("open_to_work[job_title][name]", "x"), ("open_to_work[job_title][id]", "1"), *WORK[2:]],
        "open_to_work[job_title]: is an array; its objects need an index, as in open_to_work[job_title][0][…]",
    ),
    "objects from one": (
        [(name.replace("[0]", "[1]"), value) for name, value in WORK],
        "open_to_work[job_title]: its indices do not count from 0 without a gap",
    ),
    "objects and members": (
        [*WORK, ("open_to_work[job_title][name]", "x")],
        "open_to_work[job_title]: sent both as an array and as an object",
    ),
    "index of an object": (
        [("location[0][id]", "1")],
        "location: sent with an index, and it is not an array",
    ),
    # what has to be there
    "role alone": ([("experience[role]", "x")], "experience: 'company' is a required property"),
    "end alone": (
        [
            *EXPERIENCE,
            ("experience[seniority][end_date][month]", "1"),
            ("experience[seniority][end_date][year]", "2000"),
        ],
        "experience[seniority]: 'start_date' is a required property",
    ),
    "work without a place": (WORK[:3], "open_to_work: 'location' is a required property"),
    "attachment without type": (
        [*EXPERIENCE, ("experience[attachment][title]", "x")],
        "experience[attachment]: 'type' is a required property; experience[attachment]: 'url' is a required property",
    ),
    "thumbnail of a media": (
        [
            *EXPERIENCE,
            ("experience[attachment][type]", "media"),
            ("experience[attachment][title]", "x"),
            ("experience[attachment][thumbnail]", File()),
        ],
        "experience[attachment]: Additional properties are not allowed ('thumbnail' was unexpected)",
    ),
    # files
    "path as picture": ([("picture", "me.png")], "picture: is a file, and was not sent as one part with a filename"),
    "two pictures": (
        [("picture", File()), ("picture", File())],
        "picture: is a file, and was not sent as one part with a filename",
    ),
    "text as picture": ([("picture", File("me.png", b"text"))], "picture: 'me.png' is not an image"),
    "pdf as picture": ([("picture", File("me.png", b"%PDF-1.4"))], "picture: 'me.png' is not an image"),
    "empty picture": ([("picture", File("me.png", b""))], "picture[size]: 0 is less than the minimum of 1"),
    "picture without a name": ([("picture", File(""))], "picture[filename]: '' should be non-empty"),
    "file as text": ([("headline", File())], "headline: sent as a file, and it is string"),
    # text
    "not utf-8": ([("headline", b"\xff")], "headline is not UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_page_does_not_allow_is_refused(api: Api, case: str) -> None:
    parts, detail = REFUSED[case]
    answer = api.edit(*parts, ("summary", "would be set"))
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert answer.json == {
        "title": "The request could not be processed as submitted.",
        "type": "errors/unprocessable_entity",
        "status": 422,
        "instance": "/api/v1/users/me/edit",
        "detail": detail,
    }
    assert api.profile()["edits"] == 0
    assert api.profile()["sections"] == {}


@pytest.mark.parametrize(
    ("head", "detail"),
    [
        (HEAD[:1], "the body: 'account_id' is a required property"),
        (HEAD[1:], "the body: 'type' is a required property"),
        ([HEAD[0], ("account_id", "")], "account_id: '' should be non-empty"),
        ([("type", "linkedin"), HEAD[1]], "type: 'linkedin' is not one of ['LINKEDIN']"),
        ([HEAD[0], *HEAD], "type: sent 2 times, and it is not an array"),
    ],
)
def test_type_and_account_go_with_every_request(api: Api, head: list[tuple[str, Any]], detail: str) -> None:
    answer = api.edit(("headline", "x"), head=head)
    assert (answer.status, answer.json["detail"]) == (422, detail)


@pytest.mark.parametrize(
    ("content_type", "detail"),
    [
        ("application/json", "content type is 'application/json', not multipart/form-data"),
        ("multipart/form-data", "content type multipart/form-data has no boundary: leave it to the HTTP client"),
        ("multipart/form-data; boundary=another", None),
    ],
)
def test_a_body_that_is_not_multipart_is_refused(api: Api, content_type: str, detail: str | None) -> None:
    answer = api.edit(("headline", "x"), content_type=content_type)
    assert answer.status == 422
    assert detail in (answer.json["detail"], None)


def test_a_body_that_breaks_off_is_refused(api: Api) -> None:
    whole = b"--b\r\ncontent-disposition: form-data; name=type\r\n\r\nLINKEDIN\r\n--b--\r\n"
    for length in range(len(whole) - 2):
        headers = {"x-api-key": "key", "content-type": "multipart/form-data; boundary=b"}
        answer = api.request("PATCH", "/api/v1/users/me/edit", whole[:length], headers)
        assert (answer.status, answer.json["type"]) == (422, "errors/unprocessable_entity"), whole[:length]


def test_numbers_and_booleans_are_read_as_such(api: Api) -> None:
    numbers = {"contrast": "-0.5", "vignette": "0", "saturation": "3", "brightness": "1" + "0" * 300}
    parts = [(f"picture_settings[{name}]", text) for name, text in numbers.items()]
    assert api.edit(*parts, ("skills_follow", "false")).status == 200
    assert api.profile()["sections"] == {
        "picture_settings": {"contrast": -0.5, "vignette": 0, "saturation": 3, "brightness": 1e300},
        "skills_follow": False,
    }


def test_one_value_is_a_list_of_one_where_a_list_belongs(api: Api) -> None:
    assert api.edit(("skills", "one")).status == 200
    assert api.profile()["sections"] == {"skills": ["one"]}


def test_an_empty_text_clears(api: Api) -> None:
    api.edit(("headline", "x"))
    assert api.edit(("headline", "")).status == 200
    assert api.profile()["sections"] == {"headline": ""}


def test_keys_are_checked_first() -> None:
    from reconciler.simulator.app import Simulator
    from reconciler.simulator.serve import running

    with running(Simulator(api_key="right")) as base_url:
        api = Api(base_url)
        found = [api.edit(("headlin", "x"), x_api_key=key) for key in ("", "wrong", "right")]
    assert [(one.status, one.json["type"]) for one in found] == [
        (401, "errors/missing_credentials"),
        (401, "errors/invalid_credentials"),
        (422, "errors/unprocessable_entity"),
    ]


def test_an_edit_of_an_unknown_id_is_not_found_and_changes_nothing(api: Api) -> None:
    answer = api.edit(("headline", "x"), ("experience[id]", "7"), ("experience[role]", "y"))
    assert (answer.status, answer.json["type"], answer.json["detail"]) == (
        404,
        "errors/resource_not_found",
        "experience[id]: the profile has no experience '7'",
    )
    assert api.profile()["sections"] == {}


def test_an_added_entry_gets_an_id_and_can_be_edited(api: Api) -> None:
    assert api.edit(*EXPERIENCE, ("experience[notify_network]", "true")).json == {"object": "ProfileEdited"}
    (entry,) = api.profile()["experience"]
    assert api.edit(("experience[id]", entry["id"]), ("experience[role]", "Chair")).status == 200
    assert api.profile()["experience"] == [{"id": entry["id"], "role": "Chair", "company": "Acme"}]
    assert api.profile()["notifications"] == [{"section": "experience", "id": entry["id"]}]


def test_an_edit_that_is_sent_twice_attaches_twice(api: Api) -> None:
    api.edit(*EXPERIENCE)
    (entry,) = api.profile()["experience"]
    for _ in range(2):
        api.edit(
            ("experience[id]", entry["id"]),
            ("experience[attachment][type]", "media"),
            ("experience[attachment][title]", "A talk"),
            ("experience[attachment][file]", File("talk.pdf", b"%PDF-1.4", "application/pdf")),
        )
    (entry,) = api.profile()["experience"]
    assert len(entry["attachments"]) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/users/me/edit", 405),
        ("POST", "/api/v1/users/me/edit", 405),
        ("PATCH", "/v1/users/me/edit", 404),
        ("PATCH", "/api/v1/users/you/edit", 404),
    ],
)
def test_elsewhere_there_is_no_api(api: Api, method: str, path: str, status: int) -> None:
    assert api.request(method, path, b"").status == status
