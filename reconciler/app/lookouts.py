"""Owns the look at a profile, of many or alone: its plan, and what is kept and printed of that."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial

from msgspec import Struct
from msgspec.structs import replace

from reconciler.app.pacing import Paces
from reconciler.app.plans import Prepared, pace_of, prepare, with_due
from reconciler.app.processes import in_order
from reconciler.planning.plan import Action, Plan
from reconciler.planning.planner import Options
from reconciler.problem import Problem, ReconcilerError, without_place
from reconciler.profile.load import load
from reconciler.render.counts import counted_plan
from reconciler.render.text import render_text
from reconciler.state.paths import state_path
from reconciler.state.storage import states_in
from reconciler.values import digest


class View(Struct, frozen=True):
    """What is to be printed of each plan, in which forms, `text` or `json`.

    `quick` tells that of a profile which digests show to be unchanged, nothing more is needed. `keep` has what has
    something to do kept for when its turn comes. `created_at` is the time that stands in JSON.

    `alone` has the only profile shown whole, and its plan kept; of many, a line stands for each. With the `width` of a
    terminal, warnings are told with the lines that they are in.
    """

    forms: tuple[str, ...] = ()
    alone: bool = False
    quick: bool = True
    keep: bool = False
    width: int | None = None
    color: bool = False
    verbose: int = 0
    created_at: str = ""


class Outlook(Struct, frozen=True):
    """What is kept of one profile's plan.

    `applied_at` and `seen_at` are when anything of it was applied, and seen, last; `counts` and `words` say what it
    does, `ids` how many ids are only recorded. `due` is when it goes out, None at once; `written_at`, known where there
    is a pacing, when the account was written last.
    """

    path: str
    account_id: str
    applied_at: str | None
    seen_at: str | None
    sha256: str
    unchanged: bool = False
    counts: tuple[int, ...] = ()
    words: str = ""
    ids: int = 0
    doubtful: bool = False
    empty: bool = True
    first_apply: tuple[str, ...] = ()
    own_id: str = ""
    due: str | None = None
    written_at: datetime | None = None

    @property
    def plan_id(self) -> str:
        """Return the id of the plan; of one that holds nothing it follows from the account."""
        return self.own_id or digest([self.account_id, [], []])

    @property
    def idle(self) -> bool:
        """Tell whether an apply has nothing to do."""
        return self.empty and not self.ids

    @property
    def requests(self) -> int:
        """Return how many requests an apply would send."""
        return self.counts[-1] if self.counts else 0

    @property
    def acts(self) -> bool:
        """Tell whether an apply would do more than record ids: any change that is not blocked."""
        by_action = zip(Action, self.counts, strict=False)
        return any(count for action, count in by_action if action is not Action.BLOCKED)


class Surveyed(Struct, frozen=True):
    """An outlook, and what is to be printed of it: a text for each form of the view, empty where there is nothing.

    `packed` is what is kept of it all, where the view asks for that, `plan` the plan of one that is shown alone.
    """

    outlook: Outlook
    texts: tuple[str, ...]
    packed: bytes = b""
    plan: Plan | None = None


class Unplanned(Struct, frozen=True):
    """Why a profile cannot be planned."""

    kind: type[ReconcilerError]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def look_at_each(
    paths: Iterable[str], options: Options, view: View, state: str | None = None
) -> Iterator[Surveyed | Unplanned]:
    """Plan profiles, and yield what came of each, in order. Raises ReconcilerError where a process is killed."""
    _beside.cache_clear()
    _paces.cache_clear()
    return in_order(partial(_look_at_some, options, view, state), paths)


_beside = cache(states_in)  # while one look goes on
_paces = cache(Paces)  # likewise


def _look_at_some(options: Options, view: View, state: str | None, paths: Sequence[str]) -> list[Surveyed | Unplanned]:
    return [_look(path, options, view, state) for path in paths]


def _look(path: str, options: Options, view: View, state: str | None) -> Surveyed | Unplanned:
    before = _state_before(path) if view.keep else ""
    try:
        prepared = prepare(load(path), state, options, _beside)
        pace = pace_of(prepared, _paces())
        prepared = with_due(prepared, pace)
    except ReconcilerError as error:
        return Unplanned(type(error), error.problems, error.warnings)
    plan = prepared.plan
    return Surveyed(
        _outlook(plan, None if pace is None else pace.last),
        tuple(_text(prepared, form, view) for form in view.forms),
        _packed(prepared, before) if view.keep and not plan.idle else b"",
        plan if view.alone else None,
    )


def _state_before(path: str) -> str:
    from reconciler.app.kept import digest_of_state

    return digest_of_state(state_path(path))


def _packed(prepared: Prepared, before: str) -> bytes:
    from reconciler.app.kept import packed

    return packed(prepared, before)


def _outlook(plan: Plan, written_at: datetime | None) -> Outlook:
    return Outlook(
        path=plan.profile.path,
        account_id=plan.account_id,
        applied_at=plan.state.applied_at,
        seen_at=plan.state.seen_at,
        sha256=plan.profile.sha256,
        counts=tuple(plan.summary.values()),
        words=counted_plan(plan),
        ids=len(plan.ids),
        doubtful=bool(plan.in_doubt),
        empty=plan.empty,
        first_apply=plan.first_apply,
        own_id="" if plan.empty else plan.id,
        due=plan.due,
        written_at=written_at,
    )


def _text(prepared: Prepared, form: str, view: View) -> str:
    """Write a plan; as text, one of many that does nothing is only a line, which its outlook gives.

    With `verbose` there is more to say where something stays on LinkedIn.
    """
    plan = prepared.plan
    if form == "json":
        from reconciler.render.data import visible_json
        from reconciler.render.planfile import plan_json

        return visible_json(plan_json(plan, view.created_at))
    if plan.idle and not view.alone and not (view.verbose and plan.stays):
        return ""
    width = None if plan.idle else view.width
    found = () if width is None else prepared.profile.warnings
    of_file = [warning for warning in found if without_place(warning) in plan.warnings]
    if width is None or not of_file:
        return render_text(plan, color=view.color, verbose=view.verbose)
    from reconciler.render.annotated import annotated

    warnings = annotated((), of_file, color=view.color, width=width)
    others = replace(plan, warnings=plan.warnings[len(of_file) :])
    return f"{warnings}\n{render_text(others, color=view.color, verbose=view.verbose)}"
