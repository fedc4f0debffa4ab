"""Owns an apply of many profiles at the console: one question for all, then several at a time."""

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import click

from reconciler import clock
from reconciler.app.apply import Callbacks, OpenClient, Result, Start, apply_booked, check_id
from reconciler.app.lookouts import View
from reconciler.app.many import Clock, Ending, Fleet, Halt, Turn
from reconciler.app.plans import check_common_state
from reconciler.app.saved import saved_among
from reconciler.app.survey import Survey, survey
from reconciler.applying.events import Event
from reconciler.applying.flights import Flight
from reconciler.applying.interrupt import Interrupt
from reconciler.cli import events
from reconciler.cli.approval import go_on
from reconciler.cli.console import Exit, notice
from reconciler.cli.ledger import Ledger
from reconciler.cli.many_view import ManyView
from reconciler.cli.order import Connect, Order, run_hook
from reconciler.cli.plans import show_survey
from reconciler.cli.report_file import ReportFile
from reconciler.cli.screen import Screen
from reconciler.cli.shown import Shown, shown_at_start, shown_by_survey
from reconciler.cli.summing_up import read_back, sum_up, why_stopped
from reconciler.clock import timestamp
from reconciler.planning.plan import Request
from reconciler.problem import ProblemsError
from reconciler.wire.client import Client


def apply_many(
    order: Order, screen: Screen, interrupt: Interrupt, link: Connect, report_file: ReportFile | None
) -> int:
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
        ledger = Ledger(order, screen, report_file)
        return _Many(order, screen, interrupt, link, ledger).carry_out(shown_by_survey(found, order))


def apply_starts(  # noqa: PLR0913 - what they share
    found: Sequence[Start],
    order: Order,
    screen: Screen,
    interrupt: Interrupt,
    link: Connect,
    report_file: ReportFile | None,
) -> int:
    """Do the same with what was planned already: one profile, or the profiles of a saved plan."""
    for start in found:
        screen.planned(start.plan)
    shown = shown_at_start(found, order)
    ledger = Ledger(order, screen, report_file, of_saved=any(start.saved for start in found))
    return _Many(order, screen, interrupt, link, ledger).carry_out(shown)


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


@dataclass(slots=True)
class _Many:
    """One apply of many profiles."""

    order: Order
    screen: Screen
    interrupt: Interrupt
    link: Connect
    ledger: Ledger
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    signalled: int = 0  # the exit code of a signal at a question
    fleet: Fleet | None = None
    view: ManyView | None = None

    def carry_out(self, shown: Shown) -> int:
        """Ask, apply, and say what became of all; return the exit code."""
        refused = shown.ask(auto_approve=self.order.auto_approve)
        for path, state in shown.idle:
            self.ledger.unchanged(path, state)
        self.ledger.refused({turn.path: refused[turn.place] for turn in shown.turns if turn.place in refused})
        left = [turn for turn in shown.turns if turn.place not in refused]
        dues = [(turn, turn.due(self.began)) for turn in left]
        turns = [turn for turn, when in dues if when <= self.began or not self._put_off(turn, when)]
        if turns:
            self._apply(turns)
        return self._end(said=bool(shown.turns))

    def _put_off(self, turn: Turn, when: datetime) -> bool:
        """Tell whether what is due only then is deferred, and count it if so."""
        limit = self.order.wait_limit
        if self.order.wait and (limit is None or (when - self.began).total_seconds() <= limit):
            return False
        self._clear()
        self.ledger.deferred(turn.path, timestamp(when))
        self._halt_if_unreported()
        return True

    def _apply(self, turns: Sequence[Turn]) -> None:
        """Apply the first ones, then the others; count those that were not begun."""
        first = [turn for turn in turns if turn.sends][: self.order.canary]
        places = {turn.place for turn in first}
        others = [turn for turn in turns if turn.place not in places]
        with ExitStack() as stack:
            fleet = self.fleet = self._fleet(self._open_client(turns, stack))
            self._halt_if_unreported()
            left = self._run(fleet, first) if first else []
            if first and others and fleet.halt is None:
                fleet.halt = self._halt_after_first(fleet, len(others))
            left += self._run(fleet, others) if fleet.halt is None else others
        for turn in left:
            assert fleet.halt is not None
            self.ledger.not_begun(turn, fleet.halt)

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
        )
        return fleet

    def _run(self, fleet: Fleet, turns: Sequence[Turn]) -> list[Turn]:
        settings, as_json = self.screen.settings, self.screen.as_json
        shared = (as_json and sys.stdout.isatty()) or self.order.on_save is not None or settings.verbose > 1
        with closing(ManyView(settings, len(turns), shared=shared)) as view, self.interrupt:
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
            self.ledger.canary(left)
        return None if good else Halt.CANARY

    def _begun(self, turn: Turn) -> None:
        if self.view is not None:
            self.view.begun(turn.path)

    def _tick(self) -> None:
        if self.view is not None:
            self.view.tick(self.interrupt.stopped())

    def _clear(self) -> None:
        """Take away what is drawn: what is printed next is to stay."""
        if self.view is not None:
            self.view.clear()

    def _told(self, path: str, event: Event) -> None:
        self.screen.told(path, event)
        if self.view is not None:
            self.view.told(path, event)

    def _sending(self, path: str, request: Request) -> None:
        if self.view is not None:
            self.view.sending(path, request)

    def _waiting(self, path: str, holder: str) -> None:
        self._clear()
        self.screen.waiting(path, holder, name=True)

    def _sleeping(self, until: datetime) -> None:
        self._clear()
        notice(f"waiting until {timestamp(until)}: nothing is due before")

    def _ended(self, ending: Ending) -> None:
        names_done = self.view is not None and self.view.names_done
        if self.view is not None:
            self.view.ended(ending.turn.path, failed=ending.failed)
        self._clear()
        self.ledger.ended(ending, interrupted=self.interrupt.exit_code, name_done=names_done)
        self._halt_if_unreported()

    def _halt_if_unreported(self) -> None:
        """Begin no more profiles where the report cannot be written."""
        if self.ledger.is_broken and self.fleet is not None:
            self.fleet.halt = self.fleet.halt or Halt.REPORT

    def _end(self, *, said: bool) -> int:
        """Say what became of all, read back what was sent, and return the exit code."""
        halt, refusal = (None, None) if self.fleet is None else (self.fleet.halt, self.fleet.refusal)
        stopped = why_stopped(halt, refusal, self.order.max_failures, self.interrupt.stopped())
        interrupted = self.signalled or self.interrupt.exit_code
        code = sum_up(self.ledger, halt, stopped, interrupted, said=said)
        if not interrupted:
            read_back(self.ledger, self.link)
        return code
