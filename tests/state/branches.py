"""Generated states as two machines have them: a common ancestor, and what each of them did after it."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.manual.adopt import adopt
from reconciler.manual.move import move
from reconciler.manual.remove import remove
from reconciler.manual.resolve import resolve
from reconciler.problem import StateError
from reconciler.state import transitions
from reconciler.state.applied import Applied, Pending, Sending
from reconciler.values import Plain, members

LINEAGE = "00000000-0000-4000-8000-00000000000a"
ACCOUNT = "acc_1"
KEYS = ("experience.a", "experience.b", "experience.c", "education.a")
SECTIONS = ("headline", "summary", "skills")
WORDS = ("x", "y", "z")
WAYS = (
    "add doubt accept edit unclear-edit adopt applied lost forget rename back field rm set unclear-set forget-section"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a machine, or its person, did: `name` says what, the rest where and with what."""

    name: str
    address: str
    other: str
    word: str


STEPS = st.builds(
    Step,
    st.sampled_from(WAYS.split()),
    st.sampled_from(KEYS),
    st.sampled_from(KEYS),
    st.sampled_from(WORDS),
)
Branches = tuple[Applied, Applied, Applied]


def branches() -> st.SearchStrategy[Branches]:
    """Give an ancestor and two states that come from it."""
    steps = st.lists(STEPS, max_size=6)
    return st.builds(_branches, steps, steps, steps)


def _branches(before: list[Step], ours: list[Step], theirs: list[Step]) -> Branches:
    begun = Applied(LINEAGE, 1, uuid("begun", 0), ACCOUNT)
    base = play(begun, before, "base")
    return base, play(base, ours, "ours"), play(base, theirs, "theirs")


def uuid(side: str, number: int) -> str:
    kinds = {"begun": "0", "base": "1", "ours": "2", "theirs": "3"}
    return f"0000000{kinds[side]}-0000-4000-8000-{number:012}"


def play(applied: Applied, steps: list[Step], side: str) -> Applied:
    """Do what a machine did, one write a step; what makes no sense by then is left out."""
    for number, step in enumerate(steps, 1):
        try:
            following = DOES[step.name](applied, step, uuid(side, number))
        except (StateError, KeyError, StopIteration):
            continue
        applied = replace(following, serial=following.serial + 1, write=uuid(side, number))
    return applied


def time(write: str) -> str:
    return f"2026-01-0{write[7]}T00:00:{int(write[-2:]):02}Z"


def _value(step: Step) -> dict[str, Plain]:
    name = "school" if step.address.startswith("education") else "role"
    return {name: step.word, **({"company": "C"} if name == "role" else {}), "description": step.other}


def _is_free(applied: Applied, address: str) -> None:
    if address in applied.sections or any(address in pending.addresses for pending in applied.pending):
        raise KeyError(address)


def _adding(step: Step, write: str) -> Pending:
    # the id of a request follows from what it sends: both machines have the same one for the same Add
    told = sum(map(ord, step.address + step.word + step.other))
    return Pending(
        f"00000000-0000-4000-8000-{told:012}",
        write,
        (step.address,),
        {step.address: Sending(_value(step))},
        time(write),
    )


def _doubt(applied: Applied, step: Step, write: str) -> Applied:
    _is_free(applied, step.address)
    return transitions.begin(applied, _adding(step, write))


def _add(applied: Applied, step: Step, write: str) -> Applied:
    doubt = _doubt(applied, step, write)
    return transitions.fold(doubt, _adding(step, write).request, time(write))


def _accept(applied: Applied, step: Step, write: str) -> Applied:
    _is_free(applied, step.address)
    return transitions.record(applied, step.address, Sending(_value(step)), time(write), "accept")


def _editing(applied: Applied, step: Step, write: str) -> Pending:
    known = applied.sections[step.address]
    if known.id is None:
        raise KeyError(step.address)
    value = {**members(known.value), "description": step.word}
    sending = Sending(value, known.id, known.id_by, ("description",))
    return Pending(write, write, (step.address,), {step.address: sending}, time(write))


def _unclear_edit(applied: Applied, step: Step, write: str) -> Applied:
    return transitions.begin(applied, _editing(applied, step, write))


def _edit(applied: Applied, step: Step, write: str) -> Applied:
    return transitions.fold(_unclear_edit(applied, step, write), write, time(write))


def _adopt(applied: Applied, step: Step, write: str) -> Applied:
    del write
    return adopt(applied, [(step.address, f"{step.word}{step.address[-1]}")])


def _applied(applied: Applied, step: Step, write: str) -> Applied:
    return resolve(applied, step.address, None, time(write), arrived=True)


def _lost(applied: Applied, step: Step, write: str) -> Applied:
    return resolve(applied, step.address, None, time(write), arrived=False)


def _forget(applied: Applied, step: Step, write: str) -> Applied:
    applied.sections[step.address]
    return transitions.forget(applied, step.address, time(write))


def _rename(applied: Applied, step: Step, write: str) -> Applied:
    applied.sections[step.address]
    return move(applied, step.address, step.other, time(write))


def _back(applied: Applied, step: Step, write: str) -> Applied:
    gone = next(address for address in applied.forgotten if address.count(".") == 1)
    return move(applied, gone, step.other, time(write))


def _field(applied: Applied, step: Step, write: str) -> Applied:
    members(applied.sections[step.address].value)["description"]
    return transitions.forget(applied, f"{step.address}.description", time(write))


def _rm(applied: Applied, step: Step, write: str) -> Applied:
    del write
    return remove(applied, step.address)


def _section(step: Step) -> str:
    return SECTIONS[KEYS.index(step.other) % len(SECTIONS)]


def _set(applied: Applied, step: Step, write: str) -> Applied:
    return transitions.record(applied, _section(step), Sending(step.word), time(write), "apply")


def _unclear_set(applied: Applied, step: Step, write: str) -> Applied:
    return transitions.begin(
        applied, Pending(write, write, (_section(step),), {_section(step): Sending(step.word)}, time(write))
    )


def _forget_section(applied: Applied, step: Step, write: str) -> Applied:
    applied.sections[_section(step)]
    return transitions.forget(applied, _section(step), time(write))


DOES: dict[str, Callable[[Applied, Step, str], Applied]] = {
    "add": _add,
    "doubt": _doubt,
    "accept": _accept,
    "edit": _edit,
    "unclear-edit": _unclear_edit,
    "adopt": _adopt,
    "applied": _applied,
    "lost": _lost,
    "forget": _forget,
    "rename": _rename,
    "back": _back,
    "field": _field,
    "rm": _rm,
    "set": _set,
    "unclear-set": _unclear_set,
    "forget-section": _forget_section,
}
