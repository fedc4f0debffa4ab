"""Every example of docs/entries.md comes out as the page says."""

import re
from pathlib import Path

import pytest

from reconciler.planning.planner import make_plan
from reconciler.planning.reason import Code
from reconciler.problem import StateError
from reconciler.profile.desired import Desired, Profile, Wanted
from reconciler.state.applied import Applied, Forgotten, Record
from reconciler.values import Plain

PAGE = (Path(__file__).parents[2] / "docs" / "entries.md").read_text(encoding="utf-8")
TIME = "2026-01-02T03:04:05Z"
SAID = {"create": "is created", "update": "is updated", "move": "moves", "forget": "is forgotten"}


def _examples() -> list[list[str]]:
    table = PAGE.partition("## Examples")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    return rows[2:]


def _entries(cell: str) -> dict[str, tuple[dict[str, Plain], str | None, bool]]:
    """Read jobs: by key the value, the id, and whether it left the file."""
    found = {}
    for job in cell.split("; "):
        matched = re.fullmatch(r"`([\w-]+)`: (\w+), (\w+), (\w+)(?:, id (\d+))?(, left)?", job)
        assert matched is not None, job
        key, role, company, text, entry_id, left = matched.groups()
        found[key] = ({"role": role, "company": company, "description": text}, entry_id, left is not None)
    return found


@pytest.mark.parametrize(("what", "before", "now", "said"), _examples(), ids=lambda text: text[:40])
def test_an_example_comes_out_as_the_page_says(what: str, before: str, now: str, said: str) -> None:
    del what
    known = {f"experience.{key}": entry for key, entry in _entries(before).items()}
    by = {True: "adopt", False: None}
    state = Applied(
        "l",
        1,
        "w",
        "acc",
        {at: Record(value, TIME, "apply", id_, by[bool(id_)]) for at, (value, id_, left) in known.items() if not left},
        {at: Forgotten(value, TIME, id_, by[bool(id_)]) for at, (value, id_, left) in known.items() if left},
    )
    wanted = {
        f"experience.{key}": Wanted(value, place, entry_id)
        for place, (key, (value, entry_id, _)) in enumerate(_entries(now).items())
    }
    profile = Profile("profile.yaml", "0" * 64, Desired("acc", wanted))
    if said == "an error":
        with pytest.raises(StateError):
            make_plan(profile, state, "profile.state.json", "0")
        return
    found = []
    for change in make_plan(profile, state, "profile.state.json", "0").changes:
        is_asked = change.reason is not None and change.reason.code is Code.ENTRY_IDENTITY
        told = "is asked about" if is_asked else SAID.get(change.action.value, "is blocked")
        found.append(f"`{change.address.partition('.')[2]}` {told}")
    assert "; ".join(found) == said


def test_the_page_has_the_rows_of_the_table() -> None:
    table = PAGE.partition("## The table")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\d) \|", table, re.MULTILINE) == list("1234567")
