"""Owns the run: one request after the other, each recorded as pending before it is sent and settled after."""

import math
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from reconciler.applying.events import End, Event, RunResult, Sent, Splitting, Waiting
from reconciler.applying.identity import request_id
from reconciler.planning.plan import Request
from reconciler.planning.requests import split
from reconciler.problem import FileChangedError
from reconciler.state import transitions
from reconciler.state.applied import Applied, Pending
from reconciler.state.storage import SaveError
from reconciler.wire.outcomes import Outcome, Verdict

MAX_TRIES = 6  # where there is no clear answer; what the API asks to repeat is repeated until max_wait
UNKNOWN_ID = "errors/resource_not_found"
OUTAGE = 2  # requests in a row whose outcome stays unknown


@dataclass(frozen=True, slots=True)
class Tools:
    """The edges that a run works through; each is a function, so that a test can give its own.

    `send` may raise FileChangedError. `save` makes a state durable and gives it as written; it raises
    SaveError. `pause` waits some seconds and tells whether to go on. `stopped` gives why a person stopped
    the run. `before_risk` runs before what cannot be repeated is sent, and gives what went wrong. `wait`
    gives the seconds to wait after a number of tries. `clock` gives seconds that only grow.
    """

    send: Callable[[Request, str], Outcome]
    save: Callable[[Applied], Applied]
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
    """One request on its way.

    `uncertain`: an attempt at it may have arrived; `unclear`: one of this run; `inherited`: one at a packed
    request that it was a part of.
    """

    request: Request
    name: str
    uncertain: bool
    inherited: bool
    unclear: bool = False
    landed: bool = False
    tries: int = 0
    outcome: Outcome | None = None


@dataclass(slots=True)
class _Run:
    tools: Tools
    applied: Applied
    queue: deque[Request]
    waited: float = 0.0
    in_a_row: int = 0
    split_uncertain: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    rejected: list[tuple[str, Outcome]] = field(default_factory=list)
    unknown: list[tuple[str, Outcome]] = field(default_factory=list)
    rescue: str | None = None
    unsaved: str | None = None


def run(requests: tuple[Request, ...], applied: Applied, tools: Tools) -> RunResult:
    """Send the requests in order and say what became of each.

    Never raises for what the API, the disk or a signal does: the result says it.
    """
    state = _Run(tools, applied, deque(requests))
    end, reason = None, ""
    try:
        while state.queue:
            _one(state)
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


def _one(state: _Run) -> None:
    """Take the first request off the queue, send it to its end, and list what became of it."""
    _stop_if_asked(state)
    request = state.queue.popleft()
    name = request_id(request)
    earlier = any(one.request == name for one in state.applied.pending)
    inherited = not state.split_uncertain.isdisjoint(request.addresses)
    trial = _Trial(request, name, uncertain=earlier, inherited=inherited)
    try:
        outcome = _settle(state, trial)
    except _Ended:
        _list(state, trial)
        raise
    if len(request.groups) > 1 and outcome.verdict is Verdict.REJECTED and not outcome.stops:
        _take_apart(state, trial, outcome)
        return
    _list(state, trial)
    state.in_a_row = state.in_a_row + 1 if trial.unclear and not trial.landed else 0
    if outcome.stops:
        raise _Ended(End.REFUSED, outcome.title)
    if state.in_a_row >= OUTAGE:
        raise _Ended(End.OUTAGE, f"{OUTAGE} requests in a row ended without a clear answer")


def _stop_if_asked(state: _Run) -> None:
    stopped = state.tools.stopped()
    if stopped:
        raise _Ended(End.INTERRUPTED, stopped)


def _take_apart(state: _Run, trial: _Trial, outcome: Outcome) -> None:
    """Queue the parts of a rejected request one by one; where it may have arrived before, each of them may."""
    if trial.uncertain:
        state.split_uncertain.update(trial.request.addresses)
    state.in_a_row = 0
    state.tools.tell(Splitting(trial.request, outcome))
    state.queue.extendleft(reversed(split(trial.request)))


def _list(state: _Run, trial: _Trial) -> None:
    """Say what became of a request, however its trial ended."""
    outcome, addresses = trial.outcome, trial.request.addresses
    if outcome is None:
        state.queue.appendleft(trial.request)
    elif trial.landed:
        state.done.extend(addresses)
    else:
        listed = state.unknown if trial.uncertain or trial.inherited else state.rejected
        listed.extend((address, outcome) for address in addresses)


def _settle(state: _Run, trial: _Trial) -> Outcome:
    """Send one request until its outcome is settled, or it may not be sent again."""
    while True:
        outcome = trial.outcome = _attempt(state, trial)
        if outcome.verdict is Verdict.APPLIED:
            trial.landed = True
            _save(state, transitions.fold(state.applied, trial.name, state.tools.now()))
            state.tools.tell(Sent(trial.request, outcome))
            return outcome
        if outcome.verdict is Verdict.UNKNOWN:
            trial.uncertain = trial.unclear = True
        following = _after_failure(state.applied, trial)
        if following is not state.applied:
            _save(state, following)
        state.tools.tell(Sent(trial.request, outcome))
        if not _may_resend(trial, outcome):
            return outcome
        _wait(state, trial, outcome)


def _attempt(state: _Run, trial: _Trial) -> Outcome:
    """Record a request as pending and send it, once."""
    tools, before = state.tools, state.applied
    pending = Pending(
        request=trial.name,
        idempotency_key=_key(before, trial.name) or tools.new_key(),
        addresses=trial.request.addresses,
        sections=trial.request.sections,
        sent_at=tools.now(),
    )
    _announce(state, transitions.begin(before, pending))
    if not trial.request.repeatable:
        wrong = tools.before_risk()
        if wrong is not None or tools.stopped():
            _withdraw(state, before)
            _stop_if_asked(state)
            raise _Ended(End.HOOK, str(wrong))
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


def _announce(state: _Run, following: Applied) -> None:
    """Make durable what is about to be sent; where that fails, nothing is sent."""
    before = state.applied
    try:
        state.applied = state.tools.save(following)
    except SaveError as error:
        with suppress(SaveError):  # it may be in place already, and only its durability in question
            state.applied = state.tools.save(before)
        raise _Ended(End.SAVE, f"the state cannot be written: {error}; {error.remedy}") from error


def _withdraw(state: _Run, before: Applied) -> None:
    """Take back what was announced and not sent: what was pending before, and its key, stay as they were."""
    _save(state, replace(state.applied, pending=before.pending, keys=before.keys))


def _after_failure(applied: Applied, trial: _Trial) -> Applied:
    """Record an attempt that did not land: gone, or unknown for as long as any attempt at it is."""
    assert trial.outcome is not None
    if trial.uncertain:
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
        raise _Ended(End.PATIENCE, f"given up after {trial.tries} tries: {outcome.title}")
    seconds = tools.wait(trial.tries, outcome.retry_after)
    if state.waited + seconds > tools.max_wait:
        more = f"{math.ceil(seconds)} s more would be longer than --max-wait {tools.max_wait:g}"
        raise _Ended(End.PATIENCE, f"given up, since waiting {more}: {outcome.title}")
    state.waited += seconds
    tools.tell(Waiting(trial.request, outcome, seconds))
    if not tools.pause(seconds):
        raise _Ended(End.INTERRUPTED, tools.stopped() or "interrupted")


def _key(applied: Applied, name: str) -> str | None:
    """Give the key of an earlier attempt at the same request that got no answer."""
    for one in applied.pending:
        if one.request == name:
            return None if one.answered else one.idempotency_key
    kept = applied.keys.get(name)
    return None if kept is None else kept.key


def _save(state: _Run, following: Applied) -> None:
    """Make durable what an answer said; where that fails, rescue what is known and end the run."""
    try:
        state.applied = state.tools.save(following)
    except SaveError as error:
        state.applied = following
        state.rescue = state.tools.rescue(error.text)
        state.unsaved = None if state.rescue else error.text
        raise _Ended(End.SAVE, f"the state cannot be written: {error}; {error.remedy}") from error
