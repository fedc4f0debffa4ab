"""Owns the last lines of an apply: what was done, what was not, what to do about it, and its exit code."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.app.apply import Result
from reconciler.app.git import Unkept, unkept
from reconciler.applying.events import Failed, RunResult
from reconciler.cli.console import Exit
from reconciler.planning.plan import Action, Plan
from reconciler.planning.reason import doubted
from reconciler.quoting import command_line, quoted
from reconciler.render.terminal import visible
from reconciler.render.wording import ways_out, where_to_delete
from reconciler.state.applied import Applied
from reconciler.wire.outcomes import Outcome, Verdict

_PAST = {Action.FORGET: "forgotten", Action.MOVE: "moved"}


def report(result: Result, *, name_done: bool = False) -> Iterator[str]:
    """Return the lines, safe to print; none where nothing was to be sent or recorded.

    `name_done` names what was applied too, where no progress did.
    """
    plan, run, state_path = result.plan, result.run, result.state_path
    if run is None:
        return
    yield f"{visible(plan.profile.path)}: {', '.join(_counts(plan, run))}"
    if name_done and run.done:
        yield f"  {visible(', '.join(run.done))}: applied"
    for failed in run.rejected:
        yield f"  {_addresses(failed)}: not applied: {_told(failed)}{_remedy(_way_out(failed, plan, state_path))}"
    yield from _unknown(plan, run, state_path)
    for change in plan.changes:
        if (place := where_to_delete(change)) is not None:
            yield f"  {visible(change.address)}: stays on LinkedIn; to delete it there: {visible(place)}"
    if run.end is not None:
        yield f"  stopped: {visible(run.reason)}"
    if run.untried:
        yield f"  not tried: {visible(', '.join(run.untried))}"
    yield from _rescue(run, state_path)
    if run.unsaved is not None:
        yield in_ascii(run.unsaved)


_UNKEPT = {
    Unkept.CHANGED: "commit {state}: it says what is live, and a clone that has an older one adds entries twice",
    Unkept.IGNORED: "git ignores {state}: commit it all the same, since a clone without it adds entries twice",
    Unkept.BEHIND: "the upstream branch has another {state}: pull before the next apply, and merge the two",
}


def keeping(result: Result, *, on_save: bool) -> Iterator[str]:
    """Return lines on a state that git has not got, or has another of; none where the apply wrote nothing."""
    found = () if result.run is None else unkept(result.state_path)
    return keeping_of(dict.fromkeys(found, (result.state_path,)), on_save=on_save)


def keeping_of(unkept_states: Mapping[Unkept, Sequence[str]], *, on_save: bool) -> Iterator[str]:
    """Return the same of many states: a line for each reason, with the states it is true of.

    Whoever gives `--on-save` commits them, after the last write too.
    """
    for why, paths in unkept_states.items():
        if on_save and why is Unkept.CHANGED:
            continue
        others = len(paths) - 1
        more = f" and {others} more state{'' if others == 1 else 's'}" if others else ""
        yield f"note: {_UNKEPT[why].format(state=visible(paths[0]) + more)}"


def _counts(plan: Plan, run: RunResult) -> Iterator[str]:
    """Return how many addresses came to which end."""
    if plan.requests:
        yield f"{len(run.done)} applied"
    counts = [(sum(change.action is action for change in plan.changes), word) for action, word in _PAST.items()]
    counts += [
        (_count(failed for failed in run.rejected if failed.outcome.verdict is Verdict.REJECTED), "rejected"),
        (_count(failed for failed in run.rejected if failed.outcome.verdict is not Verdict.REJECTED), "not executed"),
        (_count(run.unknown), "without a clear answer"),
        (len(run.untried), "not tried"),
        (plan.summary["blocked"], "blocked"),
    ]
    yield from (f"{count} {word}" for count, word in counts if count)
    ids = sum(_is_recorded(run.applied, address, entry_id) for address, entry_id in plan.ids.items())
    if ids:
        yield f"{ids} {'id' if ids == 1 else 'ids'} recorded"


def _unknown(plan: Plan, run: RunResult, state_path: str) -> Iterator[str]:
    """Say of what had no clear answer whether it is sent again, or who settles it."""
    for failed in run.unknown:
        if failed.request.repeatable:
            first = _remedy(_way_out(failed, plan, state_path)) if failed.outcome.stops else ""
            said = f"{_told(failed)}{first}; the next apply sends it again"
            yield f"  {_addresses(failed)}: may or may not be applied: {said}"
        else:
            yield f"  {_addresses(failed)}: in doubt: {_told(failed)}; look at the profile on LinkedIn:"
            ways = ways_out(doubted(failed.addresses[0]), plan)
            yield from (f"    {visible(way)}" for way in ways)


def _count(failures: Iterable[Failed]) -> int:
    """Return how many addresses failed."""
    return sum(len(failed.addresses) for failed in failures)


def _addresses(failed: Failed) -> str:
    return visible(", ".join(failed.addresses))


def _told(failed: Failed) -> str:
    """Return what became of a request that failed, and how often it was tried if more than once."""
    tries = f", after {failed.tries} tries" if failed.tries > 1 else ""
    return f"{outcome_line(failed.outcome)}{tries}"


def _way_out(failed: Failed, plan: Plan, state_path: str) -> str:
    """Return what to do about a request that failed, with the command that does it."""
    words = failed.outcome.command_at(failed.addresses[0])
    command = f": `{command_line(words, plan.profile.path, state_path)}`" if words else ""
    return f"{failed.outcome.remedy}{command}"


def exit_code(result: Result, *, detailed: bool = False) -> Exit:
    """Return the exit code of one profile's apply; `detailed` tells what was sent from what had not to be."""
    if result.in_doubt:
        return Exit.DOUBT
    if not result.complete:
        return Exit.ERROR
    return Exit.CHANGES if detailed and result.done else Exit.DONE


def _is_recorded(applied: Applied, address: str, entry_id: str) -> bool:
    """Tell whether a state knows an entry by that id."""
    known = applied.sections.get(address)
    return known is not None and known.id == entry_id


def _rescue(outcome: RunResult, state_path: str) -> Iterator[str]:
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


def outcome_line(outcome: Outcome) -> str:
    """Return an outcome in one line: the API's own words, and its kind."""
    said = ": ".join(text.removesuffix(".") for text in (outcome.title, outcome.detail) if text)
    kind = ", ".join(str(known) for known in (outcome.status, outcome.type) if known)
    return visible(f"{said} ({kind})" if kind else said)
