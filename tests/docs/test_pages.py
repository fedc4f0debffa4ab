import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.simulator.profile import seeded
from reconciler.values import Plain
from tests.docs.console import ROOT, environment, follow
from tests.importing.archives import pack
from tests.importing.test_getting_started import ARCHIVE
from tests.world import World, world


def _nothing(here: World) -> None:
    del here


def _pictures_and_a_job(here: World) -> None:
    """Put two pictures into the folder, and a job onto the profile."""
    content = (ROOT / "profiles" / "files" / "portrait.jpg").read_bytes()
    (here.folder / "me.jpg").write_bytes(content)
    (here.folder / "new.jpg").write_bytes(content[:2] + b"\xff\xfe\x00\x05new" + content[2:])  # with a comment in it
    here.simulator.memory.profile("acc_ada").entries["experience"].append({"id": "2400000001"})


WANTED: dict[str, Any] = {
    "account_id": "acc_ada",
    "headline": "Building postpress",
    "experience": {
        "postpress": {
            "role": "Founder",
            "company": "postpress",
            "description": "We write letters.",
            "seniority": {"start_date": {"month": 3, "year": 2021}},
        }
    },
    "skills": ["Python", "Writing"],
}
EDITED: Plain = {
    "sections": {"headline": "Building postpress, slowly", "skills": ["Python", "Writing", "Sailing"]},
    "experience": [
        {**WANTED["experience"]["postpress"], "id": "2400000001", "description": "We write letters, and post them."},
        {
            "id": "2400000002",
            "role": "Advisor",
            "company": "Lighthouse Labs",
            "seniority": {"start_date": {"month": 2, "year": 2026}},
        },
    ],
}


def _edited_in_the_browser(here: World) -> None:
    """Apply a profile a year ago, and let somebody edit it in the browser since; an archive is of last Tuesday."""
    here.write(WANTED)
    assert here.apply().code == 0
    state = json.loads(here.state_path.read_text("utf-8"))
    for record in state["sections"].values():
        record["applied_at"] = "2025-11-24T09:00:00Z"
    here.state_path.write_text(json.dumps(state), "utf-8")
    memory = here.simulator.memory
    memory.profiles["acc_ada"] = seeded(EDITED, memory.new_id)
    pack(here.folder / "Basic_LinkedInDataExport_11-24-2026.zip", ARCHIVE)


def _a_profile(here: World) -> None:
    here.write(WANTED)


PAGES: list[tuple[str, int, Callable[[World], None]]] = [
    ("README.md", 7, _nothing),
    ("docs/state.md", 15, _nothing),
    ("docs/fleet.md", 7, _nothing),
    ("docs/lint.md", 5, _nothing),
    ("docs/plans.md", 6, _nothing),
    ("docs/preview.md", 4, _a_profile),
    ("docs/profile.md", 5, _nothing),
    ("docs/reading.md", 15, _edited_in_the_browser),
    ("docs/recipes.md", 18, _pictures_and_a_job),
]


@pytest.mark.parametrize(("page", "commands", "prepare"), PAGES)
def test_every_command_of_a_page_does_what_it_says(
    tmp_path: Path, page: str, commands: int, prepare: Callable[[World], None]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    names = {f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    with world(folder) as here:
        prepare(here)
        environ = environment(tmp_path, POSTPRESS_BASE_URL=here.base_url, POSTPRESS_API_KEY="key", **names)
        assert follow(ROOT / page, folder, environ) >= commands
