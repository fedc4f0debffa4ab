"""One look at a profile over real HTTP: what is asked, what is taken, what is refused."""

import logging
from typing import Any

import pytest

from reconciler.app.reads import ReadRun, read_sections
from reconciler.reading.owner import AnotherPersonError
from reconciler.wire.logs import LOGGERS, enable
from reconciler.wire.read import MAX_ANSWER, LimitedError, ReadError
from tests.reading.canned import KEY, Canned, canned, ok
from tests.reading.test_seen import ANSWER

ME: dict[str, Any] = {
    "object": "AccountOwnerProfile",
    "provider_id": "ACoAAFIXTURE1",
    "public_identifier": "mira-example",
    "email": "mira@example.com",
}
ASKED = "linkedin_sections=about&linkedin_sections=experience&linkedin_sections=education&linkedin_sections=skills"


def server(profile: Canned, me: Canned | None = None) -> Any:  # noqa: ANN401 - a function of a path
    return lambda path: (me or ok(ME)) if path.startswith("/users/me") else profile


def test_two_requests_for_one_look() -> None:
    with canned(server(ok({**ANSWER, "object": "UserProfile"}))) as api:
        seen = read_sections(api.reader, ReadRun())
    assert api.asked == ["/users/me?account_id=acc_1", f"/users/mira-example?account_id=acc_1&{ASKED}"]
    assert seen.sections["headline"] == "Kelp logistics"


def test_sections_are_joined_where_repeated_ones_are_not_understood() -> None:
    def answer(path: str) -> Canned:
        if path.startswith("/users/me"):
            return ok(ME)
        whole = {**ANSWER, "object": "UserProfile"}
        thin = {key: whole[key] for key in ("object", "provider_id", "headline")}
        return ok(whole if "about%2Cexperience" in path else thin)

    reading = ReadRun()
    with canned(answer) as api:
        assert read_sections(api.reader, reading).sections["summary"] == ANSWER["summary"]
        assert len(api.asked) == 3
        read_sections(api.reader, reading)
        assert len(api.asked) == 5


@pytest.mark.parametrize(
    "more",
    [
        {"is_self": False},
        {"provider_id": "ACoAAOTHER"},
        {"provider_id": "ACoAAOTHER", "is_self": True},
        {"provider_id": None, "is_self": None},
        {"provider_id": 5, "is_self": "yes"},
    ],
)
def test_another_persons_profile_is_not_used(more: dict[str, Any]) -> None:
    with canned(server(ok({**ANSWER, "object": "UserProfile", **more}))) as api, pytest.raises(AnotherPersonError):
        read_sections(api.reader, ReadRun())


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<html>"),
        (200, {}, b"\xff\xfe"),
        (200, {}, b"[]"),
        (200, {}, b'{"object": "Other"}'),
        (200, {}, b'{"object": "UserProfile", "object": "UserProfile"}'),
        (200, {}, b"[" * 100_000),
        (200, {}, b'{"object": "UserProfile", "x": "' + b"x" * MAX_ANSWER + b'"}'),
        (200, {"x-cache": "HIT"}, b'{"object": "UserProfile"}'),
        (301, {"location": "https://example.com"}, b""),
        (404, {}, b'{"type": "errors/resource_not_found"}'),
    ],
    ids=["html", "bytes", "list", "kind", "key twice", "deep", "large", "cached", "redirect", "gone"],
)
def test_an_answer_that_does_not_fit_is_an_error(answer: Canned) -> None:
    with canned(server(answer)) as api, pytest.raises(ReadError):
        read_sections(api.reader, ReadRun())
    assert api.pauses == []


def test_a_server_error_is_tried_three_times() -> None:
    with canned(server((500, {}, b""))) as api, pytest.raises(ReadError):
        read_sections(api.reader, ReadRun())
    assert len(api.asked) == 1 + 3
    assert len(api.pauses) == 2


def test_too_many_requests_are_not_tried_again() -> None:
    with canned(server((429, {}, b""), (429, {"retry-after": "0"}, b""))) as api, pytest.raises(LimitedError):
        read_sections(api.reader, ReadRun())
    assert len(api.asked) == 1


def test_an_answer_out_of_a_cache_is_as_old_as_it_says() -> None:
    with canned(server(ok({**ANSWER, "object": "UserProfile"}, age="3600", x_cache="HIT"))) as api:
        seen = read_sections(api.reader, ReadRun())
        now = api.reader.owner().at
    assert seen.at < now


def test_reading_ends_after_three_answers_that_are_cut_short() -> None:
    reading = ReadRun()
    with canned(server(ok({**ANSWER, "object": "UserProfile", "throttled_sections": ["skills"]}))) as api:
        for _ in range(3):
            assert not reading.is_over
            read_sections(api.reader, reading)
    assert reading.is_over


def test_no_log_and_no_error_says_who_the_person_is(capfd: pytest.CaptureFixture[str]) -> None:
    def answer(path: str) -> Canned:
        return ok(ME) if path.startswith("/users/me") else (404, {}, f'{{"title": "no {path} for {KEY}"}}'.encode())

    with canned(answer) as api:
        enable(KEY, api.reader.transport.identifiers)
        with pytest.raises(ReadError) as error:
            read_sections(api.reader, ReadRun())
    for name in LOGGERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).setLevel(logging.WARNING)
    said = capfd.readouterr().err + str(error.value)
    assert "users/<identifier>" in said
    assert "mira" not in said
    assert KEY not in said
