"""Owns saved plans: written to a file, read from one, and planned anew from what is there now."""

import os
from collections.abc import Iterable, Iterator, Sequence

from reconciler.app.git import commit_of
from reconciler.app.plans import Prepared, is_saved, prepare_each, read_profiles
from reconciler.clock import now
from reconciler.planning.plan import Plan, SavedPlan
from reconciler.planning.planner import Options
from reconciler.problem import Problem, ReconcilerError, StaleError, StateError, UsageError
from reconciler.render.planfile import read_plans
from reconciler.stale import staleness
from reconciler.state.paths import state_path
from reconciler.state.storage import MAX_BYTES, read_text
from reconciler.values import Plain

MAX_PLAN_FILE = MAX_BYTES
_THERE = "a saved plan names its profile from the folder where it was made: apply it there, or with -C"
NONE_SELECTED = "no profile was selected when it was saved"
_SAVE = "save a plan with `reconciler plan --out FILE`"


def saved_among(paths: Sequence[str]) -> tuple[SavedPlan, ...] | None:
    """Read the arguments of apply as saved plans; give None where they are profiles. Raises StaleError, UsageError."""
    found = [path for path in paths if is_saved(path)]
    if not found:
        return None
    if len(paths) > 1:
        raise UsageError.at(found[0], "a saved plan is applied alone", "name one plan file, or profiles")
    return read_saved(found[0])


def read_saved(path: str) -> tuple[SavedPlan, ...]:
    """Read the saved plans of a file, which may hold none. Raises StaleError."""
    try:
        text = read_text(path)
    except StateError as error:
        raise StaleError.at(path, f"this is not a saved plan: {error.problems[0].message}", _SAVE) from error
    if text is None:
        raise StaleError.at(path, "there is no such file", _SAVE)
    return read_plans(text, path)


def plan_anew(saved: Sequence[SavedPlan], state: str | None = None) -> list[Prepared]:
    """Plan again what was saved, with the options that it was made with. Raises ReconcilerError."""
    paths = [saved_plan.plan.profile.path for saved_plan in saved]
    if not paths:
        return []
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        raise StaleError(*(Problem(path, 0, 0, "", "there is no such file", _THERE) for path in missing))
    profiles = read_profiles(paths, state)
    options = [Options(saved_plan.plan.targets) for saved_plan in saved]
    states = [state or saved_plan.plan.state.path for saved_plan in saved]
    return prepare_each(profiles, states, options)


def check_states(saved: Sequence[SavedPlan]) -> None:
    """Refuse to take from a plan file alone that a state lies elsewhere than beside its profile. Raises StaleError.

    Whoever edits that file could name a state that does not know what was applied since: all of it would be sent again.
    """
    odd = [
        saved_plan.plan
        for saved_plan in saved
        if saved_plan.plan.state.path != state_path(saved_plan.plan.profile.path)
    ]
    if odd:
        message = "it names this state, which is not the one beside {}"
        remedy = "if that is the one to write, say so with --state"
        raise StaleError(
            *(Problem(plan.state.path, 0, 0, "", message.format(plan.profile.path), remedy) for plan in odd)
        )


def refusals(saved: SavedPlan) -> tuple[str, ...]:
    """Say why apply would refuse a saved plan, as things are now; nothing where it would not."""
    from reconciler.render.stale import moved_text

    try:
        check_states((saved,))
        (fresh,) = plan_anew((saved,))
    except ReconcilerError as error:
        return tuple(map(str, error.problems))
    return tuple(map(moved_text, staleness(saved, fresh.plan)))


def json_of(plan: Plan) -> str:
    """Write one plan as JSON."""
    from reconciler.render.planfile import plan_json

    return one_or_several([plan_json(plan, now(), commit_of([plan.profile]))])


def one_or_several(values: Sequence[dict[str, Plain]]) -> str:
    """Write one plan's JSON, or an array of several; nothing that a terminal would act on stands in it as it is."""
    from reconciler.render.data import visible_json

    return visible_json(values[0] if len(values) == 1 else list(values))


def save_plan(path: str, plan: Plan) -> None:
    """Save a plan to a file, durably. Raises ReconcilerError where that is not possible, or would end another file."""
    check_savable(path, [(plan.profile.path, plan.state.path)])
    save_text(path, (json_of(plan), "\n"))


def save_no_plan(path: str) -> None:
    """Save that there is no plan, so that no older one stays there. Raises ReconcilerError as `save_plan` does."""
    check_savable(path, ())
    save_text(path, (*json_array(()), "\n"))


def no_plan_in(path: str) -> StaleError:
    """Return the error of a file that was saved without a plan, where one is needed."""
    return StaleError.at(path, f"it holds no plan: {NONE_SELECTED}", _SAVE)


def check_savable(path: str, places: Iterable[tuple[str, str]]) -> None:
    """Refuse to save plans over another file, or of names that JSON cannot hold; `places` are of profiles and states.

    Raises ReconcilerError.
    """
    if os.path.lexists(path) and not is_saved(path):
        what = "this is a folder" if os.path.isdir(path) else "this file is no saved plan, and is not written over"
        raise ReconcilerError.at(path, what, "name another with --out")
    place = os.path.realpath(path)
    for profile, state in places:
        if place == os.path.realpath(state):
            raise ReconcilerError.at(path, "this is where the state belongs, and not a plan", "name another with --out")
        if any("\ud800" <= letter <= "\udfff" for letter in profile + state):
            raise ReconcilerError.at(profile, "a saved plan cannot hold this name: it is not UTF-8", "rename it")


def save_text(path: str, parts: Iterable[str]) -> None:
    """Write a plan file durably. Raises ReconcilerError."""
    from reconciler.state.storage import write_parts_durably

    try:
        write_parts_durably(path, parts)
    except OSError as error:
        raise ReconcilerError.unwritable(path, error) from error


def json_array(texts: Iterable[str]) -> Iterator[str]:
    """Yield an array of what is JSON already, piece by piece, as `visible_json` writes it."""
    before = "[\n  "
    for text in texts:
        yield before + text.replace("\n", "\n  ")
        before = ",\n  "
    yield "[]" if before.startswith("[") else "\n]"


def with_commit(text: str, commit: str | None) -> str:
    """Return the JSON of a plan with the commit as its last member: it is known only when all are planned."""
    if commit is None:
        return text
    members = text.removesuffix("\n}")
    return f'{members},\n  "commit": "{commit}"\n}}'
