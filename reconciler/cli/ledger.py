"""Owns the ledger of an apply of many profiles: what became of each is said, counted and reported as it happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.app.apply import Landed
from reconciler.app.many import Ending, Fate, Halt, Turn
from reconciler.applying.events import End
from reconciler.cli import events
from reconciler.cli.console import Exit, notice, show_error, show_problems
from reconciler.cli.events import EventObject
from reconciler.cli.order import Order
from reconciler.cli.report import exit_code, report
from reconciler.cli.report_file import ReportFile
from reconciler.cli.screen import Screen
from reconciler.cli.tally import Tally
from reconciler.problem import ReconcilerError
from reconciler.render.terminal import visible


@dataclass(slots=True)
class Ledger:
    """What became of the profiles so far.

    `of_saved` tells that a saved plan is applied. `to_read_back` is what to read back, `written` the states;
    `sent` tells whether anything was. `is_broken` tells that the report cannot be written, so that no more profiles
    may be begun.
    """

    order: Order
    screen: Screen
    report_file: ReportFile | None
    of_saved: bool = False
    tally: Tally = field(default_factory=Tally)
    to_read_back: list[Landed] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    sent: bool = False
    is_broken: bool = False

    @property
    def goes_on(self) -> str:
        """Say how to apply what was not begun. A plan that was reviewed whole fits no more once a part is applied."""
        reviewed = self.of_saved or self.order.terms.plan_ids
        return "plan what is left again, and apply that" if reviewed else "the same command goes on from here"

    def unchanged(self, path: str, state: str) -> None:
        """Count a profile that had nothing to do."""
        self._count(path, Fate.UNCHANGED, Exit.DONE, events.nothing_to_do(path, state))

    def refused(self, errors: Mapping[str, ReconcilerError]) -> None:
        """Say once why these profiles may not be sent, and count each."""
        if errors:
            problems = (problem for error in errors.values() for problem in error.problems)
            show_error(ReconcilerError(*problems), self.screen.settings)
        for path, error in errors.items():
            self._count(path, Fate.UNDONE, Exit.ERROR, events.failed(error.problems, path))

    def deferred(self, path: str, until: str) -> None:
        """Say that a profile is due only then, and count it."""
        why = ", later than --wait-limit lets it go" if self.order.wait else ""
        notice(f"{visible(path)}: deferred until {until}{why}")
        waits = Exit.CHANGES if self.order.detailed_exitcode else Exit.DONE
        code = Exit.ERROR if self.order.wait else waits
        self._count(path, Fate.DEFERRED, code, events.deferred(path, until))

    def not_begun(self, turn: Turn, halt: Halt) -> None:
        """Count a profile whose turn did not come."""
        self._count(turn.path, Fate.NOT_BEGUN, Exit.ERROR, events.not_begun(turn.path, halt.value))

    def canary(self, left: int) -> None:
        """Say that all of the first profiles succeeded, and how many are left."""
        done = self.tally.count(Fate.DONE)
        notice(f"canary: {done} done, going on with {left}")
        if self.screen.as_json:
            events.show_event(events.canary(done, left))

    def ended(self, ending: Ending, *, interrupted: int | None, name_done: bool) -> None:
        """Say what became of a profile, and count it; `interrupted` is the exit code of a signal that came."""
        path, result = ending.turn.path, ending.result
        if result is None:
            assert ending.error is not None
            show_problems(ending.error.problems, ending.error.warnings, self.screen.settings)
            self._count(path, ending.fate, Exit.ERROR, events.failed(ending.error.problems, path))
            return
        if said := "\n".join(report(result, name_done=name_done)):  # in one piece: a hook of another may be printing
            notice(said)
        run = result.run
        self.sent = self.sent or bool(result.done)
        if run is not None:
            self.written.append(result.state_path)
        if self.order.verify_after is not None and result.done and run is not None and run.end is None:
            self.to_read_back.append(result.landed)
        code: int = exit_code(result, detailed=self.order.detailed_exitcode)
        if run is not None and run.end is End.INTERRUPTED and interrupted is not None:
            code = interrupted
        self._count(path, ending.fate, code, events.ended(result, code))

    def _count(self, path: str, fate: Fate, code: int, event: EventObject) -> None:
        self.tally.add(path, fate, code)
        self.report(event)  # first: standard output may be closed
        if self.screen.as_json:
            events.show_event(event)

    def report(self, event: EventObject) -> None:
        """Add a line to the report."""
        if self.report_file is None:
            return
        try:
            self.report_file.write(event)
        except ReconcilerError as error:
            self.report_file = None
            self.is_broken = True
            show_problems(error.problems, error.warnings, self.screen.settings)
            self.tally.codes.add(Exit.ERROR)
