"""Every code that a plan can show is explained, and nothing else is."""

import re
from pathlib import Path

from reconciler.planning.reason import Code

PAGE = Path(__file__).parent.parent.parent / "docs" / "troubleshooting.md"


def test_every_code_has_a_section_of_its_name() -> None:
    sections = re.findall(r"^## ([a-z]+(?:-[a-z]+)+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(sections) == sorted(Code)


def test_every_section_says_why_and_what_to_do() -> None:
    _, *sections = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    assert [section for section in sections if section.count("**Why.**") != 1 or "**What to do.**" not in section] == []


def test_the_list_on_top_names_every_code() -> None:
    top = PAGE.read_text("utf-8").partition("\n## ")[0]
    assert sorted(re.findall(r"\[([a-z-]+)\]\(#\1\)", top)) == sorted(Code)
