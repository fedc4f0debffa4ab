from pathlib import Path

import pytest

from tests.docs.console import ROOT, environment, follow
from tests.world import world

PAGES = [("README.md", 20), ("docs/state.md", 15), ("docs/plans.md", 6), ("docs/profile.md", 5)]


@pytest.mark.parametrize(("page", "commands"), PAGES)
def test_every_command_of_a_page_does_what_it_says(tmp_path: Path, page: str, commands: int) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with world(folder) as here:
        environ = environment(tmp_path, POSTPRESS_BASE_URL=here.base_url, POSTPRESS_API_KEY="key")
        assert follow(ROOT / page, folder, environ) >= commands
