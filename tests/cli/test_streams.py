"""The standard streams as shells, pipes and terminals give them: full, closed, left early, in other encodings."""

import contextlib
import json
import os
import pty
import re
import subprocess

import pytest

from tests.reliability.processes import COMMAND, environment
from tests.world import World

NO_ROOM = "standard output cannot be written: No space left on device; make room, or send it elsewhere\n"
CLOSED = "standard output cannot be written: it is closed; send it to a file\n"
PRINTING = ["schema", "plan", "plan --format json", "validate --format json nowhere", "--help", "-v plan", "--version"]


@pytest.fixture(autouse=True)
def profile(here: World) -> None:
    here.write({"headline": "Zoë → 😀"})


def shell(here: World, line: str, **environ: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line in which $R stands for the command."""
    return subprocess.run(
        ["bash", "-c", line.replace("$R", " ".join(COMMAND))],
        cwd=here.folder,
        env=environment(here, **environ),
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", PRINTING)
def test_a_full_disk_under_standard_output_is_said(here: World, command: str) -> None:
    done = shell(here, f"$R {command} >/dev/full")
    assert (done.returncode, done.stderr.decode()[-len(NO_ROOM) :]) == (1, NO_ROOM)


@pytest.mark.parametrize("command", [*PRINTING, "validate", "lint", "plan --summary", "completion bash"])
def test_a_closed_standard_output_is_said_like_a_full_one(here: World, command: str) -> None:
    done = shell(here, f"$R {command} >&-")
    assert (done.returncode, done.stderr.decode()[-len(CLOSED) :]) == (1, CLOSED)
    done = shell(here, f"$R {command} <&- >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@pytest.mark.parametrize("command", ["plan", "show plan.json", "state list", "state show headline", "drift", "export"])
def test_what_looks_at_a_state_says_that_standard_output_is_closed(here: World, command: str) -> None:
    assert here.apply().code == 0
    assert here.cli("plan", "--out", "plan.json").code == 0
    command += " --json-resume" * (command == "export")
    done = shell(here, f"$R {command} >&-")
    assert (done.returncode, done.stderr.decode()) == (1, CLOSED)


@pytest.mark.parametrize(("stream", "said"), [("/dev/full", NO_ROOM), ("&-", CLOSED)])
def test_apply_sends_nothing_that_it_could_not_show(here: World, stream: str, said: str) -> None:
    done = shell(here, f"$R apply --auto-approve --first-apply >{stream}")
    assert (done.returncode, done.stderr.decode(), here.sent()) == (1, said, [])
    assert not here.state_path.exists()


def test_closed_streams_take_no_file_of_ours(here: World) -> None:
    done = shell(here, "$R apply --auto-approve --first-apply <&- 2>&-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert here.state()["sections"]["headline"]["value"] == here.live()["sections"]["headline"] == "Zoë → 😀"
    done = shell(here, "$R state rm headline <&- >&- 2>&-")
    assert (done.returncode, done.stderr, here.state()["sections"]) == (0, b"", {})


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii", "utf-16"])
def test_what_goes_to_a_pipe_is_utf_8_whatever_the_environment_says(here: World, encoding: str) -> None:
    done = shell(here, "$R plan; $R plan --format json", PYTHONIOENCODING=encoding)
    text, _, plan = done.stdout.decode("utf-8").partition("nothing was applied yet\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert '"Zoë → 😀"' in text
    assert json.loads(plan)["changes"][0]["after"] == "Zoë → 😀"


def test_a_terminal_of_another_encoding_is_shown_what_it_lacks_by_number(here: World) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "--color=never", "plan"],
        cwd=here.folder,
        env=environment(here, PYTHONIOENCODING="latin-1"),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000)
    os.close(ours)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b'"Zo\xeb \\u2192 \\U0001f600"' in shown


@pytest.fixture
def applied(here: World) -> World:
    here.write({"experience": {"a": {"role": "Founder", "company": "postpress"}}})
    assert here.apply().code == 0
    return here


LINE = "experience.a 7"
STDIN = {
    f"printf '{LINE}\\xff\\n' | $R state adopt --from -": "standard input: it is not UTF-8 at byte 14; ",
    "printf '{\\xff}' | $R state restore -": "standard input: it is not UTF-8 at byte 1; ",
    "$R state adopt --from - <&-": "standard input: it is closed; pipe the text in, or name a file that holds it",
    "$R state restore - <&-": "standard input: it is closed; pipe the text in, or name a file that holds it",
    "$R state restore - 0>nothing": "standard input: it cannot be read: ",
    "$R state account $'acc\\xff'": "account_id: this is not an account id; ",
    "$R state adopt experience.a $'7\\xff'": "experience.a: no id can be read from '7\\udcff'; ",
}


@pytest.mark.parametrize("line", STDIN)
def test_what_is_given_to_a_state_verb_and_is_not_utf_8_is_an_error_and_leaves_the_state(
    applied: World, line: str
) -> None:
    before = applied.state_path.read_bytes()
    done = shell(applied, line)
    assert (done.returncode, done.stdout, applied.state_path.read_bytes()) == (1, b"", before)
    assert done.stderr.decode().startswith(STDIN[line])
    assert not (applied.folder / ".profile.state.json.tmp").exists()


def test_standard_input_is_utf_8_whatever_the_environment_says(applied: World) -> None:
    done = shell(
        applied, f"printf '\\xef\\xbb\\xbf# é\\r\\n{LINE}\\r\\n' | $R state adopt --from -", PYTHONIOENCODING="utf-16"
    )
    assert (done.returncode, done.stderr.decode()) == (0, "experience.a has the id 7\n")


@pytest.mark.parametrize(
    ("environ", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"CLICOLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_the_environment_says_whether_to_colour(here: World, environ: dict[str, str], *, colored: bool) -> None:
    here.write({"headline": "h"})
    here.environ.update(environ)
    assert ("\x1b[" in here.cli("plan").out) == colored
    assert "\x1b[" in here.cli("plan", "--color", "always").out
    assert "\x1b[" not in here.cli("plan", "--color", "never").out


def in_terminal(here: World, *arguments: str, **environ: str) -> tuple[int, str]:
    """Run a command in a terminal; give its exit code and what it shows."""
    outside, inside = pty.openpty()
    done = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=here.folder,
        env=environment(here, **{"TERM": "xterm", **environ}),
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    text = b""
    with contextlib.suppress(OSError):  # a terminal that nobody writes to any more cannot be read
        while block := os.read(outside, 10_000):
            text += block
    os.close(outside)
    return done.wait(timeout=60), text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(("environ", "colored"), [({}, True), ({"CLICOLOR": "0"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_is_coloured_and_wrapped(here: World, environ: dict[str, str], *, colored: bool) -> None:
    here.write({"headline": "one two three " * 10})
    code, text = in_terminal(here, "plan", **{"COLUMNS": "40", **environ})
    assert code == 0
    assert ("\x1b[" in text) == colored
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n")
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize("columns", ["20", "38", "40", "80", "120"])
def test_a_narrow_terminal_loses_no_line_and_breaks_no_command(here: World, columns: str) -> None:
    job = {"role": "Founder", "company": "Acme"}
    here.write({"experience": {"acme": job}, "summary": "some words\n" * 9})
    whole = here.cli("plan").out
    commands = re.findall("`[^`\n]+`", whole)
    assert commands
    code, text = in_terminal(here, "--color=never", "plan", COLUMNS=columns)
    assert (code, " ".join(text.split())) == (0, " ".join(whole.split()))
    lines = text.split("\n")
    assert [command for command in commands if not any(command in line for line in lines)] == []


def test_a_plan_in_a_terminal_shows_the_line_that_it_warns_of(here: World) -> None:
    here.write({"headline": "x", "skills": ["Go", "go"]})
    assert "warning: " in here.cli("plan").out
    _, text = in_terminal(here, "--color=never", "plan", "--target", "skills", COLUMNS="80")
    lines = text.split("\n")
    place = next(number for number, line in enumerate(lines) if line.endswith("^"))
    assert '"go"' in lines[place - 1]
    assert text.count("skills[1]") == 1
