"""refresh and pull, killed at every call that reaches the system: file and state stay whole, the next run ends it."""

import json
import shutil
from dataclasses import dataclass
from typing import Any

import pytest

from tests.reliability.killer import WHEN, killing
from tests.reliability.laws import check_no_debris
from tests.reliability.quiet import quiet_world, scratch
from tests.reliability.test_crash_verbs import meaning
from tests.world import ACCOUNT, World

LONG_AGO = "2026-01-01T00:00:00Z"
PROFILE: dict[str, Any] = {
    "headline": "h",
    "summary": "s",
    "experience": {
        "one": {"role": "Founder", "company": "One", "seniority": {"start_date": {"month": 3, "year": 2021}}}
    },
}
COMMANDS = {
    "refresh": ("refresh", "profile.yaml", "--again"),
    "pull": ("pull", "headline", "experience", "--again"),
}


@dataclass(frozen=True)
class Left:
    """What a run left: the profile's text, and what the state says."""

    profile: str
    state: object


def changed_in_the_browser(here: World) -> None:
    """Apply a profile, long ago; since then its headline and a job were changed on LinkedIn, and a job added."""
    here.write(PROFILE)
    assert here.apply().code == 0
    state = here.state()
    del state["source"]
    for record in state["sections"].values():
        record["applied_at"] = LONG_AGO
    here.state_path.write_text(json.dumps(state, indent=2, sort_keys=True) + "\n")
    live = here.simulator.memory.profile(ACCOUNT)
    live.sections["headline"] = "by hand"
    live.entries["experience"][0]["description"] = "by hand too"
    live.entries["experience"].append({"id": "77", "role": "Author", "company": "Two"})


def left_by(here: World) -> Left:
    return Left((here.folder / here.name).read_text(), meaning(here.state()))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_read_that_is_killed_leaves_file_and_state_whole_and_the_next_one_ends_it(command: str) -> None:
    with scratch() as folder, quiet_world(folder) as here, killing(folder, here.base_url) as hand:
        here.environ = hand.environ = {**hand.environ, "XDG_CACHE_HOME": str(folder.with_name("cache"))}
        changed_in_the_browser(here)
        template = folder.with_name("template")
        shutil.copytree(folder, template)
        before = left_by(here)
        ran = hand.run(*COMMANDS[command])
        assert ran.code == 0, ran.err
        after = left_by(here)
        assert before.state != after.state
        assert (before.profile != after.profile) is (command == "pull")
        print(f"{len(ran.calls)} calls, each killed")  # noqa: T201 - pytest -rP shows it
        for place in range(1, len(ran.calls) + 1):
            shutil.rmtree(folder)
            shutil.copytree(template, folder)
            hand.run(*COMMANDS[command], at=place, when=WHEN[place % len(WHEN)])
            now = left_by(here)
            assert now.profile in (before.profile, after.profile)
            assert now.state in (before.state, after.state)
            again = hand.run(*COMMANDS[command])
            assert again.code == 0, again.err
            assert left_by(here) == after
            check_no_debris(here)
