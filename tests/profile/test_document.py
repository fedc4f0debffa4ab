import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.fmt.form import formatted
from reconciler.problem import ProblemsError
from reconciler.profile.document import read_document
from reconciler.profile.source import Mark
from reconciler.values import Plain

SECONDS = 5.0
VALID = sorted((Path(__file__).parent.parent / "cases" / "valid").glob("*.yaml"))
PIECES = st.sampled_from(
    [*"ab:-?&*!|>%@`#,[]{}'\"\\ \n\t~.0159é\ud7ff\x85\u2028", "<<: ", "- ", "a: ", "&a ", "*a", "\n  ", "!!int "]
)

BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)
MERGES = "a0: &a0 {x0: 1}\n" + "".join(
    f"a{level}: &a{level} {{<<: *a{level - 1}, x{level}: 1}}\n" for level in range(1, 20_000)
)


def _value(text: str) -> Plain:
    return read_document(text.encode(), "p.yaml").value


def _problem(content: bytes) -> str:
    with pytest.raises(ProblemsError) as caught:
        read_document(content, "p.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("2020-01-01", "2020-01-01"),
        ("0o14", 12),
        ("014", 14),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("True", True),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("! 1", "1"),
        ("!!float 1", 1.0),
        ("=", "="),
        ("'<<'", "<<"),
    ],
)
def test_scalar_is_read_by_the_core_schema_of_yaml_1_2(text: str, value: Plain) -> None:
    assert repr(_value(f"a: {text}\n")) == repr({"a": value})


def test_places_are_those_of_keys_and_values() -> None:
    document = read_document(b"a: 1\nb:\n  - c\n  - {d: 02}\n", "p.yaml")
    assert document.keys == {("a",): Mark(1, 1), ("b",): Mark(2, 1), ("b", 1, "d"): Mark(4, 6)}
    assert document.values == {
        (): Mark(1, 1),
        ("a",): Mark(1, 4),
        ("b",): Mark(3, 3),
        ("b", 0): Mark(3, 5),
        ("b", 1): Mark(4, 5),
        ("b", 1, "d"): Mark(4, 9),
    }
    assert document.raw == {("a",): "1", ("b", 1, "d"): "02"}


def test_own_keys_win_over_merged_ones_and_the_first_merged_over_the_second() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n"
    assert _value(text) == {"a": {"x": 1, "y": 1}, "b": {"y": 2, "z": 2}, "c": {"x": 3, "y": 1, "z": 2}}


def test_an_anchor_can_be_set_again() -> None:
    assert _value("a: &x 1\nb: &x 2\nc: *x\n") == {"a": 1, "b": 2, "c": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "p.yaml:5:38: more than 100,000 values with aliases written out"),
        (MERGES, "p.yaml:224:18: more than 100,000 values with aliases written out; a profile is much smaller: write"),
        ("a:\n" + "".join(f" k{number}:\n" for number in range(100_000)), "p.yaml:50000:9: more than 100,000 values"),
        ("[" * 1000, "p.yaml:1:65: more than 64 levels deep"),
        ("[" * 500_000, "p.yaml:1:65: more than 64 levels deep"),
        ("? " * 100_000, "more than 64 levels deep"),
        ("a: [" + "[]," * 200_000, "p.yaml:1:299996: more than 100,000 values"),
        ("a: x\n" * 30_000 + "]", "p.yaml:30001:1: "),
        (
            "x" * (1024 * 1024 + 1),
            "p.yaml:1:1: the file has more than 1,048,576 bytes (1 MiB); a profile is much smaller: name",
        ),
    ],
    ids=["aliases", "merges", "keys", "deep", "deeper", "complex keys", "items", "broken at the end", "large"],
)
def test_what_is_made_to_exhaust_is_refused_in_little_time(text: str, said: str) -> None:
    begun = time.process_time()
    assert said in _problem(text.encode())
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: b\nc: \xff\n", "p.yaml:2:4: the file is not UTF-8: byte 0xff at offset 8"),
        (b"a: b\nc: \x01\n", "p.yaml:2:4: not readable as YAML: special characters are not allowed"),
        (b"\ta: 1\n", "p.yaml:1:1: a tab stands in the indentation; indent with spaces"),
        (b"a: {<<: b}\n", "p.yaml:1:5: << merges mappings only"),
        (
            b"a: !e!x 1\n",
            'p.yaml:1:4: a text without quotes cannot begin with !; put the text between quotes: a: "!e!x 1"',
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(content: bytes, said: str) -> None:
    assert said in _problem(content)


@pytest.mark.parametrize("old", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "text", ["# of old:{}headline: x\n", 'a: "b{}c"\n', "a: |\n  b.{}c\n", "%YAML 1.2\n---\na: b{}\n"]
)
def test_what_ends_a_line_in_yaml_1_1_alone_is_refused_by_all_that_read_a_profile(text: str, old: str) -> None:
    content = text.format(old).encode()
    before, _, _ = text.partition("{}")
    place = f"p.yaml:{before.count(chr(10)) + 1}:{len(before.rpartition(chr(10))[2]) + 1}"
    assert _problem(content).startswith(f"{place}: U+{ord(old):04X} (")
    with pytest.raises(ProblemsError, match=place):
        formatted(content, "p.yaml")


def test_lines_are_counted_by_lf_cr_and_both() -> None:
    assert _problem(b"a: 1\rb: 2\r\nc: 3\nd: \xc3\xa9 \xff\n").startswith("p.yaml:4:6: the file is not UTF-8")
    assert _problem(b"\xef\xbb\xbfa: \xff\n").startswith("p.yaml:1:4: the file is not UTF-8")
    assert _problem(b"a: 1\rb: \x01\n").startswith("p.yaml:2:4: not readable as YAML: special characters")


def test_a_key_may_be_the_same_as_a_merged_one_and_is_no_duplicate() -> None:
    assert read_document(b"a: &a {x: 1}\nb: {x: 2, <<: *a}\n", "p.yaml").problems == ()


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_both_parsers_read_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    both = [read_document(content.encode(), "p.yaml") for content in (text, "%YAML 1.2\n---\n" + text)]
    assert both[0].value == both[1].value
    assert {at: mark.column for at, mark in both[0].keys.items()} == {
        at: mark.column for at, mark in both[1].keys.items()
    }


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        place = read_document(text.encode(), "p.yaml").values[()].line
    except ProblemsError as error:
        place = str(error).startswith("p.yaml")
    assert place


def test_a_tag_of_any_length_is_named_in_a_short_message() -> None:
    (problem,) = read_document(b"a: !" + b"x" * 100_000 + b" y\n", "p.yaml").problems
    assert problem.message == f"the tag !{'x' * 79}… does not fit 'y'"


def test_an_alias_of_any_length_is_named_in_a_short_message() -> None:
    name = "x" * 500_000
    shown = "x" * 80 + "…"
    remedy = "put the text between quotes"
    assert _problem(f"a: *{name}\n".encode()) == f"p.yaml:1:4: alias *{shown} names no anchor above it; {remedy}"
    assert _problem(f"a: &{name} [*{name}]\n".encode()).endswith(
        f"alias *{shown} stands inside what it names; write the value out"
    )


def test_json_as_python_writes_it_is_read_with_its_places() -> None:
    value = {"a": "one \U0001f600\ntwo", "\U0001f600": "x", "b": "\u00e9", "c": "'\\ud83d\\ude00'"}
    text = json.dumps(value)
    assert "\\ud83d\\ude00" in text
    document = read_document(text.encode(), "p.yaml")
    assert (document.value, document.problems) == (value, ())
    assert document.values["b",] == Mark(1, text.index('"\\u00e9"') + 1)
    after = formatted(text.encode(), "p.yaml")
    assert read_document(after, "p.yaml").value == value


def test_half_of_a_surrogate_pair_is_refused_at_its_place() -> None:
    (problem,) = read_document(b'{"a": "\\ud83d\\ude00", "b": "\\ude00\\ud83d"}', "p.yaml").problems
    assert str(problem).startswith("p.yaml:1:28: b: the text holds half of a surrogate pair; write the character")
    large = b'a: "' + b"x" * 200_000 + b'\\ud83d\\ude00"\n'  # only the fast parser reads it, which joins none
    assert _problem(large).endswith("write the character itself, or \\U and eight digits")


@pytest.mark.parametrize(
    "text", ["{}", "a: |\n  one\n{}  four\n", "a: [b,\n{}]\n", "a: 'b\n{}'\n", "a: {{b: c,\n{}}}\n"]
)
def test_a_merge_conflict_is_told_at_its_line_also_where_it_would_be_text(text: str) -> None:
    sides = ("<" * 7 + " HEAD", "two: 2", "=" * 7, "three: 3", ">" * 7 + " theirs\n")
    line = text.partition("{}")[0].count("\n") + 1
    said = f"p.yaml:{line}:1: a merge conflict stands here, not resolved; keep one side of it"
    assert _problem(text.format("\n".join(sides)).encode()).startswith(said)
    assert "a merge conflict" in _problem(text.format("\r\n".join(sides[3:])).encode())
    assert "merge" not in str(read_document(b"# <<<<<<< a\nb: |\n  <<<<<<< c\n", "p.yaml").problems)
