"""`reconciler.toml`: where it is looked for, what it may say, and where each fault is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from reconciler.config.load import MAX_CONFIG, Config, Configs, load_config
from reconciler.config.schema import config_schema
from reconciler.config.tables import LintTable, Tables
from reconciler.problem import ProblemsError

SCHEMAS = Path(__file__).parents[2] / "schemas"
GOOD = """\
[lint]
never_ignore = ["secret-like-text"]
severity = {gap-of-a-year = "warning", "email-in-text" = "error"}
[lint.house]
company = "Acme Corp."
allowed_hosts = ["acme.example"]
"""


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository, with a folder of people in it."""
    top = tmp_path / "top"
    (top / ".git").mkdir(parents=True)
    (top / "people").mkdir()
    return top


def faults(top: Path, text: str | bytes) -> list[str]:
    (top / "reconciler.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        load_config(str(top / "people" / "ada.yaml"))
    except ProblemsError as error:
        return [str(problem).removeprefix(f"{top}/") for problem in error.problems]
    return []


def test_without_a_file_all_is_as_by_default(top: Path) -> None:
    assert load_config(str(top / "ada.yaml")) == Config(Tables(LintTable()), "")


def test_what_it_says_is_read(top: Path) -> None:
    assert faults(top, "\ufeff" + GOOD.replace("\n", "\r\n")) == []
    config = load_config(str(top / "people" / "ada.yaml"))
    lint = config.tables.lint
    assert dict(lint.severity) == {"gap-of-a-year": "warning", "email-in-text": "error"}
    assert (lint.never_ignore, lint.house.company) == (("secret-like-text",), "Acme Corp.")
    assert config.problem(("lint", "house", "company"), "x", "y").line == 5


def test_it_is_looked_for_up_to_the_repository_s_top(top: Path) -> None:
    (top.parent / "reconciler.toml").write_text("broken", encoding="utf-8")
    configs = Configs()
    assert configs.of(str(top / "people" / "ada.yaml")).file == ""
    (top / "reconciler.toml").write_text(GOOD, encoding="utf-8")
    assert configs.of(str(top / "people" / "bob.yaml")).file == ""  # read once
    assert load_config(str(top / "people" / "ada.yaml")).file == str(top / "reconciler.toml")
    (top / "people" / "reconciler.toml").write_text("", encoding="utf-8")
    assert load_config(str(top / "people" / "ada.yaml")).file == str(top / "people" / "reconciler.toml")


def test_outside_of_a_repository_only_the_profile_s_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "reconciler.toml").write_text("broken", encoding="utf-8")
    assert load_config(str(tmp_path / "people" / "ada.yaml")).file == ""
    with pytest.raises(ProblemsError):
        load_config(str(tmp_path / "ada.yaml"))


def test_it_is_named_as_it_is_seen_from_here(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "reconciler.toml").write_text(GOOD, encoding="utf-8")
    monkeypatch.chdir(top / "people")
    assert load_config("ada.yaml").file == "../reconciler.toml"
    monkeypatch.chdir(top)
    assert load_config("people/ada.yaml").file == "reconciler.toml"


def test_all_faults_are_told_at_once_with_their_places(top: Path) -> None:
    text = """\
lin = 1
[lint]
never_ignore = ["email-in-text", "emial-in-text", 3]
severity.jobs-overlap = "fatal"
severity.nonsense = "off"
house.company = ""
house.allowed_hosts = ["https://acme.example/"]
house.required_skills = "Python"
[lint.house.forbidden_words]
"""
    assert [fault.split(": ")[:2] for fault in faults(top, text)] == [
        ["reconciler.toml:1:1", "lin"],
        ["reconciler.toml:3:34", "lint.never_ignore[1]"],
        ["reconciler.toml:3:51", "lint.never_ignore[2]"],
        ["reconciler.toml:4:10", "lint.severity.jobs-overlap"],
        ["reconciler.toml:5:10", "lint.severity.nonsense"],
        ["reconciler.toml:6:7", "lint.house.company"],
        ["reconciler.toml:7:24", "lint.house.allowed_hosts[0]"],
        ["reconciler.toml:8:7", "lint.house.required_skills"],
        ["reconciler.toml:9:13", "lint.house.forbidden_words"],
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"[lint\n", "1:6"),
        (b"a = 1\na = 2\n", "2:6"),
        (b"<<<<<<< ours\n", "1:1"),
        (b"x = 'ab", "1:8"),
        (b"# caf\xe9\n", "1:6"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "1:1"),
        (b".".join([b"a"] * 500) + b" = 1", "1:1"),
        (b"a = " + b"1" * 5000, "1:1"),
        (b"#" * (MAX_CONFIG + 1), "1:1"),
        (b"lint = 2020-13-45", "1:12"),
        (b"lint.house.company = 1979-05-27", "1:12"),
        (b"\0", "1:1"),
    ],
    ids=range(12),
)
def test_what_cannot_be_read_is_told_where_it_stands(top: Path, content: bytes, place: str) -> None:
    (fault,) = faults(top, content)
    assert fault.startswith(f"reconciler.toml:{place}: ")


def test_a_link_out_of_the_repository_is_not_followed(top: Path) -> None:
    (top.parent / "outside.toml").write_text(GOOD, encoding="utf-8")
    (top / "inside.toml").write_text(GOOD, encoding="utf-8")
    link = top / "reconciler.toml"
    profile = str(top / "people" / "ada.yaml")
    link.symlink_to("../outside.toml")
    with pytest.raises(ProblemsError, match="out of the repository"):
        load_config(profile)
    link.unlink()
    link.symlink_to("inside.toml")
    assert load_config(profile).tables.lint.house.company == "Acme Corp."
    link.unlink()
    link.symlink_to("nowhere.toml")
    with pytest.raises(ProblemsError, match="no such file"):
        load_config(profile)
    link.unlink()
    link.mkdir()
    with pytest.raises(ProblemsError, match="a folder"):
        load_config(profile)


VALUES = st.recursive(
    st.one_of(
        st.text("aé\"'\\\n#[]=.,{}", max_size=5), st.integers(0, 9), st.booleans(), st.sampled_from(["off", "acme"])
    ),
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(st.sampled_from(["lint", "house", "severity", "company", "not-nfc", "a b"]), below, max_size=3),
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["lint", "lint.house", "lint.house.company", "lint.severity", "lint.never_ignore", "x"])


def toml(value: object) -> str:
    """Write a value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(below)}" for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(f"\n # ] x\n{toml(below)}" for below in value) + "]"
    return json.dumps(value)


@given(KEYS, VALUES)
def test_the_published_schema_takes_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    folder = tmp_path_factory.mktemp("schema")
    (folder / "reconciler.toml").write_text(f"{key} = {toml(value)}", encoding="utf-8")
    nested = value
    for piece in reversed(key.split(".")):
        nested = {piece: nested}
    try:
        load_config(str(folder / "ada.yaml"))
        read = True
    except ProblemsError:
        read = False
    assert read == Draft7Validator(config_schema()).is_valid(nested)


def test_the_schema_is_published_as_it_is_made() -> None:
    published = json.loads((SCHEMAS / "config.schema.json").read_text(encoding="utf-8"))
    assert published == config_schema()
    Draft7Validator.check_schema(published)
