"""Signals to a real process: in flight, while waiting, between requests, at the prompt; once and twice."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from reconciler.applying.interrupt import Interrupt
from reconciler.wire.outcomes import AbandonedError
from tests.reliability.laws import check_nothing_twice, check_truth, pending_addresses, state_of
from tests.reliability.processes import APPLY, COMMAND, environment, start
from tests.reliability.quiet import quiet_world, settled
from tests.world import World

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
EACH = pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
PROFILE = {
    "headline": "h",
    "experience": {"one": {"role": "Founder", "company": "One"}, "two": {"role": "Author", "company": "Two"}},
}


@pytest.fixture
def quiet(tmp_path: "os.PathLike[str]") -> object:
    with quiet_world(tmp_path) as here:  # type: ignore[arg-type] # pytest's own path
        yield here


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        select.select([], [], [], 0.002)


def in_flight(here: World, seen: int) -> None:
    """Wait until so many requests ended, and one more is being worked on."""
    until(lambda: len(here.sent()) == seen and here.simulator.busy == 1)  # type: ignore[attr-defined] # a Watched one


def heard(err: IO[str], word: str) -> str:
    """Read until a line holds the word."""
    text = ""
    while word not in text:
        line = err.readline()
        assert line, text
        text += line
    return text


def test_an_interruption_while_the_program_is_loaded_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = subprocess.run(
        [*COMMAND, "plan"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


@EACH
def test_a_signal_lets_the_request_in_flight_end_and_says_what_was_not_done(
    quiet: World, number: signal.Signals
) -> None:
    quiet.write(PROFILE)
    quiet.simulator.faults.add(["none", "delay=1.5"])
    process = start(quiet, *APPLY)
    in_flight(quiet, 1)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == CODES[number]
    assert "ending after the request in flight; once more ends at once" in err
    assert "2 applied, 1 not tried" in err
    assert "not tried: experience.two" in err
    assert set(quiet.state()["sections"]) == {"headline", "experience.one"}
    assert pending_addresses(quiet.state()) == set()
    check_truth(quiet)
    assert quiet.apply().code == 0


@EACH
def test_a_second_signal_ends_at_once_and_the_state_is_true(quiet: World, number: signal.Signals) -> None:
    quiet.write(PROFILE)
    quiet.simulator.faults.add(["none", "delay=1.5"])
    process = start(quiet, *APPLY)
    in_flight(quiet, 1)
    process.send_signal(number)
    assert process.stderr is not None
    heard(process.stderr, "once more ends at once")
    process.send_signal(number)
    assert process.wait(timeout=60) == CODES[number]
    settled(quiet)
    assert pending_addresses(quiet.state()) == {"experience.one"}
    check_truth(quiet)
    check_nothing_twice(quiet)
    assert quiet.plan()["in_doubt"] == ["experience.one"]
    process.communicate()


def test_a_terminal_that_is_closed_lets_the_request_in_flight_end(quiet: World) -> None:
    quiet.write(PROFILE)
    quiet.simulator.faults.add(["none", "delay=0.5"])
    terminal = Terminal(quiet, *APPLY)
    in_flight(quiet, 1)
    os.close(terminal.screen)
    assert terminal.process.wait(timeout=30) == 129
    assert set(quiet.state()["sections"]) == {"headline", "experience.one"}
    assert pending_addresses(quiet.state()) == set()


def test_a_run_that_was_told_to_outlive_its_terminal_does(quiet: World) -> None:
    quiet.write(PROFILE)
    quiet.simulator.faults.add(["none", "delay=0.5"])
    process = subprocess.Popen(
        ["nohup", *COMMAND, *APPLY], cwd=quiet.folder, env=environment(quiet), stderr=subprocess.DEVNULL
    )
    in_flight(quiet, 1)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=30) == 0
    assert set(quiet.state()["sections"]) == {"headline", "experience.one", "experience.two"}


@EACH
def test_a_signal_ends_a_wait_at_once_and_nothing_is_pending(quiet: World, number: signal.Signals) -> None:
    quiet.write(PROFILE)
    quiet.simulator.faults.add(["retry-after=200"])
    process = start(quiet, *APPLY)
    assert process.stderr is not None
    heard(process.stderr, "trying again in 200.0 s")
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == CODES[number]
    assert "headline: not applied: Provider rate limit reached" in err
    assert "not tried: experience.one, experience.two" in err
    assert pending_addresses(state_of(quiet)) == set()


@EACH
def test_a_request_that_takes_longer_than_the_grace_is_abandoned_as_unknown(
    quiet: World, number: signal.Signals
) -> None:
    quiet.write({"experience": {"one": PROFILE["experience"]["one"]}})  # type: ignore[index] # as it stands above
    quiet.simulator.faults.add(["delay=3"])
    program = "import sys, reconciler.applying.interrupt as i; i.Interrupt.__init__.__defaults__ = (0.1,)\n"
    program += "from reconciler.cli.main import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [COMMAND[0], "-c", program, *APPLY],
        cwd=quiet.folder,
        env=environment(quiet),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    in_flight(quiet, 0)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == CODES[number]
    assert "experience.one: in doubt: " in err
    assert "state resolve experience.one" in err
    assert pending_addresses(quiet.state()) == {"experience.one"}


@EACH
def test_a_signal_between_two_profiles_leaves_the_second_alone(quiet: World, number: signal.Signals) -> None:
    quiet.write({"headline": "h"})
    text = (quiet.folder / "profile.yaml").read_text()
    (quiet.folder / "other.yaml").write_text(text.replace("acc_1", "acc_2"))
    quiet.simulator.faults.add(["delay=1.5"])
    process = start(quiet, *APPLY, "profile.yaml", "other.yaml")
    in_flight(quiet, 0)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == CODES[number]
    assert "  not begun: other.yaml\n" in err
    assert (len(quiet.sent()), set(quiet.state()["sections"])) == (1, {"headline"})


@EACH
def test_a_signal_while_waiting_for_the_lock_ends_with_nothing_done(here: World, number: signal.Signals) -> None:
    here.write({"headline": "h"})
    with open(f"{here.state_path}.lock", "w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        process = start(here, *APPLY, "--lock-timeout", "100")
        assert process.stderr is not None
        heard(process.stderr, "waiting for the lock")
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, here.sent()) == (CODES[number], [])
    assert "nothing more was done" in err


@EACH
def test_a_signal_while_the_hook_runs_keeps_what_it_was_run_for_from_being_sent(
    here: World, number: signal.Signals
) -> None:
    here.write(PROFILE)
    process = start(here, *APPLY, "--on-save", f"kill -{int(number)} $PPID")
    _, err = process.communicate(timeout=60)
    assert process.returncode == CODES[number]
    assert "not tried: experience.one, experience.two" in err
    assert (len(here.sent()), pending_addresses(here.state())) == (1, set())


class Terminal:
    """A process at a terminal of its own."""

    def __init__(self, here: World, *arguments: str, term: str = "dumb") -> None:
        self.screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=here.folder,
            env=environment(here, TERM=term),
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - nothing else runs in this process
        )
        os.close(inside)
        self.text = ""

    def wait_for(self, word: str) -> None:
        end = time.monotonic() + 30
        while word not in self.text:
            assert time.monotonic() < end, self.text
            if not self._read():
                raise AssertionError(self.text)

    def _read(self) -> bool:
        try:
            block = os.read(self.screen, 65536)
        except OSError:
            return False  # the other side is gone
        self.text += block.decode("utf-8", "replace")
        return bool(block)

    def asked(self) -> None:
        """Wait until it asks and waits for the answer: a signal just before that would wait with it."""
        self.wait_for("[y/n]")
        stat = Path(f"/proc/{self.process.pid}/stat")
        until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "S")

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def end(self) -> int:
        while self._read():
            pass
        os.close(self.screen)
        return self.process.wait(timeout=30)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize("yes", ["y", "yes", "Y"])
def test_yes_at_the_prompt_applies_and_no_does_not(here: World, yes: str) -> None:
    here.write({"headline": "h"})
    for answer, code, sent in (("no", 1, 0), ("", 1, 0), ("perhaps\nn", 1, 0), (yes, 0, 1)):
        terminal = Terminal(here, "apply", "--first-apply")
        terminal.asked()
        terminal.type(f"{answer}\n")
        assert (terminal.end(), len(here.sent())) == (code, sent), terminal.text


@pytest.mark.parametrize(
    ("answers", "code", "sent"), [("y\n", 1, 0), ("\nyes\n", 1, 0), ("n\nn\n", 1, 0), ("n\ny\n", 0, 1)]
)
def test_yes_to_are_any_of_these_on_linkedin_already_sends_nothing(
    here: World, answers: str, code: int, sent: int
) -> None:
    here.write({"experience": {"acme": {"role": "Founder", "company": "Acme"}}})
    terminal = Terminal(here, "apply")
    terminal.asked()
    assert "Are any of these on LinkedIn already?" in terminal.text
    terminal.type(answers)
    assert (terminal.end(), len(here.sent())) == (code, sent), terminal.text
    assert ("reconciler state accept" in terminal.text.partition("[y/n]")[2]) == answers.strip().startswith("y")


def test_an_interruption_at_the_prompt_does_nothing(here: World) -> None:
    here.write({"headline": "h"})
    terminal = Terminal(here, "apply")
    terminal.asked()
    terminal.type("\x03")
    assert (terminal.end(), here.sent(), here.state_path.exists()) == (130, [], False)
    assert "nothing more was done" in terminal.text
    terminal = Terminal(here, "apply")
    terminal.asked()
    terminal.process.send_signal(signal.SIGTERM)
    assert (terminal.end(), here.sent(), here.state_path.exists()) == (143, [], False)
    assert "terminated: nothing more was done" in terminal.text
    assert [path.name for path in here.folder.iterdir()] == ["profile.yaml"]


def test_end_of_input_at_the_prompt_does_nothing(here: World) -> None:
    here.write({"headline": "h"})
    terminal = Terminal(here, "apply")
    terminal.asked()
    terminal.type("\x04")
    assert (terminal.end(), here.sent()) == (130, [])


def test_a_reader_that_goes_away_does_not_end_a_run(here: World) -> None:
    here.write(PROFILE)
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [*COMMAND, *APPLY], cwd=here.folder, env=environment(here), stdout=subprocess.DEVNULL, stderr=writer
    )
    os.close(writer)
    assert process.wait(timeout=60) == 0
    assert len(here.live()["experience"]) == 2
    assert pending_addresses(here.state()) == set()


@contextmanager
def sent_for(seconds: float) -> Iterator[None]:
    """Be so long in sending a request after a signal, with a grace of ten seconds; then all of it is sent."""
    clock = [100.0]
    with Interrupt(lambda _: None, lambda: None, grace=10.0, clock=lambda: clock[0]) as stop, stop.flight():
        os.kill(os.getpid(), signal.SIGTERM)
        until(lambda: stop.stopped() is not None)
        clock[0] += seconds
        stop.limit(126.0)
        yield


def test_the_grace_begins_with_the_signal_and_not_anew_when_all_is_sent() -> None:
    with sent_for(9.5):
        assert signal.getitimer(signal.ITIMER_REAL)[0] <= 0.5


def test_a_grace_that_is_used_up_when_all_is_sent_ends_at_once() -> None:
    with pytest.raises(AbandonedError), sent_for(11.0):
        until(lambda: False)


def test_while_a_request_is_in_flight_an_alarm_wakes_it_for_a_signal_that_came_as_it_began_to_wait() -> None:
    with Interrupt(lambda _: None, lambda: None) as stop:
        with stop.flight():
            assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 1
            stop.limit(30)
            assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 1
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
