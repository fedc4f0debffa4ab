"""Owns what is printed of plans, and of an apply: what was done, what was not, and what to do about it."""

import json
from collections.abc import Iterator, Sequence

from reconciler.applying.events import Result
from reconciler.cli.console import Settings
from reconciler.planning.plan import Action, Plan
from reconciler.planning.reasons import naming, quoted
from reconciler.render.terminal import visible
from reconciler.state.applied import Applied
from reconciler.wire.outcomes import Outcome, Verdict

_PAST = {Action.FORGET: "forgotten", Action.MOVE: "moved"}


def report(plan: Plan, outcome: Result, state_path: str) -> Iterator[str]:
    """Give the lines, safe to print."""
    counts = [f"{len(outcome.done)} applied"] if plan.requests else []
    for action, word in _PAST.items():
        count = sum(one.action is action for one in plan.changes)
        counts += [f"{count} {word}"] if count else []
    blocked = [visible(one.address) for one in plan.changes if one.action is Action.BLOCKED]
    groups = (
        ("rejected", [at for at, answer in outcome.rejected if answer.verdict is Verdict.REJECTED]),
        ("not executed", [at for at, answer in outcome.rejected if answer.verdict is not Verdict.REJECTED]),
        ("without a clear answer", [at for at, _ in outcome.unknown]),
        ("not tried", list(outcome.untried)),
        ("blocked", blocked),
    )
    counts += [f"{len(names)} {word}" for word, names in groups if names]
    ids = sum(_holds(outcome.applied, at, entry_id) for at, entry_id in plan.ids.items())
    counts += [f"{ids} {'id' if ids == 1 else 'ids'} recorded"] if ids else []
    yield f"{visible(plan.profile.path)}: {', '.join(counts)}"
    for address, answer in outcome.rejected:
        remedy = _remedy(naming(plan.profile.path, state_path, answer.remedy))
        yield f"  {visible(address)}: not applied: {describe(answer)}{remedy}"
    repeatable = {at: request.repeatable for request in plan.requests for at in request.addresses}
    for address, answer in outcome.unknown:
        if repeatable.get(address, True):
            first = _remedy(answer.remedy) if answer.stops else ""
            said = f"{describe(answer)}{first}; the next apply sends it again"
            yield f"  {visible(address)}: may or may not be applied: {said}"
        else:
            settle = f"`reconciler state resolve {address} --applied` or `--not-applied`"
            settle = naming(plan.profile.path, state_path, settle)
            said = f"{describe(answer)}; look at the profile on LinkedIn, then run {visible(settle)}"
            yield f"  {visible(address)}: in doubt: {said}"
    if outcome.end is not None:
        yield f"  stopped: {visible(outcome.reason)}"
    if outcome.untried:
        yield f"  not tried: {visible(', '.join(outcome.untried))}"
    yield from _rescue(outcome, state_path)


def asked_anew(plan: Plan, again: Plan) -> Iterator[str]:
    """Give what is asked otherwise by the plan after an apply: keys that changed hands are other entries' now."""
    sent = {at for request in plan.requests for at in request.addresses}
    asked = {
        one.address: one.reason for one in plan.changes if one.action is Action.BLOCKED and one.address not in sent
    }
    for one in again.changes:
        if one.action is Action.BLOCKED and asked.get(one.address, one.reason) != one.reason:
            yield f"  {visible(one.address)}: blocked still: {visible(str(one.reason))}"


def _holds(applied: Applied, address: str, entry_id: str) -> bool:
    """Tell whether a state knows an entry by that id."""
    known = applied.sections.get(address)
    return known is not None and known.id == entry_id


def _rescue(outcome: Result, state_path: str) -> Iterator[str]:
    state = visible(quoted(state_path))
    if outcome.rescue is not None:
        rescue, place = visible(quoted(outcome.rescue)), visible(outcome.rescue)
        yield f"  what is live stands in {place}; put it back with `reconciler state restore {rescue} --state {state}`"
    if outcome.unsaved is not None:
        yield (
            "  what is live stands nowhere on disk: keep the following text in a file, and put it back with "
            f"`reconciler state restore FILE --state {state}`"
        )


def in_ascii(text: str) -> str:
    """Write a state's text so that a terminal shows all of it, and `state restore` reads it back."""
    return json.dumps(json.loads(text), indent=2, sort_keys=True).replace("\x7f", "\\u007f")


def _remedy(remedy: str) -> str:
    return f"; {visible(remedy)}" if remedy else ""


def describe(outcome: Outcome) -> str:
    """Say in one line what an outcome was: the API's own words, and its kind."""
    said = ": ".join(text.removesuffix(".") for text in (outcome.title, outcome.detail) if text)
    kind = ", ".join(str(one) for one in (outcome.status, outcome.type) if one)
    return visible(f"{said} ({kind})" if kind else said)


def rendered(plans: Sequence[Plan], form: str, settings: Settings, max_bytes: int) -> str:
    """Write plans as text, JSON or Markdown."""
    if form == "json":
        from reconciler.app.saved import as_json

        return as_json(plans)
    if form == "markdown":
        from reconciler.app.git import commit_of
        from reconciler.render.markdown import render_markdown

        return render_markdown(plans, commit=commit_of([plan.profile for plan in plans]), max_bytes=max_bytes)
    from reconciler.render.text import render_text

    return "\n\n".join(render_text(plan, color=settings.colored(), verbose=settings.verbose) for plan in plans)
