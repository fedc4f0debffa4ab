"""Owns saved plans on the command line: read from their file, and planned anew from what is there now."""

import os
from collections.abc import Sequence

from reconciler.cli.prepare import Prepared, prepare_each, read_profiles
from reconciler.planning.planfile import SavedPlan, is_plan_file, read_plans
from reconciler.planning.planner import Options
from reconciler.planning.stale import staleness
from reconciler.problem import Problem, ReconcilerError, StaleError, StateError, UsageError
from reconciler.state.paths import state_path
from reconciler.state.storage import read_text

_THERE = "a saved plan names its profile from the folder where it was made: apply it there, or with -C"
_SAVE = "save a plan with `reconciler plan --out FILE`"


def saved_among(paths: Sequence[str]) -> tuple[SavedPlan, ...]:
    """Read the arguments of apply as saved plans; give none where they are profiles. Raises StaleError, UsageError."""
    found = [path for path in paths if is_saved(path)]
    if not found:
        return ()
    if len(paths) > 1:
        raise UsageError.at(found[0], "a saved plan is applied alone", "name one plan file, or profiles")
    return read_saved(found[0])


def is_saved(path: str) -> bool:
    """Tell whether a file is a saved plan by what it holds; one that is missing, by its name."""
    try:
        text = read_text(path)
    except StateError:
        return False  # whatever it is, it is read as a profile, and said to be none
    return path.endswith(".json") if text is None else is_plan_file(text)


def read_saved(path: str) -> tuple[SavedPlan, ...]:
    """Read the saved plans of a file. Raises StaleError."""
    try:
        text = read_text(path)
    except StateError as error:
        raise StaleError.at(path, f"this is not a saved plan: {error.problems[0].message}", _SAVE) from error
    if text is None:
        raise StaleError.at(path, "there is no such file", _SAVE)
    return read_plans(text, path)


def plan_anew(saved: Sequence[SavedPlan], state: str | None = None) -> list[Prepared]:
    """Plan again what was saved, with the options that it was made with. Raises ReconcilerError."""
    paths = [one.plan.profile.path for one in saved]
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        raise StaleError(*(Problem(path, 0, 0, "", "there is no such file", _THERE) for path in missing))
    profiles = read_profiles(paths, state)
    options = [Options(one.plan.targets, frozenset(one.plan.add)) for one in saved]
    states = [state or one.plan.state.path for one in saved]
    return prepare_each(profiles, states, options)


def check_states(saved: Sequence[SavedPlan]) -> None:
    """Refuse to take from a plan file alone that a state lies elsewhere than beside its profile. Raises StaleError.

    Whoever edits that file could name a state that does not know what was applied since: all of it would be sent again.
    """
    odd = [one.plan for one in saved if one.plan.state.path != state_path(one.plan.profile.path)]
    if odd:
        message = "it names this state, which is not the one beside {}"
        remedy = "if that is the one to write, say so with --state"
        raise StaleError(
            *(Problem(plan.state.path, 0, 0, "", message.format(plan.profile.path), remedy) for plan in odd)
        )


def refusals(saved: SavedPlan) -> tuple[str, ...]:
    """Say why apply would refuse a saved plan, as things are now; nothing where it would not."""
    try:
        check_states((saved,))
        (fresh,) = plan_anew((saved,))
    except ReconcilerError as error:
        return tuple(map(str, error.problems))
    return staleness(saved, fresh.plan)
