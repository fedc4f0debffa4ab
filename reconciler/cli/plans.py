"""Owns plans at the console: of many a line each, then what changes; their JSON, Markdown and file; all streamed."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from msgspec import Struct

from reconciler.app.lookouts import Outlook, View
from reconciler.app.plans import refuse_saved
from reconciler.app.survey import Survey, survey
from reconciler.cli import github
from reconciler.cli.console import Exit, Settings, annotates, notice, result, shown, streamed, terminal_width
from reconciler.clock import now
from reconciler.planning.plan import ProfileRef
from reconciler.planning.planner import Options
from reconciler.problem import ProblemsError, ReconcilerError
from reconciler.render.line import no_changes
from reconciler.render.terminal import visible

_LINES = 500  # that are printed at a time


class Asked(Struct, frozen=True):
    """What the command line asked of a plan; `alone` tells that it is of one profile, by its name."""

    alone: bool
    form: str
    summary: bool
    out: str | None
    targets: tuple[str, ...]
    state: str | None
    max_bytes: int
    detailed_exitcode: bool


def plan_profiles(paths: Sequence[str], asked: Asked, settings: Settings) -> int:
    """Plan profiles, print what was asked for, and return the exit code. Raises ReconcilerError."""
    options = Options(asked.targets)
    try:
        with _looked_at(paths, options, asked, settings) as found:
            if asked.out is not None:
                _save(asked.out, found, asked)
            _print_survey(found, asked, options)
            github.report_on_github(found, lambda most: _markdown(found, options, min(most, asked.max_bytes)))
            return _exit_of_outlooks(found.outlooks) if asked.detailed_exitcode else Exit.DONE
    except ReconcilerError as error:
        github.report_error(error)
        raise


@contextmanager
def _looked_at(paths: Sequence[str], options: Options, asked: Asked, settings: Settings) -> Iterator[Survey]:
    try:
        with survey(paths, options, _view(asked, settings), asked.state) as found:
            yield found
    except ProblemsError as error:
        refuse_saved(sorted({problem.file for problem in error.problems}))
        raise


def _view(asked: Asked, settings: Settings) -> View:
    in_json = asked.form == "json" or asked.out is not None
    in_text = asked.form == "text" and (asked.alone or not asked.summary)
    return View(
        forms=("text",) * in_text + ("json",) * in_json,
        alone=asked.alone,
        quick=not (asked.alone or in_json or asked.targets or settings.verbose),
        color=settings.colored(),
        width=terminal_width(sys.stdout) if annotates(settings, sys.stdout) else None,
        verbose=settings.verbose,
        created_at=now(),
    )


def _save(path: str, found: Survey, asked: Asked) -> None:
    from reconciler.app.saved import MAX_PLAN_FILE, check_savable, save_text
    from reconciler.state.paths import state_path

    if found.size("json") > MAX_PLAN_FILE:
        message = f"these plans have more than {MAX_PLAN_FILE // 1024 // 1024} MiB, and no plan file is read that large"
        raise ReconcilerError.at(path, message, "save those of fewer profiles")
    check_savable(path, ((outlook.path, asked.state or state_path(outlook.path)) for outlook in found.outlooks))
    save_text(path, chain(_json(found, asked), ("\n",)))
    notice(f"saved: {visible(path)}")


def _json(found: Survey, asked: Asked) -> Iterator[str]:
    """Yield the plan of one profile, or an array."""
    from reconciler.app.git import commit_of
    from reconciler.app.saved import json_array, with_commit

    commit = commit_of([ProfileRef(outlook.path, outlook.sha256) for outlook in found.outlooks])
    plans = (with_commit(text, commit) for _, text in found.texts("json"))
    return plans if asked.alone else json_array(plans)


def _markdown(found: Survey, options: Options, max_bytes: int, *, details: bool = True) -> str:
    from reconciler.app.markdown import markdown_of

    return markdown_of(found, options, max_bytes, details=details)


def _print_survey(found: Survey, asked: Asked, options: Options) -> None:
    if asked.form == "json":
        streamed(_json(found, asked))
    elif asked.form == "markdown":
        result(_markdown(found, options, asked.max_bytes, details=not asked.summary))
    elif asked.alone:
        for _, text in found.texts("text"):
            shown(text)
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
