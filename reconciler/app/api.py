"""Owns the Python API: what `import reconciler` offers, documented in docs/api.md."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeVar

from reconciler.app.apply import Callbacks, Result, Start, Terms, apply_one, check_bound, starts
from reconciler.app.linting import judge_of, read_configs
from reconciler.app.plans import prepare, read_profiles
from reconciler.app.saved import no_plan_in, read_saved, save_plan
from reconciler.applying.events import Event
from reconciler.applying.interrupt import Interrupt
from reconciler.applying.stop import Stop, Unstoppable
from reconciler.clock import year_and_month
from reconciler.lint.findings import Choice
from reconciler.lint.rule import months_since_zero
from reconciler.planning.plan import Plan, Request
from reconciler.planning.planner import Options
from reconciler.problem import Problem, ReconcilerError, UsageError
from reconciler.profile import load as loading
from reconciler.profile.desired import Profile
from reconciler.wire.client import Client
from reconciler.wire.connection import Connection, connection

if TYPE_CHECKING:  # what only a look needs is imported when there is one
    from reconciler.app.refresh import Looked, Refreshed, See

AnyPath = str | os.PathLike[str]
PlanForm = Literal["text", "json", "markdown"]
_Found = TypeVar("_Found")


def load(path: AnyPath = "profile.yaml", *, strict: bool = False) -> Profile:
    """Read and validate a profile file; `strict` takes warnings as problems.

    Raises ProblemsError with every problem of the file.
    """
    return loading.load(os.fspath(path), strict=strict)


def validate(path: AnyPath = "profile.yaml") -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the problems of a profile file and what lint warns of, in file order.

    It raises nothing for what the file says, ProblemsError for a `reconciler.toml` that is wrong.
    """
    paths = (os.fspath(path),)
    reading = loading.read_all(paths, judge=judge_of(Choice(months_since_zero(*year_and_month())), read_configs(paths)))
    return reading.problems, reading.warnings


def plan(profile: Profile | AnyPath, *, state: AnyPath | None = None, targets: Sequence[str] = ()) -> Plan:
    """Return what would change on LinkedIn, compared with the state beside the profile or at `state`.

    Nothing is sent and nothing is written. `targets` are the addresses to keep to. Raises ProblemsError, StateError,
    and UsageError for a target that does not exist.
    """
    wanted = profile if isinstance(profile, Profile) else load(profile)
    return prepare(wanted, _path(state), Options(targets=tuple(targets))).plan


def apply(  # noqa: PLR0913 - as many as `reconciler apply` has options
    what: Plan | Profile | AnyPath,
    *,
    approve: Callable[[Plan], bool] | None = None,
    first_apply: bool = False,
    state: AnyPath | None = None,
    targets: Sequence[str] = (),
    base_url: str | None = None,
    api_key: str | None = None,
    ca_bundle: AnyPath | None = None,
    max_wait: float = 300.0,
    lock_timeout: float = 0.0,
    on_event: Callable[[Event], None] | None = None,
    before_risk: Callable[[], str | None] | None = None,
) -> Result:
    """Send what differs and return what became of it.

    A Plan is applied as it is, or not at all: it is made anew from its profile and state under the state's lock, and
    StaleError is raised where that gives another one. Of a Profile or a path, the plan made under the lock is given to
    `approve`, and nothing is done unless it returns True; `first_apply` says that nothing of what is sent for the first
    time is on LinkedIn already.

    The key comes from `api_key`, or else from POSTPRESS_API_KEY, as `base_url` from POSTPRESS_BASE_URL. `on_event` gets
    each request's outcome. `before_risk` is called, with the state written, before each request that cannot be
    repeated; it returns why that may not be sent, or None.

    Raises ReconcilerError where nothing was sent; what the API, the network or the disk do afterwards is in the
    Result. In the main thread, ^C, SIGTERM and SIGHUP end it after the request in flight; once all is recorded, the
    signal is raised again for whoever handles it.
    """
    start, plan_ids = _start(what, _path(state), tuple(targets))
    if approve is None and not plan_ids:
        raise UsageError.at(start.profile_path, "nobody approved this", "pass a plan, or approve=FUNCTION")

    def open_client() -> Client:
        link = _connection(base_url, api_key, ca_bundle)
        return Client(link.base_url, link.api_key, link.ca_bundle)

    callbacks = Callbacks(
        approve=approve or (lambda _: True),
        already_live=_nobody_knows,
        planned=lambda _: None,
        waiting=lambda _: None,
        tell=on_event or (lambda _: None),
        sending=_no_progress,
        before_risk=before_risk or (lambda: None),
    )
    stop: Stop = Unstoppable()
    if threading.current_thread() is threading.main_thread():
        stop = Interrupt(lambda _: None, lambda: None)
    result = apply_one(start, Terms(first_apply, plan_ids, max_wait, lock_timeout), callbacks, stop, open_client)
    if stop.exit_code is not None:
        signal.raise_signal(stop.exit_code - 128)
    return result


def drift(  # noqa: PLR0913 - as many as `reconciler drift` has options
    profile: Profile | AnyPath,
    *,
    state: AnyPath | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
    ca_bundle: AnyPath | None = None,
    linkedin_export: AnyPath | None = None,
    made_on: str | None = None,
    again: bool = False,
    max_wait: float = 60.0,
) -> "Looked":
    """Look at what is on LinkedIn, or in its archive `linkedin_export`, and compare it with the state; record nothing.

    `made_on` is the day of an archive, as 2026-01-31, where its name does not say it. `again` reads LinkedIn also where
    that was done less than ten minutes ago. Raises ReconcilerError: TooSoonError, or where nothing could be read.
    """
    from reconciler.app.refresh import look_at

    wanted = profile if isinstance(profile, Profile) else load(profile)
    with _seeing(base_url, api_key, ca_bundle, linkedin_export, made_on, again=again, max_wait=max_wait) as see:
        return look_at(wanted, _path(state), see)


def refresh(  # noqa: PLR0913 - as many as `reconciler refresh` has options
    profile: Profile | AnyPath,
    *,
    state: AnyPath | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
    ca_bundle: AnyPath | None = None,
    linkedin_export: AnyPath | None = None,
    made_on: str | None = None,
    again: bool = False,
    max_wait: float = 60.0,
    lock_timeout: float = 0.0,
) -> "Refreshed":
    """Look as `drift` does, and record in the state what was seen; no edit is sent.

    Raises ReconcilerError; the state is then as it was.
    """
    from reconciler.app.refresh import refresh_state

    wanted = profile if isinstance(profile, Profile) else load(profile)
    with _seeing(base_url, api_key, ca_bundle, linkedin_export, made_on, again=again, max_wait=max_wait) as see:
        return refresh_state(wanted, _path(state), see, lock_timeout)


@contextmanager
def _seeing(  # noqa: PLR0913 - the options of a look
    base_url: str | None,
    api_key: str | None,
    ca_bundle: AnyPath | None,
    linkedin_export: AnyPath | None,
    made_on: str | None,
    *,
    again: bool,
    max_wait: float,
) -> Iterator["See"]:
    """Hold what looks while a block runs."""
    from reconciler.app.reads import look_at_archive
    from reconciler.app.refresh import ReadTerms, Session

    if linkedin_export is not None:
        seen = look_at_archive(os.fspath(linkedin_export), made_on)
        yield lambda *_: seen
        return
    terms = ReadTerms(again=again, max_wait=max_wait)
    with Session(_connection(base_url, api_key, ca_bundle), terms, _sleep).opened() as session:
        yield session.see


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return True


def _connection(base_url: str | None, api_key: str | None, ca_bundle: AnyPath | None) -> Connection:
    environ = {**os.environ, **({"POSTPRESS_API_KEY": api_key} if api_key is not None else {})}
    return connection(base_url, None, _path(ca_bundle), environ)


def _start(
    what: Plan | Profile | AnyPath, state: str | None, targets: tuple[str, ...]
) -> tuple[Start, tuple[str, ...]]:
    """Return where an apply starts, and the ids of the plans that it is bound to."""
    if not isinstance(what, (Plan, Profile)):
        found = starts((os.fspath(what),), state, Options(targets=targets), ())
        (start,) = _alone(found, os.fspath(what), "use `reconciler apply`")
        return start, () if start.saved is None else (start.saved.id,)
    if isinstance(what, Profile):
        return Start(prepare(what, state, Options(targets=targets))), ()
    if targets or state is not None:
        raise UsageError.at(what.profile.path, "a plan has its own targets and state", "leave them out")
    (profile,) = read_profiles((what.profile.path,), what.state.path)
    prepared = prepare(profile, what.state.path, Options(targets=what.targets))
    check_bound(prepared.plan, None, (what.id,))
    return Start(prepared), (what.id,)


def describe(plan: Plan, form: PlanForm = "text", *, color: bool = False, max_bytes: int = 60_000) -> str:
    """Return a plan as text for a terminal, as JSON, or as Markdown of `max_bytes` at most; safe to print."""
    if form == "json":
        from reconciler.app.saved import json_of

        return json_of(plan)
    if form == "markdown":
        from reconciler.app.markdown import markdown_of_plan

        return markdown_of_plan(plan, max_bytes)
    from reconciler.render.text import render_text

    return render_text(plan, color=color)


def save(plan: Plan, path: AnyPath) -> None:
    """Save a plan, for `apply(path)` or `reconciler apply PATH`. Raises ReconcilerError."""
    save_plan(os.fspath(path), plan)


def read(path: AnyPath) -> Plan:
    """Return the plan that was saved in a file, to look at it. Raises StaleError where it holds none, or several."""
    (saved,) = _alone(read_saved(os.fspath(path)), os.fspath(path), "use `reconciler show`")
    return saved.plan


def _alone(found: Sequence[_Found], path: str, remedy: str) -> Sequence[_Found]:
    """Return what a file holds where that is one plan. Raises StaleError where it holds none, UsageError of several."""
    if not found:
        raise no_plan_in(path)
    if len(found) > 1:
        raise UsageError.at(path, "it holds several plans", remedy)
    return found


def _nobody_knows(plan: Plan) -> bool:
    sections = " and ".join(plan.first_apply)
    raise ReconcilerError.at(
        plan.profile.path,
        f"what this sends to {sections} may be on LinkedIn already, and would be added twice or written over",
        "if none of it is there, pass first_apply=True; else record what is there, or import it",
    )


def _no_progress(request: Request) -> None:
    del request


def _path(path: AnyPath | None) -> str | None:
    return None if path is None else os.fspath(path)
