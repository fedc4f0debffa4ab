"""The laws that hold after every kill and every fault, read off the simulator, the state file and the plan."""

import json
from collections import Counter
from typing import Any

from tests.whole.law import holds
from tests.world import World

DEBRIS = (".lock", ".tmp")


def state_of(here: World) -> dict[str, Any] | None:
    """Read the state, which is valid JSON at every instant."""
    if not here.state_path.exists():
        return None
    found: dict[str, Any] = json.loads(here.state_path.read_text(encoding="utf-8"))
    return found


def pending_addresses(state: dict[str, Any] | None) -> set[str]:
    return {address for pending in (state or {}).get("pending", []) for address in pending["addresses"]}


def live_at(here: World, address: str, value: object, entry_id: str | None) -> bool:
    """Tell whether the simulator holds a value at an address; an entry without id anywhere in its section."""
    section, _, key = address.partition(".")
    live = here.live()
    if not key:
        return holds(live["sections"].get(section), value)
    entries = [entry for entry in live[section] if entry_id in (None, entry["id"])]
    return any(holds(entry, value) for entry in entries)


def check_truth(here: World) -> None:
    """Hold that state and plan are true: what is known is live, what is live and not known is uncertain."""
    state = state_of(here)
    uncertain = pending_addresses(state)
    for address, record in (state or {}).get("sections", {}).items():
        if address not in uncertain:
            assert live_at(here, address, record["value"], record.get("id")), f"{address} is not live"
    for change in here.plan()["changes"]:
        address = change["address"]
        if change["action"] == "create":
            assert not live_at(here, address, change["after"], None), f"{address} would be added twice"
        if change["action"] in ("set", "update") and live_at(here, address, change["after"], None):
            assert address in uncertain, f"{address} is live, and state does not know"


def check_nothing_twice(here: World) -> None:
    """Hold that no entry stands there twice, nothing was announced twice, nothing attached twice."""
    live = here.live()
    for section, name in (("experience", "role"), ("education", "school")):
        counts = Counter(entry[name] for entry in live[section] if name in entry)
        assert set(counts.values()) <= {1}, counts
        for entry in live[section]:
            assert len(entry.get("attachments", [])) <= 1, entry
    told = Counter((notification["section"], notification["id"]) for notification in live["notifications"])
    assert set(told.values()) <= {1}, told


def check_no_debris(here: World) -> None:
    left = [path.name for path in here.folder.iterdir() if path.name.endswith(DEBRIS)]
    assert left == []


def resolve_truthfully(here: World) -> list[str]:
    """Do what a person does: look at the profile, and say of each address in doubt whether it arrived."""
    doubted: list[str] = here.plan()["in_doubt"]
    for address in doubted:
        (pending,) = (pending for pending in here.state()["pending"] if address in pending["addresses"])
        sending = pending["sections"][address]
        arrived = live_at(here, address, _sent(sending), sending.get("id")) and _announced(here, sending)
        done = here.cli(
            "state", "resolve", address, "--applied" if arrived else "--not-applied", "--profile", here.name
        )
        assert done.code == 0, done.err
    return doubted


def _sent(sending: dict[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = sending["value"]
    return {name: one for name, one in value.items() if name in sending.get("fields", value)}


def _announced(here: World, sending: dict[str, Any]) -> bool:
    if not sending.get("notify_network") or "id" not in sending:
        return True
    return any(notification["id"] == sending["id"] for notification in here.live()["notifications"])
