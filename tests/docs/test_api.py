"""docs/api.md: its examples run from top to bottom, and it names all that the package offers."""

import re
from pathlib import Path
from typing import Any

import pytest

import reconciler
from tests.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_examples_run(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (profile,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    here.folder.joinpath("profile.yaml").write_text(profile, encoding="utf-8")
    monkeypatch.chdir(here.folder)
    monkeypatch.setenv("POSTPRESS_API_KEY", "key")
    monkeypatch.setenv("XDG_CACHE_HOME", str(here.folder / "cache"))
    monkeypatch.setenv("POSTPRESS_BASE_URL", here.base_url)
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/api.md", "exec"), names)  # noqa: S102 - that is what the test is for
    live = here.simulator.memory.profile("acc_ada")
    assert live.sections["headline"] == "First programmer"
    assert len(live.entries["experience"]) == 1


def test_the_page_names_every_function_and_error() -> None:
    words = set(re.findall(r"\w+", PAGE))
    told = [name for name in reconciler.__all__ if name[0].islower() or name.endswith("Error")]
    assert set(told) - words == set()
