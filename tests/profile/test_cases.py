"""Every file below tests/cases is a test: valid ones give the values beside them, the others the text."""

import json
from pathlib import Path

import pytest

from reconciler.problem import ProblemsError
from reconciler.profile.load import load
from reconciler.render.problems import text_problems

CASES = Path(__file__).parent.parent / "cases"
VALID = sorted((CASES / "valid").glob("*.yaml"))
INVALID = sorted((CASES / "invalid").glob("*.yaml"))
WARNED = sorted((CASES / "warned").glob("*.yaml"))


def _values(path: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for address, one in load(str(path)).desired.wanted.items():
        found[address] = {"value": one.value, "position": one.position}
        if one.id is not None or one.notify_network is not None:
            found[address] = {"value": one.value, "position": one.position, "id": one.id, "notify": one.notify_network}
    return found


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_case_gives_its_values(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = _values(path)
    assert json.dumps(found) == json.dumps(expected)  # the order counts, and 1 is not 1.0


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_case_gives_its_problems(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(ProblemsError) as caught:
        load(path.name)
    assert text_problems(caught.value.problems) + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WARNED, ids=lambda path: path.stem)
def test_warned_case_gives_its_warnings_which_are_errors_when_strict(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    warnings = load(path.name).warnings
    assert "".join(f"{line}\n" for line in text_problems(warnings).splitlines()) == path.with_suffix(".txt").read_text(
        encoding="utf-8"
    )
    if warnings:
        with pytest.raises(ProblemsError) as caught:
            load(path.name, strict=True)
        assert caught.value.problems == warnings
