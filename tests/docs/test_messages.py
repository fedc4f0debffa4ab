"""The messages that the page on troubleshooting explains are those that the code writes."""

import ast
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


def test_no_message_sends_to_a_page_alone_which_an_installed_tool_has_not_got() -> None:
    said = [text for path in SOURCES for text in texts_in(path) if "docs/" in text]
    assert [text for text in said if not text.startswith("an entry is known by its id, else by ")] == []


def texts_in(path: Path) -> list[str]:
    """Return the texts of a module but for its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in texts if id(node) not in docstrings]
