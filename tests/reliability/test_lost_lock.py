"""A run whose lock or state is taken away meanwhile sends nothing more, and writes over nobody's state."""

import asyncio
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.reliability.laws import pending_addresses
from tests.reliability.processes import APPLY, COMMAND, environment
from tests.world import Done, World

ADDS = {"experience": {"one": {"role": "Founder", "company": "One"}, "two": {"role": "Author", "company": "Two"}}}


def during_the_first_request(here: World, meanwhile: Callable[[], object]) -> tuple[Done, Simulator]:
    """Apply two Adds; do something while the first of them is on its way."""

    class Interfering(Simulator):
        async def edit(self, request: Request) -> Response:
            first = not here_calls
            here_calls.append(1)
            if first:
                await asyncio.to_thread(meanwhile)
            return await super().edit(request)

    here_calls: list[int] = []
    simulator = Interfering()
    here.write(ADDS)
    with running(simulator) as base_url:
        here.base_url = base_url
        done = here.apply("--format", "json")
    return done, simulator


def ended(done: Done) -> dict[str, Any]:
    """Return the event that says how a profile's apply ended."""
    events: list[dict[str, Any]] = [json.loads(line) for line in done.out.splitlines()]
    (found,) = (event for event in events if event["event"] == "ended")
    return found


def roles(simulator: Simulator) -> Counter[object]:
    (profile,) = simulator.memory.profiles.values()
    return Counter(entry["role"] for entry in profile.entries["experience"])


def replace(path: Path, text: str) -> None:
    """Put another file at the path of one."""
    path.unlink()
    path.write_text(text)


def rescue(here: World) -> dict[str, Any]:
    (path,) = here.folder.glob("*.rescue*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def lock(here: World) -> Path:
    return here.folder / "profile.state.json.lock"


def test_two_applies_after_a_removed_lock_add_each_job_once(here: World) -> None:
    def again() -> None:
        lock(here).unlink()
        command = [*COMMAND, *APPLY]
        second.append(
            subprocess.run(
                command, cwd=here.folder, env=environment(here), capture_output=True, text=True, check=False, timeout=60
            )
        )

    second: list[subprocess.CompletedProcess[str]] = []
    done, simulator = during_the_first_request(here, again)
    assert roles(simulator) == {"Founder": 1, "Author": 1}
    assert second[0].returncode == 3, second[0].stderr  # the first job is in doubt for it, the second it added
    assert done.code == 1
    assert ended(done)["stopped"]["code"] == "lost"
    assert set(here.state()["sections"]) == {"experience.two"}
    assert pending_addresses(here.state()) == {"experience.one"}
    rescued = rescue(here)
    assert set(rescued["sections"]) == {"experience.one"}
    (path,) = here.folder.glob("*.rescue*.json")
    assert here.cli("state", "restore", path.name, "--profile", here.name).code == 0
    assert (set(here.state()["sections"]), here.state()["pending"]) == ({"experience.one", "experience.two"}, [])


@pytest.mark.parametrize(
    "taken",
    [
        lambda here: lock(here).unlink(),
        lambda here: replace(lock(here), "another's"),
        lambda here: here.state_path.unlink(),
        lambda here: here.state_path.write_text(kept(here)),
        lambda here: here.state_path.write_text("{"),
        lambda here: here.state_path.write_text("[]"),
    ],
    ids=["lock removed", "lock replaced", "state removed", "state of another write", "half a state", "no state"],
)
def test_a_run_that_lost_its_lock_or_state_sends_no_more_and_writes_over_nothing(
    here: World, taken: Callable[[World], object]
) -> None:
    left: list[str | None] = []

    def take() -> None:
        taken(here)
        left.append(here.state_path.read_text() if here.state_path.exists() else None)

    done, simulator = during_the_first_request(here, take)
    assert done.code == 1
    assert (ended(done)["stopped"]["code"], ended(done)["untried"]) == ("lost", ["experience.two"])
    assert roles(simulator) == {"Founder": 1}
    assert left == [here.state_path.read_text() if here.state_path.exists() else None]
    rescued = rescue(here)
    assert (set(rescued["sections"]), rescued["pending"]) == ({"experience.one"}, [])


def kept(here: World) -> str:
    """Return the state as another machine wrote it: the same, but for its `write`."""
    state = here.state()
    return json.dumps({**state, "write": "7c0a7f0e-7a5f-4d0c-9a6e-000000000001"}, indent=2, sort_keys=True)


def test_what_the_hook_takes_away_is_noticed_before_the_request_is_sent(here: World) -> None:
    here.write(ADDS)
    done = here.apply("--on-save", "rm profile.state.json.lock", "--format", "json")
    assert (done.code, here.sent()) == (1, [])
    assert (ended(done)["stopped"]["code"], ended(done)["untried"]) == ("lost", ["experience.one", "experience.two"])


def test_a_lock_that_is_anothers_by_now_is_not_removed(here: World) -> None:
    during_the_first_request(here, lambda: replace(lock(here), "another's"))
    assert lock(here).read_text() == "another's"
