"""The state verbs, killed at every call that reaches the system: each did all of it, or nothing."""

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.reliability.killer import WHEN, killing
from tests.reliability.laws import state_of
from tests.reliability.quiet import quiet_world, scratch
from tests.world import World

JOB = {"role": "Founder", "company": "One"}
PROFILE = {"headline": "h", "experience": {"one": JOB, "two": {"role": "Author", "company": "Two"}}}


def applied(here: World) -> None:
    here.write(PROFILE)
    assert here.apply().code == 0


def changed(here: World) -> None:
    applied(here)
    here.write({**PROFILE, "headline": "x"})


def doubted(here: World) -> None:
    here.write({"experience": {"one": JOB}})
    here.simulator.faults.add(["close=after-edit"])
    assert here.apply().code == 3


def rescued(here: World) -> None:
    applied(here)
    state = here.state()
    (here.folder / "profile.rescue.json").write_text(json.dumps({**state, "serial": state["serial"] + 1}))


VERBS: dict[str, tuple[Callable[[World], None], tuple[str, ...]]] = {
    "mv": (applied, ("mv", "experience.one", "experience.eins")),
    "rm": (applied, ("rm", "experience.one")),
    "accept": (applied, ("accept", "--all")),
    "accept of new values": (changed, ("accept", "--all")),
    "adopt": (applied, ("adopt", "experience.one", "77", "experience.two", "78")),
    "account": (applied, ("account", "acc_2")),
    "resolve as applied": (doubted, ("resolve", "experience.one", "--applied", "--id", "77")),
    "resolve as not applied": (doubted, ("resolve", "experience.one", "--not-applied")),
    "restore": (rescued, ("restore", "profile.rescue.json")),
}


def meaning(state: dict[str, Any] | None) -> object:
    """Give what a state says, without what each write makes new."""
    text = json.dumps({**(state or {}), "serial": 0, "write": "", "source": ""}, sort_keys=True)
    return [line for line in text.split('"') if not line.startswith("20")]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_killed_at_any_call_did_all_or_nothing(verb: str) -> None:
    prepare, arguments = VERBS[verb]
    with scratch() as folder, quiet_world(folder) as here, killing(folder, here.base_url) as hand:
        prepare(here)
        template = folder.with_name("template")
        shutil.copytree(folder, template)
        before = meaning(state_of(here))
        ran = hand.run("state", *arguments)
        assert ran.code == 0, ran.err
        after = meaning(state_of(here))
        print(f"{len(ran.calls)} calls, each killed")  # noqa: T201 - pytest -rP shows it
        for number in range(1, len(ran.calls) + 1):
            shutil.rmtree(folder)
            shutil.copytree(template, folder)
            assert hand.run("state", *arguments, at=number, when=WHEN[number % len(WHEN)]).killed
            now = meaning(state_of(here))
            assert now in (before, after)
            again = hand.run("state", *arguments)
            assert (again.code == 0) or now == after, again.err
            assert meaning(state_of(here)) == after
