"""Mutants of planning/identity.py: small changes at random, each of which the planning tests have to notice.

Each mutant changes one place of the module's syntax tree. It runs in a process of its own, against the planning tests
with few seeds, and is killed by the first test that fails, or once it has taken the processor for too long.

`python -m tests.planning.mutation [SEED]` prints those that nothing noticed.
"""

import ast
import importlib
import itertools
import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from reconciler.planning.identity import Resemblance

NAME = "reconciler.planning.identity"
ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "reconciler" / "planning" / "identity.py"
SEED, COUNT = 12, 300
TESTS = (  # those that notice the most come first
    "test_who_is_who.py",
    "test_identity.py",
    "test_plan.py",
    "test_details.py",
    "test_histories.py",
    "test_meanings.py",
)
CHOICE = "not thousand and (not seeds or 0-249)"
SECONDS = 12  # of the processor
AT_ONCE = 2

_NEVER_CHANGED = "values are frozen, or not, whatever is decided"
_BY_NONE = "no entry of the file is looked up by None, and none is found by it"

EQUIVALENT: dict[str, str] = {
    "Traits: True → False": _NEVER_CHANGED,
    "KnownEntry: True → False": _NEVER_CHANGED,
    "Entry: True → False": _NEVER_CHANGED,
    "Identities: True → False": _NEVER_CHANGED,
    ":  for known in self.known if known.id is not None →  for known in self.known": _BY_NONE,
    "_Table.find_sure: entry.wanted.id or '' → entry.wanted.id": _BY_NONE,
}
"""The mutants that mean the same, by what is changed where, with the reason."""

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


@cache
def mutants(source: str) -> tuple[tuple[str, str], ...]:
    """Give every mutant of a module: what was changed, and its source."""
    found = []
    for number in range(sum(len(_changes(node)) for node in ast.walk(ast.parse(source)))):
        tree, left = ast.parse(source), number
        for node in ast.walk(tree):
            changes = _changes(node)
            if left < len(changes):
                before, line = ast.unparse(node), getattr(node, "lineno", 0)
                around = _around(tree, line)
                changes[left]()
                what = f"line {line}: {around}: {before} → {ast.unparse(node)}"
                found.append((what, ast.unparse(ast.fix_missing_locations(tree))))
                break
            left -= len(changes)
    return tuple(found)


def _around(tree: ast.Module, line: int) -> str:
    """Give the names of the classes and functions around a line."""
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    return ".".join(scope.name for scope in scopes if scope.lineno <= line <= (scope.end_lineno or line))


def _changes(node: ast.AST) -> list[Callable[[], None]]:  # noqa: C901 - one case a kind of change
    """Give the ways to change a node: another operator or value, a condition turned round, something left out."""
    found = _omissions(node)
    match node:
        case ast.Compare(ops=operators):
            opposites = [_OTHER[type(operator)] for operator in operators]
            found += [partial(operators.__setitem__, place, other()) for place, other in enumerate(opposites)]
        case ast.BoolOp(op=operator):
            found.append(lambda: setattr(node, "op", _OTHER[type(operator)]()))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            found.append(lambda: node.__dict__.update(op=ast.Not(), operand=ast.UnaryOp(ast.Not(), operand)))
        case ast.If(test=test) | ast.IfExp(test=test):
            found.append(lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test)))
        case ast.BinOp(op=ast.BitAnd()):
            found.append(lambda: setattr(node, "op", ast.BitOr()))
        case ast.Call(func=ast.Name(id=("any" | "all") as name)):
            found.append(lambda: setattr(node, "func", ast.Name("all" if name == "any" else "any", ast.Load())))
        case ast.Call(args=[_, _, *_] as given):
            found.append(given.reverse)
        case ast.Attribute(value=ast.Name(id="Resemblance"), attr=name):
            others = [other for other in Resemblance.__members__ if other != name]
            found += [partial(setattr, node, "attr", other) for other in others]
        case ast.Constant(value=bool() | int() as value):
            found.append(lambda: setattr(node, "value", not value if isinstance(value, bool) else value + 1))
        case ast.Return(value=ast.expr()):
            found.append(lambda: setattr(node, "value", ast.Constant(None)))
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            found.append(lambda: setattr(node, "value", ast.Constant(None)))
    return found


def _omissions(node: ast.AST) -> list[Callable[[], None]]:
    """Give the ways to leave out a part of a node: a condition, an item, all that it goes through."""
    match node:
        case ast.BoolOp(values=parts) | ast.comprehension(ifs=[_, *_] as parts) | ast.Set(elts=[_, _, *_] as parts):
            return _each_left_out(parts)
        case ast.Compare(comparators=[ast.Tuple(elts=parts)]):
            return _each_left_out(parts)
        case ast.Tuple(elts=[_, *_] as parts, ctx=ast.Load()) | ast.List(elts=[_, *_] as parts):
            return [
                left for part, left in zip(parts, _each_left_out(parts), strict=True) if isinstance(part, ast.Starred)
            ]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [lambda: setattr(node.generators[0], "iter", ast.Tuple([], ast.Load()))]
    return []


def _each_left_out(parts: list[Any]) -> list[Callable[[], None]]:
    return [partial(parts.pop, place) for place in range(len(parts))]


class Judge:
    """Run the tests that pytest has collected once for each mutant, in a process of its own, some at a time."""

    def __init__(self, chosen: Sequence[tuple[str, str]]) -> None:
        self.chosen, self.slow, self.alive = chosen, 0, list[str]()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        unchanged = self._start(session, SOURCE.read_text("utf-8"))
        assert os.waitpid(unchanged, 0)[1] == 0, "the tests fail without a mutant"
        running: dict[int, str] = {}
        for what, source in self.chosen:
            running[self._start(session, source)] = what
            if len(running) == AT_ONCE:
                self._wait(running)
        while running:
            self._wait(running)
        return True

    def _wait(self, running: dict[int, str]) -> None:
        child, status = os.wait()
        what = running.pop(child)
        if status == 0:
            self.alive.append(what)
            print(what, flush=True)  # noqa: T201 - a program
        self.slow += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF

    def _start(self, session: pytest.Session, source: str) -> int:
        """Start a process that ends with 0 where all tests pass with a mutant."""
        child = os.fork()
        if child == 0:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)  # its signal kills a mutant that does not end
            os._exit(self._run(session, source))
        return child

    def _run(self, session: pytest.Session, source: str) -> int:
        try:
            put_in_place(source)
            for item, following in itertools.zip_longest(session.items, session.items[1:]):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    return 1
        except BaseException:  # noqa: BLE001 - whatever a mutant raises, it was noticed
            return 1
        return 0


def put_in_place(source: str) -> None:
    """Execute the source of the module, and let all that imported something from the module have what that makes."""
    module = importlib.import_module(NAME)
    before = [(name, value) for name, value in vars(module).items() if getattr(value, "__module__", "") == NAME]
    names = {id(value): name for name, value in before}
    exec(compile(source, str(SOURCE), "exec"), module.__dict__)  # noqa: S102 - our own module, a little changed
    for other in [other for name, other in sys.modules.items() if name.startswith(("reconciler.", "tests."))]:
        for name, value in list(vars(other).items()):
            if id(value) in names:
                setattr(other, name, getattr(module, names[id(value)]))


def chosen(seed: int) -> list[tuple[str, str]]:
    """Give the mutants of a run: the first of a shuffle that are not known to mean the same."""
    every = list(mutants(SOURCE.read_text("utf-8")))
    random.Random(seed).shuffle(every)  # noqa: S311 - a reproducible choice, no secret
    others = [mutant for mutant in every if mutant[0].partition(": ")[2] not in EQUIVALENT]
    once = {source: (what, source) for what, source in others}  # some changes make the same module
    return list(once.values())[:COUNT]


def judge(some: Sequence[tuple[str, str]]) -> Judge:
    """Run the planning tests against each mutant, and print those that nothing noticed."""
    found = Judge(some)
    paths = [str(ROOT / "tests" / "planning" / name) for name in TESTS]
    options = ["-s", "-p", "no:cacheprovider", "-p", "no:terminal", "-o", "addopts=", "-m", "not torture", "-k", CHOICE]
    done = pytest.main([*options, *paths], plugins=[found])
    assert done == 0, done
    return found


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    run = judge(chosen(number))
    print(f"seed {number}: {len(run.alive)} of {len(run.chosen)} live, {run.slow} took too long")  # noqa: T201 - a program
