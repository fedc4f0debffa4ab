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
from functools import cache
from pathlib import Path

import pytest

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

_BOTH_WAYS = "to be the same goes both ways"
_TOLD_APART = "a sign is made in one place for both sides, and its kind is compared with two others alone"
_NOT_ASKED = "may_be turns these entries away too; to leave them out before saves time"

EQUIVALENT: dict[str, str] = {
    **{
        f"{name}: True → False": "a value is frozen, or not, whatever is decided"
        for name in ("KnownEntry", "Entry", "Identities")
    },
    ":  for entry in known if entry.id is not None →  for entry in known": "no entry of the file is looked up by None",
    "_Table.find_sure: each.id or '' → each.id": "no known entry has the id '', and none is found by None",
    "_Table.may_be: return False → return None": "both are false",
    "_Likeness.__init__: address not in table.found and each.same_as is None → each.same_as is None": _NOT_ASKED,
    "_Likeness.__init__: address not in table.found and each.same_as is None → address not in table.found": _NOT_ASKED,
    ":  for address, each in table.wanted.items() if address not in table.found and each.same_as is None → "
    " for address, each in table.wanted.items()": _NOT_ASKED,
    "_Table._claimed_twice: address not in keyed and address not in self.found → address not in keyed": _NOT_ASKED,
    "_Likeness._are_alike: return False → return None": "both are false",
    "_Table.find_renamed: some and address not in self.found → address not in self.found": (
        "no candidates are no question; and what could be the record of its key has that as a candidate"
    ),
    "_signs_of_known: 1 → 2": "of what tells an entry all has to be shared, so one field is enough to look it up by",
    "_signs: _Sign(_Kind.NAME, canonical(name)) → _Sign(canonical(name), _Kind.NAME)": _TOLD_APART,
    "_signs: _Sign(_Kind.KEY, address) → _Sign(address, _Kind.KEY)": _TOLD_APART,
    "tells_all: bool(telling) and all((each in fields and same(fields[each], told) for each, told in telling.items()))"
    " → all((each in fields and same(fields[each], told) for each, told in telling.items()))": (
        "it is asked about entries alone that something tells"
    ),
    "tells_some: same(one[each], other[each]) → same(other[each], one[each])": _BOTH_WAYS,
    "same_content: same(each, entry.value) → same(entry.value, each)": _BOTH_WAYS,
    "_can_be_edited: same(known[name], value) → same(value, known[name])": _BOTH_WAYS,
}
"""The mutants that mean the same, by what is changed where, with the reason."""

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.And: ast.Or, ast.Or: ast.And,
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
