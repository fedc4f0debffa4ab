"""Owns what a run tells while it goes on, and what it ends with."""

from enum import StrEnum

from msgspec import Struct

from reconciler.planning.plan import Request
from reconciler.state.applied import Applied
from reconciler.wire.outcomes import Outcome


class End(StrEnum):
    """Why a run ended before everything was tried."""

    REFUSED = "refused"  # an answer that stands for the whole account
    OUTAGE = "outage"  # two requests in a row whose outcome stays unknown
    PATIENCE = "patience"  # --max-wait, or too many tries
    INTERRUPTED = "interrupted"
    SAVE = "save"  # the state could not be written
    HOOK = "hook"  # --on-save failed
    FILE = "file"  # a file is no longer what was planned
    LOST = "lost"  # another process took the lock, or wrote the state


class Sent(Struct, frozen=True):
    """A request was sent, once, and this became of it."""

    request: Request
    outcome: Outcome


class Waiting(Struct, frozen=True):
    """A request will be sent again in `seconds`."""

    request: Request
    outcome: Outcome
    seconds: float


class Splitting(Struct, frozen=True):
    """A packed request was rejected, and its parts are sent one by one."""

    request: Request
    outcome: Outcome


Event = Sent | Waiting | Splitting


class Failed(Struct, frozen=True):
    """A request that did not land: what became of its last try, and how many tries there were."""

    request: Request
    outcome: Outcome
    tries: int

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses that the request was to change."""
        return self.request.addresses


class RunResult(Struct, frozen=True):
    """How a run ended: the state that it left, and what became of every address that it was to send.

    `rejected` are the requests that changed nothing, `unknown` those that may have; `untried` are addresses.
    """

    applied: Applied
    done: tuple[str, ...] = ()
    rejected: tuple[Failed, ...] = ()
    unknown: tuple[Failed, ...] = ()
    untried: tuple[str, ...] = ()
    end: End | None = None
    reason: str = ""
    rescue: str | None = None
    unsaved: str | None = None
