import html
import re

import pytest

from tests.docs.generate import DOCS, PAGES
from tests.reliability.expected import TYPES


def _words(page: str) -> list[str]:
    """What a page says, whatever release of a library laid it out."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)).split()


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_fresh(page: str) -> None:
    assert _words((DOCS / page).read_text(encoding="utf-8")) == _words(PAGES[page]()), "run `make docs`"


def test_the_page_of_errors_holds_every_type_of_the_api() -> None:
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert (len(TYPES), [name for name in TYPES if f"| `{name}` |" not in page]) == (40, [])
