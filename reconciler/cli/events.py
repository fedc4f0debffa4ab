"""Owns the events of an apply as JSON: one object a line, printed as things happen (schemas/apply-events)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reconciler.app.apply import Result
from reconciler.applying.events import Event, Failed, Sent, Splitting
from reconciler.cli.console import result
from reconciler.clock import now
from reconciler.problem import Problem
from reconciler.render.data import visible_json
from reconciler.render.problems import FORMAT_VERSION, problems_json
from reconciler.values import Plain
from reconciler.wire.outcomes import Outcome

if TYPE_CHECKING:  # importing it would have every apply import all that reads
    from reconciler.app.verify import Verified


EventObject = dict[str, Plain]


def show_event(event: EventObject) -> None:
    """Print an event."""
    result(visible_json(event, indent=None))


def planned(profile: str, plan: dict[str, Plain]) -> EventObject:
    """Return a plan, as JSON."""
    return _event("planned", profile, {"plan": plan})


def waiting(profile: str, holder: str) -> None:
    """Print who holds the lock that is waited for."""
    show_event(_event("waiting-for-lock", profile, {"holder": holder}))


def told(profile: str, event: Event) -> None:
    """Print what became of a request."""
    about: EventObject = {"addresses": [*event.request.addresses], "outcome": _outcome(event.outcome)}
    if isinstance(event, Sent):
        show_event(_event("sent", profile, about))
    elif isinstance(event, Splitting):
        show_event(_event("split", profile, about))
    else:
        show_event(_event("retry", profile, {**about, "seconds": event.seconds}))


def ended(ended: Result, code: int) -> EventObject:
    """Return how one profile's apply ended."""
    about: EventObject = {
        "state": ended.state_path,
        "applied": [*ended.done],
        "rejected": _failures(ended.rejected),
        "unknown": _failures(ended.unknown),
        "untried": [*ended.untried],
        "blocked": [*ended.blocked],
        "in_doubt": [*ended.in_doubt],
        "exit_code": code,
    }
    run = ended.run
    if run is not None and run.end is not None:
        about["stopped"] = {"code": run.end.value, "message": run.reason}
    if run is not None and run.rescue is not None:
        about["rescue"] = run.rescue
    return _event("ended", ended.plan.profile.path, about)


def nothing_to_do(profile: str, state: str) -> EventObject:
    """Return that nothing was to be done for a profile."""
    nothing: EventObject = {name: [] for name in ("applied", "rejected", "unknown", "untried", "blocked", "in_doubt")}
    return _event("ended", profile, {"state": state, **nothing, "exit_code": 0})


def verified(verified: "Verified") -> None:
    """Print what a read after the apply says."""
    addresses: list[Plain] = [{"address": address, "found": found.value} for address, found in verified.addresses]
    ids: dict[str, Plain] = dict(verified.ids)
    show_event(_event("verified", verified.path, {"addresses": addresses, "ids": ids}))


def failed(problems: Iterable[Problem], profile: str = "") -> EventObject:
    """Return why nothing was done, for one profile or for all."""
    return _event("error", profile, {"errors": problems_json(problems)})


def deferred(profile: str, until: str) -> EventObject:
    """Return until when nothing is sent of a profile, by the pacing."""
    return _event("deferred", profile, {"until": until})


def not_begun(profile: str, why: str) -> EventObject:
    """Return that a profile was not begun, since something ended the run before."""
    return _event("not-begun", profile, {"why": why})


def canary(done: int, left: int) -> EventObject:
    """Return that the first of several profiles succeeded, and how many come after them."""
    return _event("canary", "", {"done": done, "left": left})


def done(code: int, counts: EventObject | None = None) -> EventObject:
    """Return the exit code, and of several profiles how many came to which end: the last line."""
    return _event("done", "", {"exit_code": code, **({} if counts is None else {"counts": counts})})


def _event(event: str, profile: str, about: EventObject) -> EventObject:
    place: EventObject = {"profile": profile} if profile else {}
    return {"format_version": FORMAT_VERSION, "event": event, "time": now(), **place, **about}


def _failures(failures: Iterable[Failed]) -> Plain:
    return [{"addresses": [*failed.addresses], "outcome": _outcome(failed.outcome)} for failed in failures]


def _outcome(outcome: Outcome) -> Plain:
    """Return what is known after a request; what is not known is left out."""
    known: dict[str, Plain] = {
        "status": outcome.status,
        "type": outcome.type,
        "title": outcome.title,
        "detail": outcome.detail,
    }
    return {"verdict": outcome.verdict.value, **{name: value for name, value in known.items() if value}}
