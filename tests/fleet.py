"""Many profiles in one folder, and an API that may fail some accounts and not others."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconciler.simulator.faults import parse
from reconciler.simulator.serve import running
from tests.reliability.quiet import Watched
from tests.world import Done, World, hold


class ByAccount(Watched):
    """Knows faults of single accounts, and how many requests it worked on at once at most."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the Simulator's own options
        super().__init__(**options)
        self.of_account: dict[str, list[str]] = {}
        self.busiest = 0

    def _count(self, change: int) -> None:
        super()._count(change)
        self.busiest = max(self.busiest, self.busy)

    def _decide(self, exchange: Any) -> None:  # noqa: ANN401 - private to the simulator
        account = next(part.value for part in exchange.parts if part.name == "account_id")
        faults = self.of_account.get(account)
        if faults:
            exchange.fault = parse(faults.pop(0) if len(faults) > 1 else faults[0])
        super()._decide(exchange)


class FleetWorld(World):
    """A folder of profiles `p00.yaml` …, of the accounts `acc_00` …"""

    def make(self, number: int, **profile: Any) -> list[str]:  # noqa: ANN401 - any of a profile
        """Write so many profiles and return their names."""
        return [self.one(place, **profile) for place in range(number)]

    def one(self, place: int, **profile: Any) -> str:  # noqa: ANN401 - any of a profile
        name = f"p{place:02}.yaml"
        whole = {"type": "LINKEDIN", "account_id": f"acc_{place:02}", "headline": f"headline {place}", **profile}
        (self.folder / name).write_text(json.dumps(whole), encoding="utf-8")
        return name

    def fail(self, place: int, *faults: str) -> None:
        """Let the API fail an account; the last fault goes on for ever."""
        assert isinstance(self.simulator, ByAccount)
        self.simulator.of_account[f"acc_{place:02}"] = list(faults)

    def apply_to(self, *arguments: str) -> Done:
        return self.cli("apply", "--auto-approve", "--first-apply", *arguments)

    def live_headlines(self) -> dict[str, Any]:
        profiles: dict[str, Any] = dict(self.simulator.memory.profiles)
        return {account: profile.described()["sections"].get("headline") for account, profile in profiles.items()}

    def requests_by_account(self) -> Counter[str]:
        found = (part for request in self.sent() for part in request["parts"])
        return Counter(part["value"] for part in found if part["name"] == "account_id")

    def report(self, name: str = "report.jsonl") -> list[dict[str, Any]]:
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        for line in found:
            hold("report", line)
        return found


@contextmanager
def fleet_world(folder: Path, **options: Any) -> Iterator[FleetWorld]:  # noqa: ANN401 - the Simulator's own options
    simulator = ByAccount(**options)
    with running(simulator) as base_url:
        yield FleetWorld(folder, simulator, base_url)
