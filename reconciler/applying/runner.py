"""Owns the run: one request after the other, each recorded as pending before it is sent and settled after."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconciler.applying.events import End, Event, Result, Sent, Splitting, Waiting
from reconciler.applying.identity import request_id
from reconciler.planning.plan import Request
from reconciler.planning.requests import split
from reconciler.problem import FileChangedError
from reconciler.state import transitions
from reconciler.state.applied import Applied, Pending
from reconciler.state.storage import SaveError
from reconciler.wire.outcomes import Outcome, Verdict

MAX_TRIES = 6
OUTAGE = 2  # requests in a row whose outcome stays unknown


@dataclass(frozen=True, slots=True)
class Tools:
    """The edges that a run works through; each is a function, so that a test can give its own.

    `send` may raise FileChangedError. `save` makes a state durable and gives it as written; it raises
    SaveError. `pause` waits some seconds and tells whether to go on. `stopped` gives why a person stopped
    the run. `before_risk` runs before what cannot be repeated is sent, and gives what went wrong. `wait`
    gives the seconds to wait after a number of tries.
    """

    send: Callable[[Request, str], Outcome]
    save: Callable[[Applied], Applied]
    rescue: Callable[[str], str | None]
    now: Callable[[], str]
    new_key: Callable[[], str]
    pause: Callable[[float], bool]
    stopped: Callable[[], str | None]
    wait: Callable[[int, float | None], float]
    tell: Callable[[Event], None]
    before_risk: Callable[[], str | None]
    max_wait: float


class _Ended(Exception):  # noqa: N818 - it never leaves this module
    """The run cannot go on."""

    def __init__(self, end: End, reason: str, *, sent: bool = False) -> None:
        super().__init__(reason)
        self.end, self.reason, self.sent = end, reason, sent


@dataclass(slots=True)
class _Run:
    tools: Tools
    applied: Applied
    queue: deque[Request]
    waited: float = 0.0
    in_a_row: int = 0
    done: list[str] = field(default_factory=list)
    rejected: list[tuple[str, Outcome]] = field(default_factory=list)
    unknown: list[tuple[str, Outcome]] = field(default_factory=list)
    rescue: str | None = None
    unsaved: str | None = None


def run(requests: tuple[Request, ...], applied: Applied, ids: Mapping[str, str], tools: Tools) -> Result:
    """Send the requests in order and say what became of each; `ids` are the file's, by address.

    Never raises for what the API, the disk or a signal does: the result says it.
    """
    state = _Run(tools, applied, deque(requests))
    end, reason = None, ""
    try:
        while state.queue:
            _one(state, ids)
    except _Ended as ended:
        end, reason = ended.end, ended.reason
        if ended.sent:
            state.queue.popleft()
    return Result(
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


def _one(state: _Run, ids: Mapping[str, str]) -> None:
    """Send the first request of the queue to its end, and take it off."""
    stopped = state.tools.stopped()
    if stopped:
        raise _Ended(End.INTERRUPTED, stopped)
    request = state.queue[0]
    outcome = _settle(state, request, ids)
    state.queue.popleft()
    if outcome.verdict is Verdict.APPLIED:
        state.done.extend(request.addresses)
    elif outcome.verdict is Verdict.UNKNOWN:
        state.unknown.extend((address, outcome) for address in request.addresses)
    elif len(request.groups) > 1 and not outcome.stops and outcome.verdict is Verdict.REJECTED:
        state.tools.tell(Splitting(request, outcome))
        state.queue.extendleft(reversed(split(request)))
    else:
        state.rejected.extend((address, outcome) for address in request.addresses)
    state.in_a_row = state.in_a_row + 1 if outcome.verdict is Verdict.UNKNOWN else 0
    if outcome.stops:
        raise _Ended(End.REFUSED, outcome.title)
    if state.in_a_row >= OUTAGE and state.queue:
        raise _Ended(End.OUTAGE, f"{OUTAGE} requests in a row ended without a clear answer")


def _settle(state: _Run, request: Request, ids: Mapping[str, str]) -> Outcome:
    """Send one request until its outcome is settled, or it may not be sent again."""
    name = request_id(request)
    uncertain = any(one.request == name for one in state.applied.pending)
    tries = 0
    while True:
        tries += 1
        outcome = _attempt(state, request, name, uncertain=uncertain)
        if outcome.verdict is Verdict.APPLIED:
            folded = transitions.fold(state.applied, name, state.tools.now())
            _landed(state, request, transitions.give_ids(folded, ids))
            return outcome
        if outcome.verdict is Verdict.UNKNOWN:
            uncertain = True
        _failed(state, request, outcome, uncertain=uncertain)
        if not _may_resend(request, outcome):
            return outcome
        if outcome.verdict is Verdict.UNKNOWN and tries >= MAX_TRIES:
            return outcome
        _wait(state, request, outcome, tries)


def _attempt(state: _Run, request: Request, name: str, *, uncertain: bool) -> Outcome:
    tools = state.tools
    pending = Pending(
        request=name,
        idempotency_key=_key(state.applied, name) or tools.new_key(),
        addresses=request.addresses,
        sections=request.sections,
        sent_at=tools.now(),
    )
    _save(state, transitions.begin(state.applied, pending), sent=False, rescue=False)
    if not request.repeatable:
        wrong = tools.before_risk()
        if wrong is not None:
            _withdraw(state, name, uncertain=uncertain)
            raise _Ended(End.HOOK, wrong)
    try:
        outcome = tools.send(request, pending.idempotency_key)
    except FileChangedError as error:
        _withdraw(state, name, uncertain=uncertain)
        raise _Ended(End.FILE, str(error)) from error
    tools.tell(Sent(request, outcome))
    return outcome


def _withdraw(state: _Run, name: str, *, uncertain: bool) -> None:
    """Take back what was announced and not sent, unless an earlier attempt may have arrived."""
    if not uncertain:
        _save(state, transitions.drop(state.applied, name), sent=False)


def _landed(state: _Run, request: Request, following: Applied) -> None:
    try:
        _save(state, following, sent=True)
    except _Ended:
        state.done.extend(request.addresses)
        raise


def _failed(state: _Run, request: Request, outcome: Outcome, *, uncertain: bool) -> None:
    """Record an attempt that did not land: gone, or unknown for as long as any attempt at it is."""
    following = _after_failure(state.applied, request_id(request), outcome, uncertain=uncertain)
    try:
        if following is not state.applied:
            _save(state, following, sent=True)
    except _Ended:
        listed = state.unknown if uncertain else state.rejected
        listed.extend((address, outcome) for address in request.addresses)
        raise


def _after_failure(applied: Applied, name: str, outcome: Outcome, *, uncertain: bool) -> Applied:
    if uncertain:
        return transitions.answered(applied, name) if outcome.answered else applied
    following = transitions.drop(applied, name)
    if outcome.answered:
        return following
    return transitions.keep_key(following, name, transitions.find(applied, name).idempotency_key)


def _may_resend(request: Request, outcome: Outcome) -> bool:
    if not outcome.resend or outcome.stops:
        return False
    return outcome.verdict is Verdict.NOT_EXECUTED or (outcome.verdict is Verdict.UNKNOWN and request.repeatable)


def _wait(state: _Run, request: Request, outcome: Outcome, tries: int) -> None:
    """Wait before the next try; end the run where that would take too long."""
    tools = state.tools
    seconds = tools.wait(tries, outcome.retry_after)
    unknown = outcome.verdict is Verdict.UNKNOWN
    if state.waited + seconds > tools.max_wait or tries >= MAX_TRIES:
        listed = state.unknown if unknown else state.rejected
        listed.extend((address, outcome) for address in request.addresses)
        limit = f"{tries} tries" if tries >= MAX_TRIES else f"waiting longer than --max-wait {tools.max_wait:g}"
        raise _Ended(End.PATIENCE, f"given up after {limit}: {outcome.title}", sent=True)
    state.waited += seconds
    tools.tell(Waiting(request, outcome, seconds))
    if not tools.pause(seconds):
        if unknown:
            state.unknown.extend((address, outcome) for address in request.addresses)
        raise _Ended(End.INTERRUPTED, tools.stopped() or "interrupted", sent=unknown)


def _key(applied: Applied, name: str) -> str | None:
    """Give the key of an earlier attempt at the same request that got no answer."""
    for one in applied.pending:
        if one.request == name:
            return None if one.answered else one.idempotency_key
    return applied.keys.get(name)


def _save(state: _Run, following: Applied, *, sent: bool, rescue: bool = True) -> None:
    """Make a state durable; where that fails, rescue what is known and end the run."""
    try:
        state.applied = state.tools.save(following)
    except SaveError as error:
        if rescue:
            state.applied = following
            state.rescue = state.tools.rescue(error.text)
            state.unsaved = None if state.rescue else error.text
        raise _Ended(End.SAVE, f"the state cannot be written: {error}", sent=sent) from error
