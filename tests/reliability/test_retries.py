"""Trying again: how long, how often, with which key, and what a run says when it gives up."""

import errno
import os
import subprocess

import pytest
from starlette.requests import Request
from starlette.responses import Response

from reconciler.simulator.app import Simulator
from reconciler.simulator.profile import seeded
from reconciler.simulator.serve import running
from reconciler.wire.retry import next_wait
from tests.reliability.laws import pending_addresses
from tests.world import ACCOUNT, World

ADD = {"experience": {"one": {"role": "Founder", "company": "One"}}}
SECTION = {"headline": "h"}
TWO_ADDS = {"experience": {**ADD["experience"], "two": {"role": "Author", "company": "Two"}}}


def keys(here: World) -> list[object]:
    return [one["idempotency_key"] for one in here.sent()]


def unclear(here: World) -> set[str]:
    return pending_addresses(here.state())


def test_the_first_wait_is_a_second_at_most_and_they_double() -> None:
    for _ in range(50):
        first, *more = (next_wait(tries, None) for tries in range(1, 12))
        assert 0.5 <= first <= 1
        bases = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
        assert all(base <= wait <= base + 0.5 for base, wait in zip(bases, more, strict=True))


def test_a_server_that_says_at_once_for_ever_is_waited_for_in_the_end() -> None:
    assert [next_wait(tries, 0.0) for tries in range(1, 11)] == [0.0] * 10
    assert 0.5 <= next_wait(11, 0.0) <= 1
    assert next_wait(50, 0.0) <= 60.5
    assert next_wait(50, 7.0) == 7.0


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("0", 0, 0), ("7", 7, 7), ("date", 0, 0), ("date+20", 17, 20), ("soon", 0.5, 1), ("-3", 0.5, 1), ("1e3", 0.5, 1)],
)
def test_retry_after_is_taken_in_both_forms(
    afresh: World, waits: list[float], header: str, least: float, most: float
) -> None:
    afresh.write(ADD)
    afresh.simulator.faults.add([f"retry-after={header}"])
    assert afresh.apply().code == 0
    assert len(waits) == 1
    assert least <= waits[0] <= most
    assert len(afresh.live()["experience"]) == 3


def test_what_the_api_asks_to_repeat_is_repeated_for_as_long_as_max_wait_allows(
    afresh: World, waits: list[float]
) -> None:
    afresh.write(ADD)
    afresh.simulator.faults.add(["retry-after=1"] * 30)
    assert afresh.apply("--max-wait", "30").code == 0
    assert waits == [1.0] * 30


def test_a_wait_longer_than_max_wait_ends_the_run_and_says_what_was_not_done(afresh: World, waits: list[float]) -> None:
    afresh.write({**SECTION, **TWO_ADDS})
    afresh.simulator.faults.add(["none", "retry-after=400"])
    done = afresh.apply()
    assert (done.code, waits, len(afresh.sent())) == (1, [], 2)
    assert "1 applied, 1 not executed, 1 not tried" in done.err
    assert "experience.one: not applied: " in done.err
    assert "--max-wait 300" in done.err
    assert "not tried: experience.two" in done.err
    assert unclear(afresh) == set()


def test_waits_of_all_requests_of_a_run_count_together(afresh: World, waits: list[float]) -> None:
    afresh.write(TWO_ADDS)
    afresh.simulator.faults.add(["retry-after=20", "none", "retry-after=20"])
    done = afresh.apply("--max-wait", "30")
    assert (done.code, waits) == (1, [20.0])
    assert "experience.two: not applied" in done.err


def test_time_spent_on_requests_that_nobody_answers_counts_as_waiting(afresh: World) -> None:
    afresh.write(SECTION)
    afresh.simulator.faults.add(["delay=0.3;close=before-edit"] * 9)
    done = afresh.apply("--max-wait", "0.2")
    assert (done.code, len(afresh.sent()), unclear(afresh)) == (1, 1, {"headline"})


def test_an_api_that_cannot_be_reached_is_tried_several_times_and_nothing_is_pending(
    afresh: World, waits: list[float]
) -> None:
    afresh.write({**SECTION, **ADD})
    done = afresh.apply("--base-url", "http://127.0.0.1:1/api/v1")
    assert (done.code, len(waits)) == (1, 5)
    assert "stopped: given up after 6 tries" in done.err
    assert done.err.count("the API cannot be reached") == 2  # before the second try, and in the end
    assert "not tried: experience.one" in done.err
    assert unclear(afresh) == set()


def test_a_request_that_got_no_answer_keeps_its_key_and_an_answer_ends_it(afresh: World, waits: list[float]) -> None:
    afresh.write(SECTION)
    afresh.simulator.faults.add(["close=before-edit", "close=after-edit", "error=provider_error", "none"])
    assert afresh.apply().code == 0
    first, second, third, fourth = keys(afresh)
    assert first == second == third
    assert fourth != third
    assert len(waits) == 3


def test_a_key_without_an_answer_is_kept_for_a_later_run(afresh: World, waits: list[float]) -> None:
    afresh.write(SECTION)
    afresh.simulator.faults.add(["close=after-edit"])
    assert afresh.apply("--max-wait", "0").code == 1
    assert (afresh.apply().code, waits) == (0, [])
    first, second = keys(afresh)
    assert first == second
    assert afresh.sent()[1]["replayed"]


def test_a_key_survives_what_stops_its_next_attempt(afresh: World) -> None:
    afresh.write(ADD)
    afresh.simulator.faults.add(["close=before-edit"])
    assert afresh.apply().code == 3
    assert afresh.cli("state", "resolve", "experience.one", "--not-applied").code == 0
    assert afresh.apply("--on-save", "exit 7").code == 1
    assert afresh.apply().code == 0
    first, second = keys(afresh)
    assert first == second


def test_an_on_save_that_cannot_be_started_ends_the_run_before_the_request(
    afresh: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was an internal error, and left in doubt what had never been sent."""

    def run(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(subprocess, "run", run)
    afresh.write(ADD)
    done = afresh.apply("--on-save", "true")
    assert (done.code, afresh.sent(), unclear(afresh)) == (1, [], set())
    assert os.strerror(errno.EAGAIN) in done.err


def test_a_renamed_picture_is_another_request_and_gets_another_key(afresh: World) -> None:
    afresh.write({"picture": "me.png"})
    afresh.simulator.faults.add(["close=before-edit"])
    assert afresh.apply("--max-wait", "0").code == 1
    (afresh.folder / "me.png").rename(afresh.folder / "you.png")
    afresh.write({"picture": "you.png"})
    assert afresh.apply().code == 0
    first, second = keys(afresh)
    assert first != second


def test_what_is_sent_under_one_key_is_the_same_to_the_last_byte(afresh: World, waits: list[float]) -> None:
    sent: list[bytes] = []

    class Listening(Simulator):
        async def edit(self, request: Request) -> Response:
            sent.append(request.headers["content-type"].encode() + await request.body())
            return await super().edit(request)

    simulator = Listening()
    simulator.faults.add(["close=before-edit", "close=after-edit"])
    afresh.write({**SECTION, "picture": "me.png", "skills": ["a", "b"]})
    with running(simulator) as base_url:
        assert afresh.apply("--base-url", base_url).code == 0
    assert (len(sent), len(set(sent)), len(waits)) == (3, 1, 2)


def test_two_requests_in_a_row_without_a_clear_answer_stop_the_run(afresh: World) -> None:
    afresh.write({"experience": {key: {"role": key, "company": "c"} for key in ("a", "b", "c", "d")}})
    afresh.simulator.faults.add(["close=after-edit", "none", "close=after-edit", "close=before-edit", "none"])
    done = afresh.apply()
    assert (done.code, len(afresh.sent())) == (3, 4)
    assert "1 applied, 3 without a clear answer" in done.err
    assert "stopped: 2 requests in a row ended without a clear answer" in done.err
    assert unclear(afresh) == {"experience.a", "experience.c", "experience.d"}


def test_an_outage_leaves_a_career_out_of_doubt(afresh: World) -> None:
    afresh.write({"experience": {key: {"role": key, "company": "c"} for key in ("a", "b", "c", "d")}})
    afresh.simulator.faults.add(["close=before-read"] * 9)
    done = afresh.apply()
    assert (done.code, len(afresh.sent())) == (3, 2)
    assert "not tried: experience.c, experience.d" in done.err


def test_an_authentication_intent_error_is_unknown_and_stops_and_is_not_resent(afresh: World) -> None:
    afresh.write({**SECTION, **ADD})
    afresh.simulator.faults.add(["error=authentication_intent_error;after"])
    done = afresh.apply()
    assert (done.code, len(afresh.sent()), unclear(afresh)) == (1, 1, {"headline"})
    assert "reconnect the account" in done.err
    assert "not tried: experience.one" in done.err


def test_parts_of_a_request_that_may_have_arrived_are_unknown_where_they_are_rejected(
    afresh: World, waits: list[float]
) -> None:
    afresh.write({**SECTION, "summary": "s"})
    refused = "error=unprocessable_entity"
    afresh.simulator.faults.add(["error=provider_error;after", refused, refused, "none"])
    done = afresh.apply()
    assert (done.code, len(waits), unclear(afresh)) == (1, 1, {"headline"})
    assert "headline: may or may not be applied" in done.err
    assert "1 applied, 1 without a clear answer" in done.err


def test_a_run_that_gives_up_waiting_says_unknown_of_what_may_have_arrived(afresh: World) -> None:
    afresh.write(SECTION)
    afresh.simulator.faults.add(["error=provider_error;retry-after=0;after", "retry-after=400"])
    done = afresh.apply()
    assert (done.code, unclear(afresh)) == (1, {"headline"})
    assert "headline: may or may not be applied" in done.err


def test_limits_and_repeated_actions_are_said_as_such(afresh: World) -> None:
    afresh.write(TWO_ADDS)
    afresh.simulator.faults.add(["error=action_already_performed", "error=limit_exceeded;detail=5 a day"])
    done = afresh.apply()
    assert done.code == 1
    assert "The requested action has already been performed: " in done.err
    assert "5 a day (422, errors/limit_exceeded)" in done.err
    assert "2 rejected" in done.err


def test_a_key_that_was_kept_ends_once_something_else_was_sent_to_the_same_entry(afresh: World) -> None:
    afresh.simulator.memory.profiles[ACCOUNT] = seeded({"experience": [{"id": "7"}]}, afresh.simulator.memory.new_id)
    told = {"id": "7", "notify_network": True}
    stuck = {"one": {"school": "S", "degree": "D", "presence": "REMOTE"}}  # a blocked field: no run leaves nothing

    def apply(description: str) -> None:
        afresh.write({"experience": {"a": {**told, "description": description}}, "education": stuck})
        afresh.apply()

    afresh.simulator.faults.add(["close=after-edit"])
    apply("A")
    assert afresh.cli("state", "resolve", "experience.a", "--not-applied").code == 0
    apply("B")
    apply("A")
    assert [one["description"] for one in afresh.live()["experience"]] == ["A"]
    assert not any(one.get("replayed") for one in afresh.sent())


def test_one_failure_is_told_once_with_how_often_it_was_tried(here: World, waits: list[float]) -> None:
    here.write({"headline": "h", "summary": "s"})
    done = here.apply("--base-url", "http://127.0.0.1:9/api/v1")
    assert (done.code, len(waits)) == (1, 5)
    told = [line for line in done.err.splitlines() if line.startswith("  headline, summary: not applied: ")]
    assert len(told) == 1
    assert ", after 6 tries" in told[0]


def test_an_id_that_no_entry_has_names_the_command_that_gives_the_right_one(afresh: World) -> None:
    afresh.write({"experience": {"one": {"id": "404", "description": "x"}}})
    done = afresh.apply()
    assert done.code == 1
    assert "`reconciler state adopt experience.one URL`" in done.err
