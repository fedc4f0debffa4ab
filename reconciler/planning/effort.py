"""Owns the effort: a change together with what has to be sent for it."""

from dataclasses import dataclass

from reconciler.planning.plan import Change
from reconciler.state.applied import Sending


@dataclass(frozen=True, slots=True)
class Effort:
    """One change, and what is sent for it: nothing where `sending` is None."""

    change: Change
    sending: Sending | None = None
