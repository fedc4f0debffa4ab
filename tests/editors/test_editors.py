"""The schema and fmt with the programs that editors use: yaml-language-server 1.25, with its formatter, and ajv."""

import json
import random
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reconciler.fmt.form import formatted
from reconciler.profile.document import read_document
from reconciler.profile.schema import schema_text
from tests.fmt.handwriting import Hand

TOP = Path(__file__).parents[2]
TOOLS = TOP / "tools" / "editors"
PROFILES = sorted((TOP / "profiles").glob("*.yaml"))
HEAD = "type: LINKEDIN\naccount_id: a\n"
SEEDS = 40

pytestmark = pytest.mark.skipif(
    not (TOOLS / "node_modules" / "yaml-language-server").is_dir(),
    reason="editors' programs need node; `make test` installs them with npm where there is one",
)


def _ask(*texts: dict[str, Any]) -> dict[str, Any]:
    asked = json.dumps({"schema": json.loads(schema_text()), "texts": texts})
    done = subprocess.run(
        ["node", str(TOOLS / "ask.js")], input=asked, capture_output=True, text=True, check=True, timeout=120
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@cache
def _answer() -> dict[str, Any]:
    """Ask everything about the schema at once: a language server takes a second to start."""
    return _ask(*({"text": HEAD + text, "complete": [at] if at else []} for text, at in QUESTIONS))


# A profile below its head, and where to complete it.
QUESTIONS: tuple[tuple[str, tuple[int, int] | None], ...] = (
    ("", (2, 0)),
    ("experience:\n  a:\n    role: x\n", None),
    ("education:\n  a:\n    degree: x\n", None),
    ('experience:\n  a:\n    id: "1"\n', (5, 4)),
    ('experience:\n  a:\n    id: "1"\n    presence: \n', (5, 14)),
    ('experience:\n  a:\n    id: "1"\n    attachment:\n      \n', (6, 6)),
    ('experience:\n  a:\n    id: "1"\n    attachment:\n      type: \n', (6, 12)),
    ("skills: \n", (2, 8)),
    ("open_to_work:\n  job_title:\n    - \n", (4, 6)),
    ("headlin: x\n", None),
)


def _said(text: str) -> dict[str, Any]:
    number = next(number for number, (asked, _) in enumerate(QUESTIONS) if asked == text)
    said: dict[str, Any] = _answer()["texts"][number]
    return said


def _labels(text: str) -> list[str]:
    return [item["label"] for item in _said(text)["complete"][0]]


def test_ajv_takes_the_schema_in_strict_mode() -> None:
    assert _answer()["ajv"] == ""


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_an_editor_finds_nothing_wrong_with_an_example(path: Path) -> None:
    assert _ask({"text": path.read_text("utf-8")})["texts"][0]["problems"] == []


def test_an_editor_tells_what_a_new_entry_lacks() -> None:
    assert _said("experience:\n  a:\n    role: x\n")["problems"] == ['Missing property "company".']
    assert _said("education:\n  a:\n    degree: x\n")["problems"] == ['Missing property "school".']
    assert _said("headlin: x\n")["problems"] == ["Property headlin is not allowed."]


def test_no_completion_offers_an_object_as_text() -> None:
    items = [item for said in _answer()["texts"] for found in said["complete"] for item in found]
    assert len(items) > 40
    assert [item for item in items if "[object" in json.dumps(item)] == []


def test_every_section_choice_and_kind_of_attachment_is_offered() -> None:
    assert {"headline", "experience", "skills", "custom_link"} <= set(_labels(""))
    assert _labels('experience:\n  a:\n    id: "1"\n    presence: \n') == ["ON_SITE", "HYBRID", "REMOTE"]
    assert _labels('experience:\n  a:\n    id: "1"\n    attachment:\n      type: \n') == ["link", "media"]
    assert {"A link", "A file", "url", "file"} <= set(
        _labels('experience:\n  a:\n    id: "1"\n    attachment:\n      \n')
    )


def test_what_an_editor_formats_fmt_leaves_as_it_is() -> None:
    values: list[Any] = [read_document(path.read_bytes(), path.name).value for path in PROFILES]
    texts = [path.read_text("utf-8") for path in PROFILES]
    for seed in range(SEEDS):
        hand = Hand(random.Random(seed), shared=seed % 2 == 0)  # noqa: S311 - chance, not secrets
        texts.append(hand.file(values[seed % len(values)]))
    forms = [formatted(text.encode(), "p.yaml").decode() for text in texts]
    asked = [{"text": text, "format": {"bracketSpacing": spaced}} for text in forms for spaced in (True, False)]
    for said in _ask(*asked)["texts"]:
        assert formatted(said["formatted"].encode(), "p.yaml").decode() == said["formatted"]
