"""A simulator of which a test can tell that it is done with whatever a killed client sent."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from starlette.requests import Request
from starlette.responses import Response

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.world import World


class Watched(Simulator):
    """Knows how many edits are being worked on."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the Simulator's own options
        super().__init__(**options)
        self.busy = 0
        self.changed = threading.Condition()

    async def edit(self, request: Request) -> Response:
        self._count(1)
        try:
            return await super().edit(request)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self.changed:
            self.busy += change
            self.changed.notify_all()


def settled(here: World) -> None:
    """Wait until nothing is worked on: what was sent before this request was begun before its answer."""
    with urlopen(here.base_url.replace("/api/v1", "/_simulator/faults")) as answer:  # noqa: S310 - http to ourselves
        answer.read()
    assert isinstance(here.simulator, Watched)
    with here.simulator.changed:
        assert here.simulator.changed.wait_for(lambda: here.simulator.busy == 0, timeout=20)  # type: ignore[attr-defined] # asserted


@contextmanager
def quiet_world(folder: Path, **options: Any) -> Iterator[World]:  # noqa: ANN401 - the Simulator's own options
    simulator = Watched(**options)
    with running(simulator) as base_url:
        yield World(folder, simulator, base_url)


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is quick to sync: thousands of syncs are waited for here."""
    memory = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
    with TemporaryDirectory(dir=memory if os.path.isdir(memory) else None) as folder:
        here = Path(folder) / "here"
        here.mkdir()
        yield here
