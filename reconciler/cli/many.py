"""Owns a plan of many profiles: a line each, then what changes; their JSON, Markdown and file; all of it streamed."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from reconciler.app.lookouts import Outlook, View
from reconciler.app.survey import Survey, survey
from reconciler.cli import github
from reconciler.cli.console import Exit, Settings, notice, result, shown, streamed
from reconciler.clock import now
from reconciler.planning.plan import ProfileRef
from reconciler.planning.planner import Options
from reconciler.problem import ReconcilerError
from reconciler.render.line import no_changes
from reconciler.render.terminal import visible

_LINES = 500  # that are printed at a time


class ManyAsked(Struct, frozen=True):
    """What the command line asked of a plan of many profiles."""

    form: str
    summary: bool
    out: str | None
    targets: tuple[str, ...]
    max_bytes: int
    detailed_exitcode: bool


def plan_many(paths: Sequence[str], asked: ManyAsked, settings: Settings) -> int:
    """Plan profiles, print what was asked for, and return the exit code. Raises ReconcilerError."""
    in_json = asked.form == "json" or asked.out is not None
    in_text = asked.form == "text" and not asked.summary
    view = View(
        forms=("text",) * in_text + ("json",) * in_json,
        quick=not (in_json or asked.targets or settings.verbose),
        color=settings.colored(),
        verbose=settings.verbose,
        created_at=now(),
    )
    try:
        with survey(paths, Options(asked.targets), view) as found:
            if asked.out is not None:
                _save(asked.out, found)
            _print_survey(found, asked)
            github.report_many_on_github(found, asked.targets, asked.max_bytes)
            return _exit_of_outlooks(found.outlooks) if asked.detailed_exitcode else Exit.DONE
    except ReconcilerError as error:
        github.report_error(error)
        raise


def _save(path: str, found: Survey) -> None:
    from reconciler.app.saved import MAX_PLAN_FILE, check_savable, save_text
    from reconciler.state.paths import state_path

    if found.size("json") > MAX_PLAN_FILE:
        message = f"these plans have more than {MAX_PLAN_FILE // 1024 // 1024} MiB, and no plan file is read that large"
        raise ReconcilerError.at(path, message, "save those of fewer profiles")
    check_savable(path, ((outlook.path, state_path(outlook.path)) for outlook in found.outlooks))
    save_text(path, (*_json(found), "\n"))
    notice(f"saved: {visible(path)}")


def _json(found: Survey) -> Iterator[str]:
    from reconciler.app.git import commit_of
    from reconciler.app.saved import json_array

    commit = commit_of([ProfileRef(outlook.path, outlook.sha256) for outlook in found.outlooks])
    return json_array((text for _, text in found.texts("json")), commit)


def _print_survey(found: Survey, asked: ManyAsked) -> None:
    if asked.form == "json":
        streamed(_json(found))
    elif asked.form == "markdown":
        from reconciler.app.markdown import markdown_of_many

        result(markdown_of_many(found.outlooks, asked.targets, asked.max_bytes, details=not asked.summary))
    else:
        show_survey(found, summary=asked.summary)


def show_survey(found: Survey, *, summary: bool = False) -> None:
    """Print a line a profile, then, unless it is but a `summary`, what changes, and the sum."""
    _print_lines(map(_line, found.outlooks))
    if not summary:
        for _, text in found.texts("text"):
            shown(f"\n{text}")
    if not all(outlook.idle for outlook in found.outlooks):
        from reconciler.app.markdown import total

        shown(f"\n{total(found.outlooks)}")


def _print_lines(lines: Iterator[str]) -> None:
    while some := list(islice(lines, _LINES)):
        shown("\n".join(some))


def _line(outlook: Outlook) -> str:
    if outlook.empty:
        return no_changes(outlook.path, outlook.applied_at, outlook.seen_at, outlook.ids)
    return f"{visible(outlook.path)}: {outlook.words}"


def _exit_of_outlooks(outlooks: Iterable[Outlook]) -> int:
    if any(outlook.doubtful for outlook in outlooks):
        return Exit.DOUBT
    return Exit.CHANGES if any(not outlook.empty for outlook in outlooks) else Exit.DONE
