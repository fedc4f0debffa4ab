"""What the reliability tests share: waiting that takes no time, and one world for many runs."""

import select
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from reconciler.applying import interrupt
from reconciler.simulator.profile import seeded
from reconciler.values import Plain
from tests.reliability.quiet import quiet_world
from tests.world import ACCOUNT, PNG, World

SEED: Plain = {"experience": [{"id": "11"}, {"id": "12"}], "education": [{"id": "21"}]}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the system's waiting end at once, and give how long each was to be."""
    waited: list[float] = []

    class AtOnce:
        """What waits for a signal, which does not come."""

        def register(self, descriptor: int, events: int) -> None:
            del descriptor, events

        def poll(self, milliseconds: int) -> list[tuple[int, int]]:
            waited.append(milliseconds / 1000)
            return []

    monkeypatch.setattr(interrupt, "select", SimpleNamespace(poll=AtOnce, POLLIN=select.POLLIN))
    return waited


@pytest.fixture(scope="module")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with quiet_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture
def afresh(one_world: World) -> World:
    """Give a world that begins anew: two jobs and a school on LinkedIn, nothing applied yet."""
    memory = one_world.simulator.memory
    memory.clear()
    memory.profiles[ACCOUNT] = seeded(SEED, memory.new_id)
    one_world.simulator.faults.clear()
    for path in Path(one_world.folder).iterdir():
        path.unlink()
    (one_world.folder / "me.png").write_bytes(PNG)
    return one_world
