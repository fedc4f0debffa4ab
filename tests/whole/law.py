"""The convergence law, judged by the profile file and the simulator alone: what state says is not asked.

What the API cannot express is what the plan calls blocked; everything else that the file wants has to be
live, and nothing may stand there twice.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.simulator.profile import Behaviour
from tests.remedies import mentions
from tests.strategies import FILES
from tests.world import ACCOUNT, PNG, World

SECTIONS = ("experience", "education")
NAMED_BY = {"experience": ("role", "company"), "education": ("school",)}
DIRECTIVES = ("id", "same_as", "not_same_as", "notify_network")


def content(name: str) -> bytes:
    """A picture file of the generated profiles, by its name."""
    return PNG + bytes([FILES[name]])


@dataclass
class Law:
    """Holds the law for one world, apply by apply; remembers how many requests it has judged."""

    here: World
    judged: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def behaviour(self) -> Behaviour:
        return self.here.simulator.behaviour

    def hold(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Hold the law for the profile that was just applied, without a fault; give the plan that is left."""
        plan = self.here.plan()
        assert "errors" not in plan, plan
        assert {change["action"] for change in plan["changes"]} <= {"blocked"}, plan["changes"]
        before = len(self.here.sent())
        again = self.here.apply()
        assert len(self.here.sent()) == before, "a second apply sent something"
        assert again.code == (3 if plan["in_doubt"] else 1 if plan["changes"] else 0), again.err
        self.hold_live(wanted, blocked(plan))
        self.hold_once(wanted)
        return plan

    def hold_live(self, wanted: dict[str, Any], exempt: dict[str, set[str] | None]) -> None:
        """Every value that the file wants is live, but those of the exempt fields (None: all of the address)."""
        live = self.here.live()
        for name, value in wanted.items():
            if name in SECTIONS:
                self._hold_entries(name, value, live[name], exempt)
            elif name not in ("type", "account_id") and name not in exempt:
                assert self.holds(live["sections"].get(name), value, name), (name, value, live["sections"].get(name))

    def _hold_entries(
        self, section: str, entries: dict[str, Any], live: list[Any], exempt: dict[str, set[str] | None]
    ) -> None:
        """Find a live entry for each wanted one, no live one for two."""
        candidates = {}
        for key, entry in entries.items():
            left_out = exempt.get(f"{section}.{key}", set())
            if left_out is None:
                continue
            value = {name: field for name, field in entry.items() if name not in (*DIRECTIVES, *left_out)}
            candidates[key] = [
                place
                for place, there in enumerate(live)
                if there["id"] == entry.get("id", there["id"]) and self.holds(there, value, section)
            ]
            assert candidates[key], (section, key, value, live)
        assert assigned(candidates), (section, candidates, live)

    def hold_once(self, wanted: dict[str, Any]) -> None:
        """Of what was just added, no more stands there than the file wants, and than it says to be others."""
        for section in SECTIONS:
            by_id = {live["id"]: live for live in self.here.live()[section]}
            asked = Counter(
                _named(section, {**by_id.get(entry.get("id"), {}), **entry})
                for entry in wanted.get(section, {}).values()
            )
            live = Counter(_named(section, one) for one in by_id.values())
            others = Counter(
                _named(section, entry) for entry in wanted.get(section, {}).values() for _ in set(mentions(entry))
            )
            for name in self.added(section):
                assert live[name] <= asked[name] + others[name], (section, name, live, asked, others)
        self.judged = len(self.here.sent())

    def added(self, section: str) -> Iterator[tuple[str, ...]]:
        """Give what names each entry that was added since the last judgement."""
        for request in self.here.sent()[self.judged :]:
            parts = {part["name"]: part.get("value") for part in request["parts"]}
            within = [name for name in parts if name.startswith(f"{section}[")]
            if request["applied"] and within and f"{section}[id]" not in parts:
                yield _named(section, {name: parts.get(f"{section}[{name}]", "") for name in NAMED_BY[section]})

    def holds(self, live: object, wanted: object, name: str) -> bool:
        """Tell whether what is live holds what is wanted, as this simulator reads lists of skills."""
        return holds(live, wanted, additive=self.behaviour.additive_skills, name=name)


def holds(live: object, wanted: object, *, additive: bool = False, name: str = "") -> bool:
    """Tell whether what is live holds what is wanted.

    A mapping may hold more (what left the file stays), and so may skills where the simulator only adds. A
    file is wanted by its name, as in a profile, or by its digest, as in a state.
    """
    if isinstance(live, dict) and live.keys() >= {"sha256", "size"}:
        return bool(live["sha256"] == (wanted["sha256"] if isinstance(wanted, dict) else _sha256(wanted)))
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(
            key in live and holds(live[key], member, additive=additive, name=key) for key, member in wanted.items()
        )
    if isinstance(wanted, list):
        if not isinstance(live, list):
            return False
        if name == "skills" and additive:
            return all(item in live for item in wanted)
        return len(live) == len(wanted) and all(map(holds, live, wanted))
    return isinstance(live, bool) == isinstance(wanted, bool) and live == wanted


def _sha256(name: object) -> str | None:
    return hashlib.sha256(content(name)).hexdigest() if isinstance(name, str) and name in FILES else None


def _named(section: str, entry: dict[str, Any]) -> tuple[str, ...]:
    return tuple(" ".join(str(entry.get(name, "")).casefold().split()) for name in NAMED_BY[section])


def blocked(plan: dict[str, Any]) -> dict[str, set[str] | None]:
    """Give what a plan blocks: by address, the entry's fields, or None for all of it."""
    found: dict[str, set[str] | None] = {}
    for change in plan["changes"]:
        if change["action"] == "blocked":
            fields = {field["path"].partition(".")[0] for field in change["fields"]}
            known = found.get(change["address"], set())
            found[change["address"]] = known | fields if fields and known is not None else None
    return found


def assigned(candidates: dict[str, list[int]]) -> bool:
    """Tell whether each key can have a place of its own."""
    owner: dict[int, str] = {}

    def place(key: str, seen: set[int]) -> bool:
        for candidate in candidates[key]:
            if candidate not in seen:
                seen.add(candidate)
                if candidate not in owner or place(owner[candidate], seen):
                    owner[candidate] = key
                    return True
        return False

    return all(place(key, set()) for key in candidates)


def prepare(here: World, ids: dict[str, tuple[str, ...]]) -> None:
    """Put the files there, and let the simulator begin with entries of these ids."""
    from reconciler.simulator.profile import seeded

    for name in FILES:
        (here.folder / name).write_bytes(content(name))
    seed: dict[str, Any] = {name: [{"id": entry_id} for entry_id in some] for name, some in ids.items()}
    here.simulator.memory.profiles[ACCOUNT] = seeded(seed, here.simulator.memory.new_id)
