"""What `make bench-fleet` measures: that it measures is for `make bench-fleet` itself."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from reconciler import __version__
from reconciler.app.fastpath import unchanged_since

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def fleet() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fleet", ROOT / "benchmarks" / "fleet.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fleet"] = module
    spec.loader.exec_module(module)
    return module


def test_its_profiles_are_unchanged_until_it_changes_some_and_again_when_restored(
    fleet: ModuleType, tmp_path: Path
) -> None:
    made = fleet.Fleet(tmp_path, 3)

    def unchanged() -> list[bool]:
        return [unchanged_since(str(made.path(number)), __version__) is not None for number in range(3)]

    assert unchanged() == [True, True, True]
    made.change(2)
    assert unchanged() == [False, True, False]
    made.restore()
    assert unchanged() == [True, True, True]


def test_it_says_which_limit_a_case_is_over(fleet: ModuleType) -> None:
    case = fleet.FleetCase("x", (), fleet.Limit(seconds=25, megabytes=120))
    assert fleet.FleetRow(case, 25.0, 50.0, 120.0, 99.0, 99.0).over == []
    assert len(fleet.FleetRow(case, 25.1, 50.0, 120.1, 0.0, 0.0).over) == 2
