"""What the pages link to is there: files of the repository, and the headings in them."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
)
_FENCE = re.compile(r"^ *(```|~~~).*?^ *\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6} (.+?)#*$", re.MULTILINE)


@cache
def anchors(page: Path) -> frozenset[str]:
    """Give the anchors that GitHub makes of a page's headings."""
    made: list[str] = []
    for heading in _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        made.append(slug if slug not in made else f"{slug}-{made.count(slug)}")
    return frozenset(made)


def broken(page: str, text: str) -> list[str]:
    found = []
    for one in _LINK.finditer(_CODE.sub("", _FENCE.sub("", text))):
        link = one[1] or one[2]
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_of_a_page_leads_somewhere(page: str) -> None:
    assert broken(page, (ROOT / page).read_text(encoding="utf-8")) == []


def test_links_that_lead_nowhere_are_found() -> None:
    text = "# A\n[a](nowhere.md) [b](#a-heading) [c](README.md#nowhere) [d](README.md#try-it) `[e](f.md)`\n"
    assert broken("README.md", text) == ["nowhere.md", "#a-heading", "README.md#nowhere"]


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    seen, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        links = (one[1] for one in _LINK.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))) if one[1])
        files = ((page.parent / link.partition("#")[0]).resolve() for link in links if not re.match(r"[a-z]+:", link))
        ahead += [file for file in files if file.suffix == ".md" and file not in seen]
    assert {file for file in (ROOT / "docs").glob("*.md") if file not in seen} == set()
