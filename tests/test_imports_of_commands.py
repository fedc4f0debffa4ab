"""What a command does not need, it does not import: that is what makes it quick."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import World

HEAVY = {"deepdiff", "httpx", "jsonschema", "rich", "ruamel", "starlette", "uvicorn"}
PROFILE = {
    "headline": "Building things",
    "location": {"id": "1"},
    "experience": {"acme": {"id": "1", "role": "Founder", "company": "Acme"}},
}


def _imported(here: World, *arguments: str, code: int = 0) -> set[str]:
    """Run a command in a process of its own, and give the top-level modules that it imported."""
    environ = {
        **{name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"},
        "POSTPRESS_BASE_URL": here.base_url,
        "POSTPRESS_API_KEY": "key",
    }
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "reconciler", *arguments],
        cwd=here.folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.fixture
def applied(here: World) -> World:
    here.simulator.memory.profile("acc_1").entries["experience"].append({"id": "1"})
    here.write(PROFILE)
    assert here.apply().code == 0
    return here


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("schema",), ("plan", "--help"), ("init",)])
def test_what_reads_no_profile_imports_no_library_but_click(here: World, arguments: tuple[str, ...]) -> None:
    imported = _imported(here, *arguments)
    assert "click" in imported
    assert imported & HEAVY == set()


@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve")])
def test_what_finds_nothing_changed_imports_no_library_but_click(applied: World, command: tuple[str, ...]) -> None:
    assert _imported(applied, *command) & (HEAVY | {"msgspec", "subprocess", "logging"}) == set()


def test_validate_of_a_valid_profile_reads_yaml_and_no_more(applied: World) -> None:
    assert _imported(applied, "validate") & (HEAVY | {"subprocess", "logging"}) == {"ruamel"}


def test_validate_asks_jsonschema_only_when_strict(applied: World) -> None:
    assert _imported(applied, "validate", "--strict") & HEAVY == {"ruamel", "jsonschema"}
    applied.write({"headline": 3})
    assert _imported(applied, "validate", code=1) & HEAVY == {"ruamel"}


def test_plan_of_a_changed_text_reads_yaml_and_no_more(applied: World) -> None:
    applied.write({**PROFILE, "headline": "x"})
    assert _imported(applied, "plan") & HEAVY == {"ruamel"}


def test_plan_of_a_changed_field_asks_deepdiff(applied: World) -> None:
    applied.write({**PROFILE, "experience": {"acme": {"id": "1", "role": "Chair", "company": "Acme"}}})
    assert _imported(applied, "plan") & HEAVY == {"ruamel", "deepdiff"}


def test_apply_imports_httpx_without_its_command_line(applied: World) -> None:
    applied.write({**PROFILE, "headline": "x"})
    assert _imported(applied, "apply", "--auto-approve") & (HEAVY | {"pygments"}) == {"ruamel", "httpx"}


def test_sending_leaves_httpx_as_others_find_it() -> None:
    code = "import sys, reconciler.wire.transport; assert 'httpx._main' not in sys.modules; import httpx._main"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_standard_command_starts_from_any_folder(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("reconciler")
    done = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("reconciler, version ")
