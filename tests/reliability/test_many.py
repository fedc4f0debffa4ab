"""Many profiles at once: signals, a server that never answers, and kills at any call, all told truthfully."""

import fcntl
import json
import queue
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.apply import Booking, Callbacks, Result, Terms, apply_booked
from reconciler.app.many import Clock, Ending, Fate, Fleet, Turn
from reconciler.applying.flights import Flight
from reconciler.applying.interrupt import Interrupt
from reconciler.planning.planner import Options
from reconciler.problem import ReconcilerError
from reconciler.wire.client import Client
from tests.fleet import ByAccount, FleetWorld, fleet_world
from tests.reliability.killer import WHEN, Hand, killing
from tests.reliability.processes import start
from tests.reliability.quiet import scratch, settled
from tests.reliability.test_interruption import CODES, EACH, heard, until

JOB = {"acme": {"role": "Founder", "company": "Acme"}}
KILLS = 24  # spread evenly over the calls of one run


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetWorld]:
    with fleet_world(tmp_path) as made:
        yield made


def busy(here: FleetWorld, number: int) -> None:
    """Wait until so many requests are being worked on."""
    simulator = here.simulator
    assert isinstance(simulator, ByAccount)
    until(lambda: simulator.busy == number)


def live_of(here: FleetWorld, place: int) -> Any:  # noqa: ANN401 - any JSON
    return here.simulator.memory.profile(f"acc_{place:02}").described()


def state_at(here: FleetWorld, place: int) -> dict[str, Any] | None:
    path = here.folder / f"p{place:02}.state.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def adding(here: FleetWorld, number: int) -> list[str]:
    """Give profiles that will each add a job, with one request that takes a second."""
    assert here.apply_to(*here.make(number)).code == 0
    here.simulator.memory.requests.clear()
    here.simulator.faults.add(["delay=1"] * number)
    return here.make(number, experience=JOB)


def jobs_at(here: FleetWorld, number: int) -> list[tuple[bool, bool]]:
    """Tell by place whether a state knows the job, and whether it is pending."""
    states = [state_at(here, place) or {} for place in range(number)]
    return [("experience.acme" in state["sections"], bool(state["pending"])) for state in states]


@EACH
def test_a_signal_lets_what_is_in_flight_end_and_begins_no_more(fleet: FleetWorld, number: signal.Signals) -> None:
    names = adding(fleet, 5)
    process = start(fleet, "apply", "--auto-approve", "--first-apply", "--parallel", "3", "--report", "r.jsonl", *names)
    busy(fleet, 3)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == CODES[number]
    assert "5 profiles: 3 done, 2 not begun\n" in err
    assert fleet.report("r.jsonl")[-1]["counts"]["not_begun"] == 2
    assert fleet.report("r.jsonl")[-1]["exit_code"] == CODES[number]
    assert jobs_at(fleet, 5) == [(True, False)] * 3 + [(False, False)] * 2
    assert fleet.apply_to(*names).code == 0
    assert set(fleet.requests_by_account().values()) == {1}


@EACH
def test_a_second_signal_ends_at_once_and_all_in_flight_is_pending(fleet: FleetWorld, number: signal.Signals) -> None:
    names = adding(fleet, 4)
    process = start(fleet, "apply", "--auto-approve", "--first-apply", "--parallel", "3", *names)
    busy(fleet, 3)
    process.send_signal(number)
    assert process.stderr is not None
    heard(process.stderr, "once more ends at once")
    process.send_signal(number)
    assert process.wait(timeout=60) == CODES[number]
    process.communicate()
    settled(fleet)
    assert jobs_at(fleet, 4) == [(False, True)] * 3 + [(False, False)]
    again = fleet.apply_to(*names)
    assert (again.code, "in doubt: p00.yaml, p01.yaml, p02.yaml" in again.err) == (3, True), again.err
    assert set(fleet.requests_by_account().values()) == {1}
    assert [len(live_of(fleet, place)["experience"]) for place in range(4)] == [1] * 4


def test_many_go_on_under_nohup(fleet: FleetWorld) -> None:
    names = fleet.make(3)
    fleet.simulator.faults.add(["delay=1"] * 2)
    ignored = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = start(fleet, "apply", "--auto-approve", "--first-apply", "--parallel", "2", *names)
    finally:
        signal.signal(signal.SIGHUP, ignored)
    busy(fleet, 2)
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "3 profiles: 3 done" in err) == (0, True), err


@contextmanager
def in_process(here: FleetWorld, names: list[str], grace: float) -> Iterator[tuple[Fleet, Interrupt, list[Ending]]]:
    """Give a fleet over these profiles in this process, its signals, and what it ends with."""
    ended: list[Ending] = []
    interrupt, client = Interrupt(lambda _: None, lambda: None, grace), Client(here.base_url, "k")

    def apply(turn: Turn, flight: Flight) -> Result:
        callbacks = Callbacks(
            approve=lambda _: True,
            already_live=lambda _: False,
            planned=lambda _: None,
            waiting=lambda _: None,
            tell=lambda _: None,
            sending=lambda _: None,
            before_risk=lambda: None,
        )
        return apply_booked(turn.booking, Terms(), callbacks, flight, lambda: nullcontext(client))

    fleet = Fleet(
        apply=apply,
        interrupt=interrupt,
        clock=Clock(interrupt.pause),
        parallel=len(names),
        max_failures=None,
        put_off=lambda *_: False,
        begun=lambda _: None,
        ended=ended.append,
        sleeping=lambda _: None,
        tick=lambda: None,
    )
    with client:
        yield fleet, interrupt, ended


def turns(names: list[str]) -> list[Turn]:
    plans = [
        Booking(name, name.replace(".yaml", ".state.json"), f"acc_{place:02}", Options())
        for place, name in enumerate(names)
    ]
    return [Turn(place, booking) for place, booking in enumerate(plans)]


def test_what_is_not_answered_within_the_grace_is_cut_and_told_as_unclear(
    fleet: FleetWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = fleet.make(3)
    names[2] = fleet.one(2, headline="h", experience=JOB)
    fleet.fail(2, "none", "delay=20;after")
    fleet.fail(0, "delay=20;after")
    monkeypatch.chdir(fleet.folder)
    simulator = fleet.simulator
    assert isinstance(simulator, ByAccount)
    with in_process(fleet, names, grace=0.05) as (run, interrupt, ended), interrupt:

        def interrupt_once_two_are_left() -> None:
            until(lambda: len(ended) == 1 and simulator.busy == 2)
            signal.raise_signal(signal.SIGINT)

        thread = threading.Thread(target=interrupt_once_two_are_left)
        thread.start()
        left = run.run(turns(names))
        thread.join()
    assert (left, run.halt) == ([], None)
    assert {ending.turn.path: ending.fate for ending in ended} == {
        "p00.yaml": Fate.STOPPED,
        "p01.yaml": Fate.DONE,
        "p02.yaml": Fate.IN_DOUBT,
    }
    assert [len(state["pending"]) for place in range(3) if (state := state_at(fleet, place))] == [1, 0, 1]


def test_a_signal_ends_the_wait_for_the_lock_of_one_of_many(fleet: FleetWorld) -> None:
    names = fleet.make(3)
    with open(fleet.folder / "p01.state.json.lock", "w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        process = start(
            fleet, "apply", "--auto-approve", "--first-apply", "--parallel", "3", "--lock-timeout", "100", *names
        )
        assert process.stderr is not None
        err = heard(process.stderr, "p01.yaml: waiting for the lock")
        until(lambda: len(fleet.sent()) == 2)
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 130, err + rest
    assert "held by another apply: p01.yaml" in rest


def test_an_error_of_ours_in_one_thread_ends_all_and_is_raised(fleet: FleetWorld) -> None:
    def fails(turn: Turn, _: Flight) -> Result:
        raise ZeroDivisionError(turn.path)

    with in_process(fleet, names := fleet.make(3), grace=1) as (run, interrupt, ended):
        run.apply = fails
        with interrupt, pytest.raises(ZeroDivisionError):
            run.run(turns(names))
    assert ended == []


def test_what_was_in_flight_at_an_error_of_ours_is_told(fleet: FleetWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(3)
    failing: queue.SimpleQueue[threading.Thread] = queue.SimpleQueue()

    def fails_first(turn: Turn, flight: Flight) -> Result:
        together.wait()
        if turn.place == 0:
            for _ in names[1:]:
                failing.put(threading.current_thread())
            raise ZeroDivisionError
        failing.get().join()  # it ends when no more profiles are begun
        return applied(turn, flight)

    monkeypatch.chdir(fleet.folder)
    with in_process(fleet, names := fleet.make(3), grace=1) as (run, interrupt, ended):
        applied, run.apply = run.apply, fails_first
        with interrupt, pytest.raises(ZeroDivisionError):
            run.run(turns(names))
    assert {ending.turn.path: ending.fate for ending in ended} == dict.fromkeys(names[1:], Fate.DONE)


def test_threads_that_cannot_begin_end_the_others(fleet: FleetWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[threading.Thread] = []

    def start(thread: threading.Thread) -> None:
        if begun:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        starting(thread)

    starting = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", start)
    with (
        in_process(fleet, names := fleet.make(3), grace=1) as (run, interrupt, ended),
        interrupt,
        pytest.raises(ReconcilerError, match="no more than 1 threads"),
    ):
        run.run(turns(names))
    assert ([thread.is_alive() for thread in begun], ended) == ([False], [])


@pytest.fixture(scope="module")
def hand() -> Iterator[tuple[FleetWorld, Hand]]:
    with scratch() as folder, fleet_world(folder) as here, killing(folder, here.base_url) as made:
        yield here, made


def crash(here: FleetWorld, hand: Hand, at: int | None, when: str) -> int:
    """Begin anew with three profiles, kill their apply, and run it again to the end; give the number of calls."""
    here.simulator.memory.clear()
    for path in here.folder.iterdir():
        path.unlink()
    names = here.make(3, experience=JOB)
    command = ("apply", *names, "--auto-approve", "--first-apply", "--parallel", "3", "--report", "report.jsonl")
    ran = hand.run(*command, at=at, when=when)
    settled(here)
    assert ran.killed is (at is not None), ran.err
    if at is None:
        assert ran.code == 0, ran.err
    for place, name in enumerate(names):
        jobs = live_of(here, place)["experience"]
        pending = (state_at(here, place) or {"pending": ()})["pending"]
        if ["experience.acme"] in [request["addresses"] for request in pending]:
            said = "--applied" if jobs else "--not-applied"
            assert here.cli("state", "resolve", "experience.acme", said, "--profile", name).code == 0
    done = here.apply_to(*names, "--parallel", "2", "--report", "report.jsonl")
    assert done.code == 0, done.err
    counts = here.report()[-1]["counts"]
    assert counts["profiles"] == counts["done"] + counts["unchanged"] == 3
    for place in range(3):
        live = live_of(here, place)
        assert live["sections"]["headline"] == f"headline {place}"
        assert [job["role"] for job in live["experience"]] == ["Founder"]
    return len(ran.calls)


def test_many_that_are_killed_at_any_call_and_run_again_end_as_they_should(hand: tuple[FleetWorld, Hand]) -> None:
    calls = crash(*hand, None, "before")
    for number in range(KILLS):
        crash(*hand, 1 + number * (calls - 5) // KILLS, WHEN[number % len(WHEN)])


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(20))
def test_many_that_are_killed_at_random_end_as_they_should(hand: tuple[FleetWorld, Hand], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    calls = crash(*hand, None, "before")
    for _ in range(30):
        crash(*hand, chance.randrange(1, calls - 5), chance.choice(WHEN))
