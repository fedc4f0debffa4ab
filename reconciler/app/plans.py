"""Owns what plan, apply and state have in common: profiles read, states found, plans made."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reconciler import __version__
from reconciler.app.older import with_question
from reconciler.app.pacing import Paces, due_by
from reconciler.planning.plan import Plan
from reconciler.planning.planner import Options, check_account, make_plan
from reconciler.problem import Problem, ProblemsError, ReconcilerError, StateError, UsageError
from reconciler.profile.desired import Profile
from reconciler.profile.load import load_all
from reconciler.quoting import as_argument, cited, command_line, quoted, with_command
from reconciler.state.applied import Applied
from reconciler.state.paths import state_path
from reconciler.state.storage import StatesIn, load_state, other_state, states_in

if TYPE_CHECKING:  # most profiles have no pacing
    from reconciler.pacing import Pace

DEFAULT = ("profile.yaml",)


class Prepared(Struct, frozen=True):
    """One profile, its state and the plan between them, made with these options."""

    profile: Profile
    state_path: str
    applied: Applied | None
    plan: Plan
    options: Options


def read_profiles(paths: Sequence[str], state: str | None) -> tuple[Profile, ...]:
    """Read and validate all profiles. Raises ProblemsError with all that is wrong, UsageError."""
    paths = paths or DEFAULT
    check_common_state(state, several=len(paths) > 1)
    try:
        return load_all(paths, strict=False)
    except ProblemsError:
        refuse_saved(paths)
        raise


def check_common_state(state: str | None, *, several: bool) -> None:
    """Refuse one state for several profiles. Raises UsageError."""
    if state is not None and several:
        raise UsageError.at("--state", "it names one state, but there are several profiles", "give one profile")


def refuse_saved(paths: Sequence[str]) -> None:
    """Refuse saved plans where profiles are meant. Raises UsageError."""
    found = [path for path in paths if os.path.lexists(path) and is_saved(path)]
    if found:
        raise UsageError(
            *(Problem(path, 0, 0, "", "this is a saved plan, no profile", _remedy_for_saved(path)) for path in found)
        )


def _remedy_for_saved(path: str) -> str:
    given = quoted(as_argument(path))
    return f"`reconciler show {given}` shows it, `reconciler apply {given}` applies it"


def is_saved(path: str) -> bool:
    """Tell whether a file is a saved plan by what it holds; one that is missing, by its name."""
    from reconciler.render.planfile import is_plan_file
    from reconciler.state.storage import read_text

    try:
        text = read_text(path)
    except StateError:
        return False  # whatever it is, it is read as a profile, and said to be none
    return path.endswith(".json") if text is None else is_plan_file(text)


def find_state(profile: Profile, state: str | None, beside: StatesIn = states_in) -> tuple[str, Applied | None]:
    """Return the path of a profile's state, and the state; `beside` knows the other ones. Raises StateError."""
    path = state or state_path(profile.path)
    try:
        applied = load_state(path)
    except StateError as error:
        raise StateError(*(with_command(problem, profile.path, path) for problem in error.problems)) from error
    check_account(profile.desired, applied, path, profile.path)
    if applied is None:
        refuse_other_state(profile, path, beside)
    return path, applied


def refuse_other_state(profile: Profile, path: str, beside: StatesIn) -> None:
    """Raise StateError where there is no state at a path, and beside it one of the same account: that is the state."""
    other = other_state(path, profile.desired.account_id, beside) or _behind_link(profile)
    if other is not None:
        there, account = quoted(other), cited(profile.desired.account_id)
        raise StateError.at(
            path,
            f"there is no state here, but {there} is a state of the same account {account}",
            f"put it back with `{command_line(('state', 'restore', other), profile.path, path)}`"
            if ".rescue" in os.path.basename(other)
            else f"pass `--state {there}`, or rename it to {path}; to begin anew, take it away",
        )


def _behind_link(profile: Profile) -> str | None:
    """Find a state of the account where the profile really lies, if its path is a link."""
    if not os.path.islink(profile.path):
        return None
    folder = os.path.dirname(os.path.realpath(profile.path))
    return other_state(os.path.join(folder, ""), profile.desired.account_id)


def prepare(profile: Profile, state: str | None, options: Options, beside: StatesIn = states_in) -> Prepared:
    """Plan one profile. Raises StateError, UsageError."""
    path, applied = find_state(profile, state, beside)
    plan = make_plan(profile, applied, path, __version__, options)
    return Prepared(profile, path, applied, with_question(plan, applied), options)


def with_due(prepared: Prepared, pace: "Pace | None") -> Prepared:
    """Return the same with the time at which its requests go out, where that is not at once."""
    due = due_by(pace)
    return prepared if due is None else replace(prepared, plan=replace(prepared.plan, due=due))


def pace_of(prepared: Prepared, paces: Paces) -> "Pace | None":
    """Return when the requests of a plan may go out; None: at any time. Raises ProblemsError for what is set wrong."""
    if not prepared.plan.requests:
        return None
    return paces.pace_of(prepared.profile.path, prepared.plan.account_id, prepared.applied)


def prepare_all(profiles: Sequence[Profile], state: str | None, options: Options) -> list[Prepared]:
    """Plan every profile in the same way; raise what is wrong with any of them, all at once."""
    return prepare_each(profiles, [state] * len(profiles), [options] * len(profiles))


def prepare_each(
    profiles: Sequence[Profile], states: Sequence[str | None], options: Sequence[Options]
) -> list[Prepared]:
    """Plan every profile in a way of its own; raise what is wrong with any of them, all at once."""
    prepared, errors, paces = [], [], Paces()
    for profile, state, option in zip(profiles, states, options, strict=True):
        try:
            found = prepare(profile, state, option)
            prepared.append(with_due(found, pace_of(found, paces)))
        except ReconcilerError as error:
            errors.append(error)
    if errors:
        raise type(errors[0])(*dict.fromkeys(problem for error in errors for problem in error.problems))
    return prepared
