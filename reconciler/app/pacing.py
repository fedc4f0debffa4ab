"""Owns the pacing of profiles: what `[pacing]` of reconciler.toml says of them, and state of the last write."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.clock import timestamp
from reconciler.config.find import find_config
from reconciler.state.applied import Applied

if TYPE_CHECKING:  # most profiles have no pacing
    from reconciler.config.load import Config, Configs
    from reconciler.pacing import Pace, Pacing


class Paces:
    """Knows the pacing of profiles; each reconciler.toml is read once, and none is looked for twice."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._found: dict[str, bool] = {}
        self._pacings: dict[str, Pacing | None] = {}
        self._configs: Configs | None = None

    def pace_of(self, profile: str, account_id: str, applied: Applied | None) -> "Pace | None":
        """Return when an account may be written; None: at any time. Raises ProblemsError for what its file says."""
        pacing = self._pacing_of(profile)
        if pacing is None:
            return None
        from reconciler.pacing import Pace, last_write

        return Pace(pacing, account_id, last_write(applied))

    def pace_since(self, profile: str, account_id: str, last: datetime | None) -> "Pace | None":
        """Return the same where the last write is known."""
        pacing = self._pacing_of(profile)
        if pacing is None:
            return None
        from reconciler.pacing import Pace

        return Pace(pacing, account_id, last)

    def _pacing_of(self, profile: str) -> "Pacing | None":
        folder = os.path.dirname(profile)
        if folder not in self._found:
            self._found[folder] = find_config(folder) is not None
        if not self._found[folder]:
            return None
        if folder not in self._pacings:
            from reconciler.config.load import Configs

            self._configs = self._configs or Configs()
            self._pacings[folder] = _pacing(self._configs.of(profile))
        return self._pacings[folder]


def due_by(pace: "Pace | None") -> str | None:
    """Return when something may be sent next (RFC 3339); None: at once."""
    if pace is None:
        return None
    now = datetime.now(UTC)
    when = pace.due(now)
    return timestamp(when) if when > now else None


def _pacing(config: "Config") -> "Pacing | None":
    """Return what a table says; None where it says nothing. Raises ProblemsError where its keys contradict."""
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from reconciler.config.tables import WEEKDAYS, PacingTable
    from reconciler.pacing import Pacing
    from reconciler.problem import ProblemsError

    table = config.tables.pacing
    if table == PacingTable():
        return None
    begin, _, end = (table.hours or "00:00-24:00").partition("-")
    opens, closes = (timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in (begin, end))
    jitter = timedelta(minutes=table.jitter_minutes)
    if jitter >= closes - opens and table.hours:
        message = "an account could go later than the hours last"
        problem = config.problem(("pacing", "jitter_minutes"), message, "write fewer minutes, or longer hours")
        raise ProblemsError(problem)
    return Pacing(
        least=timedelta(hours=table.least_hours),
        opens=opens,
        closes=closes,
        weekdays=frozenset(map(WEEKDAYS.index, table.weekdays or WEEKDAYS)),
        zone=ZoneInfo(table.time_zone),
        jitter=jitter,
    )
