"""Owns how a state verb works on disk: under the lock, read, changed, written once."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace

from reconciler import __version__
from reconciler.address import section_of
from reconciler.cli.clock import now
from reconciler.planning.make import make_plan
from reconciler.problem import StateError, UsageError
from reconciler.render.terminal import visible
from reconciler.settling import verbs
from reconciler.state.applied import Applied
from reconciler.state.format import read_state
from reconciler.state.paths import state_path
from reconciler.state.storage import SaveError, load_state, locked, new_state, read_text, write


def load(profile: str, state: str | None) -> tuple[str, Applied]:
    """Read the state that the options name. Raises StateError where there is none."""
    path = state or state_path(profile)
    applied = load_state(path)
    if applied is None:
        raise StateError.at(path, "there is no state here", "name it with --profile or --state, or apply first")
    return path, applied


def change(profile: str, state: str | None, verb: Callable[[Applied], Applied]) -> Applied:
    """Change a state in one write, under its lock. Raises StateError, LockedError."""
    path = state or state_path(profile)
    with locked(path, now()):
        _, applied = load(profile, path)
        return _write(path, verb(applied))


def accept(addresses: tuple[str, ...], profile_path: str, state: str | None) -> tuple[str, ...]:
    """Record the file's values as live; give the addresses, safe to print."""
    from reconciler.cli.prepare import find_state, read_profiles

    (profile,) = read_profiles((profile_path,), state)
    path, _ = find_state(profile, state)
    wanted = profile.desired.wanted
    with locked(path, now()):
        _, applied = find_state(profile, path)
        applied = applied or new_state(profile.desired.account_id)
        plan = make_plan(profile, applied, path, __version__)
        chosen = tuple(at for one in addresses for at in _meant(one, wanted)) or tuple(wanted)
        following = verbs.accept(applied, plan, wanted, chosen, now())
        if chosen:
            _write(path, following)
    return tuple(map(visible, chosen))


def _meant(address: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Give the entries of the file that a section's name means; else the address itself."""
    return tuple(at for at in wanted if section_of(at) == address != at) or (address,)


def adopt(pairs: tuple[str, ...], source: str | None, profile: str, state: str | None) -> list[str]:
    """Record ids, all of them or none; give a line each, safe to print."""
    words = [*pairs, *(_words(source) if source is not None else [])]
    if not words or len(words) % 2:
        raise UsageError.at("", "an address and an id or link are needed for each entry", "name both")
    chosen = list(zip(words[::2], words[1::2], strict=True))

    change(profile, state, lambda applied: verbs.adopt(applied, chosen))
    return [f"{visible(address)} has the id {visible(verbs.id_from(address, given))}" for address, given in chosen]


def _words(source: str) -> list[str]:
    text = sys.stdin.read() if source == "-" else read_text(source)
    if text is None:
        raise StateError.at(source, "there is no such file", "name one with an address and a link a line")
    lines = ["" if line.lstrip().startswith("#") else line for line in text.removeprefix("\ufeff").splitlines()]
    for number, line in enumerate(lines, 1):
        if len(line.split()) not in (0, 2):
            message = "a line holds an address and an id or link"
            raise StateError.at(f"{source}:{number}", message, "write one pair a line")
    return [word for line in lines for word in line.split()]


def restore(file: str, text: str | None, profile: str, state: str | None) -> str:
    """Put a rescued state back; give a line that says so, safe to print."""
    text = read_text(file) if text is None else text
    if text is None:
        raise StateError.at(file, "there is no such file", "name the rescue file that apply named")
    rescued = read_state(text, file)
    path = state or state_path(profile)
    with locked(path, now()):
        current = load_state(path)
        following = verbs.restore(current, rescued, file)
        written = _write(path, replace(following, source=None))
    return f"{visible(path)}: restored, serial {written.serial}; the rescue file can be removed"


def _write(path: str, applied: Applied) -> Applied:
    try:
        return write(path, applied)
    except SaveError as error:
        raise StateError.at(path, f"the state cannot be written: {error.reason}", error.remedy) from error
