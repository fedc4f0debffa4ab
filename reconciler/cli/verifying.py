"""Owns `apply --verify` at the console: the wait, and what the read says of each address."""

import sys
import time
from collections.abc import Callable, Sequence

from reconciler.app.apply import Landed
from reconciler.app.refresh import ReadTerms, Session
from reconciler.app.verify import Confirmation, Verified, verify
from reconciler.cli import events
from reconciler.cli.console import Settings, notice
from reconciler.cli.reading import sleep
from reconciler.problem import ReconcilerError
from reconciler.render.problems import text_problems
from reconciler.render.terminal import visible
from reconciler.wire.connection import Connection

_SAID = {
    Confirmation.CONFIRMED: "confirmed",
    Confirmation.PARTLY_CONFIRMED: "confirmed, but for what cannot be read",
    Confirmation.NOT_READABLE: "cannot be read",
    Confirmation.NOT_SEEN: "not seen yet: run `reconciler drift` later",
    Confirmation.DIFFERENT: "LinkedIn shows something else: run `reconciler drift` later, it may be slow",
}


def verify_all(
    landed: Sequence[Landed], seconds: float, settings: Settings, link: Callable[[], Connection], *, as_json: bool
) -> None:
    """Wait, read each profile back, and say what is confirmed; ^C ends it without harm."""
    try:
        _count_down(seconds)
        with Session(link(), ReadTerms(again=True), sleep, debug=settings.verbose > 1).opened() as session:
            for each in landed:
                _verify(each, session, as_json=as_json)
    except KeyboardInterrupt:
        notice("not verified: `reconciler drift` does it later")


def _verify(landed: Landed, session: Session, *, as_json: bool) -> None:
    try:
        verified = verify(landed, session.see)
    except ReconcilerError as error:
        notice(f"not verified: {text_problems(error.problems)}")
        return
    for line in _lines(verified):
        notice(line)
    if as_json:
        events.verified(verified)


def _lines(verified: Verified) -> Sequence[str]:
    return [
        f"{visible(verified.path)}: read back",
        *(f"  {visible(address)}: {_SAID[found]}" for address, found in verified.addresses),
        *(f"  {visible(address)}: its id is {visible(entry_id)}, recorded" for address, entry_id in verified.ids),
    ]


def _count_down(seconds: float) -> None:
    """Wait, and in a terminal show how long still."""
    end = time.monotonic() + seconds
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    if not is_terminal and seconds:
        notice(f"reading back in {seconds:g} seconds")
    while (left := end - time.monotonic()) > 0:
        if is_terminal:
            sys.stderr.write(f"\rreading back in {left:.0f} s, ^C ends it \x1b[K")
            sys.stderr.flush()
        time.sleep(min(1.0, left))
    if is_terminal:
        sys.stderr.write("\r\x1b[K")
