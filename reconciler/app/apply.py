"""Owns an apply: each plan made anew under its state's lock, approved, sent, recorded."""

import os
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from reconciler.app.fastpath import source_of
from reconciler.app.git import Unkept, unkept
from reconciler.app.merging import refuse_one_side
from reconciler.app.older import remember_entries
from reconciler.app.plans import Prepared, prepare, prepare_all, read_profiles, refuse_other_state
from reconciler.app.repositories import Repositories
from reconciler.app.saved import check_states, plan_anew, saved_among
from reconciler.applying.events import Event, Failed, RunResult
from reconciler.applying.runner import Tools, run
from reconciler.applying.stop import Stop
from reconciler.carry import carry
from reconciler.clock import now
from reconciler.planning.plan import Action, Plan, Request, SavedPlan, joint_id
from reconciler.planning.planner import Options
from reconciler.problem import ReconcilerError, StaleError, StateError, UsageError
from reconciler.profile.files import snapshot
from reconciler.quoting import command_line
from reconciler.render.stale import moved_text
from reconciler.stale import staleness
from reconciler.state import transitions
from reconciler.state.applied import Applied
from reconciler.state.storage import Lock, SaveError, StatesIn, locked, new_state, states_in, write, write_rescue
from reconciler.wire.client import Client
from reconciler.wire.outcomes import AbandonedError, Outcome, Verdict
from reconciler.wire.retry import next_wait

OpenClient = Callable[[], AbstractContextManager[Client]]


class Terms(Struct, frozen=True):
    """Under which terms plans are applied.

    `first_apply` says that nothing which would be sent is on LinkedIn already; `plan_ids` are of the plans that were
    reviewed, or of all of them together, and no other one is applied; `max_wait` and `lock_timeout` are seconds.
    """

    first_apply: bool = False
    plan_ids: tuple[str, ...] = ()
    max_wait: float = 300.0
    lock_timeout: float = 0.0


class Callbacks(Struct, frozen=True):
    """What an apply calls while it goes on.

    `planned` gets the plan that was made under the lock, `approve` is asked whether to apply it, `already_live` whether
    LinkedIn shows already what it would send for the first time; `waiting` gets who holds the lock, `tell` what became
    of a request. `sending` is called before a request with files, and may return what is told the bytes sent and their
    sum. `before_risk` is called, with the state written, before what cannot be repeated is sent; it returns why that
    may not be sent, or None. Each may raise ReconcilerError before anything was sent.
    """

    approve: Callable[[Plan], bool]
    already_live: Callable[[Plan], bool]
    planned: Callable[[Plan], None]
    waiting: Callable[[str], None]
    tell: Callable[[Event], None]
    sending: Callable[[Request], Callable[[int, int], None] | None]
    before_risk: Callable[[], str | None]


class Start(Struct, frozen=True):
    """One profile with the plan of the first look, and the saved plan that it has to be, if there is one."""

    prepared: Prepared
    saved: SavedPlan | None = None

    @property
    def plan(self) -> Plan:
        """Return the plan of the first look."""
        return self.prepared.plan

    @property
    def profile_path(self) -> str:
        """Return the path of the profile."""
        return self.prepared.profile.path


class Booking(Struct, frozen=True):
    """What is kept of a profile until its turn comes: enough to plan it again, and to hold it to what was shown.

    `plan_ids` are of the plans that it may have then: none allows any. With `saved` it has to be that plan besides.
    `kept` gives what was planned, where nothing changed since; `beside` knows the states in a folder; `git` knows of
    which states there is anything to ask it.
    """

    profile_path: str
    state_path: str
    account_id: str
    options: Options
    plan_ids: tuple[str, ...] = ()
    saved: SavedPlan | None = None
    kept: Callable[[str, Lock], Prepared | None] = lambda *_: None
    beside: StatesIn = states_in
    git: Repositories | None = None


class Landed(Struct, frozen=True):
    """What an apply changed: enough to read it back, and little enough to keep of many profiles."""

    profile_path: str
    state_path: str
    addresses: tuple[str, ...]


class Result(Struct, frozen=True):
    """What became of one profile's apply: the plan that was applied, and what the run did, if there was one."""

    plan: Plan
    state_path: str
    run: RunResult | None = None

    @property
    def done(self) -> tuple[str, ...]:
        """Return the addresses whose change arrived."""
        return self.run.done if self.run else ()

    @property
    def landed(self) -> Landed:
        """Return what a read may look for."""
        return Landed(self.plan.profile.path, self.state_path, self.done)

    @property
    def rejected(self) -> tuple[Failed, ...]:
        """Return the requests that changed nothing."""
        return self.run.rejected if self.run else ()

    @property
    def unknown(self) -> tuple[Failed, ...]:
        """Return the requests of which it is not known whether they arrived."""
        return self.run.unknown if self.run else ()

    @property
    def untried(self) -> tuple[str, ...]:
        """Return the addresses that were not tried, since the run ended before; `run.end` and `run.reason` say why."""
        return self.run.untried if self.run else ()

    @property
    def blocked(self) -> tuple[str, ...]:
        """Return the addresses that the plan could not write; their changes say why, and what to do."""
        return tuple(change.address for change in self.plan.changes if change.action is Action.BLOCKED)

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """Return the addresses of which nobody knows whether they arrived, and that must not be sent again."""
        unknown = self.run.unknown if self.run else ()
        once = {address for failed in unknown if not failed.request.repeatable for address in failed.addresses}
        return (*self.plan.in_doubt, *sorted(once - {*self.plan.in_doubt}))

    @property
    def complete(self) -> bool:
        """Tell whether all is as the profile says: nothing blocked, rejected, unknown, untried or in doubt."""
        if self.plan.in_doubt or self.plan.summary["blocked"]:
            return False
        run = self.run
        return run is None or not (run.rejected or run.unknown or run.untried or run.end)


def starts(paths: Sequence[str], state: str | None, options: Options, plan_ids: Sequence[str]) -> tuple[Start, ...]:
    """Read profiles, or what a saved plan holds, and plan each. Raises ReconcilerError with all that is wrong."""
    saved = saved_among(paths)
    if saved is not None and options != Options():
        raise UsageError.at(paths[0], "a saved plan holds its own --target", "leave it out")
    if saved is not None:
        if state is None:
            check_states(saved)
        found = [Start(*pair) for pair in zip(plan_anew(saved, state), saved, strict=True)]
    else:
        found = [Start(prepared) for prepared in prepare_all(read_profiles(paths, state), state, options)]
    reviewed = joint_id([start.plan for start in found]) in plan_ids
    for start in found:
        check_bound(start.plan, start.saved, () if reviewed else plan_ids)
    return tuple(found)


def check_bound(plan: Plan, saved: SavedPlan | None, plan_ids: Sequence[str]) -> None:
    """Refuse a plan that is not the one that was reviewed. Raises StaleError."""
    if saved is not None:
        moved = staleness(saved, plan)
        if moved:
            raise StaleError.at(
                plan.profile.path,
                f"the saved plan no longer fits: {'; '.join(map(moved_text, moved))}",
                "plan again, and have the new plan reviewed",
            )
    if plan_ids and not plan.empty:
        check_id(plan.profile.path, plan.id, plan_ids)


def check_id(profile: str, plan_id: str, plan_ids: Sequence[str]) -> None:
    """Refuse a plan of an id that was not reviewed; one that holds nothing has none. Raises StaleError."""
    if plan_id and plan_id not in plan_ids:
        raise StaleError.at(
            profile,
            f"this plan has the id {plan_id}, not {' or '.join(plan_ids)}: something changed since the review",
            "have the new plan reviewed",
        )


def apply_one(start: Start, terms: Terms, callbacks: Callbacks, stop: Stop, open_client: OpenClient) -> Result:
    """Apply one profile. Raises ReconcilerError where nothing was done."""
    prepared, plan = start.prepared, start.plan
    if plan.idle:
        callbacks.planned(plan)
        return Result(plan, prepared.state_path)
    plan_ids = (*terms.plan_ids, plan.id) if terms.plan_ids else ()
    booking = Booking(start.profile_path, prepared.state_path, plan.account_id, prepared.options, plan_ids, start.saved)
    return apply_booked(booking, terms, callbacks, stop, open_client)


def apply_booked(booking: Booking, terms: Terms, callbacks: Callbacks, stop: Stop, open_client: OpenClient) -> Result:
    """Plan a profile again under its lock, and apply it. Raises ReconcilerError where nothing was done.

    A plan of the booking's ids is not asked about again.
    """
    with locked(booking.state_path, now(), terms.lock_timeout, callbacks.waiting, stop.pause) as lock:
        fresh = _anew(booking, lock)
        path, git = fresh.state_path, booking.git
        if git is None or git.may_conflict(path):
            refuse_one_side(booking.profile_path, path, fresh.applied)
        if any(not request.repeatable for request in fresh.plan.requests) and (git is None or git.is_newer(path)):
            _refuse_older(path)
        check_bound(fresh.plan, booking.saved, booking.plan_ids)
        callbacks.planned(fresh.plan)
        reviewed = booking.saved is not None or bool(booking.plan_ids)
        return _Apply(fresh, lock, terms, callbacks, stop, open_client).carry_out(reviewed=reviewed)


def _refuse_older(path: str) -> None:
    """Raise StateError where git knows another state of the upstream branch: what that holds would be sent again."""
    if Unkept.BEHIND in unkept(path):
        raise StateError.at(
            path,
            "the upstream branch has another one, and what was applied with that would be sent a second time",
            "pull, commit what is merged, and apply again",
        )


def _anew(booking: Booking, lock: Lock) -> Prepared:
    """Read profile, files and state again, since what held the lock may have changed them, and plan."""
    kept = booking.kept(booking.profile_path, lock)
    if kept is not None:
        if kept.applied is None:
            refuse_other_state(kept.profile, kept.state_path, booking.beside)
        return kept
    (profile,) = read_profiles((booking.profile_path,), booking.state_path)
    if profile.desired.account_id != booking.account_id:
        raise StaleError.at(profile.path, "its account_id was changed meanwhile, so nothing was done", "apply again")
    return prepare(profile, booking.state_path, booking.options, booking.beside)


def already_live(profile: str, state: str, first_apply: Sequence[str]) -> ReconcilerError:
    """Return the error that ends an apply of what LinkedIn shows already, with how to record that.

    `profile` and `state` are their paths, `first_apply` the sections that a plan says so of.
    """
    refresh = command_line(("refresh",), profile, state)
    accept = command_line(("state", "accept", *first_apply), profile, state)
    return ReconcilerError.at(
        profile,
        "nothing was done: what is on LinkedIn already would be added a second time, or written over unseen",
        f"run `{refresh}`, which reads what is there; or `{accept}`, if LinkedIn shows what the file says; "
        "or begin with `reconciler import` of LinkedIn's archive, in another folder",
    )


class _Apply(Struct, frozen=True):
    """One profile's apply under its lock."""

    prepared: Prepared
    lock: Lock
    terms: Terms
    callbacks: Callbacks
    stop: Stop
    open_client: OpenClient

    def carry_out(self, *, reviewed: bool) -> Result:
        plan, path = self.prepared.plan, self.prepared.state_path
        nothing_to_approve = all(change.action is Action.BLOCKED for change in plan.changes)
        if nothing_to_approve and not plan.ids:
            return Result(plan, path)
        if not (nothing_to_approve or reviewed):
            self._ask(plan)
        applied = self.prepared.applied or new_state(plan.account_id)
        settled = transitions.give_ids(carry(applied, plan.changes, now()), plan.ids)
        with self.stop:
            if not plan.requests:
                outcome = RunResult(self._recorded(settled, self._save_last))
            else:
                outcome = self._run(applied if settled == applied else self._recorded(settled, self._save))
            if any(change.action is Action.CREATE for change in plan.changes):
                remember_entries(outcome.applied)
            return Result(plan, path, outcome)

    def _ask(self, plan: Plan) -> None:
        """Ask what has to be asked. Raises ReconcilerError where the answer ends it."""
        if plan.first_apply and not self.terms.first_apply and self.callbacks.already_live(plan):
            raise already_live(plan.profile.path, plan.state.path, plan.first_apply)
        if not self.callbacks.approve(plan):
            raise ReconcilerError.at(plan.profile.path, "declined: nothing was done")

    def _recorded(self, applied: Applied, save: Callable[[Applied], Applied]) -> Applied:
        """Make durable what is recorded without sending anything. Raises ReconcilerError."""
        try:
            return save(applied)
        except SaveError as error:
            raise ReconcilerError.at(
                self.prepared.state_path,
                f"the state cannot be written: {error.reason}; nothing was sent",
                error.remedy,
            ) from error

    def _save(self, applied: Applied) -> Applied:
        return write(self.prepared.state_path, applied, lock=self.lock)

    def _save_last(self, applied: Applied) -> Applied:
        """Save the state after which nothing of the plan is left to send, with what lets the next apply be quick."""
        plan = self.prepared.plan
        if applied.pending or plan.in_doubt or plan.summary["blocked"] or plan.targets:
            return self._save(applied)
        source = source_of(self.prepared.profile)
        return write(self.prepared.state_path, replace(applied, keys={}), source, lock=self.lock)

    def _run(self, applied: Applied) -> RunResult:
        path = self.prepared.state_path
        with self.open_client() as client:
            tools = Tools(
                send=partial(self._send, client),
                save=self._save,
                save_last=self._save_last,
                lost=self.lock.lost,
                rescue=partial(write_rescue, path),
                now=now,
                clock=time.monotonic,
                new_key=lambda: str(uuid.uuid4()),
                pause=self.stop.pause,
                stopped=self.stop.stopped,
                wait=next_wait,
                tell=self.callbacks.tell,
                before_risk=self.callbacks.before_risk,
                max_wait=self.terms.max_wait,
            )
            return run(self.prepared.plan.requests, applied, tools)

    def _send(self, client: Client, request: Request, key: str) -> Outcome:
        folder = os.path.dirname(self.prepared.profile.path) or "."
        try:
            with self.stop.flight():
                open_file, uploading = partial(snapshot, folder), self.callbacks.sending(request)
                return client.send(request, key, open_file, uploading, self.stop.limit, self.stop.opened)
        except AbandonedError as error:
            return Outcome(
                verdict=Verdict.UNKNOWN,
                title=f"given up {error}, before an answer came",
                remedy="look at the profile on LinkedIn",
                resend=True,
            )
