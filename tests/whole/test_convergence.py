"""Rule 5: one pass converges, for any two valid profiles, through the command line and over HTTP."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.strategies import FILES, later, profiles
from tests.world import ACCOUNT, PNG, World, world

IDS = {"experience": ("11", "12"), "education": ("21", "22")}


def prepare(here: World) -> None:
    for name, number in FILES.items():
        (here.folder / name).write_bytes(PNG + bytes([number]))
    seed = {name: [{"id": one} for one in ids] for name, ids in IDS.items()}
    from reconciler.simulator.profile import seeded

    here.simulator.memory.profiles[ACCOUNT] = seeded(seed, here.simulator.memory.new_id)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    first = draw(profiles(IDS))
    second = draw(later(first, IDS))
    third = draw(st.one_of(st.just(first), later(second, IDS)))
    return [first, second, third]


def holds(live: object, wanted: object) -> bool:
    """Tell whether what is live holds what is wanted; a file by its digest, numbers by value."""
    if isinstance(wanted, dict):
        if wanted.keys() >= {"sha256", "size"}:
            return isinstance(live, dict) and live["sha256"] == wanted["sha256"]
        return isinstance(live, dict) and all(key in live and holds(live[key], one) for key, one in wanted.items())
    if isinstance(wanted, list):
        return isinstance(live, list) and len(live) == len(wanted) and all(map(holds, live, wanted))
    return live == wanted


def check_convergence(here: World) -> None:
    """Hold the law for the profile that was just applied."""
    before = len(here.sent())
    again = here.apply()
    assert len(here.sent()) == before, "a second apply sent something"
    plan = here.plan()
    assert {change["action"] for change in plan["changes"]} <= {"blocked"}, plan["changes"]
    assert again.code == (1 if plan["changes"] else 0), again.err
    check_live(here)


def check_live(here: World) -> None:
    """Hold that what state says is live, and that nothing stands there twice."""
    live = here.live()
    if not here.state_path.exists():
        return
    for address, record in here.state()["sections"].items():
        section, _, key = address.partition(".")
        if not key:
            assert holds(live["sections"][section], record["value"]), address
        elif "id" in record:
            (there,) = (one for one in live[section] if one["id"] == record["id"])
            assert holds(there, record["value"]), address
        else:
            assert any(holds(one, record["value"]) for one in live[section]), address
    for section in ("experience", "education"):
        added = [one for one in live[section] if one["id"] not in IDS[section]]
        sent = sum(
            any(part["name"] == f"{section}[id]" for part in one["parts"]) is False
            and any(part["name"].startswith(f"{section}[") for part in one["parts"])
            for one in here.sent()
        )
        assert len(added) == sent


@settings(
    max_examples=40,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(histories())
def test_one_pass_converges(history: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as here:
        prepare(here)
        for profile in history:
            here.write(profile)
            done = here.apply()
            assert done.code in (0, 1), done.err
            assert "rejected" not in done.err, done.err
            check_convergence(here)
