"""Small histories of one section: a person edits the file, every plan lands, and the laws are judged from outside.

The alphabet is tiny, so that entries which resemble each other, keys that change hands and ids that appear are
the rule and not the exception. The person is truthful: an id that is given to an entry is that of an entry which
looks like it on LinkedIn, it comes with something that names the entry, and what names it does not change with it.

`python -m tests.planning.histories SEED…` tells single histories.
"""

import copy
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.carry import carry
from reconciler.manual.adopt import adopt
from reconciler.manual.move import move
from reconciler.planning.plan import Action, Plan
from reconciler.planning.planner import Options, make_plan
from reconciler.problem import StateError
from reconciler.profile.desired import Desired, Profile, Wanted
from reconciler.state import transitions
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending
from reconciler.state.format import read_state, write_state
from reconciler.values import Plain, members
from tests.planning.said import commands, told
from tests.whole.law import assigned

ACCOUNT = "acc"
NOW = "2026-01-01T00:00:00Z"
NAMES: dict[str, dict[str, list[str]]] = {
    "experience": {"role": ["Founder", "Author"], "company": ["postpress", "Club"]},
    "education": {"school": ["ETH", "MIT"]},
}
REST: dict[str, dict[str, list[str]]] = {
    "experience": {"description": ["1", "2"], "location": ["Bern"]},
    "education": {"degree": ["1", "2"], "location": ["Bern"]},  # no Edit has the one, no Add the other
}
KEYS = ["a", "b", "c", "a-forgotten"]  # the last is what the tool calls an entry whose key is used again
THERE = ["x1", "x2"]  # LinkedIn's ids of entries that were there before

Entry = dict[str, Any]


@dataclass
class LinkedIn:
    """One section as it is live, and what was added to it by the last plan, by address."""

    entries: list[Entry]
    added: dict[str, Entry] = field(default_factory=dict)
    count: int = 0

    def shows(self, entry_id: str, value: Mapping[str, Plain]) -> bool:
        """Tell whether an entry holds all of a value."""
        (there,) = (one for one in self.entries if one["id"] == entry_id)
        return value.items() <= there.items()

    def receive(self, address: str, sending: Sending) -> None:
        """Do what a request asks for."""
        travelling = {name: members(sending.value)[name] for name in sending.names}
        if sending.id is not None:
            (there,) = (one for one in self.entries if one["id"] == sending.id)
            there.update(travelling)
            return
        self.count += 1
        self.added[address] = {"id": f"n{self.count}", **travelling}
        self.entries.append(self.added[address])


@dataclass
class Person:
    """Who owns the file: edits it at random, with an eye on LinkedIn and, for ids, on what the tool has said."""

    section: str
    draw: random.Random
    live: LinkedIn
    is_named: Callable[[str], bool]  # whether state knows an entry of this id, and what names it
    file: dict[str, Entry] = field(default_factory=dict)
    past: list[tuple[str, Entry]] = field(default_factory=list)

    @property
    def names(self) -> dict[str, list[str]]:
        return NAMES[self.section]

    @property
    def rest(self) -> dict[str, list[str]]:
        return REST[self.section]

    def edit(self) -> None:
        """Change the file in one to three ways."""
        for _ in range(self.draw.randint(1, 3)):
            ways = (self._drop, self._rename, self._swap, self._copy, self._back, self._field, self._name, self._less)
            some = (self._give_id, self._take_id, self._known, self._new)
            weights = (2, 2, 1, 1, 2, 2, 1, 1, 2, 1, 1, 2)
            (way,) = self.draw.choices((*ways, *some), weights)
            keys = sorted(self.file)
            if keys or way in (self._back, self._known, self._new):
                way(self.draw.choice(keys) if keys else "", self.draw.choice(KEYS))
        self.past += [(at, copy.deepcopy(one)) for at, one in self.file.items()]

    def fields(self) -> Entry:
        """Draw what names an entry, and some of the rest."""
        rest = {name: self.draw.choice(some) for name, some in self.rest.items() if self.draw.random() < 0.4}
        return {**{name: self.draw.choice(some) for name, some in self.names.items()}, **rest}

    def _used(self) -> set[str]:
        return {one["id"] for one in self.file.values() if "id" in one}

    def _is_settled(self, entry: Entry) -> bool:
        """Tell whether the entry has no id, or one that the tool knows by name: what names it may change or go."""
        return "id" not in entry or self.is_named(entry["id"])

    def _drop(self, key: str, _: str) -> None:
        del self.file[key]

    def _rename(self, key: str, other: str) -> None:
        if other not in self.file:
            self.file = {other if at == key else at: one for at, one in self.file.items()}

    def _swap(self, key: str, other: str) -> None:
        if other in self.file:
            self.file[key], self.file[other] = self.file[other], self.file[key]

    def _copy(self, key: str, other: str) -> None:
        if "id" not in self.file[key]:
            self.file[other] = copy.deepcopy(self.file[key])

    def _back(self, _: str, other: str) -> None:
        if self.past:
            at, one = self.draw.choice(self.past)
            if one.get("id") not in self._used():
                self.file[self.draw.choice([at, other])] = copy.deepcopy(one)

    def _field(self, key: str, _: str) -> None:
        name = self.draw.choice(sorted(self.rest))
        self.file[key][name] = self.draw.choice(self.rest[name])

    def _name(self, key: str, _: str) -> None:
        if self._is_settled(self.file[key]):
            name = self.draw.choice(sorted(self.names))
            self.file[key][name] = self.draw.choice(self.names[name])

    def _less(self, key: str, _: str) -> None:
        named = "id" in self.file[key] and self._is_settled(self.file[key])
        optional = sorted(self.file[key].keys() - {"id", *(() if named else self.names)})
        if optional:
            del self.file[key][self.draw.choice(optional)]

    def _give_id(self, key: str, _: str) -> None:
        """Give the id of the one live entry that looks like this one, if no other of the file does."""
        entry = self.file[key]

        def alike(one: Entry) -> bool:
            return all(one.get(name) == entry.get(name) for name in self.names)

        seen = [one["id"] for one in self.live.entries if alike(one)]
        if "id" not in entry and len(seen) == 1 and sum(map(alike, self.file.values())) == 1:
            entry.update({"id": seen[0]} if seen[0] not in self._used() else {})

    def _take_id(self, key: str, _: str) -> None:
        entry = self.file[key]
        if "id" in entry and self.is_named(entry["id"]) and all(name in entry for name in self.names):
            del entry["id"]

    def _known(self, _: str, other: str) -> None:
        """Begin to manage an entry that was there before."""
        free = [one for one in self.live.entries if one["id"] in THERE and one["id"] not in self._used()]
        if other not in self.file and free:
            there = self.draw.choice(free)
            kept = {name: there[name] for name in self.names if self.draw.random() < 0.7}
            changed = {name: self.draw.choice(some) for name, some in self.rest.items() if self.draw.random() < 0.5}
            self.file[other] = {"id": there["id"], **kept, **changed}

    def _new(self, _: str, other: str) -> None:
        if other not in self.file:
            self.file[other] = self.fields()


@dataclass
class History:
    """A person, the tool and LinkedIn over some versions of the file; `say` is told every step."""

    section: str
    draw: random.Random
    say: Callable[[str], object]
    state: Applied = field(default_factory=lambda: Applied("l", 1, "w", ACCOUNT))

    def __post_init__(self) -> None:
        self.live = LinkedIn([])
        self.person = Person(self.section, self.draw, self.live, self._is_named)
        for entry_id in THERE:
            named = {name: f"{name} of {entry_id}" for name in self.person.names}
            self.live.entries.append({"id": entry_id, **self.person.fields(), **named})

    def run(self, versions: int) -> None:
        """Edit and apply some versions, and answer now and then what a plan asks."""
        for _ in range(versions):
            self.person.edit()
            self.say(f"file {self.person.file}")
            asked = self.follow()
            if asked is not None and self.draw.random() < 0.5:
                self.follow(self._answer(asked))

    # The tool

    def plan(self, add: frozenset[str] = frozenset()) -> Plan:
        """Plan the file as it is."""
        wanted = {
            f"{self.section}.{key}": Wanted(
                {name: one for name, one in entry.items() if name != "id"}, place, entry.get("id")
            )
            for place, (key, entry) in enumerate(self.person.file.items())
        }
        profile = Profile("profile.yaml", "0" * 64, Desired(ACCOUNT, wanted))
        return make_plan(profile, self.state, "profile.state.json", "0", Options((), add))

    def follow(self, add: frozenset[str] = frozenset()) -> Plan | None:
        """Carry a plan out, hold the laws, and give the next plan; None where the file contradicts the state."""
        try:
            made = self.plan(add)
        except StateError as refused:
            self.say(f"refused: {refused}")
            return None
        for one in made.changes:
            self.say(f"{one.action.value} {one.address} {one.moved_from or ''} {told(one)}")
        self.live.added.clear()
        self.state = transitions.give_ids(carry(self.state, made.changes, NOW), made.ids)
        for number, request in enumerate(made.requests):
            pending = Pending(f"r{number}", "k", request.addresses, request.sections, NOW)
            self.state = transitions.fold(transitions.begin(self.state, pending), pending.request, NOW)
            for address, sending in request.sections.items():
                self.live.receive(address, sending)
        self.say(f"live {self.live.entries}")
        self.say(f"state { {at: (one.value, one.id) for at, one in self.units().items()} }")
        again = self.plan()
        self._judge(again, add)
        return again

    def units(self) -> dict[str, Record | Forgotten]:
        """Give all that state knows of entries, by address."""
        units = {at: one for at, one in self.state.forgotten.items() if at.count(".") == 1}
        return {**units, **self.state.sections}

    def _is_named(self, entry_id: str) -> bool:
        return any(
            all(name in members(one.value) or f"{at}.{name}" in self.state.forgotten for name in self.person.names)
            for at, one in self.units().items()
            if one.id == entry_id
        )

    # What the person answers

    def _answer(self, asked: Plan) -> frozenset[str]:
        """Answer what a plan asks, by what LinkedIn shows, at will where that says nothing; give what is new."""
        new: set[str] = set()
        for change in asked.changes:
            named = commands(change)
            adopts = [(at, given) for _, _, at, given in (words for words in named if "adopt" in words)]
            adopts = [(at, given) for at, given in adopts if given != "URL" and self._is_of(at, given)]
            moves = [(at, to) for _, _, at, to in (words for words in named if "mv" in words)]
            added = [words[2] for words in named if words[1] == "--add" and not self._is_seen(words[2])]
            try:
                if adopts:
                    self.say(f"adopt {adopts[0]}")
                    self.state = adopt(self.state, adopts[:1])
                elif moves and self.draw.random() < 0.5:
                    self.say(f"mv {moves[0]}")
                    self.state = move(self.state, *moves[0], NOW)
                elif added:
                    new.add(self.draw.choice(added))
            except StateError as refused:
                self.say(f"refused: {refused}")
        self.say(f"new: {sorted(new)}")
        return frozenset(new)

    def _is_of(self, address: str, entry_id: str) -> bool:
        """Tell whether LinkedIn shows under this id what state knows at an address."""
        known = self.units().get(address)
        return known is not None and self.live.shows(entry_id, members(known.value))

    def _is_seen(self, address: str) -> bool:
        """Tell whether LinkedIn shows under the entry's id something that state knows without one."""
        entry_id = self.person.file.get(address.partition(".")[2], {}).get("id")
        return entry_id is not None and any(
            one.id is None and self._is_of(at, entry_id) for at, one in self.units().items()
        )

    # The laws

    def _judge(self, again: Plan, new: frozenset[str]) -> None:
        assert {one.action for one in again.changes} <= {Action.BLOCKED}, "a second plan has something to do"
        assert not again.requests, "a second plan sends something"
        assert transitions.give_ids(self.state, again.ids) == self.state, "ids are given late"
        self._judge_live(again)
        self._judge_once(new)
        self._judge_state()

    def _judge_live(self, again: Plan) -> None:
        """Every value that the file wants and the plan does not call blocked is live, each entry's in its own."""
        exempt: dict[str, set[str] | None] = {}
        for one in again.changes:
            key, fields = one.address.partition(".")[2], {each.path for each in one.fields}
            known = exempt.get(key, set())
            exempt[key] = known | fields if fields and known is not None else None
        candidates = {}
        for key, entry in self.person.file.items():
            left_out = exempt.get(key, set())
            value = {name: one for name, one in entry.items() if left_out is not None and name not in left_out}
            if value.keys() - {"id"}:
                candidates[key] = [at for at, one in enumerate(self.live.entries) if value.items() <= one.items()]
        assert assigned(candidates), f"what the file wants is not live: {candidates}"

    def _judge_once(self, new: frozenset[str]) -> None:
        """Of what was added, unless a person said that it is new, no more stands there than the file wants."""
        by_id = {one["id"]: one for one in self.live.entries}
        managed = {entry.get("id") for _, entry in self.person.past}
        asked = Counter(self._name({**by_id.get(one.get("id"), {}), **one}) for one in self.person.file.values())
        live = Counter(self._name(one) for at, one in by_id.items() if at not in THERE or at in managed)
        for address, one in self.live.added.items():
            assert address in new or live[self._name(one)] <= asked[self._name(one)], f"{address} stands there twice"

    def _name(self, entry: Entry) -> tuple[object, ...]:
        return tuple(entry.get(name) for name in self.person.names)

    def _judge_state(self) -> None:
        """State can be read; what it knows is live, each entry's in its own; and it knows all that was ever added."""
        read_state(write_state(self.state), "profile.state.json")
        units = list(self.units().items())
        places = list(enumerate(self.live.entries))
        candidates = {
            at: [
                place
                for place, live in places
                if self._may_be(one, live) and members(one.value).items() <= live.items()
            ]
            for at, one in units
        }
        assert assigned(candidates), f"state is not true: {candidates}"
        owners = {
            live["id"]: [place for place, (_, one) in enumerate(units) if self._may_be(one, live)]
            for live in self.live.entries
            if live["id"] not in THERE
        }
        assert assigned(owners), f"state lost what was added: {owners}"

    def _may_be(self, one: Record | Forgotten, live: Entry) -> bool:
        return one.id in (None, live["id"])


def tell(seed: int, say: Callable[[str], object] = lambda _: None) -> None:
    """Go through the history of one seed."""
    draw = random.Random(seed)  # noqa: S311 - a reproducible history, no secret
    History(draw.choice(sorted(NAMES)), draw, say).run(draw.randint(2, 4))


if __name__ == "__main__":
    for text in sys.argv[1:]:
        tell(int(text), print)
