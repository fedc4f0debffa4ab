"""Owns how problems are shown: as lines, as the contract's JSON, and as annotations on GitHub."""

import json
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from reconciler.problem import Problem
from reconciler.values import Plain

FORMAT_VERSION = "1.0"
SHOWN = 100
_MANY_FILES = 3  # from which on the same problem is told once


def capped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Keep the first hundred problems, and count the others."""
    kept = tuple(problems)
    if len(kept) <= SHOWN:
        return kept
    return *kept[:SHOWN], Problem("", 0, 0, "", f"{len(kept):,} problems, the first {SHOWN} shown", "mend these first")


def told_once(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems; of one that strikes many files in the same way the first, which then names the other places."""
    keyed = [(_without_file(problem), problem) for problem in problems]
    alike: dict[Problem, list[Problem]] = {}
    for key, problem in keyed:
        alike.setdefault(key, []).append(problem)
    of_many = {key for key, same in alike.items() if len({each.file for each in same}) >= _MANY_FILES}
    told: list[Problem] = []
    for key, problem in keyed:
        if key not in of_many:
            told.append(problem)
        elif problem is alike[key][0]:
            told.append(replace(problem, others=tuple(each.place for each in alike[key][1:])))
    return told


def _without_file(problem: Problem) -> Problem:
    """Return what stays of a problem in whichever file it is; a remedy may name the file."""
    message, remedy = (text.replace(problem.file, "") for text in (problem.message, problem.remedy))
    return replace(problem, file="", line=0, column=0, source="", message=message, remedy=remedy, command=())


def text_problems(problems: Iterable[Problem]) -> str:
    """Write one problem a line, safe for a terminal, with the rule that found it; the first hundred."""
    from reconciler.render.terminal import visible

    lines = []
    for problem in capped(problems):
        lines.append(visible(str(problem)) + rule_mark(problem))
        lines += [f"  {the_same_in(problem)}"] if problem.others else []
    return "\n".join(lines)


def the_same_in(problem: Problem) -> str:
    """Say where else the same is wrong; safe to print."""
    from reconciler.render.counts import few
    from reconciler.render.terminal import visible

    return f"the same in {visible(few(problem.others))}"


def rule_mark(problem: Problem) -> str:
    """Return the id of the rule that found a problem as it is shown behind it; empty without one."""
    return f" [{problem.rule}]" if problem.rule else ""


def text_warnings(warnings: Iterable[Problem]) -> str:
    """Write one warning a line, each saying that it is one."""
    return "\n".join(f"warning: {text_problems([warning])}" for warning in warnings)


def text_valid(paths: Iterable[str]) -> str:
    """Write one line for each profile without a problem."""
    from reconciler.render.terminal import visible

    return "\n".join(f"{visible(path)}: valid" for path in paths)


def text_unmanaged(paths: Iterable[str]) -> str:
    """Write one line for each profile that manages nothing."""
    from reconciler.render.terminal import visible

    ways = "write what you want to manage, or begin with `reconciler import`"
    return "\n".join(f"{visible(path)} manages nothing yet: {ways}" for path in paths)


def json_errors(problems: Iterable[Problem], warnings: Sequence[Problem] | None = None) -> str:
    """Write problems as JSON; warnings too where a command has them."""
    answer: dict[str, object] = {"format_version": FORMAT_VERSION, "errors": problems_json(problems)}
    if warnings is not None:
        answer["warnings"] = [_plain(warning) for warning in warnings]
    return json.dumps(answer, indent=2)


def json_findings(problems: Iterable[Problem], findings: Iterable[tuple[Problem, str]]) -> str:
    """Write what lint found as JSON, each with how grave it is, and what is wrong with the profiles."""
    found = [{**_plain(problem), "severity": severity} for problem, severity in findings]
    answer = {"format_version": FORMAT_VERSION, "errors": problems_json(problems), "findings": found}
    return json.dumps(answer, indent=2)


def github_problems(problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> str:
    """Write problems as workflow commands that annotate the lines of a pull request."""
    lines = [_annotation("error", problem) for problem in capped(problems)]
    lines += [_annotation("warning", warning) for warning in warnings]
    return "\n".join(lines)


def problems_json(problems: Iterable[Problem]) -> list[Plain]:
    """Return problems as the contract's JSON has them, the first hundred."""
    return [_plain(problem) for problem in capped(problems)]


def _plain(problem: Problem) -> dict[str, Plain]:
    rule: dict[str, Plain] = {"rule": problem.rule} if problem.rule else {}
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "address": problem.address,
        "message": problem.message,
        "remedy": problem.way_out,
        **rule,
    }


def _annotation(level: str, problem: Problem) -> str:
    from reconciler.render.terminal import visible

    said = f"{problem.message}; {problem.way_out}" if problem.way_out else problem.message
    text = said + rule_mark(problem)
    places = {"file": problem.file}
    if problem.line:
        places |= {"line": str(problem.line), "col": str(problem.column)}
    places["title"] = problem.address or "profile"
    properties = ",".join(f"{name}={_escaped_property(value)}" for name, value in places.items() if value)
    return f"::{level} {properties}::{_escaped(visible(text))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    from reconciler.render.terminal import visible

    return _escaped(visible(text)).replace(":", "%3A").replace(",", "%2C")
