"""Apply and the state verbs, killed at every call that reaches the system, and run again to the end."""

import copy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.simulator.profile import seeded
from tests.reliability.killer import WHEN, Hand, killing
from tests.reliability.laws import (
    check_no_debris,
    check_nothing_twice,
    check_truth,
    pending_addresses,
    resolve_truthfully,
    state_of,
)
from tests.reliability.quiet import quiet_world, scratch, settled
from tests.world import ACCOUNT, PNG, World

PROFILE = "profile.yaml"
APPLY = ("apply", PROFILE, "--auto-approve", "--first-apply")
JOBS = {
    "one": {"role": "Founder", "company": "One", "skills": ["a", "b"]},
    "two": {"role": "Author", "company": "Two", "description": "x\ny", "notify_network": True},
}
SCHOOL = {"college": {"school": "State College", "degree": "BSc"}}
FIRST = {
    "headline": "Building",
    "summary": "Long\ntext",
    "picture": "me.png",
    "picture_settings": {"filter": "STUDIO"},
    "skills": ["Python", "Go"],
    "experience": JOBS,
    "education": SCHOOL,
}
EDITED: dict[str, Any] = {
    "headline": "Before",
    "experience": {
        "one": {"id": "11", "role": "Founder"},
        "two": {"id": "12", "role": "Author"},
        "three": {"id": "13", "role": "Builder"},
        "four": {"id": "14", "role": "Waiter"},
    },
    "education": {"college": {"id": "21", "description": "old"}},
}


@dataclass
class Scenario:
    """What is there, what the file then says, and what applying that ends with.

    At least `killed` calls of it are killed.
    """

    name: str
    killed: int
    before: dict[str, Any] | None
    after: dict[str, Any]
    seed: dict[str, Any] = field(default_factory=dict)
    code: int = 0
    left: tuple[str, ...] = ()


def edited(**experience: dict[str, Any]) -> dict[str, Any]:
    before = copy.deepcopy(EDITED)
    for key, fields in experience.items():
        before["experience"][key] |= fields
    return before


SEED = {"experience": [{"id": str(number)} for number in (11, 12, 13, 14)], "education": [{"id": "21"}]}
SCENARIOS = (
    Scenario("first apply", 80, None, FIRST),
    Scenario(
        "edits, packed and alone",
        70,
        EDITED,
        {
            **edited(
                one={"role": "Chair"},
                two={"role": "Writer"},
                three={"role": "Maker", "notify_network": True},
                four={"attachment": {"type": "link", "title": "t", "url": "https://example.com/a"}},
            ),
            "headline": "After",
            "education": {"college": {"id": "21", "description": "new"}},
        },
        SEED,
    ),
    Scenario(
        "a packed request that is taken apart",
        110,
        {"headline": "Before", "skills": ["a"]},
        {
            "headline": "After",
            "skills": ["a", "b"],
            "summary": "s",
            "experience": {"gone": {"id": "99", "role": "Nobody"}, "new": JOBS["one"]},
        },
        code=1,
        left=("experience.gone",),
    ),
    Scenario(
        "what sends nothing",
        10,
        {"headline": "Before", "summary": "stays", "experience": JOBS, "education": SCHOOL},
        {"headline": "Before", "experience": {"eins": JOBS["one"], "two": JOBS["two"]}},
    ),
)


class Stage:
    """One scenario, set up once, and brought back before each kill."""

    def __init__(self, here: World, hand: Hand, scenario: Scenario) -> None:
        self.here, self.hand, self.scenario = here, hand, scenario
        self.template = here.folder.with_name("template")
        (here.folder / "me.png").write_bytes(PNG)
        here.simulator.memory.profiles[ACCOUNT] = seeded(scenario.seed, here.simulator.memory.new_id)
        if scenario.before is not None:
            here.write(scenario.before)
            done = here.apply()
            assert done.code == 0, done.err
        self.state_before = state_of(here)
        here.write(scenario.after)
        here.simulator.memory.requests.clear()
        shutil.copytree(here.folder, self.template)
        self.memory = copy.deepcopy(here.simulator.memory)

    def reset(self) -> None:
        shutil.rmtree(self.here.folder)
        shutil.copytree(self.template, self.here.folder)
        memory = copy.deepcopy(self.memory)
        here = self.here.simulator.memory
        here.profiles, here.requests, here.answers, here.next_id = (
            memory.profiles,
            memory.requests,
            memory.answers,
            memory.next_id,
        )

    def points(self, *arguments: str) -> list[str]:
        """Count the calls of a whole run."""
        self.reset()
        ran = self.hand.run(*arguments)
        assert ran.code == self.scenario.code, ran.err
        settled(self.here)
        self.check_end()
        return ran.calls

    def kill(self, at: int, when: str, *arguments: str) -> None:
        self.reset()
        ran = self.hand.run(*arguments, at=at, when=when)
        assert ran.killed or at > len(ran.calls)  # an answer may come in fewer pieces than the first time
        settled(self.here)

    def check_after_kill(self) -> None:
        """Hold the laws right after the kill, after the next run, and at the end."""
        here = self.here
        check_truth(here)
        check_nothing_twice(here)
        self.check_nothing_lost()
        killed = state_of(here)
        uncertain = pending_addresses(killed)
        done = here.apply()
        doubted = set(here.plan()["in_doubt"])
        assert doubted <= uncertain
        assert len(doubted) <= 1
        assert done.code == (3 if doubted else self.scenario.code), done.err
        check_truth(here)
        check_nothing_twice(here)
        if resolve_truthfully(here):
            done = here.apply()
            assert done.code == self.scenario.code, done.err
        self.check_end()
        if state_of(here) != killed:  # whoever writes clears up what the killed one left; else it is in nobody's way
            check_no_debris(here)

    def check_nothing_lost(self) -> None:
        """Hold that every address that state knew is in it still: live, forgotten or pending, or renamed."""
        if self.state_before is None:
            return
        now = state_of(self.here)
        assert now is not None

        def values(state: dict[str, Any]) -> set[str]:
            return {*state["sections"], *state["forgotten"]}

        lost = values(self.state_before) - values(now)
        assert lost <= {"experience.one"} if "eins" in str(self.scenario.after) else not lost

    def check_end(self) -> None:
        """Hold that all is done, once, and that nothing is left to do or lies about."""
        here = self.here
        check_truth(here)
        check_nothing_twice(here)
        plan = here.plan()
        assert tuple(change["address"] for change in plan["changes"]) == self.scenario.left
        assert plan["in_doubt"] == []
        assert pending_addresses(here.state()) <= set(self.scenario.left)  # killed while sent, and rejected since
        wanted = {at for at in self.scenario.after if at not in ("experience", "education")}
        wanted |= {f"{name}.{key}" for name in ("experience", "education") for key in self.scenario.after.get(name, {})}
        assert set(here.state()["sections"]) == wanted - set(self.scenario.left)


@pytest.fixture(params=SCENARIOS, ids=lambda one: one.name)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with scratch() as folder, quiet_world(folder) as here, killing(folder, here.base_url) as hand:
        yield Stage(here, hand, request.param)


def few_sends(calls: list[str]) -> list[int]:
    """Give the places of all calls, of the many that send one request the first and the last two."""
    return [
        at
        for at, name in enumerate(calls, 1)
        if name != "send" or calls[max(0, at - 3) : at] != ["send"] * 3 or calls[at : at + 2] != ["send"] * 2
    ]


def test_apply_killed_at_every_call_loses_nothing_and_does_nothing_twice(stage: Stage) -> None:
    calls = stage.points(*APPLY)
    assert {"fsync", "rename", "write", "create", "unlink"} <= set(calls)
    print(f"{len(calls)} calls, of which {len(few_sends(calls))} are killed here")  # noqa: T201 - pytest -rP shows it
    assert len(few_sends(calls)) >= stage.scenario.killed
    for place in few_sends(calls):
        stage.kill(place, WHEN[place % len(WHEN)], *APPLY)
        stage.check_after_kill()


@pytest.mark.torture
@pytest.mark.parametrize("when", WHEN)
def test_apply_killed_before_amid_and_after_every_call(stage: Stage, when: str) -> None:
    calls = stage.points(*APPLY)
    print(f"{len(calls)} calls, each killed {when}")  # noqa: T201 - pytest -rP shows it
    for number in range(1, len(calls) + 1):
        stage.kill(number, when, *APPLY)
        stage.check_after_kill()
