"""Owns what an apply prints besides its progress: text, or an event a line."""

from dataclasses import dataclass

from reconciler.app.apply import Result
from reconciler.applying.events import Event
from reconciler.cli import events
from reconciler.cli.console import Settings, notice, show_error, shown
from reconciler.cli.report import keeping, report
from reconciler.clock import now
from reconciler.planning.plan import Plan
from reconciler.problem import ReconcilerError
from reconciler.render.planfile import plan_json
from reconciler.render.terminal import visible
from reconciler.render.text import render_text

_LATER = (
    "LinkedIn confirms with one word: `reconciler drift` shows later whether it is all there, `--verify` waits for that"
)


@dataclass(slots=True)
class Screen:
    """What an apply prints besides its progress: text, or with `as_json` an event a line on standard output."""

    settings: Settings
    as_json: bool
    on_save: bool = False  # a command commits each state
    counts: events.EventObject | None = None  # of several profiles, for the last event

    def planned(self, plan: Plan) -> None:
        """Print a plan."""
        if self.as_json:
            events.show_event(events.planned(plan.profile.path, plan_json(plan, now())))
        elif not (self.settings.quiet and plan.idle):
            shown(render_text(plan, color=self.settings.colored(), verbose=self.settings.verbose))

    def waiting(self, profile: str, holder: str, *, name: bool = False) -> None:
        """Print who holds the lock, and `name` of which of several profiles."""
        whose = f"{visible(profile)}: " if name else ""
        notice(f"{whose}waiting for the lock: {visible(holder)}")
        if self.as_json:
            events.waiting(profile, holder)

    def told(self, profile: str, event: Event) -> None:
        """Print what became of a request, which progress tells in words."""
        if self.as_json:
            events.told(profile, event)

    def ended(self, result: Result, code: int) -> None:
        """Print what became of one profile."""
        for line in (*report(result), *keeping(result, on_save=self.on_save)):
            notice(line)
        if self.as_json:
            events.show_event(events.ended(result, code))

    def failed(self, error: ReconcilerError, profile: str = "") -> None:
        """Print why nothing was done."""
        show_error(error, self.settings)
        if self.as_json:
            events.show_event(events.failed(error.problems, profile))

    def done(self, code: int) -> None:
        """Print the last event."""
        if self.as_json:
            events.show_event(events.done(code, self.counts))


def later(settings: Settings) -> None:
    """Say how to see later whether what was sent arrived."""
    if not settings.quiet:
        notice(_LATER)
