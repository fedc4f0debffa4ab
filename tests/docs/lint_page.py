"""Writes the part of docs/lint.md that lists every rule."""

from collections.abc import Iterator
from pathlib import Path

from reconciler.lint.catalogue import RULES

LINT_PAGE = Path(__file__).parents[2] / "docs" / "lint.md"
BEGIN = "## The rules\n"


def lint_page() -> str:
    """Give the page as it is, with its last part made anew."""
    head, _, _ = LINT_PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return head + BEGIN + "\n" + "\n".join(_rules()).rstrip() + "\n"


def _rules() -> Iterator[str]:
    for rule in RULES:
        said = {"off": "Off, until it is set.", "error": "An error."}.get(rule.severity, "")
        mended = "`--fix` mends it where it can." if rule.fixes else ""
        yield from [f"### `{rule.id}`", "", " ".join(filter(None, [rule.finds, said, mended])), ""]
        yield from [f"*Why:* {rule.reason} *Source:* {rule.source}", ""]
