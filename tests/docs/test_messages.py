"""The messages that the page on troubleshooting explains are those that the code writes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8").partition("# Other messages")[2]
MESSAGES = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
SOURCES = [*sorted((ROOT / "reconciler").rglob("*.py")), ROOT / "profile_reconciler.py"]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def test_the_page_explains_messages() -> None:
    assert len(MESSAGES) >= 10


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_of_the_page_is_one_of_the_code(message: str) -> None:
    assert [part for part in message.split("…") if part.strip(" ,:") and part.strip() not in CODE] == []
