"""A world in which time passes, LinkedIn is edited in the browser, and reads answer in every form."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.simulator.app import Simulator
from reconciler.simulator.profile import Profile
from reconciler.simulator.serve import running
from tests.world import ACCOUNT, Done, World

_TIME = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|\+00:00)"')


@dataclass
class Clock:
    """The simulator's clock: ahead of the machine's by the time that passed."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Life:
    """A world over a stretch of time: what the tool wrote down becomes older, while LinkedIn's clock goes on."""

    here: World
    clock: Clock

    def wait(self, minutes: float) -> None:
        """Let time pass: every time that state and cache hold is so much longer ago."""
        passed = timedelta(minutes=minutes)
        self.clock.ahead += passed

        def earlier(found: re.Match[str]) -> str:
            return f'"{(datetime.fromisoformat(found[1]) - passed).isoformat()}Z"'

        kept = [*self.here.folder.glob("*.state.json"), *self.cache.rglob("*.json")]
        for path in kept:
            path.write_text(_TIME.sub(earlier, path.read_text(encoding="utf-8")), encoding="utf-8")

    @property
    def cache(self) -> Path:
        return Path(self.here.environ["XDG_CACHE_HOME"])

    @property
    def browser(self) -> Profile:
        """What is on LinkedIn, to be edited there."""
        return self.here.simulator.memory.profile(ACCOUNT)

    def read(self, command: str, form: str, *arguments: str) -> Done:
        """Run a command that reads, while reads answer in this form."""
        self.here.simulator.behaviour.reading = form
        try:
            return self.here.cli(command, *arguments, "--again")
        finally:
            self.here.simulator.behaviour.reading = ""

    def drift(self, form: str = "") -> dict[str, dict[str, Any]]:
        """Return what drift says of each address; of an entry all that it says of its own address."""
        done = self.read("drift", form, self.here.name, "--format", "json")
        assert "Traceback" not in done.err, done.err
        found = json.loads(done.out)
        assert "addresses" in found, found
        return {each["address"]: each for each in found["addresses"]}

    def moved(self, form: str = "") -> dict[str, str]:
        """Return the addresses of which drift says that they moved."""
        return {
            address: each["finding"]
            for address, each in self.drift(form).items()
            if each["finding"] in ("changed", "not-shown")
        }

    def refresh(self, form: str = "") -> Done:
        return self.read("refresh", form, self.here.name)

    def pull(self, form: str = "", *addresses: str) -> Done:
        return self.read("pull", form, *addresses, "--profile", self.here.name)


@contextmanager
def living(folder: Path) -> Iterator[Life]:
    """Hold a world in which time passes while a block runs."""
    clock = Clock()
    simulator = Simulator(now=clock)
    with running(simulator) as base_url:
        yield new_life(folder, simulator, base_url, clock)


def new_life(folder: Path, simulator: Simulator, base_url: str, clock: Clock) -> Life:
    """Return a new life on a simulator that is there already."""
    cache = folder / "cache"
    return Life(World(folder, simulator, base_url, environ={"XDG_CACHE_HOME": str(cache)}), clock)
