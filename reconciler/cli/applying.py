"""Owns an apply at the console: what it shows, asks and runs, signals before it sends, and its exit code."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from types import FrameType

from reconciler.app.apply import Callbacks, Result, Start, Terms, apply_one, starts
from reconciler.applying.events import End, Event
from reconciler.applying.interrupt import Interrupt, ending_signals
from reconciler.cli import events
from reconciler.cli.approval import approve, may_be_live
from reconciler.cli.console import Exit, Settings, notice, show_problems, shown
from reconciler.cli.progress import ProgressView
from reconciler.cli.report import exit_code, keeping, report, worst
from reconciler.frozen import frozen
from reconciler.planning.plan import Plan
from reconciler.planning.planner import Options
from reconciler.problem import ReconcilerError, UsageError
from reconciler.render.terminal import visible
from reconciler.render.text import render_text
from reconciler.wire.client import Client
from reconciler.wire.connection import Connection, connection

_LATER = (
    "LinkedIn confirms with one word: `reconciler drift` shows later whether it is all there, `--verify` waits for that"
)
_STDERR = 2
_SECRET = "POSTPRESS_API_KEY"  # noqa: S105 - the name of the variable


@frozen
class Order:
    """What the command line asked for."""

    profiles: tuple[str, ...]
    options: Options
    terms: Terms
    state: str | None = None
    auto_approve: bool = False
    on_save: str | None = None
    as_json: bool = False
    detailed_exitcode: bool = False
    verify_after: float | None = None  # seconds; None: nothing is read back
    base_url: str | None = None
    api_key_file: str | None = None
    ca_bundle: str | None = None


def apply_all(order: Order, settings: Settings) -> int:
    """Apply every profile, or the saved plans; return the exit code: interruption wins over doubt, that over errors."""
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
    screen = Screen(settings, as_json=order.as_json)
    try:
        code = _apply_each(order, settings, screen)
    except ReconcilerError as error:
        if not order.as_json:
            raise
        screen.failed(error)
        code = Exit.USAGE if isinstance(error, UsageError) else Exit.ERROR
    screen.done(code)
    return code


def _apply_each(order: Order, settings: Settings, screen: "Screen") -> int:
    found = starts(order.profiles, order.state, order.options, order.terms.plan_ids)
    link = _linked(order)
    if any(start.plan.requests for start in found):
        link()  # what is wrong with the key or the URL is told before anything is asked
    stop = Interrupt(_announce, _leave)
    ended: dict[str, int] = {}
    results: list[Result] = []
    for start in found:
        if stop.exit_code is not None:
            notice(f"{visible(start.profile_path)}: not begun")
            ended[start.profile_path] = stop.exit_code
            continue
        try:
            result, ended[start.profile_path] = _apply_one(start, order, settings, screen, stop, link)
            results.append(result)
        except ReconcilerError as error:
            if len(found) == 1:
                raise
            screen.failed(error, start.profile_path)
            ended[start.profile_path] = Exit.ERROR
    if len(ended) > 1 and not all(start.plan.idle for start in found):
        notice(_total(ended))
    if stop.exit_code is not None:
        return stop.exit_code
    _read_back(results, order, settings, link)
    return worst(ended.values())


def _read_back(results: Sequence[Result], order: Order, settings: Settings, link: Callable[[], Connection]) -> None:
    """Read back what was sent, or say how to do it later."""
    whole = [result for result in results if result.run is not None and result.run.end is None]
    if not any(result.done for result in whole):
        return
    if order.verify_after is not None:
        from reconciler.cli.verifying import verify_all

        verify_all(whole, order.verify_after, settings, link, as_json=order.as_json)
    elif not settings.quiet:
        notice(_LATER)


def _apply_one(  # noqa: PLR0913 - what they share
    start: Start,
    order: Order,
    settings: Settings,
    screen: "Screen",
    stop: Interrupt,
    link: Callable[[], Connection],
) -> tuple[Result, int]:
    path = start.profile_path

    def open_client() -> Client:
        there = link()
        return Client(there.base_url, there.api_key, there.ca_bundle, debug=settings.verbose > 1)

    with closing(ProgressView(settings)) as progress:

        def tell(event: Event) -> None:
            progress.tell(event)
            screen.told(path, event)

        callbacks = Callbacks(
            approve=(lambda _: True) if order.auto_approve else approve,
            already_live=may_be_live,
            planned=screen.planned,
            waiting=lambda holder: screen.waiting(path, holder),
            tell=tell,
            sending=progress.sending,
            before_risk=lambda: _run_hook(order.on_save),
        )
        result = apply_one(start, order.terms, callbacks, stop, open_client)
    code: int = exit_code(result, detailed=order.detailed_exitcode)
    if result.run is not None and result.run.end is End.INTERRUPTED and stop.exit_code is not None:
        code = stop.exit_code
    screen.ended(result, code)
    return result, code


@frozen
class Screen:
    """What an apply prints besides its progress: text, or with `as_json` an event a line on standard output."""

    settings: Settings
    as_json: bool

    def planned(self, plan: Plan) -> None:
        """Print a plan."""
        if self.as_json:
            events.planned(plan)
        elif not (self.settings.quiet and plan.idle):
            shown(render_text(plan, color=self.settings.colored(), verbose=self.settings.verbose))

    def waiting(self, profile: str, holder: str) -> None:
        """Print who holds the lock."""
        notice(f"waiting for the lock: {visible(holder)}")
        if self.as_json:
            events.waiting(profile, holder)

    def told(self, profile: str, event: Event) -> None:
        """Print what became of a request, which progress tells in words."""
        if self.as_json:
            events.told(profile, event)

    def ended(self, result: Result, code: int) -> None:
        """Print what became of one profile."""
        for line in (*report(result), *keeping(result)):
            notice(line)
        if self.as_json:
            events.ended(result, code)

    def failed(self, error: ReconcilerError, profile: str = "") -> None:
        """Print why nothing was done."""
        show_problems(error.problems, error.warnings, self.settings)
        if self.as_json:
            events.failed(error.problems, profile)

    def done(self, code: int) -> None:
        """Print the last event."""
        if self.as_json:
            events.done(code)


def _linked(order: Order) -> Callable[[], Connection]:
    """Return what gives the connection, once there is a use for it; the key is read once, as its file may be a pipe."""
    return cache(lambda: connection(order.base_url, order.api_key_file, order.ca_bundle, os.environ))


def _run_hook(command: str | None) -> str | None:
    """Run --on-save; return why what comes next may not be sent, or None. It is the user's own, and gets no key."""
    if command is None:
        return None
    environ = {name: value for name, value in os.environ.items() if name != _SECRET}
    try:
        done = subprocess.run(command, shell=True, stdout=_STDERR, check=False, env=environ)  # noqa: S602 - the user's own
    except OSError as error:
        return f"--on-save cannot be started: {error.strerror}, so this was not sent"
    return None if done.returncode == 0 else f"--on-save exited {done.returncode}, so this was not sent"


def _total(ended: Mapping[str, int]) -> str:
    """Say of several profiles how many are as their files say, and which are not."""
    left: Sequence[str] = [visible(path) for path, code in ended.items() if code]
    rest = f"; not done: {', '.join(left)}" if left else ""
    return f"{len(ended)} profiles: {len(ended) - len(left)} done{rest}"


def _announce(name: str) -> None:
    _say(f"{name}: ending after the request in flight; once more ends at once")


def _leave() -> None:
    """Clear the line that is drawn in a terminal."""
    if os.isatty(_STDERR):
        _say("\r\x1b[K", end="")


def _say(line: str, end: str = "\n") -> None:
    """Print from a signal handler: straight to the descriptor, since a print may be what it interrupts."""
    with suppress(OSError):
        os.write(_STDERR, f"{line}{end}".encode())
