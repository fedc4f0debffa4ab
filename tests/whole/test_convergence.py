"""Rule 5: one pass converges, for any valid profiles, through the command line and over HTTP.

It holds under every reading of what the API's page leaves open, with two differences in what is live: where
the API only adds skills, the list holds the wanted ones and more; where it merges objects, a member that left
the file stays.
"""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reconciler.simulator.app import Simulator
from reconciler.simulator.profile import Behaviour
from reconciler.simulator.serve import running
from tests.remedies import mend, paste
from tests.strategies import Seen, later, profiles
from tests.whole.law import Law, prepare
from tests.world import World

IDS: dict[str, tuple[str, ...]] = {"experience": ("11", "12"), "education": ("21", "22")}
READINGS = {
    "replacing": Behaviour(),
    "additive skills": Behaviour(additive_skills=True),
    "merging objects": Behaviour(merge_objects=True),
    "both, without idempotency keys": Behaviour(additive_skills=True, merge_objects=True, ignore_idempotency=True),
}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


def converge(simulator: Simulator, base_url: str, data: st.DataObject) -> None:
    """Apply a profile and two to four later versions, and hold the law after each."""
    simulator.memory.clear()
    with tempfile.TemporaryDirectory() as folder:
        here = World(Path(folder), simulator, base_url)
        prepare(here, IDS)
        law = Law(here)
        past: list[dict[str, Any]] = [data.draw(profiles(IDS), label="first")]
        for number in range(data.draw(st.integers(2, 4), label="versions") + 1):
            if number:
                past.append(data.draw(later(past, IDS, Seen(here.live(), ids_in(here.state()))), label="then"))
            apply(here, past[-1])
            left = law.hold(past[-1])
            while answer(past[-1], left, data):
                apply(here, past[-1])
                left = law.hold(past[-1])


def apply(here: World, profile: dict[str, Any]) -> None:
    """Apply a profile, mended by the letter of what the tool says where it contradicts itself or the state."""
    here.write(profile)
    while "errors" in (made := here.plan()):
        mend(profile, [(error["address"], error["remedy"]) for error in made["errors"]])
        here.write(profile)
    done = here.apply()
    assert done.code in (0, 1), done.err
    assert "rejected" not in done.err, done.err


def answer(profile: dict[str, Any], made: dict[str, Any], data: st.DataObject) -> bool:
    """Answer a question of the plan in the file, or leave it open; tell whether one was answered.

    An entry with an id is said to be another one: only a person knows whose id it is.
    """
    for change in made["changes"]:
        if change["action"] != "blocked" or change["reason"]["code"] != "entry-identity":
            continue
        section, _, key = change["address"].partition(".")
        ways = [
            way
            for way in change["reason"]["ways"]
            if not (way["when"] == "same-entry" and "id" in profile[section][key])
        ]
        way = data.draw(st.sampled_from([None, *ways]), label="answer")
        if way is not None:
            paste(profile, way["address"], way["edit"])
            return True
    return False


def ids_in(state: dict[str, Any]) -> frozenset[str]:
    """Give the ids of entries that a state knows."""
    units = [*state["sections"].values(), *state["forgotten"].values()]
    return frozenset(unit["id"] for unit in units if "id" in unit)


def test_one_pass_converges_in_brief() -> None:
    run("replacing", 5)


@pytest.mark.parametrize("reading", READINGS)
def test_one_pass_converges(reading: str) -> None:
    run(reading, 30)


@pytest.mark.torture
@pytest.mark.parametrize("reading", READINGS)
def test_one_pass_converges_in_the_long_form(reading: str) -> None:
    run(reading, 1500)


def run(reading: str, examples: int) -> None:
    simulator = Simulator(behaviour=READINGS[reading])
    with running(simulator) as base_url:

        @settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=SLOW)
        @given(st.data())
        def law(data: st.DataObject) -> None:
            converge(simulator, base_url, data)

        law()
