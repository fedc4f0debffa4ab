"""Owns an apply of many profiles at the console: one question for all, then several at a time, and the sum of it."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial

import click

from reconciler import clock
from reconciler.app.apply import Booking, Callbacks, OpenClient, Result, Start, already_live, apply_booked, check_id
from reconciler.app.lookouts import View
from reconciler.app.many import REFUSALS, Clock, Ending, Fate, Fleet, Halt, Turn
from reconciler.app.pacing import Paces
from reconciler.app.plans import check_common_state, pace_of
from reconciler.app.repositories import Repositories
from reconciler.app.saved import saved_among
from reconciler.app.survey import Survey, survey
from reconciler.applying.events import End, Event
from reconciler.applying.flights import Flight
from reconciler.applying.interrupt import Interrupt
from reconciler.cli import events
from reconciler.cli.approval import approve_all, go_on, may_be_live_in, needs_first_apply
from reconciler.cli.console import Exit, notice, show_error, show_problems
from reconciler.cli.events import EventObject
from reconciler.cli.many_view import ManyView
from reconciler.cli.order import Order, run_hook
from reconciler.cli.plans import show_survey
from reconciler.cli.report import exit_code, keeping_of, outcome_line, report
from reconciler.cli.report_file import ReportFile
from reconciler.cli.screen import Screen, later
from reconciler.cli.tally import Tally
from reconciler.clock import timestamp
from reconciler.planning.plan import Action, Request
from reconciler.problem import ProblemsError, ReconcilerError
from reconciler.render.terminal import visible
from reconciler.state.paths import state_path
from reconciler.state.storage import states_in
from reconciler.wire.client import Client
from reconciler.wire.connection import Connection
from reconciler.wire.outcomes import Outcome

_Link = Callable[[], Connection]


@dataclass(slots=True)
class _Shown:
    """What is kept of the plans that were shown: the turns of those that have something to do, and of the others."""

    turns: list[Turn] = field(default_factory=list)
    idle: list[tuple[str, str]] = field(default_factory=list)  # profile and state
    unsettled: list[tuple[Turn, tuple[str, ...]]] = field(default_factory=list)  # what is sent for the first time
    asked: set[int] = field(default_factory=set)  # the places of those that need a yes

    def add(self, turn: Turn, order: Order, *, idle: bool, acts: bool, first_apply: tuple[str, ...]) -> None:
        """Keep a plan; `acts` tells whether it does anything that a person has to agree to."""
        if idle:
            self.idle.append((turn.path, turn.booking.state_path))
            return
        self.turns.append(turn)
        if acts and not order.terms.plan_ids:
            self.asked.add(turn.place)
            if first_apply and not order.terms.first_apply:
                self.unsettled.append((turn, first_apply))


def apply_many(order: Order, screen: Screen, interrupt: Interrupt, link: _Link, report_file: ReportFile | None) -> int:
    """Plan and show profiles, ask once, apply, and say what became of all; return the exit code but for a signal's.

    Raises ReconcilerError where nothing was begun.
    """
    check_common_state(order.state, several=True)
    settings, as_json = screen.settings, order.as_json
    view = View(
        forms=("json",) if as_json else ("text",),
        quick=not (as_json or order.options.targets or settings.verbose),
        keep=True,
        color=settings.colored(),
        verbose=settings.verbose,
        created_at=clock.now(),
    )
    with _surveyed(order, view) as found:
        _check_ids(found, order.terms.plan_ids)
        if any(outlook.requests for outlook in found.outlooks):
            link()
        if as_json:
            for outlook, text in found.texts("json"):
                events.show_event(events.planned(outlook.path, json.loads(text)))
        elif not settings.quiet or not all(outlook.idle for outlook in found.outlooks):
            show_survey(found)
        return _Many(order, screen, interrupt, link, report_file).carry_out(_shown(found, order))


def apply_starts(  # noqa: PLR0913 - what they share
    found: Sequence[Start],
    order: Order,
    screen: Screen,
    interrupt: Interrupt,
    link: _Link,
    report_file: ReportFile | None,
) -> int:
    """Do the same with what was planned already: one profile, or the profiles of a saved plan."""
    shown, paces = _Shown(), Paces()
    for place, start in enumerate(found):
        plan = start.plan
        screen.planned(plan)
        path, state = start.profile_path, start.prepared.state_path
        booking = Booking(path, state, plan.account_id, start.prepared.options, (plan.id,), start.saved)
        acts = start.saved is None and any(change.action is not Action.BLOCKED for change in plan.changes)
        turn = Turn(place, booking, bool(plan.requests), pace_of(start.prepared, paces))
        shown.add(turn, order, idle=plan.idle, acts=acts, first_apply=plan.first_apply)
    return _Many(order, screen, interrupt, link, report_file).carry_out(shown)


@contextmanager
def _surveyed(order: Order, view: View) -> Iterator[Survey]:
    try:
        with survey(order.profiles, order.options, view) as found:
            yield found
    except ProblemsError:
        saved_among(order.profiles)  # that a saved plan is among them is a better answer
        raise


def _check_ids(found: Survey, plan_ids: Sequence[str]) -> None:
    """Refuse plans that are not those that were reviewed. Raises StaleError."""
    if plan_ids and found.id not in plan_ids:
        for outlook in found.outlooks:
            check_id(outlook.path, "" if outlook.empty else outlook.plan_id, plan_ids)


def _shown(found: Survey, order: Order) -> _Shown:
    """Keep what applying needs of the plans that were shown."""
    shown, beside, paces, git = _Shown(), cache(states_in), Paces(), Repositories()
    for place, outlook in enumerate(found.outlooks):
        path, plan_ids = outlook.path, (outlook.plan_id,)
        booking = Booking(
            path, state_path(path), outlook.account_id, order.options, plan_ids, None, found.take, beside, git
        )
        pace = paces.pace_since(path, outlook.account_id, outlook.written_at) if outlook.requests else None
        turn = Turn(place, booking, bool(outlook.requests), pace)
        shown.add(turn, order, idle=outlook.idle, acts=outlook.acts, first_apply=outlook.first_apply)
    git.look([turn.booking.state_path for turn in shown.turns])
    return shown


@dataclass(slots=True)
class _Many:
    """One apply of many profiles."""

    order: Order
    screen: Screen
    interrupt: Interrupt
    link: _Link
    report_file: ReportFile | None
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    tally: Tally = field(default_factory=Tally)
    results: list[Result] = field(default_factory=list)  # those to read back
    written: list[str] = field(default_factory=list)  # the states
    sent: bool = False
    halt: Halt | None = None
    refusal: Outcome | None = None
    signalled: int = 0  # the exit code of a signal at a question
    fleet: Fleet | None = None
    view: ManyView | None = None

    def carry_out(self, shown: _Shown) -> int:
        """Ask, apply, and say what became of all; return the exit code."""
        refused = self._ask(shown)
        for path, state in shown.idle:
            self._count(path, Fate.UNCHANGED, Exit.DONE, events.nothing_to_do(path, state))
        if refused:
            problems = (problem for error in refused.values() for problem in error.problems)
            show_error(ReconcilerError(*problems), self.screen.settings)
        for turn in shown.turns:
            if turn.place in refused:
                self._count(turn.path, Fate.UNDONE, Exit.ERROR, events.failed(refused[turn.place].problems, turn.path))
        left = [turn for turn in shown.turns if turn.place not in refused]
        dues = [(turn, turn.due(self.began)) for turn in left]
        turns = [turn for turn, when in dues if when <= self.began or not self._put_off(turn, when)]
        if turns:
            self._apply(turns)
        return self._sum_up(said=bool(shown.turns))

    def _ask(self, shown: _Shown) -> dict[int, ReconcilerError]:
        """Ask what has to be asked; return by their places why some may not be sent. Raises ReconcilerError."""
        refused: dict[int, ReconcilerError] = {}
        if shown.unsettled:
            answer = may_be_live_in([turn.path for turn, _ in shown.unsettled])
            why = needs_first_apply if answer is None else already_live
            for turn, first_apply in shown.unsettled if answer is not False else ():
                refused[turn.place] = why(turn.path, turn.booking.state_path, first_apply)
        left = [turn.path for turn in shown.turns if turn.place in shown.asked - refused.keys()]
        if left and not self.order.auto_approve and not approve_all(left):
            raise ReconcilerError.at(left[0], "declined: nothing was done")
        return refused

    def _put_off(self, turn: Turn, when: datetime) -> bool:
        """Tell whether what is due only then is deferred, and count it if so."""
        limit = self.order.wait_limit
        if self.order.wait and (limit is None or (when - self.began).total_seconds() <= limit):
            return False
        until = timestamp(when)
        notice(f"{visible(turn.path)}: deferred until {until}")
        waits = Exit.CHANGES if self.order.detailed_exitcode else Exit.DONE
        code = Exit.ERROR if self.order.wait else waits
        self._count(turn.path, Fate.DEFERRED, code, events.deferred(turn.path, until))
        return True

    def _apply(self, turns: Sequence[Turn]) -> None:
        """Apply the first ones, then the others; count those that were not begun."""
        first = [turn for turn in turns if turn.sends][: self.order.canary]
        places = {turn.place for turn in first}
        others = [turn for turn in turns if turn.place not in places]
        with ExitStack() as stack:
            fleet = self._fleet(self._open_client(turns, stack))
            left = self._run(fleet, first) if first else []
            if first and others and fleet.halt is None:
                fleet.halt = self._halt_after_first(fleet, len(others))
            left += self._run(fleet, others) if fleet.halt is None else others
        self.halt, self.refusal = fleet.halt, fleet.refusal
        for turn in left:
            assert self.halt is not None
            event = events.not_begun(turn.path, self.halt.value)
            self._count(turn.path, Fate.NOT_BEGUN, Exit.ERROR, event)

    def _open_client(self, turns: Sequence[Turn], stack: ExitStack) -> OpenClient:
        """Return what gives the one client of all; there is none where nothing is sent."""

        def new_client() -> Client:
            there = self.link()
            return Client(there.base_url, there.api_key, there.ca_bundle, debug=self.screen.settings.verbose > 1)

        if not any(turn.sends for turn in turns):
            return new_client
        client = stack.enter_context(new_client())
        return lambda: nullcontext(client)

    def _fleet(self, open_client: OpenClient) -> Fleet:
        hook = threading.Lock()  # --on-save runs one at a time: it may well push to git

        def before_risk() -> str | None:
            with hook:
                return run_hook(self.order.on_save)

        def apply(turn: Turn, flight: Flight) -> Result:
            def tell(event: Event) -> None:
                fleet.post(partial(self._told, turn.path, event))

            def sending(request: Request) -> None:
                fleet.post(partial(self._sending, turn.path, request))

            callbacks = Callbacks(
                approve=lambda _: True,
                already_live=lambda _: False,
                planned=lambda _: None,
                waiting=lambda holder: fleet.post(partial(self._waiting, turn.path, holder)),
                tell=tell,
                sending=sending,
                before_risk=before_risk,
            )
            return apply_booked(turn.booking, self.order.terms, callbacks, flight, open_client)

        fleet = Fleet(
            apply=apply,
            interrupt=self.interrupt,
            clock=Clock(self.interrupt.pause),
            parallel=self.order.parallel,
            max_failures=self.order.max_failures,
            put_off=self._put_off,
            begun=self._begun,
            ended=self._ended,
            sleeping=self._sleeping,
            tick=self._tick,
            halt=self.halt,
        )
        self.fleet = fleet
        return fleet

    def _run(self, fleet: Fleet, turns: Sequence[Turn]) -> list[Turn]:
        settings, as_json = self.screen.settings, self.screen.as_json
        with closing(ManyView(settings, len(turns), as_json=as_json)) as view, self.interrupt:
            self.view = view
            left = fleet.run(turns)
        self.view = None
        return left

    def _halt_after_first(self, fleet: Fleet, left: int) -> Halt | None:
        """Return why it ends after the first ones: a person says so, or, unasked, not all of them succeeded."""
        answer = None
        if not (self.order.auto_approve or self.order.terms.plan_ids):
            try:
                answer = go_on(left)
            except click.Abort:
                self.signalled = Exit.INTERRUPTED
                return Halt.INTERRUPTED
            except SystemExit as terminated:  # by a signal: what was done is told all the same
                self.signalled = int(terminated.code or 0)
                return Halt.INTERRUPTED
        good = not fleet.failures if answer is None else answer
        if good and answer is None:
            done = self.tally.count(Fate.DONE)
            notice(f"canary: {done} done, going on with {left}")
            if self.screen.as_json:
                events.show_event(events.canary(done, left))
        return None if good else Halt.CANARY

    def _begun(self, turn: Turn) -> None:
        if self.view is not None:
            self.view.begun(turn.path)

    def _tick(self) -> None:
        if self.view is not None:
            self.view.tick()

    def _told(self, path: str, event: Event) -> None:
        self.screen.told(path, event)
        if self.view is not None:
            self.view.told(path, event)

    def _sending(self, path: str, request: Request) -> None:
        if self.view is not None:
            self.view.sending(path, request)

    def _waiting(self, path: str, holder: str) -> None:
        self.screen.waiting(path, holder, name=True)

    def _sleeping(self, until: datetime) -> None:
        notice(f"waiting until {timestamp(until)}: nothing is due before")

    def _ended(self, ending: Ending) -> None:
        """Say what became of a profile, and count it."""
        path, result = ending.turn.path, ending.result
        if self.view is not None:
            self.view.ended(path, failed=ending.failed)
        if result is None:
            assert ending.error is not None
            show_problems(ending.error.problems, ending.error.warnings, self.screen.settings)
            self._count(path, ending.fate, Exit.ERROR, events.failed(ending.error.problems, path))
            return
        lines = report(result, name_done=self.view is not None and self.view.names_done)
        if said := "\n".join(lines):  # in one piece: a hook of another profile may be printing
            notice(said)
        self.sent = self.sent or bool(result.done)
        if result.run is not None:
            self.written.append(result.state_path)
        if self.order.verify_after is not None and result.run is not None and result.run.end is None:
            self.results.append(result)
        code: int = exit_code(result, detailed=self.order.detailed_exitcode)
        if result.run is not None and result.run.end is End.INTERRUPTED and self.interrupt.exit_code is not None:
            code = self.interrupt.exit_code
        self._count(path, ending.fate, code, events.ended(result, code))

    def _count(self, path: str, fate: Fate, code: int, event: EventObject) -> None:
        self.tally.add(path, fate, code)
        self._report(event)  # first: standard output may be closed
        if self.screen.as_json:
            events.show_event(event)

    def _report(self, event: EventObject) -> None:
        """Add a line to the report; where that is not possible, no more profiles are begun."""
        if self.report_file is None:
            return
        try:
            self.report_file.write(event)
        except ReconcilerError as error:
            self.report_file = None
            show_problems(error.problems, error.warnings, self.screen.settings)
            self.tally.codes.add(Exit.ERROR)
            self.halt = Halt.REPORT
            if self.fleet is not None:
                self.fleet.halt = self.fleet.halt or Halt.REPORT

    def _sum_up(self, *, said: bool) -> int:
        """Say what became of all, and return the exit code."""
        code = self.signalled or self.interrupt.exit_code or self.tally.code
        if said:
            for line in self.tally.lines(name_done=self.halt is not None):
                notice(line)
        if self.halt is not None:
            notice(f"stopped: {self._why(self.halt)}; nothing more was begun: the same command goes on from here")
        for line in keeping_of(Repositories().unkept(self.written)):
            notice(line)
        self.screen.counts = self.tally.counts()
        self._report(events.done(code, self.screen.counts))
        if self.signalled or self.interrupt.exit_code:
            return code
        if self.results:
            from reconciler.cli.verifying import verify_all

            verify_all(
                self.results,
                self.order.verify_after or 0.0,
                self.screen.settings,
                self.link,
                as_json=self.screen.as_json,
            )
        elif self.sent and self.order.verify_after is None:
            later(self.screen.settings)
        return code

    def _why(self, halt: Halt) -> str:
        if halt is Halt.REFUSALS:
            assert self.refusal is not None
            said = f"{REFUSALS} accounts in a row were refused for the key or the service, or got no answer"
            remedy = f"; {visible(self.refusal.remedy)}" if self.refusal.remedy else ""
            return f"{said}, the last so: {outcome_line(self.refusal)}{remedy}"
        if halt is Halt.FAILURES:
            return f"--max-failures {self.order.max_failures} is reached"
        if halt is Halt.CANARY:
            return "not all of the first profiles succeeded, or you said no after them"
        return "the report cannot be written" if halt is Halt.REPORT else self.interrupt.stopped() or "interrupted"
