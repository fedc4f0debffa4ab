"""docs/wire.md says how values become parts; its table is what happens."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.world import ACCOUNT, World

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wire.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z_]+: .*)` \| (`.*`) \|$", PAGE, re.MULTILINE)


def _shown(part: dict[str, Any]) -> str:
    if "file" in part:
        return f"{part['name']}=@{Path(part['file']).name};type={part['content_type']}"
    return f"{part['name']}={part['value']}".replace("\n", "\\n")


@pytest.mark.parametrize(("profile", "parts"), ROWS, ids=[row[0] for row in ROWS])
def test_a_value_becomes_the_parts_that_the_page_shows(here: World, profile: str, parts: str) -> None:
    (here.folder / "folder").mkdir()
    shutil.copy(ROOT / "profiles" / "files" / "portrait.jpg", here.folder / "folder" / "me.jpg")
    (here.folder / here.name).write_text(f"type: LINKEDIN\naccount_id: {ACCOUNT}\n{profile}\n", "utf-8")
    (request,) = here.plan()["requests"]
    head, shown = request["parts"][:2], request["parts"][2:]
    assert [_shown(part) for part in head] == ["type=LINKEDIN", f"account_id={ACCOUNT}"]
    assert [_shown(part) for part in shown] == parts.strip("`").split("` `")


def test_the_page_shows_every_section() -> None:
    shown = {profile.partition(":")[0].replace("cover_", "") for profile, _ in ROWS}
    assert shown == {
        *("location", "headline", "summary", "picture", "picture_settings", "experience", "education"),
        *("skills", "skills_follow", "open_to_work", "custom_link"),
    }
