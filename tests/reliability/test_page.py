"""The counts of docs/reliability.md are those of the tests; what `make quick` leaves out is told by a story each."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.quick import STORIES
from tests.reliability.test_crash import SCENARIOS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
ROWS = re.findall(r"^\|[^|]*\| ([^|]*)\| ([^|]*)\| `(test_\w+\.py)`([^|]*)\|$", PAGE, re.MULTILINE)


def collected(marked: str, paths: list[str]) -> list[str]:
    """Return the names of the tests of some modules that are marked so."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", marked, *paths]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


def counted(marked: str) -> Counter[str]:
    """Count the tests of each module, those that play a range of seeds by their seeds."""
    tests = "\n".join(collected(marked, [f"{folder(where)}/{module}" for _, _, module, where in ROWS]))
    counts: Counter[str] = Counter()
    for path, seeds in re.findall(r"^(\S+?)::.*?(?:\[seeds (\d+-\d+)\])?$", tests, re.MULTILINE):
        first, _, last = seeds.partition("-")
        counts[Path(path).name] += int(last) - int(first) + 1 if seeds else 1
    return counts


def folder(where: str) -> str:
    named = re.search(r"`(tests/\w+)`", where)
    return named[1] if named else "tests/reliability"


def said(cell: str) -> int | None:
    number = re.match(r"[\d,]+", cell)
    return int(number[0].replace(",", "")) if number else None


def test_the_page_counts_what_make_test_runs() -> None:
    counts = counted("not torture")
    assert {module: said(cell) for cell, _, module, _ in ROWS if said(cell)} == {
        module: counts[module] for cell, _, module, _ in ROWS if said(cell)
    }
    assert len([cell for cell, _, _, _ in ROWS if said(cell)]) >= 14


def test_the_page_counts_what_make_torture_runs() -> None:
    counts = counted("torture")
    rows = [(said(cell), module) for _, cell, module, _ in ROWS if (said(cell) or 0) > 100]
    assert [(counts[module], module) for _, module in rows] == rows
    assert len(rows) == 5


def test_the_page_says_how_many_calls_are_killed() -> None:
    assert f"at least {sum(scenario.killed for scenario in SCENARIOS)} of its calls" in PAGE


def test_quick_tells_one_story_of_each_module_that_it_leaves_out() -> None:
    tests = collected("quick and not torture", [f"tests/{module}" for module in STORIES])
    assert sorted(test.partition("::")[0] for test in tests) == sorted(f"tests/{module}" for module in STORIES)
