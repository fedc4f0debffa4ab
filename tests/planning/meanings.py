"""Stories of who is who: what a person means by an entry, which no file says, is what an edit has to meet.

The person moves, swaps and shifts entries between keys and edits them at once, and gives every entry its id by
`state adopt` as soon as it is there. A name changes under the key alone that state has the entry under, unless the
rest of the entry tells it alone; and a key of one that state knows goes to another only where that one has another
key: else no tool could tell. What the plan asks is left open, or answered in the file, truthfully and to the end.

`python -m tests.planning.meanings SEED…` tells single stories.
"""

import copy
import random
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.manual.adopt import adopt
from reconciler.planning.identity import TELLING
from reconciler.problem import StateError
from reconciler.profile.desired import handle_in
from reconciler.state.applied import Sending
from reconciler.values import Plain, members
from tests.planning.histories import NAMES, REST, Entry, History, LinkedIn, not_this, paste, questions

KEYS = ["a", "b", "c", "d"]
MORE: dict[str, dict[str, list[str]]] = {
    "experience": {"role": ["Founder", "Author", "Editor", "Chair"], "company": ["postpress", "Club", "Halvik"]},
    "education": {"school": ["ETH", "MIT", "EPFL", "ENS", "KTH", "UCL", "LSE", "CMU"]},
}


@dataclass
class Meant:
    """An entry as the person thinks of it: `who` stays the same whatever becomes of its key and its fields."""

    who: int
    value: Entry
    answers: Entry = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """Give what stands in the file."""
        return {**self.value, **self.answers}


class AmbiguousError(Exception):
    """Two entries had one name, or one has what another had: no tool could have told which of them was meant."""


@dataclass
class Watched(LinkedIn):
    """LinkedIn, where each edit is asked whether it was meant for the entry that it meets."""

    meant: Callable[[str], int] = field(kw_only=True)
    is_alone: Callable[[int], bool] = field(kw_only=True)
    who: dict[str, int] = field(default_factory=dict)  # by id

    def receive(self, address: str, sending: Sending) -> None:
        """Do what a request asks for, if it is for the entry that was meant."""
        meant = self.meant(address)
        if sending.id is not None and (met := self.who[sending.id]) != meant:
            if not (self.is_alone(met) and self.is_alone(meant)):
                raise AmbiguousError
            raise AssertionError(f"{address}: an edit that was meant for {meant} meets {met}")
        if sending.id is None and meant in self.who.values():
            if self.is_alone(meant):
                raise AssertionError(f"{address}: {meant} is added a second time")
            raise AmbiguousError  # it has the key that it had, and another has all that it had
        super().receive(address, sending)
        if sending.id is None:
            self.who[self.added[address]["id"]] = meant


class Story:
    """A person who means something by each entry, the tool, and LinkedIn."""

    def __init__(self, section: str, draw: random.Random, say: Callable[[str], object], *, answers: bool) -> None:
        self.section, self.draw, self.say, self.answers = section, draw, say, answers
        self.names = draw.choice([NAMES, MORE, MORE])[section]
        self.file: dict[str, Meant] = {}
        self.left: list[Meant] = []
        self.count = 0
        self.called: dict[str, set[int]] = defaultdict(set)  # who ever had a name
        self.history = History(section, draw, say)
        self.live = Watched(
            [],
            meant=lambda address: self.file[address.partition(".")[2]].who,
            is_alone=self._is_alone,
        )
        self.history.live = self.history.person.live = self.live

    def run(self, versions: int) -> None:
        """Edit and apply some versions; what a plan asks is left open."""
        for _ in range(versions):
            self._edit()
            for meant in self.file.values():
                self.called[self._name(meant.value)].add(meant.who)
            self.say(f"file { {key: (meant.who, meant.value) for key, meant in self.file.items()} }")
            self.history.person.file = {key: meant.entry for key, meant in self.file.items()}
            self.history.person.past += [(key, copy.deepcopy(meant.value)) for key, meant in self.file.items()]
            try:
                self._follow()
                if self.answers and self.draw.random() < 0.5 and self._answer_all():
                    self._follow()
            except AmbiguousError:
                return

    def _follow(self) -> None:
        """Apply the file, and record the ids of what was added."""
        self.history.follow()
        added = [(address, entry["id"]) for address, entry in self.live.added.items()]
        self.history.save(adopt(self.history.state, added))
        self.live.added.clear()

    def _answer_all(self) -> bool:
        """Answer every question truthfully, tell whether there was one; none comes back."""
        answered: set[tuple[str, str]] = set()
        while True:
            try:
                asked = questions(self.history.plan())
            except StateError as refused:
                self.say(f"refused: {refused}")
                return False
            if not asked:
                return bool(answered)
            address, lines, none = self.draw.choice(asked)
            meant = self.file[address.partition(".")[2]]
            who = {str(held.handle): self.live.who[str(held.id)] for held in self.history.units().values()}
            same = self.draw.choice(lines)
            other = none if meant.who not in map(who.get, map(handle_in, lines)) else not_this(meant.entry, same)
            line = same if who[handle_in(same)] == meant.who else other
            again = {(address, handle_in(line)) for line in (lines if line == none else [same])}
            assert not again & answered, f"{address} is asked about {again & answered} again"
            answered |= again
            self.say(f"under {address}: {line}")
            paste(meant.answers, line)
            self.history.person.file[address.partition(".")[2]] = meant.entry

    def _edit(self) -> None:
        """Change the file in one to six ways, or not at all if no tool could follow."""
        before = copy.deepcopy((self.file, self.left))
        ways = (self._drop, self._back, self._rename, self._swap, self._shift, self._new, self._name_anew, self._field)
        for _ in range(self.draw.randint(1, 6)):
            (way,) = self.draw.choices(ways, (1, 1, 1, 2, 2, 2, 1, 5))
            way(self.draw.choice(sorted(self.file) or KEYS), self.draw.choice(KEYS))
        if not self._can_be_followed():
            self.file, self.left = before

    def _rest_tells(self, value: Plain, meant: Meant) -> bool:
        """Tell whether one entry of the file, and no other, has the rest of what is known."""
        rest = {name: below for name, below in members(value).items() if name not in self.names}
        having = [other for other in self.file.values() if rest.items() <= other.value.items()]
        return bool(rest.keys() & TELLING) and having == [meant]

    def _can_be_followed(self) -> bool:
        known = {
            address.partition(".")[2]: unit for address, unit in self.history.units().items() if unit.id is not None
        }
        who = {key: self.live.who[str(unit.id)] for key, unit in known.items()}
        there = {meant.who for meant in self.file.values()}
        for key, meant in self.file.items():
            if who.get(key, meant.who) != meant.who and who[key] not in there:
                return False
            renamed = (
                other
                for other in known
                if who[other] == meant.who and self._name(known[other].value) != self._name(meant.value)
            )
            if any(other != key and not self._rest_tells(known[other].value, meant) for other in renamed):
                return False
        return True

    def _is_alone(self, who: int) -> bool:
        """Tell whether nobody else ever had a name of this one."""
        return all(len(some) == 1 for some in self.called.values() if who in some)

    def _name(self, value: Plain) -> str:
        return str([members(value).get(name) for name in self.names])

    def _fields(self) -> Entry:
        rest = {name: self.draw.choice(some) for name, some in REST[self.section].items() if self.draw.random() < 0.5}
        return {**{name: self.draw.choice(some) for name, some in self.names.items()}, **rest}

    def _made(self) -> Meant:
        self.count += 1
        return Meant(self.count, self._fields())

    def _drop(self, key: str, _: str) -> None:
        if key in self.file:
            self.left.append(self.file.pop(key))

    def _back(self, _: str, other: str) -> None:
        if self.left and other not in self.file:
            self.file[other] = self.left.pop(self.draw.randrange(len(self.left)))

    def _rename(self, key: str, other: str) -> None:
        if key in self.file and other not in self.file:
            self.file[other] = self.file.pop(key)

    def _swap(self, key: str, other: str) -> None:
        if key in self.file and other in self.file:
            self.file[key], self.file[other] = self.file[other], self.file[key]

    def _shift(self, _: str, __: str) -> None:
        """Put an entry on top of keys that are numbers to the person."""
        if 0 < len(self.file) < len(KEYS):
            entries = [entry for _, entry in sorted(self.file.items())]
            self.file = dict(zip(KEYS, [self._made(), *entries], strict=False))

    def _new(self, _: str, other: str) -> None:
        self.file.setdefault(other, self._made())

    def _name_anew(self, key: str, _: str) -> None:
        self._change(key, self.names)

    def _field(self, key: str, _: str) -> None:
        self._change(key, REST[self.section])

    def _change(self, key: str, fields: dict[str, list[str]]) -> None:
        if key in self.file:
            name = self.draw.choice(sorted(fields))
            self.file[key].value[name] = self.draw.choice(fields[name])


def tell(seed: int, say: Callable[[str], object] = lambda _: None, *, answers: bool = True) -> None:
    """Go through the story of one seed."""
    draw = random.Random(seed)  # noqa: S311 - a reproducible story, no secret
    Story(draw.choice(sorted(NAMES)), draw, say, answers=answers).run(draw.randint(2, 5))


if __name__ == "__main__":
    for text in sys.argv[1:]:
        tell(int(text), print)
