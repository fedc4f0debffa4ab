"""doctor, and the shape of a read: what is said, and what is never said."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.reading.shape import shape
from reconciler.state.storage import locked
from tests.reading.canned import Api, canned, ok
from tests.reading.test_look import ME
from tests.reading.test_seen import ANSWER
from tests.world import World, world

CONNECTED = {"id": "acc_1", "name": "Mira", "sources": [{"id": "x", "status": "OK"}]}


@pytest.fixture
def api() -> Iterator[Api]:
    with canned(lambda path: ok(CONNECTED) if path.startswith("/accounts") else ok(ME)) as found:
        yield found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.write({"headline": "Hello"})
        yield made


def doctor(here: World, api: Api, *arguments: str) -> Any:  # noqa: ANN401 - what the command line gave
    base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
    return here.cli("doctor", here.name, "--base-url", base_url, *arguments)


def test_all_is_well(here: World, api: Api) -> None:
    assert here.apply().code == 0
    done = doctor(here, api)
    assert done.code == 0
    assert "error" not in done.out
    assert "the account is connected" in done.out
    assert "Mira" not in done.out


def test_no_state_is_a_warning(here: World, api: Api) -> None:
    """It named `import --live` too, which refuses where there is a profile."""
    done = doctor(here, api)
    assert done.code == 0
    assert "warning" in done.out
    assert "known to be live; `reconciler refresh` records what is there\n" in done.out


@pytest.mark.parametrize("status", ["STOPPED", "ERROR", "CREDENTIALS", "PERMISSIONS", "CONNECTING"])
def test_an_account_that_is_not_connected_is_an_error(here: World, api: Api, status: str) -> None:
    api.answer = lambda _: ok({"sources": [{"status": status}]})
    assert doctor(here, api).code == 1


@pytest.mark.parametrize("sources", [None, [], "x", [{"status": "NEW\x1b[31m"}]])
def test_an_answer_that_says_nothing_is_a_warning(here: World, api: Api, sources: Any) -> None:  # noqa: ANN401 - JSON
    api.answer = lambda _: ok({"sources": sources})
    done = doctor(here, api)
    assert done.code == 0
    assert "\x1b" not in done.out


def test_a_broken_profile_a_missing_key_and_a_damaged_state_are_told_at_once(here: World, api: Api) -> None:
    here.state_path.write_text("{")
    here.environ["POSTPRESS_API_KEY"] = ""
    done = doctor(here, api)
    assert done.code == 1
    assert done.out.count("error  ") == 2
    (here.folder / here.name).write_text("type: x\n")
    assert "validate" in doctor(here, api).out


def test_who_holds_the_lock_and_what_git_lacks(here: World, api: Api) -> None:
    subprocess.run(["git", "init", "-q", str(here.folder)], check=True)
    assert here.apply().code == 0
    with locked(str(here.state_path), "2026-01-01T00:00:00Z"):
        done = doctor(here, api)
    assert "another run holds the state" in done.out
    assert "not as committed" in done.out
    assert "another run" not in doctor(here, api).out


def test_a_workflow_of_another_version_is_told(here: World, api: Api) -> None:
    subprocess.run(["git", "init", "-q", str(here.folder)], check=True)
    fresh = here.folder / "fresh"
    fresh.mkdir()
    assert here.cli("init", "--github", "other.yaml").code == 0
    assert "writes it otherwise" not in doctor(here, api).out
    workflow = here.folder / ".github/workflows/profile-plan.yml"
    workflow.write_text(workflow.read_text().replace("runs-on", "runs-upon"))
    assert "writes it otherwise" in doctor(here, api).out


def test_the_shape_holds_no_value(here: World, api: Api) -> None:
    answer = {**ANSWER, "object": "UserProfile", "secret_key": {"inner": "hidden"}, "start": "x"}
    api.answer = lambda path: ok(ME) if path.startswith("/users/me") else ok(answer)
    done = doctor(here, api, "--shape")
    assert done.code == 0
    assert "date M/D/YYYY" in done.out
    assert "id: text (in 1 of 2)" in done.out
    assert "work_experience: 1 of 2 entries have an id" in done.out
    for value in ("Mira", "mira", "Kelp", "Lyon", "secret_key", "hidden", "9000000002", "ACoAAFIXTURE1"):
        assert value not in done.out + done.err


def test_a_shape_of_anything_can_be_told() -> None:
    odd: dict[str, Any] = {"skills": [1, None, {"name": [{"id": {}}]}], "\u202e": 1, "end": "soon", "summary": ""}
    assert list(shape(odd)) == [
        "end: date of another form",
        "skills: list of 3",
        "  name: list of 1",
        "    id: mapping",
        "summary: empty text",
        "<key>: 1 more",
    ]
