"""Owns an apply at the console: what it shows, asks and runs, signals before it sends, and its exit code."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from types import FrameType

from reconciler.app.apply import Callbacks, Start, Terms, apply_one, starts
from reconciler.applying.events import End
from reconciler.applying.interrupt import Interrupt, ending_signals
from reconciler.cli.approval import approve, may_be_live
from reconciler.cli.console import Exit, Settings, notice, shown
from reconciler.cli.progress import Progress
from reconciler.cli.report import exit_code, report
from reconciler.planning.plan import Plan
from reconciler.planning.planner import Options
from reconciler.problem import ReconcilerError
from reconciler.render.problems import text_problems
from reconciler.render.terminal import visible
from reconciler.render.text import render_text
from reconciler.wire.client import Client
from reconciler.wire.connection import Connection, connection

_STDERR = 2
_SECRET = "POSTPRESS_API_KEY"  # noqa: S105 - the name of the variable


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asked for."""

    profiles: tuple[str, ...]
    options: Options
    terms: Terms
    state: str | None = None
    auto_approve: bool = False
    on_save: str | None = None
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
    found = starts(order.profiles, order.state, order.options, order.terms.plan_ids)
    link = _linked(order)
    if any(start.plan.requests for start in found):
        link()  # what is wrong with the key or the URL is told before anything is asked
    stop = Interrupt(_announce, _leave)
    ended: dict[str, int] = {}
    for start in found:
        if stop.exit_code is not None:
            notice(f"{visible(start.profile_path)}: not begun")
            ended[start.profile_path] = stop.exit_code
            continue
        try:
            ended[start.profile_path] = _apply_one(start, order, settings, stop, link)
        except ReconcilerError as error:
            if len(found) == 1:
                raise
            notice(text_problems(error.problems))
            ended[start.profile_path] = Exit.ERROR
    if len(ended) > 1 and not all(start.plan.idle for start in found):
        notice(_total(ended))
    if stop.exit_code is not None:
        return stop.exit_code
    return Exit.DOUBT if Exit.DOUBT in ended.values() else max(ended.values(), default=Exit.DONE)


def _apply_one(start: Start, order: Order, settings: Settings, stop: Interrupt, link: Callable[[], Connection]) -> int:
    def show(plan: Plan) -> None:
        if not (settings.quiet and plan.idle):
            shown(render_text(plan, color=settings.colored(), verbose=settings.verbose))

    def open_client() -> Client:
        there = link()
        return Client(there.base_url, there.api_key, there.ca_bundle, debug=settings.verbose > 1)

    with closing(Progress(settings)) as progress:
        callbacks = Callbacks(
            approve=(lambda _: True) if order.auto_approve else approve,
            already_live=may_be_live,
            planned=show,
            waiting=lambda holder: notice(f"waiting for the lock: {visible(holder)}"),
            tell=progress.tell,
            sending=progress.upload,
            before_risk=lambda: _run_hook(order.on_save),
        )
        ended = apply_one(start, order.terms, callbacks, stop, open_client)
    for line in report(ended):
        notice(line)
    if ended.run is not None and ended.run.end is End.INTERRUPTED and stop.exit_code is not None:
        return stop.exit_code
    return exit_code(ended)


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
    """Give the terminal its cursor back: a bar hides it."""
    if os.isatty(_STDERR):
        _say("\x1b[?25h")


def _say(line: str) -> None:
    """Print from a signal handler: straight to the descriptor, since a print may be what it interrupts."""
    with suppress(OSError):
        os.write(_STDERR, f"{line}\n".encode())
