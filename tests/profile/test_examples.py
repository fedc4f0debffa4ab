"""The example profiles: they teach every field, and they converge."""

import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reconciler.profile.load import load
from reconciler.simulator.profile import seeded
from reconciler.spec import Kind, walk
from tests.world import World

PROFILES = Path(__file__).parents[2] / "profiles"
EXAMPLES = sorted(PROFILES.glob("*.yaml"))
SCHEMA_LINE = "# yaml-language-server: $schema=../schemas/profile.schema.json\n"
MAX_IMAGE, MAX_DOCUMENT = 30_000, 10_000


def test_there_is_a_minimal_a_full_and_a_long_one() -> None:
    assert [path.name for path in EXAMPLES] == ["full.yaml", "long-career.yaml", "minimal.yaml"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_valid_without_a_warning_and_names_its_schema(path: Path) -> None:
    assert load(str(path), strict=True).warnings == ()
    text = path.read_text(encoding="utf-8")
    assert text.startswith(SCHEMA_LINE)
    assert (PROFILES / "../schemas/profile.schema.json").is_file()


def test_full_example_holds_every_field_of_the_spec() -> None:
    value = YAML(typ="safe").load(PROFILES / "full.yaml")
    there = set(_paths(value, ()))
    ours = (Kind.MENTION, Kind.MENTIONS)  # they name what a state knows, and an example has none
    assert [".".join(path) for path, field in walk() if path not in there and field.kind not in ours] == []


def _paths(value: object, above: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Give the paths of a document as the spec's table has them: entries without key, attachments by type."""
    if isinstance(value, list):
        return [path for one in value for path in _paths(one, above)]
    if not isinstance(value, dict):
        return []
    if above in (("experience",), ("education",)):
        return [path for one in value.values() for path in _paths(one, (*above, ""))]
    plain = tuple(step for step in above if step)
    found = []
    for key, below in value.items():
        path = (*plain, value["type"], key) if above[-1:] == ("attachment",) else (*plain, key)
        found += [path, *_paths(below, path)]
    return found


def test_full_example_holds_entries_with_and_without_an_id_and_both_attachments() -> None:
    value = YAML(typ="safe").load(PROFILES / "full.yaml")
    for section in ("experience", "education"):
        entries = list(value[section].values())
        assert {"id" in entry for entry in entries} == {True, False}
        assert {entry["attachment"]["type"] for entry in entries if "attachment" in entry} == {"link", "media"}


def test_long_career_has_what_it_says() -> None:
    value = YAML(typ="safe").load(PROFILES / "long-career.yaml")
    assert (len(value["experience"]), len(value["education"]), len(value["skills"])) == (15, 4, 60)


def test_files_of_examples_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (PROFILES / "files").iterdir()}
    assert sorted(sizes) == ["cover.png", "pipeline.png", "portrait.jpg", "quiet-ports.pdf"]
    assert all(size < (MAX_DOCUMENT if name.endswith(".pdf") else MAX_IMAGE) for name, size in sizes.items())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_applied_whole_and_then_there_is_nothing_to_do(path: Path, here: World) -> None:
    shutil.copytree(PROFILES / "files", here.folder / "files")
    shutil.copy(path, here.folder / here.name)
    desired = load(str(path)).desired
    seed: dict[str, list[dict[str, str]]] = {"experience": [], "education": []}
    for address, wanted in desired.wanted.items():
        if wanted.id is not None:
            seed[address.partition(".")[0]].append({"id": wanted.id})
    memory = here.simulator.memory
    memory.profiles[desired.account_id] = seeded(json.loads(json.dumps(seed)), memory.new_id)
    done = here.apply()
    assert done.code == 0, done.err
    assert here.plan()["changes"] == []
