"""docs/simulator.md, followed as a reader would."""

import shutil
from pathlib import Path

import pytest

from reconciler.simulator.faults import _FLAGS, _VALUES
from tests.docs.console import environment, follow
from tests.simulator.api import Api

PAGE = Path(__file__).parents[2] / "docs" / "simulator.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_page_says_what_happens(api: Api, tmp_path: Path) -> None:
    page = tmp_path / "simulator.md"
    page.write_text(PAGE.read_text("utf-8").replace("127.0.0.1:8765", api.host), "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    where = {"POSTPRESS_BASE_URL": f"http://{api.host}/api/v1", "POSTPRESS_API_KEY": "any-key-will-do"}
    assert follow(page, folder, environment(tmp_path, **where)) == 19


def test_the_page_and_the_help_name_every_clause() -> None:
    from reconciler.cli.simulator_ import SIMULATOR_HELP

    for text in (PAGE.read_text("utf-8"), SIMULATOR_HELP):
        missing = [name for name in (*_VALUES, "body") if f"{name}=" not in text]
        missing += [name for name in _FLAGS if name not in text]
        assert missing == []
