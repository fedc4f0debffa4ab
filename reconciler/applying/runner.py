"""Owns the run: one request after the other, each recorded as pending before it is sent and settled after."""

import math
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from reconciler.applying.events import End, Event, Failed, RunResult, Sent, Splitting, Waiting
from reconciler.applying.request_id import request_id
from reconciler.planning.plan import Request
from reconciler.planning.requests import split
from reconciler.problem import FileChangedError
from reconciler.state import transitions
from reconciler.state.applied import Applied, Pending
from reconciler.state.storage import LostError, SaveError
from reconciler.wire.outcomes import UNKNOWN_ID, Outcome, Verdict

MAX_TRIES = 6  # where there is no clear answer; what the API asks to repeat is repeated until max_wait
OUTAGE = 2  # requests in a row whose outcome stays unknown


class Tools(Struct, frozen=True):
    """The edges that a run works through; each is a function, so that a test can give its own.

    `send` sends a request under an idempotency key; it may raise FileChangedError.
    `save` makes a state durable and returns it as written; it raises SaveError. `save_last` does so with the state
    that is left once every request has arrived.
    `lost` returns what another process did to the lock, or to the state since it was the one given; None if nothing.
    `rescue` keeps the text of a state that could not be saved, and returns the path of the file, or None.
    `clock` returns seconds that only grow; `now` is the time for the state.
    `pause` waits some seconds and tells whether to go on; `stopped` returns why a person stopped the run.
    `wait` returns the seconds to wait after a number of tries.
    `before_risk` runs before what cannot be repeated is sent, and returns what went wrong.
    """

    send: Callable[[Request, str], Outcome]
    save: Callable[[Applied], Applied]
    save_last: Callable[[Applied], Applied]
    lost: Callable[[Applied], str | None]
    rescue: Callable[[str], str | None]
    now: Callable[[], str]
    clock: Callable[[], float]
    new_key: Callable[[], str]
    pause: Callable[[float], bool]
    stopped: Callable[[], str | None]
    wait: Callable[[int, float | None], float]
    tell: Callable[[Event], None]
    before_risk: Callable[[], str | None]
    max_wait: float


class _Ended(Exception):  # noqa: N818 - it never leaves this module
    """The run cannot go on."""

    def __init__(self, end: End, reason: str) -> None:
        super().__init__(reason)
        self.end, self.reason = end, reason


@dataclass(slots=True)
class _Trial:
    """One request, from its first try to its last.

    `may_be_live`: a try may have arrived, of this run or an earlier one. `part_may_be_live`: a try may have arrived of
    the packed request that this one was a part of. `unanswered`: a try of this run got no clear answer.
    """

    request: Request
    name: str
    may_be_live: bool
    part_may_be_live: bool
    unanswered: bool = False
    landed: bool = False
    tries: int = 0
    outcome: Outcome | None = None


@dataclass(slots=True)
class _Run:
    tools: Tools
    applied: Applied
    queue: deque[Request]
    waited: float = 0.0
    unanswered_in_a_row: int = 0
    parts_may_be_live: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    rejected: list[Failed] = field(default_factory=list)
    unknown: list[Failed] = field(default_factory=list)
    rescue: str | None = None
    unsaved: str | None = None


def run(requests: tuple[Request, ...], applied: Applied, tools: Tools) -> RunResult:
    """Send the requests in order and return what became of each.

    Never raises for what the API, the disk or a signal does: the result says it.
    """
    state = _Run(tools, applied, deque(requests))
    end, reason = None, ""
    try:
        while state.queue:
            _send_next(state)
    except _Ended as ended:
        end, reason = ended.end, ended.reason
    return RunResult(
        applied=state.applied,
        done=tuple(state.done),
        rejected=tuple(state.rejected),
        unknown=tuple(state.unknown),
        untried=tuple(address for request in state.queue for address in request.addresses),
        end=end,
        reason=reason,
        rescue=state.rescue,
        unsaved=state.unsaved,
    )


def _send_next(state: _Run) -> None:
    """Take the first request off the queue, send it until its outcome is settled, and list what became of it."""
    _stop_if_asked(state)
    request = state.queue.popleft()
    name = request_id(request)
    earlier = any(pending.request == name for pending in state.applied.pending)
    packed = not state.parts_may_be_live.isdisjoint(request.addresses)
    trial = _Trial(request, name, may_be_live=earlier, part_may_be_live=packed)
    try:
        outcome = _send_until_settled(state, trial)
    except _Ended:
        _list_result(state, trial)
        raise
    if len(request.groups) > 1 and outcome.verdict is Verdict.REJECTED and not outcome.stops:
        _take_apart(state, trial, outcome)
        return
    _list_result(state, trial)
    state.unanswered_in_a_row = state.unanswered_in_a_row + 1 if trial.unanswered and not trial.landed else 0
    if outcome.stops:
        raise _Ended(End.REFUSED, "that answer stands for all of the account")
    if state.unanswered_in_a_row >= OUTAGE:
        raise _Ended(End.OUTAGE, f"{OUTAGE} requests in a row ended without a clear answer")


def _stop_if_asked(state: _Run) -> None:
    stopped = state.tools.stopped()
    if stopped:
        raise _Ended(End.INTERRUPTED, stopped)


def _stop_if_lost(state: _Run) -> None:
    lost = state.tools.lost(state.applied)
    if lost is not None:
        raise _lost(lost)


def _lost(why: str) -> _Ended:
    return _Ended(End.LOST, f"the state is not this run's alone any more: {why}")


def _take_apart(state: _Run, trial: _Trial, outcome: Outcome) -> None:
    """Queue the parts of a rejected request, to be sent one by one; where it may be live, each of them may."""
    if trial.may_be_live:
        state.parts_may_be_live.update(trial.request.addresses)
    state.unanswered_in_a_row = 0
    state.tools.tell(Splitting(trial.request, outcome))
    state.queue.extendleft(reversed(split(trial.request)))


def _list_result(state: _Run, trial: _Trial) -> None:
    """List what became of a request, however its trial ended."""
    if trial.outcome is None:
        state.queue.appendleft(trial.request)
    elif trial.landed:
        state.done.extend(trial.request.addresses)
    else:
        listed = state.unknown if trial.may_be_live or trial.part_may_be_live else state.rejected
        listed.append(Failed(trial.request, trial.outcome, trial.tries))


def _send_until_settled(state: _Run, trial: _Trial) -> Outcome:
    """Send one request until its outcome is settled, or it may not be sent again."""
    while True:
        outcome = trial.outcome = _try(state, trial)
        if outcome.verdict is Verdict.APPLIED:
            trial.landed = True
            all_arrived = not (state.queue or state.rejected or state.unknown)
            save = state.tools.save_last if all_arrived else state.tools.save
            _save(state, transitions.fold(state.applied, trial.name, state.tools.now()), save)
            state.tools.tell(Sent(trial.request, outcome))
            return outcome
        if outcome.verdict is Verdict.UNKNOWN:
            trial.may_be_live = trial.unanswered = True
        following = _after_failure(state.applied, trial)
        if following is not state.applied:
            _save(state, following, state.tools.save)
        state.tools.tell(Sent(trial.request, outcome))
        if not _may_resend(trial, outcome):
            return outcome
        _wait(state, trial, outcome)


def _try(state: _Run, trial: _Trial) -> Outcome:
    """Record a request as pending and send it, once."""
    tools, before = state.tools, state.applied
    pending = Pending(
        request=trial.name,
        idempotency_key=_idempotency_key(before, trial.name) or tools.new_key(),
        addresses=trial.request.addresses,
        sections=trial.request.sections,
        sent_at=tools.now(),
    )
    _record_pending(state, transitions.begin(before, pending))
    if not trial.request.repeatable:
        wrong = tools.before_risk()
        if wrong is not None or tools.stopped():
            _withdraw(state, before)
            _stop_if_asked(state)
            raise _Ended(End.HOOK, str(wrong))
    _stop_if_lost(state)
    trial.tries += 1
    begun = tools.clock()
    try:
        outcome = tools.send(trial.request, pending.idempotency_key)
    except FileChangedError as error:
        _withdraw(state, before)
        raise _Ended(End.FILE, str(error)) from error
    if not outcome.answered:
        state.waited += tools.clock() - begun  # nobody answered: that was waiting, too
    return outcome


def _record_pending(state: _Run, following: Applied) -> None:
    """Make durable what is about to be sent; where that fails, nothing is sent."""
    before = state.applied
    try:
        state.applied = state.tools.save(following)
    except LostError as error:
        raise _lost(error.reason) from error
    except SaveError as error:
        with suppress(SaveError):  # it may be in place already, and only its durability in question
            state.applied = state.tools.save(before)
        raise _unsaved(error) from error


def _unsaved(error: SaveError) -> _Ended:
    end = End.LOST if isinstance(error, LostError) else End.SAVE
    return _Ended(end, f"the state cannot be written: {error}; {error.remedy}")


def _withdraw(state: _Run, before: Applied) -> None:
    """Take back what was announced and not sent: what was pending before, and its key, stay as they were."""
    _save(state, replace(state.applied, pending=before.pending, keys=before.keys), state.tools.save)


def _after_failure(applied: Applied, trial: _Trial) -> Applied:
    """Return the state after a try that did not land: the request is gone, or unknown while any try of it is."""
    assert trial.outcome is not None
    if trial.may_be_live:
        return transitions.answered(applied, trial.name) if trial.outcome.answered else applied
    following = transitions.drop(applied, trial.name)
    if trial.outcome.type == UNKNOWN_ID:
        return transitions.take_ids(following, trial.request.addresses)
    if trial.outcome.answered:
        return following
    return transitions.keep_key(following, transitions.find(applied, trial.name))


def _may_resend(trial: _Trial, outcome: Outcome) -> bool:
    if not outcome.resend or outcome.stops:
        return False
    if outcome.verdict is Verdict.UNKNOWN:
        return trial.request.repeatable and trial.tries < MAX_TRIES
    return outcome.verdict is Verdict.NOT_EXECUTED


def _wait(state: _Run, trial: _Trial, outcome: Outcome) -> None:
    """Wait before the next try; end the run where that would take too long."""
    tools = state.tools
    _stop_if_asked(state)
    if not outcome.answered and trial.tries >= MAX_TRIES:
        raise _Ended(End.PATIENCE, f"given up after {trial.tries} tries")
    seconds = tools.wait(trial.tries, outcome.retry_after)
    if state.waited + seconds > tools.max_wait:
        more = f"{math.ceil(seconds)} s more would be longer than --max-wait {tools.max_wait:g}"
        raise _Ended(End.PATIENCE, f"given up, since waiting {more}")
    state.waited += seconds
    tools.tell(Waiting(trial.request, outcome, seconds))
    if not tools.pause(seconds):
        raise _Ended(End.INTERRUPTED, tools.stopped() or "interrupted")


def _idempotency_key(applied: Applied, name: str) -> str | None:
    """Return the key of an earlier try of the same request that got no answer."""
    for pending in applied.pending:
        if pending.request == name:
            return None if pending.answered else pending.idempotency_key
    kept = applied.keys.get(name)
    return None if kept is None else kept.key


def _save(state: _Run, following: Applied, save: Callable[[Applied], Applied]) -> None:
    """Make durable what an answer said; where that fails, rescue what is known and end the run."""
    try:
        state.applied = save(following)
    except SaveError as error:
        state.applied = following
        state.rescue = state.tools.rescue(error.text)
        state.unsaved = None if state.rescue else error.text
        raise _unsaved(error) from error
