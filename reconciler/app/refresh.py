"""Owns drift and refresh: a look at LinkedIn, compared with what state knows, and recorded or not."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler import __version__
from reconciler.app.cache import recall, remember
from reconciler.app.fastpath import source_of
from reconciler.app.plans import find_state, prepare
from reconciler.app.reads import ReadRun, read_sections
from reconciler.clock import now
from reconciler.planning.plan import Action, Plan
from reconciler.planning.planner import Options, make_plan
from reconciler.problem import ReconcilerError, StateError
from reconciler.profile.desired import Profile, Wanted
from reconciler.reading.compare import compare
from reconciler.reading.findings import Comparison, Finding
from reconciler.reading.refresh import Learned, record_seen
from reconciler.reading.seen import Seen
from reconciler.state.applied import Applied, Reads
from reconciler.state.storage import SaveError, locked, new_state, write
from reconciler.values import instant
from reconciler.wire.connection import Connection
from reconciler.wire.hosts import is_loopback
from reconciler.wire.read import Reader
from reconciler.wire.transport import Transport

See: TypeAlias = Callable[[Profile, Applied | None], Seen]
"""What looks at a profile, whose state is given as it is."""
RATION = timedelta(minutes=10)
"""How soon an account may be read again unasked."""


class TooSoonError(ReconcilerError):
    """The account was read a short time ago."""


class ReadTerms(Struct, frozen=True):
    """Under which terms LinkedIn is read: `again` also where it was read just now; `pause` seconds between profiles.

    `max_wait` and `lock_timeout` are seconds.
    """

    again: bool = False
    pause: tuple[float, float] = (20.0, 60.0)
    max_wait: float = 60.0
    lock_timeout: float = 0.0


class Looked(Struct, frozen=True):
    """One look at a profile: what was seen, beside the state that it was compared with and the plan before it."""

    profile: Profile
    state_path: str
    applied: Applied
    plan: Plan
    seen: Seen
    comparison: Comparison


class Refreshed(Struct, frozen=True):
    """A look that was recorded: what it taught, the plan after it, and whether the state was written."""

    looked: Looked
    learned: Learned
    plan: Plan
    written: bool

    @property
    def differs(self) -> bool:
        """Tell whether LinkedIn and the file differ after it, or something sent is still in doubt."""
        not_shown = any(each.finding is Finding.NOT_SHOWN for each in self.looked.comparison.compared)
        return not self.plan.empty or not_shown or bool(self.learned.unsure)


@dataclass(slots=True)
class Session:
    """The reads of one run, over one connection, one profile after the other."""

    connection: Connection
    terms: ReadTerms
    sleep: Callable[[float], bool]
    debug: bool = False
    reading: ReadRun = field(default_factory=ReadRun)
    transport: Transport | None = None
    count: int = 0

    @contextmanager
    def opened(self) -> Iterator["Session"]:
        """Hold the connection while a block runs."""
        link = self.connection
        with Transport(link.base_url, link.api_key, link.ca_bundle, debug=self.debug) as transport:
            self.transport = transport
            yield self

    def see(self, profile: Profile, applied: Applied | None) -> Seen:
        """Look at the profile of an account. Raises ReadError, TooSoonError, AnotherPersonError."""
        assert self.transport is not None
        account_id = profile.desired.account_id
        self._check_ration(profile.path, account_id, applied)
        self._pause()
        reader = Reader(self.transport, self.connection.api_key, account_id, self.sleep, max_wait=self.terms.max_wait)
        try:
            seen = read_sections(reader, self.reading)
        finally:
            if reader.reached:
                remember(account_id, replace(recall(account_id), read_at=now()))
        self.count += 1
        return seen

    def _check_ration(self, path: str, account_id: str, applied: Applied | None) -> None:
        if self.reading.is_over:
            raise TooSoonError.at(
                path, "LinkedIn holds back what it shows: nothing more is read in this run", "read again tomorrow"
            )
        reads = applied.reads if applied is not None else None
        times = [time for time in (recall(account_id).read_at, reads.last if reads is not None else None) if time]
        last = max(times, default=None, key=instant)
        if last is None or self.terms.again or datetime.now(UTC) - instant(last) >= RATION:
            return
        message = f"LinkedIn was read at {last}, less than ten minutes ago, and reads are rationed"
        raise TooSoonError.at(path, message, "wait, or pass --again")

    def _pause(self) -> None:
        """Wait a random time between two profiles, but on this machine itself."""
        if self.count == 0 or is_loopback(_host(self.connection.base_url)):
            return
        self.sleep(random.uniform(*self.terms.pause))  # noqa: S311 - no secret


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or ""


def look_at(profile: Profile, state: str | None, see: See) -> Looked:
    """Look at a profile and compare; nothing is recorded but in the user's cache. Raises ReconcilerError."""
    prepared = prepare(profile, state, Options())
    applied = prepared.applied or new_state(profile.desired.account_id)
    seen = see(profile, prepared.applied)
    comparison = compare_with_file(profile, applied, prepared.plan, seen)
    account_id = profile.desired.account_id
    absent = _absent(applied, account_id)
    empty = {address: absent.get(address, seen.at) for address in comparison.empty}
    remember(account_id, replace(recall(account_id), absent=empty))
    return Looked(profile, prepared.state_path, applied, prepared.plan, seen, comparison)


def refresh_state(profile: Profile, state: str | None, see: See, lock_timeout: float = 0.0) -> Refreshed:
    """Look at a profile, and record what was seen. Raises ReconcilerError; the state is then as it was."""
    path, applied = find_state(profile, state)
    seen = see(profile, applied)
    with locked(path, now(), lock_timeout) as lock:
        prepared = prepare(profile, path, Options())
        before = prepared.applied or new_state(profile.desired.account_id)
        comparison = compare_with_file(profile, before, prepared.plan, seen)
        following, learned = record_seen(before, comparison, seen)
        looked = Looked(profile, path, before, prepared.plan, seen, comparison)
        if following is before or (prepared.applied is None and learned.is_empty):
            return Refreshed(looked, learned, prepared.plan, written=False)
        plan = make_plan(profile, following, path, __version__)
        source = source_of(profile) if following.source is not None and plan.idle else None
        try:
            write(path, following, source, lock=lock)
        except SaveError as error:
            raise StateError.at(path, f"the state cannot be written: {error.reason}", error.remedy) from error
        return Refreshed(looked, learned, plan, written=True)


def compare_with_file(profile: Profile, applied: Applied, plan: Plan, seen: Seen) -> Comparison:
    """Compare what was seen with state and file, and with what an earlier read, recorded or not, did not show."""
    absent = _absent(applied, profile.desired.account_id)
    known = replace(applied, reads=Reads(seen.at, absent)) if absent else applied
    return compare(known, profile.desired.wanted.keys(), seen, new_to_state(profile, plan))


def _absent(applied: Applied, account_id: str) -> Mapping[str, str]:
    """Return since when reads do not show what was expected: as state has it, else as the user's cache has."""
    return {**recall(account_id).absent, **(applied.reads.absent if applied.reads is not None else {})}


def new_to_state(profile: Profile, plan: Plan) -> Mapping[str, Wanted]:
    """Return the sections and entries that the file wants and state does not know, by address."""
    new = {change.address for change in plan.changes if change.action in (Action.CREATE, Action.SET)}
    return {address: wanted for address, wanted in profile.desired.wanted.items() if address in new}
