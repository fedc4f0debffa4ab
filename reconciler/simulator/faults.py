"""Owns the faults: the small language that names them, and the schedule that says when one happens.

A fault is clauses joined by `;`, such as `error=provider_error;after` or `close=mid-answer;reset`.
"""

import json
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

from reconciler.simulator.errors import ERRORS, JSON, PROBLEM_JSON, STATUS, Answer, phrase, problem
from reconciler.simulator.forms import FORM_FLAGS, FORM_VALUES, PLAIN, ReadForm

FAULT_HEADER = "x-simulator-fault"
MAX_DELAY = 3600.0
MAX_SIZE = 64 << 20
LIMITED = "too_many_requests"


class Close(StrEnum):
    """When the connection is closed."""

    BEFORE_READ = "before-read"  # the body is not read
    MID_READ = "mid-read"  # half of the body is read
    BEFORE_EDIT = "before-edit"  # all is read, and nothing done
    AFTER_EDIT = "after-edit"  # the edit took effect, nothing is answered
    MID_ANSWER = "mid-answer"  # half of the answer's body is sent


class FaultError(ValueError):
    """A text that names no fault; the message says what it could say."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request; without any clause, nothing does."""

    text: str = "none"
    error: str | None = None
    detail: str = ""
    platform: bool = False
    status: int | None = None
    object: str | None = None
    body: str | None = None
    size: int = 0
    location: str | None = None
    content_type: str | None = None
    retry_after: str | None = None
    delay: float = 0.0
    close: Close | None = None
    reset: bool = False
    after: bool = False
    form: ReadForm = PLAIN

    @property
    def takes_effect(self) -> bool:
        """Tell whether the edit is made although something goes wrong."""
        if self.close in (Close.BEFORE_READ, Close.MID_READ, Close.BEFORE_EDIT):
            return False
        return self.after or not self.replaces

    @property
    def replaces(self) -> bool:
        """Tell whether another answer stands in for the edit's own."""
        return self.error is not None or self.status is not None

    def answer(self, own: Answer | None, now: datetime) -> Answer | None:
        """Return the answer to send, from the edit's own where the fault leaves it."""
        found = self._replacement() if self.replaces else own
        if found is None:
            return None
        headers = dict(found.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = _retry_after(self.retry_after, now)
        if self.location is not None:
            headers["Location"] = self.location
        body = found.body + b" " * (self.size - len(found.body))
        return replace(found, headers=headers, body=body, content_type=self.content_type or found.content_type)

    def _replacement(self) -> Answer:
        if self.error is not None:
            status = self.status or STATUS[self.error]
            envelope = problem(self.error, self.detail or "a fault of the simulator")
            if self.platform:
                envelope = {
                    "error": {
                        "code": self.error,
                        "message": str(envelope["title"]),
                        "request_id": "req_simulated",
                    }
                }
            content_type = JSON if self.platform else PROBLEM_JSON
            return Answer(status, json.dumps(envelope).encode(), f"errors/{self.error}", content_type)
        status = self.status or 200
        if self.object is not None:
            return Answer(status, json.dumps({"object": self.object}).encode(), self.object)
        return Answer(status, (self.body or "").encode(), f"{status} {phrase(status)}".rstrip(), "text/plain")


def parse(text: str) -> Fault:
    """Read one fault. Raises FaultError."""
    fault = Fault(text)
    rest = text.strip()
    rest = rest.lstrip("; ")
    while rest and rest != "none":
        if rest.startswith("body="):  # the last clause: a body may hold anything
            fault = replace(fault, body=rest.removeprefix("body="))
            break
        clause, _, rest = rest.partition(";")
        name, equals, value = clause.strip().partition("=")
        rest = rest.lstrip()
        if not equals and name in _FLAGS:
            fault = _FLAGS[name](fault)
        elif equals and name in _VALUES:
            try:
                fault = _VALUES[name](fault, value)
            except ValueError as error:
                raise FaultError(f"fault {text!r}: {name}={value}: {error}") from error
        else:
            known = ", ".join([*(f"{name}=" for name in (*_VALUES, "body")), *_FLAGS, "none"])
            raise FaultError(f"fault {text!r}: no clause {clause.strip()!r}; there are {known}")
    return _completed(fault)


def _completed(fault: Fault) -> Fault:
    """Fill in what clauses imply, and refuse what does not go together."""
    if not fault.replaces:
        if fault.platform or fault.detail:
            raise FaultError(f"fault {fault.text!r}: envelope= and detail= are parts of an error=")
        if fault.retry_after is not None:
            fault = replace(fault, error=LIMITED)
        elif fault.location is not None:
            fault = replace(fault, status=302)
        elif fault.body is not None or fault.object is not None:
            fault = replace(fault, status=200)
    if fault.close not in (None, Close.MID_ANSWER) and (fault.replaces or fault.content_type or fault.size):
        raise FaultError(f"fault {fault.text!r}: close={fault.close} sends no answer")
    if fault.after and fault.close in (Close.BEFORE_READ, Close.MID_READ, Close.BEFORE_EDIT):
        raise FaultError(f"fault {fault.text!r}: close={fault.close} is before the edit, not after")
    if fault.reset and fault.close is None:
        raise FaultError(f"fault {fault.text!r}: reset is a way to close=")
    return fault


def _error(fault: Fault, value: str) -> Fault:
    name = value.removeprefix("errors/")
    if name not in STATUS:
        raise ValueError(f"no such type; there are {', '.join(STATUS)}")
    return replace(fault, error=name)


def _status(fault: Fault, value: str) -> Fault:
    return replace(fault, status=int(_within(value, 200, 599)))


def _size(fault: Fault, value: str) -> Fault:
    return replace(fault, size=int(_within(value, 0, MAX_SIZE)))


def _delay(fault: Fault, value: str) -> Fault:
    return replace(fault, delay=_within(value, 0, MAX_DELAY))


def _within(value: str, least: float, most: float) -> float:
    number = float(value)
    if math.isnan(number) or not least <= number <= most:
        raise ValueError(f"not between {least:g} and {most:g}")
    return number


def _error_envelope(fault: Fault, value: str) -> Fault:
    if value not in ("problem", "platform"):
        raise ValueError("neither problem nor platform")
    return replace(fault, platform=value == "platform")


def _close(fault: Fault, value: str) -> Fault:
    try:
        return replace(fault, close=Close(value))
    except ValueError as error:
        raise ValueError(f"none of {', '.join(Close)}") from error


def _form_flag(change: Callable[[ReadForm], ReadForm]) -> Callable[[Fault], Fault]:
    return lambda fault: replace(fault, form=change(fault.form))


def _form_value(change: Callable[[ReadForm, str], ReadForm]) -> Callable[[Fault, str], Fault]:
    return lambda fault, value: replace(fault, form=change(fault.form, value))


_FLAGS: dict[str, Callable[[Fault], Fault]] = {
    "after": lambda fault: replace(fault, after=True),
    "before": lambda fault: replace(fault, after=False),
    "reset": lambda fault: replace(fault, reset=True),
    **{name: _form_flag(change) for name, change in FORM_FLAGS.items()},
}
_VALUES: dict[str, Callable[[Fault, str], Fault]] = {
    "error": _error,
    "detail": lambda fault, value: replace(fault, detail=value),
    "envelope": _error_envelope,
    "status": _status,
    "object": lambda fault, value: replace(fault, object=value),
    "size": _size,
    "location": lambda fault, value: replace(fault, location=value),
    "content-type": lambda fault, value: replace(fault, content_type=value),
    "retry-after": lambda fault, value: replace(fault, retry_after=value),
    "delay": _delay,
    "close": _close,
    **{name: _form_value(change) for name, change in FORM_VALUES.items()},
}


def _retry_after(value: str, now: datetime) -> str:
    """Write `date` or `date+SECONDS` as an HTTP date; anything else is sent as it is."""
    word, _, seconds = value.partition("+")
    if word != "date" or not (seconds or "0").isdigit():
        return value
    return format_datetime(now.astimezone(UTC) + timedelta(seconds=int(seconds or 0)), usegmt=True)


# What random faults are drawn from, unless said otherwise: all that the page names, with and without effect.
ANY_FAULT: tuple[str, ...] = (
    *(f"error={name}" for names in ERRORS.values() for name in names),
    *(f"error={name};after" for status in (500, 504) for name in ERRORS[status]),
    *(f"error={LIMITED};retry-after={value}" for value in ("0", "1", "date", "date+1")),
    *(f"close={close}" for close in Close),
    *(f"close={close};reset" for close in Close),
    "object=SomethingElse",
    "object=SomethingElse;after",
    "content-type=text/html",
    "delay=0.1",
    "delay=0.1;after",
)


@dataclass(slots=True)
class Schedule:
    """Says which fault the next request has: the queue's first, else one drawn by seed and rate."""

    queue: list[Fault] = field(default_factory=list)
    seed: int = 0
    rate: float = 0.0
    kinds: tuple[Fault, ...] = ()
    drawn: int = 0

    def add(self, texts: Iterable[str]) -> None:
        """Put faults at the end of the queue, `none` for a request without one."""
        self.queue += [parse(text) for text in texts]

    def draw_from(self, seed: int, rate: float, texts: Iterable[str] = ANY_FAULT) -> None:
        """Draw from now on; the same seed gives the same faults to the same number of requests."""
        if not 0 <= rate <= 1:
            raise FaultError(f"rate {rate} is not between 0 and 1")
        kinds = tuple(parse(text) for text in texts)
        if not kinds and rate:
            raise FaultError("there is no kind of fault to draw from")
        self.seed, self.rate, self.kinds, self.drawn = seed, rate, kinds, 0

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self.queue.clear()
        self.rate = 0.0

    def next(self, asked: str | None) -> Fault:
        """Take the fault of the next request; what the request itself asks for goes first."""
        if asked is not None:
            return parse(asked)
        if self.queue:
            return self.queue.pop(0)
        if not self.rate:
            return Fault()
        self.drawn += 1
        draw = random.Random(f"{self.seed}:{self.drawn}")  # noqa: S311 - to be repeatable, not secret
        return draw.choice(self.kinds) if draw.random() < self.rate else Fault()
