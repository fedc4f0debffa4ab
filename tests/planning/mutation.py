"""Mutants of planning/identity.py: small changes at random, each of which the planning tests have to notice.

Each mutant changes one place of the module's syntax tree. It runs in a process of its own, against the planning tests
with their quick seeds, and is killed by the first test that fails or by the clock.

`python -m tests.planning.mutation [SEED]` prints those that nothing noticed.
"""

import ast
import importlib.util
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

NAME = "reconciler.planning.identity"
ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "reconciler" / "planning" / "identity.py"
SEED, COUNT = 12, 300
TESTS = (
    "test_who_is_who.py",
    "test_identity.py",
    "test_details.py",
    "test_plan.py",
    "test_histories.py",
    "test_meanings.py",
)
SECONDS = 120

EQUIVALENT: dict[str, str] = {
    "5": "how many candidates a question names at once is a bound, and no decision",
    "same(each, entry.value)": "to be the same goes both ways",
    "True": "dataclasses are frozen and slotted, or not, whatever is decided",
    "not value.isascii()": "of a text of ASCII letters alone the other spelling is the same, if slower to find",
}
"""What is changed in mutants that mean the same, with the reason."""

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def mutants(source: str) -> list[tuple[str, str]]:
    """Give every mutant of a module: what was changed, and its source."""
    found = []
    for number in range(sum(len(_changes(node)) for node in ast.walk(ast.parse(source)))):
        tree, left = ast.parse(source), number
        for node in ast.walk(tree):
            changes = _changes(node)
            if left < len(changes):
                before = ast.unparse(node)
                changes[left]()
                line = f"line {getattr(node, 'lineno', 0)}: {before} → {ast.unparse(node)}"
                found.append((line, ast.unparse(ast.fix_missing_locations(tree))))
                break
            left -= len(changes)
    return found


def _changes(node: ast.AST) -> list[Callable[[], None]]:  # noqa: C901 - one case a kind of change
    """Give the ways to change a node: another operator, a condition turned round or left out, nothing returned."""
    found: list[Callable[[], None]] = []
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _OTHER:
            found.append(lambda: setattr(node, "ops", [_OTHER[type(operator)]()]))
        case ast.BoolOp(op=operator, values=values):
            found.append(lambda: setattr(node, "op", _OTHER[type(operator)]()))
            found += [lambda place=place: values.pop(place) for place in range(len(values))]  # type: ignore[misc] # a default binds it
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            found.append(lambda: node.__dict__.update(op=ast.Not(), operand=ast.UnaryOp(ast.Not(), operand)))
        case ast.If(test=test) | ast.IfExp(test=test):
            found.append(lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test)))
        case ast.comprehension(ifs=[_, *_] as conditions):
            found += [lambda place=place: conditions.pop(place) for place in range(len(conditions))]  # type: ignore[misc] # as above
        case ast.BinOp(op=ast.BitAnd()):
            found.append(lambda: setattr(node, "op", ast.BitOr()))
        case ast.Call(func=ast.Name(id=("any" | "all") as name)):
            found.append(lambda: setattr(node, "func", ast.Name("all" if name == "any" else "any", ast.Load())))
        case ast.Constant(value=bool() | int() as value):
            found.append(lambda: setattr(node, "value", not value if isinstance(value, bool) else value + 1))
        case ast.Tuple(elts=[_, *_] as items, ctx=ast.Load()) | ast.List(elts=[_, *_] as items):
            starred = [place for place, item in enumerate(items) if isinstance(item, ast.Starred)]
            found += [lambda place=place: items.pop(place) for place in starred]  # type: ignore[misc] # as above
        case ast.Return(value=ast.expr()):
            found.append(lambda: setattr(node, "value", ast.Constant(None)))
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            found.append(lambda: setattr(node, "value", ast.Constant(None)))
        case ast.Call(args=[_, _, *_] as given):
            found.append(given.reverse)
    return found


def survives(source: str) -> bool:
    """Tell whether the planning tests notice nothing of a mutant; it runs in a process of its own."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.alarm(SECONDS)  # a mutant that does not end is killed by its default action
        os._exit(_run(source))
    return os.waitpid(child, 0)[1] == 0


def _run(source: str) -> int:
    """Run the planning tests against a mutant; 0 where all pass."""
    try:
        for name in [name for name in sys.modules if name.startswith(("reconciler.", "tests.")) and name != __name__]:
            del sys.modules[name]
        spec = importlib.util.spec_from_loader(NAME, loader=None)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        _execute(module, source)
        paths = [str(ROOT / "tests" / "planning" / name) for name in TESTS]
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not torture", "-k", "not thousand"]
        return int(pytest.main([*options, *paths]))
    except BaseException:  # noqa: BLE001 - whatever a mutant raises, it was noticed
        return 1


def _execute(module: ModuleType, source: str) -> None:
    import reconciler.planning

    sys.modules[NAME] = module
    exec(compile(source, str(SOURCE), "exec"), module.__dict__)  # noqa: S102 - our own module, a little changed
    reconciler.planning.identity = module  # as an import would


def chosen(seed: int) -> list[tuple[str, str]]:
    """Give the mutants of a run."""
    every = [mutant for mutant in mutants(SOURCE.read_text("utf-8")) if _changed(mutant[0]) not in EQUIVALENT]
    draw = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    return draw.sample(every, min(COUNT, len(every)))


def _changed(what: str) -> str:
    """Give what stood there before a change."""
    return what.partition(": ")[2].partition(" → ")[0]


def survivors(seed: int) -> Iterator[str]:
    """Yield what was changed in each mutant of a run that nothing noticed."""
    for what, source in chosen(seed):
        if survives(source):
            yield what


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    left = 0
    for text in survivors(number):
        left += 1
        print(text, flush=True)  # noqa: T201 - a program
    print(f"seed {number}: {left} of {len(chosen(number))} live")  # noqa: T201 - a program
