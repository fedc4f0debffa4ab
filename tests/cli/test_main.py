import json
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli import main as entry
from reconciler.cli.main import COMMANDS, cli, main
from reconciler.cli.options import COMMAND_POINTERS
from tests.world import World


def test_help_is_printed_and_is_no_error(here: World) -> None:
    done = here.cli("--help")
    assert (done.code, done.err) == (0, "")
    assert all(name in done.out for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("plan", "--nonsense"), ("state", "resolve"), ("-C", "nowhere", "plan")]
)
def test_wrong_usage_exits_64_and_says_what_is_wrong(here: World, arguments: tuple[str, ...]) -> None:
    done = here.cli(*arguments)
    assert (done.code, done.out) == (64, "")
    assert "error: " in done.err


def test_a_command_with_a_slip_of_the_pen_is_told_its_name(here: World) -> None:
    done = here.cli("plam")
    assert (done.code, done.err.splitlines()[1]) == (64, "error: No such command 'plam'. Did you mean plan?")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("diff",), "`reconciler plan`"),
        (("status",), "`reconciler plan`"),
        (("help",), "`reconciler --help`"),
        (("version",), "`reconciler --version`"),
        (("apply", "--dry-run"), "`reconciler plan`"),
        (("apply", "-n"), "`reconciler plan`"),
        (("apply", "-y"), "`--auto-approve`"),
        (("plan", "--json"), "`--format json`"),
        (("state", "show", "--json"), "`--format json`"),
        (("login",), "POSTPRESS_API_KEY"),
        (("delete", "experience.a"), "the API deletes nothing"),
        (("undo",), "`reconciler apply`"),
        (("-V",), "`reconciler --version`"),
        (("plan", "--no-color"), "`--color never`"),
        (("plan", "--debug"), "`-vv`"),
        (("plan", "--profile", "p.yaml"), "name the profile without an option"),
        (("apply", "--api-key", "k"), "`--api-key-file FILE`"),
        (("state", "pull"), "`reconciler refresh`"),
        (("state", "lst"), "Did you mean list?"),
        (("completion",), "Choose from: bash, zsh, fish"),
        (("lookup",), "Choose from: location, job-title, "),
        (("apply", "--max-wait", "soon"), "'soon' is not a number"),
        (("simulator", "--port", "x"), "'x' is not a whole number"),
        (("-v",), "`reconciler --help` lists them"),
        (("plan", "--target", "headlin"), "did you mean headline?"),
        (("plan", "--target", "acme"), "experience.acme"),
        (("import",), "one source is needed"),
        (("import", "--live"), "the id of the account is missing"),
    ],
)
def test_what_other_tools_call_otherwise_is_told_its_name(here: World, arguments: tuple[str, ...], said: str) -> None:
    here.write({"headline": "h"})
    done = here.cli(*arguments)
    assert done.code == 64
    assert said in done.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "--out", "folder"), "folder: this is a folder"),
        (("plan", "-"), "standard input is not read"),
        (("plan", "--state", "s3://bucket/key"), "a state is a file"),
        (("show", "empty.json"), "it has no format_version;"),
        (("apply", "--auto-approve", "--first-apply", "--api-key-file", "none"), "name a file that holds the key"),
    ],
)
def test_what_is_no_file_of_ours_is_told_what_is_wanted(here: World, arguments: tuple[str, ...], said: str) -> None:
    here.write({"headline": "h"})
    (here.folder / "folder").mkdir()
    (here.folder / "empty.json").write_text("{}")
    done = here.cli(*arguments)
    assert (done.code, done.out) == (1, "")
    assert said in done.err


def test_no_pointer_stands_in_for_a_command() -> None:
    assert COMMAND_POINTERS.keys() & COMMANDS.keys() == set()


def test_a_pointer_names_only_options_that_are_there(here: World) -> None:
    assert "--auto-approve" not in here.cli("plan", "--yes").err


def test_options_before_the_command_work_after_it_too(here: World) -> None:
    here.write({"headline": "h"})
    (here.folder / "elsewhere").mkdir()
    assert here.cli("validate", "-q").out == ""
    assert "\x1b[" in here.cli("plan", "--color", "always").out
    assert "request 1 of 1" in here.cli("plan", "-v").out
    assert here.cli("-C", "elsewhere", "plan", "-C", "..").out == here.cli("plan").out
    assert here.cli("plan", "-C", "nowhere").code == 64
    assert here.apply().code == 0
    assert here.cli("state", "list", "-q").code == here.cli("state", "-q", "list").code == 0


def test_a_folder_that_is_gone_is_told_in_one_sentence(here: World) -> None:
    script = f"mkdir gone; cd gone; rmdir ../gone; exec {Path(sys.executable).parent}/reconciler plan"
    done = subprocess.run(["sh", "-c", script], cwd=here.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "is gone; change into one that is there" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("state",)])
def test_without_a_command_the_help_is_printed_once_and_as_it_is(here: World, arguments: tuple[str, ...]) -> None:
    asked, done = here.cli(*arguments, "--help"), here.cli(*arguments)
    assert (done.code, done.out, done.err) == (64, "", asked.out)


@pytest.mark.parametrize("form", [("--format", "json"), ("--format=json",)])
def test_with_json_asked_for_wrong_usage_is_json_too(here: World, form: tuple[str, ...]) -> None:
    done = here.cli("plan", "--nonsense", *form)
    found = json.loads(done.out)
    assert (done.code, found["format_version"]) == (64, "1.0")
    assert found["errors"][0]["message"] == "No such option '--nonsense'."


def test_an_internal_error_names_the_place_and_not_the_text(monkeypatch: pytest.MonkeyPatch, here: World) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("pp_live_secret")

    monkeypatch.setattr(entry.cli, "main", broken)
    done = here.cli("plan")
    assert (done.code, done.out) == (70, "")
    assert done.err.startswith("internal error: RuntimeError at main.py:")
    assert "please report" in done.err
    assert "pp_live_secret" not in done.err


def test_a_reader_that_went_away_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m reconciler schema | head -c 10"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout[:1], done.stderr) == ("{", "")


def test_the_version_is_printed() -> None:
    assert main(["--version"]) == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_ones_own_help_says_first(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type] # it needs no context
    assert command is not None
    assert (command.help or "").startswith(COMMANDS[name].rstrip("."))
