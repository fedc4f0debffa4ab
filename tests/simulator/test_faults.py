"""Every fault does what it says, takes effect or not as it says, and comes again by its seed."""

import http.client
import json
import re
import time
from email.utils import parsedate_to_datetime

import pytest

from reconciler.simulator.errors import ERRORS
from reconciler.simulator.faults import ANY_FAULT
from reconciler.wire.outcomes import TYPES
from tests.simulator.api import Api

NAMES = [(name, status) for status, names in ERRORS.items() for name in names]
LOST = (http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionResetError, BrokenPipeError)


def _edits(api: Api) -> int:
    found = api.profile()["edits"]
    assert isinstance(found, int)
    return found


def test_there_are_forty_types_and_the_client_knows_the_same() -> None:
    assert len(NAMES) == 40
    assert {(row.name, row.status) for row in TYPES} == set(NAMES)


@pytest.mark.parametrize("effect", ["", ";after"])
def test_every_error_can_come_before_the_edit_or_after_it(api: Api, effect: str) -> None:
    for count, (name, status) in enumerate(NAMES, 1):
        answer = api.edit(("headline", name), x_simulator_fault=f"error=errors/{name}{effect}")
        assert (answer.status, answer.content_type) == (status, "application/problem+json")
        assert (answer.json["type"], answer.json["status"]) == (f"errors/{name}", status)
        assert _edits(api) == (count if effect else 0)


def test_the_platforms_envelope_and_a_detail(api: Api) -> None:
    answer = api.edit(x_simulator_fault="error=limit_exceeded;envelope=platform")
    assert (answer.status, answer.content_type) == (422, "application/json")
    assert answer.json == {
        "error": {
            "code": "limit_exceeded",
            "message": "A LinkedIn limit was reached.",
            "request_id": "req_simulated",
        }
    }
    assert api.edit(x_simulator_fault="error=limit_exceeded;detail=why").json["detail"] == "why"


def test_retry_after_comes_in_both_forms_or_as_any_text(api: Api) -> None:
    for given in ("0", "7", "soon"):
        answer = api.edit(x_simulator_fault=f"retry-after={given}")
        assert (answer.status, answer.json["type"]) == (429, "errors/too_many_requests")
        assert answer.headers["retry-after"] == given
    before = time.time()
    for given, seconds in (("date", 0), ("date+30", 30)):
        written = api.edit(x_simulator_fault=f"retry-after={given}").headers["retry-after"]
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", written)
        assert -2 < parsedate_to_datetime(written).timestamp() - before - seconds < 30
    assert "retry-after" not in api.edit(x_simulator_fault="error=too_many_requests").headers
    assert api.edit(x_simulator_fault="error=service_unavailable;retry-after=3").status == 503


@pytest.mark.parametrize("reset", ["", ";reset"])
@pytest.mark.parametrize(
    ("when", "effect"),
    [("before-read", 0), ("mid-read", 0), ("before-edit", 0), ("after-edit", 1), ("mid-answer", 1)],
)
def test_a_connection_can_be_lost_at_any_point(api: Api, when: str, reset: str, effect: int) -> None:
    with pytest.raises(LOST):
        api.edit(("headline", "x" * 100_000), x_simulator_fault=f"close={when}{reset}")
    assert _edits(api) == effect
    (request,) = api.control("GET", "/requests")
    assert (request["fault"], request["applied"]) == (f"close={when}{reset}", bool(effect))
    assert api.edit(("headline", "y")).status == 200


def test_answers_that_are_not_the_apis(api: Api) -> None:
    faults = {
        "content-type=text/html": (200, "text/html; charset=utf-8", b'{"object": "ProfileEdited"}', 1),
        "object=SomethingElse": (200, "application/json", b'{"object": "SomethingElse"}', 1),
        "object=SomethingElse;after": (200, "application/json", b'{"object": "SomethingElse"}', 2),
        "status=502 ;body=<h1>; bad": (502, "text/plain; charset=utf-8", b"<h1>; bad", 2),
        "body=": (200, "text/plain; charset=utf-8", b"", 2),
    }
    for fault, (status, content_type, body, edits) in faults.items():
        answer = api.edit(("headline", "x"), x_simulator_fault=fault)
        assert (answer.status, answer.content_type, answer.body, _edits(api)) == (status, content_type, body, edits)
    assert len(api.edit(x_simulator_fault="error=provider_error;size=1000000").body) == 1_000_000
    moved = api.edit(x_simulator_fault="location=http://127.0.0.1:1/")
    assert (moved.status, moved.headers["location"]) == (302, "http://127.0.0.1:1/")


def test_a_delay_is_before_the_edit_or_after_it(api: Api) -> None:
    for fault in ("delay=0.2", "delay=0.2;after"):
        began = time.monotonic()
        assert api.edit(("headline", "x"), x_simulator_fault=fault).status == 200
        assert time.monotonic() - began >= 0.2


def test_a_queue_is_taken_in_turn_and_a_header_goes_before_it(api: Api) -> None:
    api.control("POST", "/faults", "error=provider_error\nnone\nretry-after=0\n")
    api.control("POST", "/faults", {"queue": ["error=no_channel"]})
    asked = api.edit(x_simulator_fault="error=request_timeout")
    assert [asked.status, *(api.edit(("headline", "x")).status for _ in range(5))] == [504, 500, 200, 429, 503, 200]


def test_a_request_that_is_refused_anyway_is_refused_for_that(api: Api) -> None:
    answer = api.edit(("headlin", "x"), x_simulator_fault="error=provider_error;after")
    assert (answer.status, answer.json["type"]) == (422, "errors/unprocessable_entity")


def test_a_wrong_key_takes_no_fault_from_the_queue(api: Api) -> None:
    api.control("POST", "/faults", "error=provider_error")
    assert api.edit(x_api_key="").status == 401
    assert api.edit().status == 500


def _random(api: Api, seed: int) -> list[str]:
    api.control("DELETE", "/requests")
    kinds = ["error=provider_error", "retry-after=0", "object=Other"]
    api.control("POST", "/faults", {"random": {"seed": seed, "rate": 0.5, "kinds": kinds}})
    for _ in range(40):
        api.edit(("headline", "x"))
    return [one["fault"] for one in api.control("GET", "/requests")]


def test_random_faults_come_again_by_their_seed(api: Api) -> None:
    first, again, other = _random(api, 7), _random(api, 7), _random(api, 8)
    assert first == again != other
    assert 5 < first.count("none") < 35
    assert set(first) == {"none", "error=provider_error", "retry-after=0", "object=Other"}
    assert api.control("GET", "/faults")["random"]["seed"] == 8
    api.control("DELETE", "/faults")
    assert api.edit(("headline", "x")).status == 200


def test_random_faults_are_drawn_from_all_unless_said_otherwise(api: Api) -> None:
    api.control("POST", "/faults", {"random": {"seed": 1, "rate": 1}})
    assert json.loads(json.dumps(api.control("GET", "/faults")["random"]["kinds"])) == [*ANY_FAULT]
    assert {f"error={name}" for name, _ in NAMES} < set(ANY_FAULT)
    assert {f"close={when}" for when in ("before-read", "mid-read", "after-edit", "mid-answer")} < set(ANY_FAULT)
