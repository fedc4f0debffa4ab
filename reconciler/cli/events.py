"""Owns the events of an apply as JSON: one object a line, printed as things happen (schemas/apply-events)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reconciler.app.apply import Result
from reconciler.applying.events import Event, Failed, Sent, Splitting
from reconciler.cli.console import result
from reconciler.clock import now
from reconciler.planning.plan import Plan
from reconciler.problem import Problem
from reconciler.render.data import visible_json
from reconciler.render.planfile import plan_json
from reconciler.render.problems import FORMAT_VERSION, problems_json
from reconciler.values import Plain
from reconciler.wire.outcomes import Outcome

if TYPE_CHECKING:  # importing it would have every apply import all that reads
    from reconciler.app.verify import Verified


def planned(plan: Plan) -> None:
    """Print the plan that was made under the lock."""
    _print("planned", plan.profile.path, {"plan": plan_json(plan, now())})


def waiting(profile: str, holder: str) -> None:
    """Print who holds the lock that is waited for."""
    _print("waiting-for-lock", profile, {"holder": holder})


def told(profile: str, event: Event) -> None:
    """Print what became of a request."""
    about: dict[str, Plain] = {"addresses": [*event.request.addresses], "outcome": _outcome(event.outcome)}
    if isinstance(event, Sent):
        _print("sent", profile, about)
    elif isinstance(event, Splitting):
        _print("split", profile, about)
    else:
        _print("retry", profile, {**about, "seconds": event.seconds})


def ended(ended: Result, code: int) -> None:
    """Print how one profile's apply ended."""
    about: dict[str, Plain] = {
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
    _print("ended", ended.plan.profile.path, about)


def verified(verified: "Verified") -> None:
    """Print what a read after the apply says."""
    addresses: list[Plain] = [{"address": address, "found": found.value} for address, found in verified.addresses]
    ids: dict[str, Plain] = dict(verified.ids)
    _print("verified", verified.path, {"addresses": addresses, "ids": ids})


def failed(problems: Iterable[Problem], profile: str = "") -> None:
    """Print why nothing was done, for one profile or for all."""
    _print("error", profile, {"errors": problems_json(problems)})


def done(code: int) -> None:
    """Print the exit code, as the last line."""
    _print("done", "", {"exit_code": code})


def _print(event: str, profile: str, about: dict[str, Plain]) -> None:
    place: dict[str, Plain] = {"profile": profile} if profile else {}
    result(
        visible_json({"format_version": FORMAT_VERSION, "event": event, "time": now(), **place, **about}, indent=None)
    )


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
