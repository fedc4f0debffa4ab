"""Small histories of one section: a person edits the file, every plan lands, and the laws are judged from outside.

The alphabet is tiny, so that entries which resemble each other, keys that change hands and ids that appear are
the rule and not the exception. The person is truthful: an id that is given to an entry is that of an entry which
looks like it on LinkedIn, it comes with something that names the entry, and what names it does not change with it.
What the plan asks is answered in the file, by pasting the line that the plan gives.

`python -m tests.planning.histories SEED…` tells single histories.
"""

import copy
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from reconciler.carry import carry
from reconciler.manual.accept import accept
from reconciler.manual.adopt import adopt
from reconciler.planning.contradictions import Clash, contradictions
from reconciler.planning.identity import identify, ruling_out
from reconciler.planning.plan import Action, Plan
from reconciler.planning.planner import Options, make_plan
from reconciler.planning.reason import Code, Edit
from reconciler.problem import StateError
from reconciler.profile.desired import Desired, Profile, Wanted, handle_in
from reconciler.state import transitions
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending
from reconciler.state.format import read_state, write_state
from reconciler.values import Plain, members
from tests.planning.said import told
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

DIRECTIVES = ("id", "same_as", "not_same_as")

Entry = dict[str, Any]


def value_of(entry: Entry) -> Entry:
    """Give what an entry of the file wants to be live."""
    return {name: value for name, value in entry.items() if name not in DIRECTIVES}


def wanted(entry: Entry, place: int) -> Wanted:
    """Give an entry of the file as planning sees it."""
    same_as, ruled_out = entry.get("same_as"), tuple(entry.get("not_same_as", ()))
    return Wanted(value_of(entry), place, entry.get("id"), None, same_as, ruled_out)


@dataclass
class LinkedIn:
    """One section as it is live, and what was added to it by the last plan, by address."""

    entries: list[Entry]
    added: dict[str, Entry] = field(default_factory=dict)
    count: int = 0

    def shows(self, entry_id: str, value: Mapping[str, Plain]) -> bool:
        """Tell whether an entry holds all of a value."""
        (there,) = (entry for entry in self.entries if entry["id"] == entry_id)
        return value.items() <= there.items()

    def receive(self, address: str, sending: Sending) -> None:
        """Do what a request asks for."""
        travelling = {name: members(sending.value)[name] for name in sending.names}
        if sending.id is not None:
            (there,) = (entry for entry in self.entries if entry["id"] == sending.id)
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
    wide: bool = True  # whether keys are also reused while entries are renamed, as the counted generator does not

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
            weights = [2, 2, 1, 1, 2, 2, 1, 1, 2, 1, 1, 2]
            more = (self._reuse, self._reuse_for_known) if self.wide else ()
            (way,) = self.draw.choices((*ways, *some, *more), [*weights, *(1 for _ in more)])
            keys = sorted(self.file)
            if keys or way in (self._back, self._known, self._new):
                way(self.draw.choice(keys) if keys else "", self.draw.choice(KEYS))
        self.past += [(key, copy.deepcopy(entry)) for key, entry in self.file.items()]

    def fields(self) -> Entry:
        """Draw what names an entry, and some of the rest."""
        rest = {name: self.draw.choice(some) for name, some in self.rest.items() if self.draw.random() < 0.4}
        return {**{name: self.draw.choice(some) for name, some in self.names.items()}, **rest}

    def _used(self) -> set[str]:
        return {entry["id"] for entry in self.file.values() if "id" in entry}

    def _is_settled(self, entry: Entry) -> bool:
        """Tell whether the entry has no id, or one that the tool knows by name: what names it may change or go."""
        return "id" not in entry or self.is_named(entry["id"])

    def _drop(self, key: str, _: str) -> None:
        del self.file[key]

    def _rename(self, key: str, other: str) -> None:
        if other not in self.file:
            self.file = {other if held == key else held: entry for held, entry in self.file.items()}

    def _swap(self, key: str, other: str) -> None:
        if other in self.file:
            self.file[key], self.file[other] = self.file[other], self.file[key]

    def _copy(self, key: str, other: str) -> None:
        if "id" not in self.file[key]:
            self.file[other] = copy.deepcopy(self.file[key])
            self.file[other].pop("same_as", None)

    def _back(self, _: str, other: str) -> None:
        if self.past:
            key, entry = self.draw.choice(self.past)
            if entry.get("id") not in self._used() and entry.get("same_as") not in self._said():
                self.file[self.draw.choice([key, other])] = copy.deepcopy(entry)

    def _said(self) -> set[str]:
        return {entry["same_as"] for entry in self.file.values() if "same_as" in entry}

    def _reuse(self, key: str, other: str) -> None:
        """Give an entry another key, and its own to a new one."""
        if other not in self.file:
            self.file[other] = self.file.pop(key)
            self.file[key] = self.fields()

    def _reuse_for_known(self, key: str, other: str) -> None:
        """Give an entry another key, and its own to one that was there before, with its id."""
        self._rename(key, other)
        self._known("", key)

    def _field(self, key: str, _: str) -> None:
        name = self.draw.choice(sorted(self.rest))
        self.file[key][name] = self.draw.choice(self.rest[name])

    def _name(self, key: str, _: str) -> None:
        if self._is_settled(self.file[key]):
            name = self.draw.choice(sorted(self.names))
            self.file[key][name] = self.draw.choice(self.names[name])

    def _less(self, key: str, _: str) -> None:
        named = "id" in self.file[key] and self._is_settled(self.file[key])
        optional = sorted(self.file[key].keys() - {*DIRECTIVES, *(() if named else self.names)})
        if optional:
            del self.file[key][self.draw.choice(optional)]

    def _give_id(self, key: str, _: str) -> None:
        """Give the id of the one live entry that looks like this one, if no other of the file does."""
        entry = self.file[key]

        def alike(other: Entry) -> bool:
            return all(other.get(name) == entry.get(name) for name in self.names)

        seen = [other["id"] for other in self.live.entries if alike(other)]
        if not entry.keys() & set(DIRECTIVES) and len(seen) == 1 and sum(map(alike, self.file.values())) == 1:
            entry.update({"id": seen[0]} if seen[0] not in self._used() else {})

    def _take_id(self, key: str, _: str) -> None:
        entry = self.file[key]
        if "id" in entry and self.is_named(entry["id"]) and all(name in entry for name in self.names):
            del entry["id"]

    def _known(self, _: str, other: str) -> None:
        """Begin to manage an entry that was there before."""
        free = [entry for entry in self.live.entries if entry["id"] in THERE and entry["id"] not in self._used()]
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
    wide: bool = True
    state: Applied = field(default_factory=lambda: Applied("l", 1, "w", ACCOUNT))
    writes: int = 0
    answered: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.live = LinkedIn([])
        self.person = Person(self.section, self.draw, self.live, self._is_named, wide=self.wide)
        for entry_id in THERE:
            named = {name: f"{name} of {entry_id}" for name in self.person.names}
            self.live.entries.append({"id": entry_id, **self.person.fields(), **named})

    def run(self, versions: int) -> None:
        """Edit and apply some versions, and answer now and then what a plan asks."""
        for _ in range(versions):
            self.person.edit()
            self.say(f"file {self.person.file}")
            asked = self.follow()
            if self.draw.random() < 0.5:
                self.answer_all() if asked is not None else self._mend()
                self.follow()
            if self.person.wide and self.draw.random() < 0.2:
                self._use_verb()

    # The tool

    def profile(self) -> Profile:
        """Give the file as planning sees it."""
        entries = {
            f"{self.section}.{key}": wanted(entry, place) for place, (key, entry) in enumerate(self.person.file.items())
        }
        return Profile("profile.yaml", "0" * 64, Desired(ACCOUNT, entries))

    def plan(self) -> Plan:
        """Plan the file as it is."""
        return make_plan(self.profile(), self.state, "profile.state.json", "0", Options())

    def follow(self) -> Plan | None:
        """Carry a plan out, hold the laws, and give the next plan; None where the file contradicts the state."""
        try:
            made = self.plan()
        except StateError as refused:
            self.say(f"refused: {refused}")
            return None
        for change in made.changes:
            self.say(f"{change.action.value} {change.address} {change.moved_from or ''} {told(change)}")
        self.live.added.clear()
        self.save(transitions.give_ids(carry(self.state, made.changes, NOW), made.ids))
        for number, request in enumerate(made.requests):
            pending = Pending(f"r{number}", f"k{self.writes}", request.addresses, request.sections, NOW)
            self.save(transitions.begin(self.state, pending))
            self.save(transitions.fold(self.state, pending.request, NOW))
            for address, sending in request.sections.items():
                self.live.receive(address, sending)
        self.say(f"live {self.live.entries}")
        self.say(f"state { {address: (unit.value, unit.id, unit.handle) for address, unit in self.units().items()} }")
        again = self.plan()
        self._judge(again)
        return again

    def save(self, state: Applied) -> None:
        """Take the next state, under a name of its own as each that is written has."""
        self.writes += 1
        self.state = replace(state, write=f"w{self.writes}")

    def units(self) -> dict[str, Record | Forgotten]:
        """Give all that state knows of entries, by address."""
        units = {address: forgotten for address, forgotten in self.state.forgotten.items() if address.count(".") == 1}
        return {**units, **self.state.sections}

    def _is_named(self, entry_id: str) -> bool:
        return any(
            all(
                name in members(unit.value) or f"{address}.{name}" in self.state.forgotten for name in self.person.names
            )
            for address, unit in self.units().items()
            if unit.id == entry_id
        )

    # What the person answers

    def answer_all(self) -> None:
        """Answer what the plan asks, to the end, by pasting a line of each question; no question comes back."""
        answered: set[tuple[str, str]] = set()
        while True:
            try:
                asked = questions(self.plan())
            except StateError:
                self._mend()
                return
            if not asked:
                return
            address, lines, none = self.draw.choice(asked)
            handles, line = self._answer(address, lines, none)
            again = {(address, handle) for handle in handles}
            assert not again & answered, f"{address} is asked about {again & answered} again"
            answered |= again
            self.say(f"under {address}: {line}")
            paste(self.person.file[address.partition(".")[2]], line)

    def _answer(self, address: str, lines: Sequence[str], none: str) -> tuple[Sequence[str], str]:
        """Choose an answer, by what LinkedIn shows, at will where that says nothing: the handles, and the line."""
        entry = self.person.file[address.partition(".")[2]]
        same = self.draw.choice(lines)
        handle = handle_in(same)
        other = not_this(entry, same)
        held = {held.handle: members(held.value) for held in self.units().values()}
        if "id" in entry:
            shown = [line for line in lines if self.live.shows(entry["id"], held[handle_in(line)])]
            if not shown and self.draw.random() < 0.5:
                return list(map(handle_in, lines)), none
            return [handle], same if same in shown else other
        if self.draw.random() < 0.2:
            return list(map(handle_in, lines)), none
        at_will = self.draw.choice([same, other])
        return [handle], other if self._is_given(entry, held[handle]) else at_will

    def _is_given(self, entry: Entry, held: Mapping[str, Plain]) -> bool:
        """Tell whether LinkedIn shows what is known under the ids alone that other entries of the file have."""
        shown = {live["id"] for live in self.live.entries if held.items() <= live.items()}
        return bool(shown) and shown <= {other.get("id") for other in self.person.file.values() if other is not entry}

    def _mend(self) -> None:
        """Take out of the file what contradicts itself or the state, or tell two entries apart as the error says."""
        section = identify(self.section, self.profile().desired.wanted, self.state)
        for found in contradictions(section):
            entry = self.person.file.get(found.entry.address.partition(".")[2], {})
            other = self.person.file.get(found.other.partition(".")[2], {})
            self.say(f"{found.clash} {found.entry.address} {found.other}")
            if found.clash is Clash.SAME_CONTENT and found.known is not None and self.draw.random() < 0.5:
                if "id" in entry and self.live.shows(entry["id"], members(found.known.record.value)):
                    self.person.file.pop(found.other.partition(".")[2], None)
                else:
                    paste(entry, ruling_out(found.entry.wanted, found.known))
            elif found.clash is Clash.ID_OF_ANOTHER and found.known is not None and self.draw.random() < 0.5:
                paste(other, ruling_out(wanted(other, 0), found.known))
            elif found.clash in (Clash.CONTENT_OF_ANOTHER, Clash.ANOTHER_ID) and found.known is not None:
                paste(entry, ruling_out(found.entry.wanted, found.known))
            elif found.clash is Clash.SAME_HANDLE:
                entry.pop("same_as", None)
            else:
                self.person.file.pop(found.entry.address.partition(".")[2], None)
        self.say(f"mended {self.person.file}")

    def _use_verb(self) -> None:
        """Record by hand an id, or what was brought up to date on linkedin.com; a verb may refuse."""
        named = {
            address: [live for live in self.live.entries if members(held.value).items() <= live.items()]
            for address, held in self.state.sections.items()
            if held.id is None
        }
        sure = sorted(address for address, there in named.items() if len(there) == 1)
        if not sure:
            return
        address = self.draw.choice(sure)
        (there,) = named[address]
        try:
            if self.draw.random() < 0.5:
                self.say(f"adopt {address} {there['id']}")
                self.save(adopt(self.state, [(address, there["id"])]))
            elif address.partition(".")[2] in self.person.file:
                entries = self.profile().desired.wanted
                accepted = accept(self.state, self.plan(), entries, (address,), NOW)
                self.say(f"accept {accepted.recorded}")
                names = [name.removeprefix(address).strip(".") for name in accepted.recorded]
                value = members(entries[address].value)
                there.update({name: value[name] for name in value if name in names or "" in names})
                self.save(accepted.applied)
        except StateError as refused:
            self.say(f"refused: {refused}")
            return
        self._judge_state()

    # The laws

    def _judge(self, again: Plan) -> None:
        assert {change.action for change in again.changes} <= {Action.BLOCKED}, "a second plan has something to do"
        assert not again.requests, "a second plan sends something"
        assert transitions.give_ids(self.state, again.ids) == self.state, "ids are given late"
        self._judge_live(again)
        self._judge_once()
        self._judge_state()

    def _judge_live(self, again: Plan) -> None:
        """Every value that the file wants and the plan does not call blocked is live, each entry's in its own."""
        exempt: dict[str, set[str] | None] = {}
        for change in again.changes:
            key, fields = change.address.partition(".")[2], {field.path for field in change.fields}
            known = exempt.get(key, set())
            exempt[key] = known | fields if fields and known is not None else None
        candidates = {}
        for key, entry in self.person.file.items():
            left_out = exempt.get(key, set())
            kept = {"id", *value_of(entry)}
            value = {name: entry[name] for name in kept & entry.keys() if left_out is not None and name not in left_out}
            if value.keys() - {"id"}:
                candidates[key] = [
                    place for place, live in enumerate(self.live.entries) if value.items() <= live.items()
                ]
        assert assigned(candidates), f"what the file wants is not live: {candidates}"

    def _judge_once(self) -> None:
        """Of what was added no more stands there than the file wants, and than a person said to be other entries.

        An entry with an id is called as it is on LinkedIn: of some the name cannot be edited.
        """
        by_id = {live["id"]: live for live in self.live.entries}
        managed = {entry.get("id") for _, entry in self.person.past}
        asked = Counter(self._name({**entry, **by_id.get(entry.get("id"), {})}) for entry in self.person.file.values())
        live = Counter(
            self._name(entry) for entry_id, entry in by_id.items() if entry_id not in THERE or entry_id in managed
        )
        others = Counter(name for name, _ in self._said_to_be_others())
        for address, added in self.live.added.items():
            name = self._name(added)
            assert live[name] <= asked[name] + others[name], f"{address} stands there twice"

    def _said_to_be_others(self) -> set[tuple[tuple[object, ...], str]]:
        """Give what a person said that entries are not, or are although these are named otherwise, by its name."""
        held = {unit.handle: self._name(members(unit.value)) for unit in self.units().values()}
        found = set()
        for entry in self.person.file.values():
            found |= {(self._name(entry), said) for said in entry.get("not_same_as", ())}
            same = handle_in(entry.get("same_as", ""))
            if same and held[same] != self._name(entry):
                found.add((held[same], same))
        return found

    def _name(self, entry: Entry) -> tuple[object, ...]:
        return tuple(entry.get(name) for name in self.person.names)

    def _judge_state(self) -> None:
        """State can be read; what it knows is live, each entry's in its own; and it knows all that was ever added."""
        read_state(write_state(self.state), "profile.state.json")
        units = list(self.units().items())
        places = list(enumerate(self.live.entries))
        candidates = {
            address: [
                place
                for place, live in places
                if self._may_be(unit, live) and members(unit.value).items() <= live.items()
            ]
            for address, unit in units
        }
        assert assigned(candidates), f"state is not true: {candidates}"
        owners = {
            live["id"]: [place for place, (_, unit) in enumerate(units) if self._may_be(unit, live)]
            for live in self.live.entries
            if live["id"] not in THERE
        }
        assert assigned(owners), f"state lost what was added: {owners}"

    def _may_be(self, unit: Record | Forgotten, live: Entry) -> bool:
        return unit.id in (None, live["id"])


def questions(made: Plan) -> list[tuple[str, list[str], str]]:
    """Give what a plan asks: the address, the line for each known entry that this could be, and that for none."""
    found = []
    for change in made.changes:
        if change.reason is not None and change.reason.code is Code.ENTRY_IDENTITY:
            edits = [way.do for way in change.reason.ways if isinstance(way.do, Edit)]
            assert len(edits) == len(change.reason.ways)
            assert {edit.address for edit in edits} == {change.address}
            *lines, none = [edit.line for edit in edits]
            found.append((change.address, lines, none))
    return found


def not_this(entry: Entry, same: str) -> str:
    """Give the line that rules out one of several known entries, as a person writes it."""
    return f"not_same_as: [{', '.join([*entry.get('not_same_as', []), same.removeprefix('same_as: ')])}]"


def paste(entry: Entry, line: str) -> None:
    """Put a line into an entry of the file, in place of the one of that name."""
    name, _, value = line.partition(": ")
    entry[name] = value.strip("[]").split(", ") if name == "not_same_as" else value


def tell(seed: int, say: Callable[[str], object] = lambda _: None, *, wide: bool = True) -> None:
    """Go through the history of one seed."""
    draw = random.Random(seed)  # noqa: S311 - a reproducible history, no secret
    History(draw.choice(sorted(NAMES)), draw, say, wide).run(draw.randint(2, 4))


if __name__ == "__main__":
    for text in sys.argv[1:]:
        tell(int(text), print)
