"""Owns an apply at the console: what it runs, signals before it sends, and its exit code."""

import os
import signal
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from types import FrameType
from typing import TYPE_CHECKING

from reconciler.app.apply import Callbacks, Result, Start, apply_one, starts
from reconciler.app.saved import NONE_SELECTED
from reconciler.applying.events import End, Event
from reconciler.applying.interrupt import Interrupt, ending_signals
from reconciler.cli.approval import approve, may_be_live
from reconciler.cli.console import Exit, Settings, notice
from reconciler.cli.events import done
from reconciler.cli.order import STDERR, Connect, Order, link_of, run_hook
from reconciler.cli.progress import ProgressView
from reconciler.cli.report import exit_code
from reconciler.cli.screen import Screen, later
from reconciler.cli.tally import Tally
from reconciler.problem import ReconcilerError, UsageError
from reconciler.render.terminal import visible
from reconciler.wire.client import Client

if TYPE_CHECKING:  # most applies have no report
    from reconciler.cli.report_file import ReportFile


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
    screen = Screen(settings, as_json=order.as_json, on_save=order.on_save is not None)
    try:
        with _reporting(order.report) as report_file:
            code = _apply_each(order, settings, screen, report_file)
    except ReconcilerError as error:
        if not order.as_json:
            raise
        screen.failed(error)
        code = Exit.USAGE if isinstance(error, UsageError) else Exit.ERROR
    screen.done(code)
    return code


def _reporting(path: str | None) -> AbstractContextManager["ReportFile | None"]:
    if path is None:
        return nullcontext()
    from reconciler.cli.report_file import reporting

    return reporting(path)


def _apply_each(order: Order, settings: Settings, screen: Screen, report_file: "ReportFile | None") -> int:
    stop, link = Interrupt(_announce, _leave), link_of(order)
    if len(order.profiles) > 1:
        from reconciler.cli.applying_many import apply_many

        code = apply_many(order, screen, stop, link, report_file)
        return code if stop.exit_code is None else stop.exit_code
    found = starts(order.profiles, order.state, order.options, order.terms.plan_ids)
    if not found:
        _say_no_plan(order.profiles[0], settings, report_file)
        return Exit.DONE
    if any(start.plan.requests for start in found):
        link()  # what is wrong with the key or the URL is told before anything is asked
    if len(found) > 1 or order.is_of_many or any(start.plan.due for start in found):
        from reconciler.cli.applying_many import apply_starts

        code = apply_starts(found, order, screen, stop, link, report_file)
        return code if stop.exit_code is None else stop.exit_code
    (start,) = found
    result, code = _apply_one(start, order, settings, screen, stop, link)
    if stop.exit_code is not None:
        return stop.exit_code
    _read_back(result, order, settings, link)
    return code


def _say_no_plan(path: str, settings: Settings, report_file: "ReportFile | None") -> None:
    """Say of a plan file that nothing was done, since it was saved without a plan."""
    if not settings.quiet:
        notice(f"{visible(path)}: it holds no plan: {NONE_SELECTED}; nothing was done")
    if report_file is not None:
        report_file.write(done(Exit.DONE, Tally().counts()))


def _read_back(result: Result, order: Order, settings: Settings, link: Connect) -> None:
    """Read back what was sent, or say how to do it later."""
    if not result.done or (result.run is not None and result.run.end is not None):
        return
    if order.verify_after is not None:
        from reconciler.cli.verifying import verify_all

        verify_all((result.landed,), order.verify_after, settings, link, as_json=order.as_json)
    else:
        later(settings)


def _apply_one(  # noqa: PLR0913 - what they share
    start: Start,
    order: Order,
    settings: Settings,
    screen: Screen,
    stop: Interrupt,
    link: Connect,
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
            before_risk=lambda: run_hook(order.on_save),
        )
        result = apply_one(start, order.terms, callbacks, stop, open_client)
    code: int = exit_code(result, detailed=order.detailed_exitcode)
    if result.run is not None and result.run.end is End.INTERRUPTED and stop.exit_code is not None:
        code = stop.exit_code
    screen.ended(result, code)
    return result, code


def _announce(name: str) -> None:
    _say(f"{name}: ending after the request in flight; once more ends at once")


def _leave() -> None:
    """Clear the line that is drawn in a terminal, and show the cursor again."""
    if os.isatty(STDERR):
        _say("\r\x1b[K\x1b[?25h", end="")


def _say(line: str, end: str = "\n") -> None:
    """Print from a signal handler: straight to the descriptor, since a print may be what it interrupts."""
    with suppress(OSError):
        os.write(STDERR, f"{line}{end}".encode())
