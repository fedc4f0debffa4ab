"""What `fmt` does to a profile file: its laws, and its form by example."""

import itertools
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from reconciler.fmt.form import formatted
from reconciler.fmt.lines import UnusualError
from reconciler.problem import ProblemsError
from reconciler.profile.document import read_document
from reconciler.values import canonical
from tests.fmt.handwriting import Hand
from tests.profile.test_document import PIECES
from tests.strategies import profiles

IDS: dict[str, tuple[str, ...]] = {"experience": ("11", "12"), "education": ("21", "22")}
CASES = Path(__file__).parents[1] / "cases"
EXAMPLES = sorted((Path(__file__).parents[2] / "profiles").glob("*.yaml"))
LAW = settings(
    max_examples=50,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _value(content: bytes) -> str:
    return canonical(read_document(content, "p.yaml").value)


def _whole(profile: dict[str, Any]) -> dict[str, Any]:
    return {"type": "LINKEDIN", "account_id": "acc_1", **profile}


def _bare(lines: list[str]) -> list[str]:
    """Return what stands on each line, without blanks, quotes and the digit that says how far a text is indented."""
    bare = [re.sub("(?<=[|>])[0-9]", "", re.sub('["\\s]', "", line)) for line in lines]
    return bare[: max((number for number, line in enumerate(bare, 1) if line), default=0)]


@LAW
@given(profiles(IDS), st.integers(0, 2**32), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_form_keeps_meaning_and_comments_and_is_reached_at_once(
    profile: dict[str, Any],
    seed: int,
    shared: bool,  # noqa: FBT001 - drawn by hypothesis
    end: str,
) -> None:
    hand = Hand(random.Random(seed), shared=shared)  # noqa: S311 - chance, not secrets
    before = hand.file(_whole(profile)).replace("\n", end).encode()
    note(before.decode())
    assert _value(before) == canonical(_whole(profile)), "the hand writes what it was told"
    after = formatted(before, "p.yaml")
    note(after.decode())
    assert _value(after) == _value(before)
    assert formatted(after, "p.yaml") == after
    before_lines, lines = before.decode().split(end), after.decode().split(end)
    if after.count(b"|") == before.count(b"|"):  # no text went on lines of its own
        assert _bare(lines) == _bare(before_lines)
    for comment in hand.comments:
        assert sum(comment in line for line in lines) == 1, comment
    head = {line.strip() for line in itertools.takewhile(lambda line: line.lstrip()[:1] in ("", "#"), before_lines)}
    for comment, key in hand.above:
        if comment in head:
            continue  # it may be the file's
        place = next(number for number, line in enumerate(lines) if line.strip() == comment)
        key_line = next(line for line in lines[place:] if line.strip() and not line.strip().startswith("#"))
        assert key_line.lstrip("- ").startswith((key + ":", key.strip('"') + ":")), (comment, key)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_profile_is_in_its_form(path: Path) -> None:
    assert formatted(path.read_bytes(), path.name) == path.read_bytes()


@pytest.mark.parametrize("path", sorted((CASES / "valid").glob("*.yaml")), ids=lambda path: path.stem)
def test_form_of_a_valid_case_says_the_same(path: Path) -> None:
    before = path.read_bytes()
    after = formatted(before, path.name)
    assert _value(after) == _value(before)
    assert formatted(after, path.name) == after


def test_starter_of_init_is_in_its_form() -> None:
    from reconciler.app.starter import STARTER

    assert formatted(STARTER.encode(), "p.yaml").decode() == STARTER


def _form(text: str) -> str:
    return formatted(text.encode(), "p.yaml").decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("b: 1\na:   2\n", "b: 1\na: 2\n"),
        ("headline: x\n  # of type\ntype:  LINKEDIN # t\n", "headline: x\n# of type\ntype: LINKEDIN # t\n"),
        ("skills:\n- a\n-   b\n", "skills:\n  - a\n  - b\n"),
        ("location: {postal_code: 02139, id: x}\n", 'location: {postal_code: "02139", id: "x"}\n'),
        ("location: {id: '1'}\n", None),
        ('"headline": "x"\n', 'headline: "x"\n'),
        ('summary: "one\\n\\ntwo"\n', "summary: |-\n  one\n\n  two\n"),
        ('summary: "one\\n  two\\n" # s\n', "summary: | # s\n  one\n    two\n"),
        ('summary: "  one\\ntwo"\n', None),
        ('summary: "one \\ntwo"\n', None),
        ('summary: "one\\n\\u200dtwo"\n', None),
        ("summary: |\n      one\n\n       two\n", "summary: |\n  one\n\n   two\n"),
        ("summary: |\n  no line end after this", "summary: |-\n  no line end after this\n"),
        ("summary: >\n    folded\n    by hand\n", "summary: >\n  folded\n  by hand\n"),
        ("summary: one\n    two\n", "summary: one\n  two\n"),
        (f"summary: {'word ' * 30}\n", f"summary: |-\n  {('word ' * 30).strip()}\n"),
        (f"custom_link: {{url: x, type: {'y' * 100}}}\n", None),
        (f"skills: [{'seven67, ' * 11}z]\n", None),
        ("skills: [ a,b ]\n", None),
        ("skills:\n - - a\n -\n  - b\n", "skills:\n  - - a\n  -\n    - b\n"),
        ("a:\n    b:\n    -   name: x\n        id: 1\n", 'a:\n  b:\n    - name: x\n      id: "1"\n'),
        ("skills: [a, # one\n    b]\n", None),
        ("skills:\n  # above\n  [a]\n", None),
        ("skills:\n  [a,\n   b]\n", None),
        ("skills:\n    [a,\n     b\n    ]\n", "skills:\n  [a,\n   b\n  ]\n"),
        ("{type: LINKEDIN, account_id: a}\n", None),
        ('{\n "type": "LINKEDIN",\n "account_id": "a"\n}\n', None),
        ("# only this\n{}\n", "# only this\n{}\n"),
        ("%YAML 1.2\n--- # begin\na:  1\n...\n", "%YAML 1.2\n--- # begin\na: 1\n...\n"),
        ("education:\n  b: {school: &s S}\n  a: {school: *s}\n", None),
        ("summary: &s x\nheadline: *s\n", None),
        ("education:\n a: &a\n  school: S\n b: {<<: *a}\n", "education:\n  a: &a\n    school: S\n  b: {<<: *a}\n"),
        ("\ufefftype:  LINKEDIN\r\nheadline:  x\r\n", "\ufefftype: LINKEDIN\r\nheadline: x\r\n"),
        ("headline: x\n\n\n# end\n\n\n", "headline: x\n\n\n# end\n"),
    ],
)  # fmt: skip
def test_form_by_example(before: str, after: str | None) -> None:
    assert _form(before) == (after or before)
    assert _form(after or before) == (after or before)


def test_comments_deeper_than_the_next_key_belong_to_what_ended() -> None:
    before = "education:\n    a:\n        school: S\n        # in a\n    # in education\n# of type\ntype: LINKEDIN\n"
    after = "education:\n  a:\n    school: S\n    # in a\n  # in education\n# of type\ntype: LINKEDIN\n"
    assert _form(before) == after


@pytest.mark.parametrize("text", ["? a\n: b\n", "a: {? b : c}\n? d\n: e\n"])
def test_what_no_profile_needs_stays_as_it_is(text: str) -> None:
    with pytest.raises(UnusualError):
        _form(text)


@pytest.mark.parametrize(
    "text", ["- a\n", "a: !!map\n  b: 1\n", "--- {a: 1}\n", "a: # c\n  |\n  b\n", "&x\na: 1\n", "a: !!str 1\n"]
)
def test_what_few_write_has_a_form_too(text: str) -> None:
    assert _form(text) == text


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_formatted_or_refused(text: str) -> None:
    content = text.encode()
    try:
        after = formatted(content, "p.yaml")
    except (ProblemsError, UnusualError):
        return
    assert _value(after) == _value(content)
    assert formatted(after, "p.yaml") == after
