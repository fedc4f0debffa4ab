"""Owns how problems look in a terminal: the line of the file with a caret under the place, what to do, and a count."""

from collections.abc import Iterator, Sequence

from reconciler.problem import Problem
from reconciler.render.paint import Paint
from reconciler.render.problems import SHOWN, rule_mark, the_same_in
from reconciler.render.terminal import visible
from reconciler.render.wrap import columns

WIDTH = 80  # where a terminal does not tell its own
_NARROW = 12  # columns of a line of the file that are shown at least


def annotated(problems: Sequence[Problem], warnings: Sequence[Problem], *, color: bool, width: int) -> str:
    """Write problems and warnings, the first hundred of each, and how many there are; safe to print.

    One that has no place in a file is not counted: there is nothing to look through.
    """
    paint = Paint(color)
    blocks = [
        "\n".join(_annotated_lines(problem, word, paint, width or WIDTH))
        for word, listed in ((paint.red("error:"), problems), (paint.yellow("warning:"), warnings))
        for problem in listed[:SHOWN]
    ]
    if len(blocks) == 1 and not any(problem.line for problem in (*problems, *warnings)):
        return blocks[0]
    said = _counted_problems(_number(problems), _number(warnings))
    if max(len(problems), len(warnings)) > SHOWN:
        said += f"; the first {SHOWN} of each are shown"
    return "\n".join(["\n\n".join(blocks), paint.bold(said)])


def _number(problems: Sequence[Problem]) -> int:
    return sum(1 + len(problem.others) for problem in problems)


def _counted_problems(errors: int, warnings: int) -> str:
    counts = [(errors, "error"), (warnings, "warning")]
    return ", ".join(f"{count:,} {word}{'s' if count > 1 else ''}" for count, word in counts if count)


def _annotated_lines(problem: Problem, word: str, paint: Paint, width: int) -> Iterator[str]:
    head = ": ".join(visible(piece) for piece in (problem.place, problem.address, problem.message) if piece)
    yield f"{word} {head}{rule_mark(problem)}"
    if problem.line and problem.source:
        yield from _excerpt(problem, paint, width)
    if problem.way_out:
        yield f"  {paint.bold(visible(problem.way_out))}"
    if problem.others:
        yield f"  {the_same_in(problem)}"


def _excerpt(problem: Problem, paint: Paint, width: int) -> Iterator[str]:
    """Give the line of the file, cut to the width around the place, and the caret under that."""
    gutter = f"{problem.line:>4} | "
    room = max(_NARROW, width - len(gutter) - 1)
    before, after = problem.source[: problem.column - 1], problem.source[problem.column - 1 :]
    head, tail = visible(before), visible(after)
    if columns(head + tail) > room:
        head = _end_of(head, max(0, room - min(columns(tail), room // 2)))
        tail = _begin_of(tail, room - columns(head))
    yield f"{paint.dim(gutter)}{head}{tail}"
    yield f"{paint.dim(f'{chr(32) * 4} | ')}{' ' * columns(head)}{paint.red('^')}"


def _begin_of(text: str, room: int) -> str:
    if columns(text) <= room:
        return text
    while text and columns(text) >= room:
        text = text[:-1]
    return f"{text}…"


def _end_of(text: str, room: int) -> str:
    if columns(text) <= room:
        return text
    while text and columns(text) >= room:
        text = text[1:]
    return f"…{text}"
