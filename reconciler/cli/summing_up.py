"""Owns the end of an apply of many profiles: the total, why it stopped, which states git lacks; then reading back."""

from reconciler.app.many import Halt
from reconciler.app.repositories import Repositories
from reconciler.cli import events
from reconciler.cli.console import notice
from reconciler.cli.ledger import Ledger
from reconciler.cli.order import Connect
from reconciler.cli.report import keeping_of, outcome_line
from reconciler.cli.screen import later
from reconciler.render.terminal import visible
from reconciler.wire.outcomes import REFUSALS, Outcome

_TO_MEND = (Halt.REFUSALS, Halt.REPORT)  # which would stop the next run, too


def sum_up(ledger: Ledger, halt: Halt | None, stopped: str, interrupted: int | None, *, said: bool) -> int:
    """Say what became of all, unless nothing was `said` of any, and return the exit code.

    `halt` tells why no more profiles were begun, which `stopped` says; `interrupted` is the exit code of a signal that
    came.
    """
    if said:
        for line in ledger.tally.lines(name_done=bool(stopped)):
            notice(line)
    if stopped:
        mended = "once that is mended, " if halt in _TO_MEND else ""
        notice(f"stopped: {stopped}; nothing more was begun: {mended}{ledger.goes_on}")
    for line in keeping_of(Repositories().unkept(ledger.written), on_save=ledger.screen.on_save):
        notice(line)
    code = interrupted or ledger.tally.code
    counts = ledger.screen.counts = ledger.tally.counts()
    ledger.report(events.done(code, counts))
    return interrupted or ledger.tally.code  # which a report that cannot be finished has changed


def read_back(ledger: Ledger, link: Connect) -> None:
    """Read back what was sent where that was asked for, or say how to do it later."""
    order, settings = ledger.order, ledger.screen.settings
    if ledger.to_read_back:
        from reconciler.cli.verifying import verify_all

        verify_all(ledger.to_read_back, order.verify_after or 0.0, settings, link, as_json=ledger.screen.as_json)
    elif ledger.sent and order.verify_after is None:
        later(settings)


def why_stopped(halt: Halt | None, refusal: Outcome | None, max_failures: int | None, signal: str | None) -> str:
    """Return why no more profiles were begun, as in "stopped: …"; empty where nothing stopped it.

    `refusal` is the last of those in a row, `signal` how one that came is called.
    """
    if halt is None:
        return ""
    if halt is Halt.REFUSALS:
        assert refusal is not None
        said = f"{REFUSALS} accounts in a row were refused for the key or the service, or got no answer"
        remedy = f"; {visible(refusal.remedy)}" if refusal.remedy else ""
        return f"{said}, the last so: {outcome_line(refusal)}{remedy}"
    if halt is Halt.FAILURES:
        return f"--max-failures {max_failures} is reached"
    if halt is Halt.CANARY:
        return "not all of the first profiles succeeded, or you said no after them"
    return "the report cannot be written" if halt is Halt.REPORT else signal or "interrupted"
