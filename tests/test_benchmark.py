"""What `make bench` makes of its measurements; that it measures is for `make bench` itself."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark", ROOT / "benchmarks" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_measures_the_commands_of_the_readme(benchmark: ModuleType) -> None:
    class Folder:
        profile = "profile.yaml"

        def __getattr__(self, name: str) -> str:
            return name

    assert [case.name for case in benchmark.cases(cast("Any", Folder()))] == list(benchmark.promises())


def test_it_fails_beyond_twice_what_the_readme_says(benchmark: ModuleType) -> None:
    ratios = [None, 4.0, 4.0, 4.0]
    rows = [benchmark.Row("x", 1.0, 8.5 - place, promised) for place, promised in enumerate(ratios)]
    assert [row.too_slow for row in rows] == [False, False, False, False]
    assert benchmark.Row("x", 1.0, 8.01, 4.0).too_slow
