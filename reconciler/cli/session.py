"""Owns one apply from the first look to the exit code: each profile in turn, under its lock."""

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from types import FrameType

from reconciler import __version__
from reconciler.app.clock import now
from reconciler.app.plans import Prepared, prepare, prepare_all, read_profiles
from reconciler.app.saved import check_states, plan_anew, saved_among
from reconciler.applying.events import End, Result
from reconciler.applying.interrupt import Interrupt, ending_signals
from reconciler.applying.runner import Tools, run
from reconciler.carry import carry
from reconciler.cli.approval import ask_apply, ask_first_apply
from reconciler.cli.console import Exit, Settings, notice, result
from reconciler.cli.progress import Progress
from reconciler.cli.report import asked_anew, in_ascii, report
from reconciler.planning.plan import Action, Plan, Request
from reconciler.planning.planfile import SavedPlan
from reconciler.planning.planner import Options, make_plan
from reconciler.planning.stale import staleness
from reconciler.problem import ReconcilerError, StaleError, UsageError
from reconciler.profile.files import snapshot
from reconciler.render.problems import text_problems
from reconciler.render.terminal import visible
from reconciler.render.text import render_text
from reconciler.state import transitions
from reconciler.state.applied import Applied, Source
from reconciler.state.format import record_json
from reconciler.state.storage import SaveError, locked, new_state, write, write_rescue
from reconciler.values import digest
from reconciler.wire.client import Client
from reconciler.wire.connection import Connection, connection
from reconciler.wire.outcomes import AbandonedError, Outcome, Verdict
from reconciler.wire.retry import next_wait

_STDERR = 2


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asked for."""

    profiles: tuple[str, ...] = ()
    auto_approve: bool = False
    first_apply: bool = False
    plan_ids: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    state: str | None = None
    max_wait: float = 300.0
    lock_timeout: float = 0.0
    on_save: str | None = None
    base_url: str | None = None
    api_key_file: str | None = None
    ca_bundle: str | None = None

    @property
    def options(self) -> Options:
        """Give what concerns planning."""
        return Options(self.targets, frozenset(self.add))


def apply_all(order: Order, settings: Settings) -> int:
    """Apply every profile, or the saved plans; give the exit code: interruption wins over doubt, doubt over errors."""
    numbers = [number for number in ending_signals() if number is not signal.SIGINT]
    before = {number: signal.signal(number, _terminated) for number in numbers}
    try:
        return _apply_all(order, settings)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _terminated(number: int, frame: FrameType | None) -> None:
    """End where no request is on its way: at the prompt, waiting for the lock, while planning."""
    del frame
    _say("terminated: nothing more was done")
    raise SystemExit(128 + number)


def _apply_all(order: Order, settings: Settings) -> int:
    saved = saved_among(order.profiles)
    if saved and order.options != Options():
        raise UsageError.at(order.profiles[0], "a saved plan holds its own --target and --add", "leave them out")
    if saved:
        if order.state is None:
            check_states(saved)
        prepared = plan_anew(saved, order.state)
    else:
        prepared = prepare_all(read_profiles(order.profiles, order.state), order.state, order.options)
    bound: tuple[SavedPlan | None, ...] = saved or (None,) * len(prepared)
    for one, plan in zip(prepared, bound, strict=True):
        _check_bound(order, one.plan, plan)
    link = _connection(order) if any(one.plan.requests for one in prepared) else None
    stop = Interrupt(_announce, _leave)
    ended = {
        one.profile.path: _apply_one(_Session(order, settings, stop, link, one, plan), alone=len(prepared) == 1)
        for one, plan in zip(prepared, bound, strict=True)
    }
    if len(ended) > 1 and not all(one.plan.idle for one in prepared):
        notice(_total(ended))
    if stop.exit_code is not None:
        return stop.exit_code
    return Exit.DOUBT if Exit.DOUBT in ended.values() else max(ended.values(), default=0)


def _apply_one(session: "_Session", *, alone: bool) -> int:
    """Apply one profile; what fails stops the others only where there are none."""
    if session.stop.exit_code is not None:
        notice(f"{visible(session.profile.path)}: not begun")
        return session.stop.exit_code
    try:
        return session.apply()
    except ReconcilerError as error:
        if alone:
            raise
        notice(text_problems(error.problems))
        return Exit.ERROR


def _total(ended: Mapping[str, int]) -> str:
    """Say of several profiles how many are as their files say, and which are not."""
    left = [visible(path) for path, code in ended.items() if code]
    rest = f"; not done: {', '.join(left)}" if left else ""
    return f"{len(ended)} profiles: {len(ended) - len(left)} done{rest}"


def _connection(order: Order) -> Connection:
    return connection(order.base_url, order.api_key_file, order.ca_bundle, os.environ)


def _check_bound(order: Order, plan: Plan, saved: SavedPlan | None) -> None:
    """Refuse a plan that is not the one that was reviewed. Raises StaleError."""
    if saved is not None:
        moved = staleness(saved, plan)
        if moved:
            raise StaleError.at(
                plan.profile.path,
                f"the saved plan no longer fits: {'; '.join(moved)}",
                "plan again, and have the new plan reviewed",
            )
    if order.plan_ids and not plan.empty and plan.id not in order.plan_ids:
        raise StaleError.at(
            plan.profile.path,
            f"this plan has the id {plan.id}, not {' or '.join(order.plan_ids)}: something changed since the review",
            "have the new plan reviewed",
        )


class _Session:
    """One profile's apply, from the lock to the last line."""

    def __init__(  # noqa: PLR0913 - what an apply needs
        self,
        order: Order,
        settings: Settings,
        stop: Interrupt,
        link: Connection | None,
        first: Prepared,
        saved: SavedPlan | None,
    ) -> None:
        self.order, self.settings, self.stop, self.link, self.saved = order, settings, stop, link, saved
        self.profile, self.path = first.profile, first.state_path
        self.first = first

    def apply(self) -> int:
        if self.first.plan.idle:
            self._show(self.first.plan)
            return 0
        with locked(self.path, now(), self.order.lock_timeout, _tell_waiting):
            fresh = prepare(self.profile, self.path, self.first.options)
            _check_bound(self.order, fresh.plan, self.saved)
            return self._approved(fresh)

    def _show(self, plan: Plan) -> None:
        if not (self.settings.quiet and plan.idle):
            result(render_text(plan, color=self.settings.colored(), verbose=self.settings.verbose))

    def _approved(self, fresh: Prepared) -> int:
        plan = fresh.plan
        self._show(plan)
        nothing_to_approve = all(one.action is Action.BLOCKED for one in plan.changes)
        if nothing_to_approve and not plan.ids:
            return self._code(plan, None)
        if not nothing_to_approve:
            self._ask(plan)
        applied = fresh.applied or new_state(plan.account_id)
        settled = transitions.give_ids(carry(applied, plan.changes, now()), plan.ids)
        with self.stop:
            if settled != applied:
                applied = self._saved(settled)
            outcome = self._run(plan, applied) if plan.requests else Result(applied)
            self._finish(outcome)
            return self._report(plan, outcome)

    def _ask(self, plan: Plan) -> None:
        """Ask what has to be asked; a plan that was reviewed needs no more. Raises ReconcilerError, click.Abort."""
        if self.saved is not None or self.order.plan_ids:
            return
        if plan.first_apply and not self.order.first_apply:
            ask_first_apply(plan)
        if not self.order.auto_approve:
            ask_apply(plan)

    def _saved(self, applied: Applied) -> Applied:
        try:
            return write(self.path, applied)
        except SaveError as error:
            raise ReconcilerError.at(
                self.path, f"the state cannot be written: {error.reason}; nothing was sent", error.remedy
            ) from error

    def _run(self, plan: Plan, applied: Applied) -> Result:
        link = self.link or _connection(self.order)
        debug = self.settings.verbose > 1
        with Client(link.base_url, link.api_key, link.ca_bundle, debug=debug) as client:
            progress = Progress(self.settings)
            with closing(progress):
                tools = Tools(
                    send=partial(self._send, client, progress),
                    save=partial(write, self.path),
                    rescue=partial(write_rescue, self.path),
                    now=now,
                    clock=time.monotonic,
                    new_key=lambda: str(uuid.uuid4()),
                    pause=self.stop.pause,
                    stopped=self.stop.stopped,
                    wait=next_wait,
                    tell=progress.tell,
                    before_risk=self._before_risk,
                    max_wait=self.order.max_wait,
                )
                return run(plan.requests, applied, tools)

    def _send(self, client: Client, progress: Progress, request: Request, key: str) -> Outcome:
        folder = os.path.dirname(self.profile.path) or "."
        try:
            with self.stop.flight():
                open_file, uploading = partial(snapshot, folder), progress.upload(request)
                return client.send(request, key, open_file, uploading, self.stop.limit)
        except AbandonedError as error:
            return Outcome(
                verdict=Verdict.UNKNOWN,
                title=f"given up {error}, before an answer came",
                remedy="look at the profile on LinkedIn",
                resend=True,
            )

    def _before_risk(self) -> str | None:
        """Run --on-save, before each request that cannot be repeated: that one is what must not be forgotten."""
        if self.order.on_save is None:
            return None
        environ = {name: value for name, value in os.environ.items() if name != "POSTPRESS_API_KEY"}
        command = self.order.on_save
        try:
            done = subprocess.run(command, shell=True, stdout=_STDERR, check=False, env=environ)  # noqa: S602 - the user's own
        except OSError as error:
            return f"--on-save cannot be started: {error.strerror}, so this was not sent"
        return None if done.returncode == 0 else f"--on-save exited {done.returncode}, so this was not sent"

    def _finish(self, outcome: Result) -> None:
        """After a whole run that left nothing, record what the fast path compares."""
        if outcome.end is not None or outcome.applied.pending or self.first.options.targets:
            return
        applied = replace(outcome.applied, keys={})
        if not make_plan(self.profile, applied, self.path, __version__, Options(add=self.first.options.add)).empty:
            return
        source = Source(
            profile=self.profile.sha256,
            files={path: facts.sha256 for path, facts in self.profile.desired.files.items()},
            tool_version=__version__,
            sections=digest({at: record_json(one) for at, one in applied.sections.items()}),
        )
        try:
            write(self.path, applied, source)
        except SaveError as error:
            notice(f"note: the state is right, but its digests cannot be added: {visible(error.reason)}")

    def _report(self, plan: Plan, outcome: Result) -> int:
        for line in report(plan, outcome, self.path):
            notice(line)
        if plan.summary["blocked"]:
            again = make_plan(self.profile, outcome.applied, self.path, __version__, self.first.options)
            for line in asked_anew(plan, again):
                notice(line)
        if outcome.unsaved is not None:
            notice(in_ascii(outcome.unsaved))
        if outcome.end is End.INTERRUPTED and self.stop.exit_code is not None:
            return self.stop.exit_code
        return self._code(plan, outcome)

    def _code(self, plan: Plan, outcome: Result | None) -> int:
        unclear = outcome.unknown if outcome else ()
        doubt = set(plan.in_doubt) | _not_repeatable(plan.requests, {address for address, _ in unclear})
        if doubt:
            return Exit.DOUBT
        bad = plan.summary["blocked"] or (
            outcome and (outcome.rejected or outcome.unknown or outcome.untried or outcome.end)
        )
        return Exit.ERROR if bad else 0


def _tell_waiting(holder: str) -> None:
    notice(f"waiting for the lock: {visible(holder)}")


def _not_repeatable(requests: Iterable[Request], addresses: set[str]) -> set[str]:
    return {at for request in requests if not request.repeatable for at in request.addresses if at in addresses}


def _announce(name: str) -> None:
    _say(f"{name}: ending after the request in flight; once more ends at once")


def _leave() -> None:
    """Give the terminal its cursor back: a bar hides it."""
    if os.isatty(_STDERR):
        _say("\x1b[?25h")


def _say(line: str) -> None:
    """Print from a signal handler: straight to the descriptor, since a print may be what it interrupts."""
    with suppress(OSError):
        os.write(_STDERR, f"{line}\n".encode())
