"""The page on the architecture names what is there."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.test_architecture import LAYER

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`(reconciler(?:\.\w+)+)`", PAGE)) - {"reconciler.toml"})


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_names_exists(name: str) -> None:
    module, _, member = name.rpartition(".")
    try:
        found = hasattr(import_module(module), member)
    except ModuleNotFoundError:
        found = False
    if not found:
        import_module(name)


def test_the_files_that_the_page_names_exist() -> None:
    named = re.findall(r"`((?:reconciler|schemas|tests|docs)/[\w./]+)`", PAGE)
    assert [path for path in named if not (ROOT / path).exists() and "NAME_" not in path] == []


def test_every_part_is_on_the_page() -> None:
    unsaid = {"reconciler", "reconciler.templates", "reconciler.__main__"}
    assert [name for name in LAYER if name not in unsaid and f"`{name}`" not in PAGE] == []


def test_there_are_at_most_twenty_words() -> None:
    words = PAGE.partition("## Words")[2].partition("## How")[0]
    assert len(re.findall(r"^\| [^-]", words, re.MULTILINE)) - 1 <= 20
