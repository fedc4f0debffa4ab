"""How often the read endpoints are asked: three times where another try may go better, else once."""

import json

import pytest

from reconciler.wire.read import LimitedError, ReadError
from tests.reading.canned import Canned, canned

ME: Canned = (200, {}, b'{"object": "AccountOwnerProfile"}')


def refused(status: int, name: str, **headers: str) -> Canned:
    body = json.dumps({"title": name, "type": f"errors/{name}", "status": status}).encode()
    return status, {key.replace("_", "-"): text for key, text in headers.items()}, body


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([refused(500, "provider_error"), refused(503, "no_channel"), ME], 3),
        ([refused(500, "provider_error")], 3),
        ([(502, {}, b"<html>")], 3),
        ([refused(504, "request_timeout")], 3),
        ([refused(429, "too_many_requests")], 1),
        ([refused(401, "disconnected_account")], 1),
        ([refused(403, "resource_access_restricted")], 1),
        ([refused(404, "resource_not_found")], 1),
        ([refused(500, "authentication_intent_error")], 1),
        ([refused(501, "feature_not_implemented")], 1),
        ([(302, {"location": "/elsewhere"}, b"")], 1),
        ([(200, {}, b"<html>")], 1),
    ],
)
def test_what_may_go_better_is_asked_three_times_at_most(answers: list[Canned], asked: int) -> None:
    left = list(answers)
    with canned(lambda _: left.pop(0) if len(left) > 1 else left[0]) as api:
        if answers[-1] == ME:
            assert api.reader.owner().value == json.loads(ME[2])
        else:
            with pytest.raises(ReadError):
                api.reader.owner()
    assert (len(api.asked), len(api.pauses)) == (asked, asked - 1)


@pytest.mark.parametrize(
    ("status", "name", "later"),
    [
        (403, "resource_access_restricted", "the answer is the same later"),
        (404, "resource_not_found", "the answer is the same later"),
        (422, "unprocessable_entity", "the answer is the same later"),
        (503, "no_channel", "read again later"),
    ],
)
def test_what_is_the_same_later_is_not_to_be_read_again(status: int, name: str, later: str) -> None:
    """Of an answer that does not change, it said to read again later."""
    with canned(lambda _: refused(status, name)) as api, pytest.raises(ReadError) as error:
        api.reader.owner()
    (problem,) = error.value.problems
    assert problem.remedy == f"{later}; `reconciler doctor` looks at the connection"


def test_the_wait_is_what_the_api_says_within_what_is_allowed() -> None:
    with canned(lambda _: refused(503, "no_channel", retry_after="7")) as api:
        for most, pauses in ((20.0, [7.0, 7.0]), (10.0, [7.0]), (6.0, [])):
            api.pauses.clear()
            api.reader.max_wait = most
            with pytest.raises(ReadError):
                api.reader.owner()
            assert api.pauses == pauses


def test_an_api_that_says_that_it_was_read_often_enough_is_told_apart() -> None:
    with canned(lambda _: refused(429, "too_many_requests")) as api, pytest.raises(LimitedError):
        api.reader.owner()
