from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.console import ROOT, environment, follow
from tests.world import World, world


def _nothing(here: World) -> None:
    del here


def _pictures_and_a_job(here: World) -> None:
    """Put two pictures into the folder, and a job onto the profile."""
    content = (ROOT / "profiles" / "files" / "portrait.jpg").read_bytes()
    (here.folder / "me.jpg").write_bytes(content)
    (here.folder / "new.jpg").write_bytes(content[:2] + b"\xff\xfe\x00\x05new" + content[2:])  # with a comment in it
    here.simulator.memory.profile("acc_ada").entries["experience"].append({"id": "2400000001"})


PAGES: list[tuple[str, int, Callable[[World], None]]] = [
    ("README.md", 7, _nothing),
    ("docs/state.md", 15, _nothing),
    ("docs/plans.md", 6, _nothing),
    ("docs/profile.md", 5, _nothing),
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
