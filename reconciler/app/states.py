"""Owns how a state verb works on disk: under the lock, read, changed, written once."""

import os
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from reconciler import __version__
from reconciler.app.fastpath import source_of
from reconciler.app.stdin import read_input
from reconciler.clock import now
from reconciler.manual import accept as accepting
from reconciler.manual import adopt as adopting
from reconciler.manual import move as moving
from reconciler.manual import resolve as resolving
from reconciler.manual import restore as restoring
from reconciler.manual.refuse import refuse_asked
from reconciler.planning.plan import Plan
from reconciler.planning.planner import check_account, make_plan
from reconciler.problem import ProblemsError, ReconcilerError, StateError, UsageError
from reconciler.profile.desired import Desired, Wanted
from reconciler.profile.document import read_document
from reconciler.profile.load import load_all, read_file
from reconciler.render.terminal import visible
from reconciler.state.applied import Applied, Source
from reconciler.state.format import read_state
from reconciler.state.paths import state_path
from reconciler.state.storage import SaveError, load_state, locked, new_state, read_text, write

_NAME_RESCUE = "name the file that apply named"


def or_default(profile: str | None) -> str:
    """Return the path of the profile that is named, or else that of the usual one."""
    return "profile.yaml" if profile is None else profile


def path_of(profile: str | None, state: str | None) -> str:
    """Return the path of the state that the options name."""
    return state or state_path(or_default(profile))


def load_both(profile: str | None, state: str | None) -> tuple[str, Applied]:
    """Return the state that the options name, with its path. Raises StateError where there is none."""
    path = path_of(profile, state)
    applied = load_state(path)
    if applied is None:
        raise StateError.at(path, "there is no state here", "name it with --profile or --state, or apply first")
    return path, applied


def change(
    profile: str | None, state: str | None, verb: Callable[[Applied], Applied], *, any_account: bool = False
) -> Applied:
    """Change a state in one write, under its lock. Raises StateError, LockedError.

    The state of another account than its profile's is left as it is, but for `any_account`.
    """
    path = path_of(profile, state)
    with locked(path, now()):
        _, applied = load_both(profile, path)
        if not any_account:
            check_account_of(path, applied, profile, state)
        return save_state(path, verb(applied))


def check_account_of(path: str, applied: Applied, profile: str | None, state: str | None) -> None:
    """Raise StateError where a state is of another account than the profile that is named, or that it lies beside."""
    beside = _profile_of(profile, state)
    account_id = _account_in(beside)
    if account_id is not None:
        check_account(Desired(account_id, {}), applied, path, beside)


def _profile_of(profile: str | None, state: str | None) -> str:
    """Return the path of the profile that is named, or else of the one that the state lies beside."""
    if profile is not None or state is None:
        return or_default(profile)
    root = state.removesuffix(".state.json")
    beside = (f"{root}.yaml", f"{root}.yml")
    return next(filter(os.path.exists, beside), beside[0])


def _account_in(profile: str) -> str | None:
    """Return the account that a profile file names, whatever else is wrong with it; None where it tells none."""
    try:
        value = read_document(read_file(profile), profile).value
    except ProblemsError:
        return None
    account_id = value.get("account_id") if isinstance(value, dict) else None
    return account_id if isinstance(account_id, str) and account_id else None


def accept(
    addresses: tuple[str, ...], named: str | None, state: str | None, *, everything: bool = False
) -> accepting.Accepted:
    """Record the file's values as live; where that leaves nothing to do, the next apply can tell so quickly."""
    from reconciler.app.plans import find_state, read_profiles

    (profile,) = read_profiles((or_default(named),), state)
    path, _ = find_state(profile, state)
    with locked(path, now()):
        _, applied = find_state(profile, path)
        applied = applied or new_state(profile.desired.account_id)
        plan = make_plan(profile, applied, path, __version__)
        wanted = profile.desired.wanted
        accepted = accepting.accept(applied, plan, wanted, addresses, now(), everything=everything)
        if accepted.recorded:
            again = make_plan(profile, accepted.applied, path, __version__)
            done = again.idle and not accepted.applied.pending
            save_state(path, accepted.applied, source_of(profile) if done else None)
    return accepted


def move(before: str, after: str, profile: str | None, state: str | None) -> None:
    """Give an entry another key in a state."""

    def verb(applied: Applied) -> Applied:
        refuse_asked(_plan_of(profile, state, applied), (before, after), "rename it")
        return moving.move(applied, before, after, now())

    change(profile, state, verb)


def adopt(pairs: tuple[str, ...], source: str | None, profile: str | None, state: str | None) -> list[str]:
    """Record ids, all of them or none; return a line each, safe to print."""
    words = [*pairs, *(_words(source) if source is not None else [])]
    if source is not None and not words:
        raise StateError.at(source, "it holds no pairs", "write an address and an id or link a line")
    if not words or len(words) % 2:
        raise UsageError.at("", "an address and an id or link are needed for each entry", "name both")
    chosen = list(zip(words[::2], words[1::2], strict=True))

    wanted = _wanted_in(_profile_of(profile, state))

    def verb(applied: Applied) -> Applied:
        refuse_asked(_plan_of(profile, state, applied), [address for address, _ in chosen], "give it an id")
        return adopting.adopt(applied, chosen, wanted)

    change(profile, state, verb)
    return [f"{visible(address)} has the id {visible(adopting.id_from(address, given))}" for address, given in chosen]


def resolve(
    address: str, entry_id: str | None, profile: str | None, state: str | None, *, arrived: bool
) -> tuple[str, ...] | None:
    """Settle a doubt; return what the next apply sends by the profile file, None where that cannot be told."""
    given = {entry.id for entry in _wanted_in(_profile_of(profile, state)).values()}

    def verb(before: Applied) -> Applied:
        if entry_id is not None and adopting.id_from(address, entry_id) in given:  # else it says nothing of the file
            refuse_asked(_plan_of(profile, state, before), (address,), "give it an id")
        return resolving.resolve(before, address, entry_id, now(), arrived=arrived)

    applied = change(profile, state, verb)
    plan = _plan_of(profile, state, applied)
    return None if plan is None else tuple(address for request in plan.requests for address in request.addresses)


def _plan_of(profile: str | None, state: str | None, applied: Applied) -> Plan | None:
    """Return the plan of the profile that is named, or that the state lies beside; None where none can be made."""
    try:
        (read,) = load_all((_profile_of(profile, state),), strict=False)
        return make_plan(read, applied, path_of(profile, state), __version__)
    except ReconcilerError:
        return None


def _wanted_in(profile: str) -> Mapping[str, Wanted]:
    """Return what a profile file wants; nothing where it cannot be read."""
    try:
        (read,) = load_all((profile,), strict=False)
    except ReconcilerError:
        return {}
    return read.desired.wanted


def _words(source: str) -> list[str]:
    if source == os.devnull:
        return []
    wanted = "a file with an address and a link a line, or - and pipe it in"
    text = read_input() if source == "-" else load_text(source, wanted)
    lines = ["" if line.lstrip().startswith("#") else line for line in text.removeprefix("\ufeff").splitlines()]
    for number, line in enumerate(lines, 1):
        if len(line.split()) not in (0, 2):
            message = "a line holds an address and an id or link"
            raise StateError.at(f"{source}:{number}", message, "write one pair a line")
    return [word for line in lines for word in line.split()]


def restore(file: str, profile: str | None, state: str | None) -> str:
    """Put a rescued state back; return a line that says so, safe to print."""
    path = path_of(profile, state)
    if _are_one(file, path):
        raise StateError.at(file, "this is the state itself, and no rescue file", _NAME_RESCUE)
    text = read_input() if file == "-" else load_text(file, "the rescue file that apply named")
    rescued = read_state(text, file, _NAME_RESCUE)
    _refuse_foreign(rescued, file, _profile_of(profile, state))
    with locked(path, now()):
        current = load_state(path)
        following = restoring.restore(current, rescued, file)
        if following == current:
            return f"{visible(path)}: it holds what the rescue file holds, which can be removed"
        written = save_state(path, replace(following, source=None))
    return f"{visible(path)}: restored, serial {written.serial}; the rescue file can be removed"


def _are_one(file: str, other: str) -> bool:
    """Tell whether two paths are of one and the same file."""
    return os.path.exists(file) and os.path.exists(other) and os.path.samefile(file, other)


def _refuse_foreign(rescued: Applied, file: str, profile: str) -> None:
    """Refuse the rescue file of another account than the profile's."""
    account_id = _account_in(profile)
    if account_id not in (None, rescued.account_id):
        raise StateError.at(
            file,
            f"this rescue file is of account {rescued.account_id}, but {profile} is of {account_id}",
            "name the state that it lies beside with --state, or, if the account was reconnected and got another id, "
            "put the older id into the profile until it is restored",
        )


def load_text(path: str, what: str = "a file that is there") -> str:
    """Return the text of a file. Raises StateError where there is none; `what` says which file is wanted."""
    text = read_text(path, what)
    if text is None:
        raise StateError.at(path, "there is no such file", f"name {what}")
    return text


def save_state(path: str, applied: Applied, source: Source | None = None) -> Applied:
    """Return a state as it was written. Raises StateError where it cannot be."""
    try:
        return write(path, applied, source)
    except SaveError as error:
        raise StateError.at(path, f"the state cannot be written: {error.reason}", error.remedy) from error
