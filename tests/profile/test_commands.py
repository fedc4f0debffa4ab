import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconciler.cli.console import Settings
from reconciler.cli.main import cli
from reconciler.problem import Problem, ReconcilerError
from reconciler.profile.load import read_all
from reconciler.profile.schema import schema_text
from reconciler.render.problems import github_problems

HEAD = "type: LINKEDIN\naccount_id: a\n"
BAD = HEAD + "headlin: x\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, obj=Settings(), standalone_mode=False)


def test_validate_says_that_a_profile_is_valid() -> None:
    Path("profile.yaml").write_text(HEAD + "headline: x\n")
    ran = _run("validate")
    assert (ran.return_value, ran.stdout, ran.stderr) == (0, "profile.yaml: valid\n", "")


def test_validate_shows_problems_and_the_valid_ones() -> None:
    Path("good.yaml").write_text(HEAD + "headline: x\n")
    Path("bad.yaml").write_text(BAD)
    ran = _run("validate", "bad.yaml", "good.yaml")
    assert (ran.return_value, ran.stdout) == (
        1,
        "bad.yaml:3:1: headlin: there is no such key; did you mean headline?\ngood.yaml: valid\n",
    )


def test_validate_makes_what_a_terminal_would_act_on_visible() -> None:
    Path("bad.yaml").write_text(HEAD + '"\\e[31m": x\n')
    assert "\x1b" not in _run("validate", "bad.yaml").stdout


def test_validate_gives_json_whole_with_errors_and_with_none() -> None:
    Path("profile.yaml").write_text(HEAD)
    assert json.loads(_run("validate", "--format", "json").stdout) == {
        "format_version": "1.0",
        "errors": [],
        "warnings": [],
    }
    Path("profile.yaml").write_text(BAD)
    assert json.loads(_run("validate", "--format", "json").stdout)["errors"] == [
        {
            "file": "profile.yaml",
            "line": 3,
            "column": 1,
            "address": "headlin",
            "message": "there is no such key",
            "remedy": "did you mean headline?",
        }
    ]


def test_validate_annotates_for_github() -> None:
    Path("profile.yaml").write_text(HEAD + f"headline: {'x' * 221}\n")
    ran = _run("validate", "--format", "github")
    assert (ran.return_value, ran.stdout) == (
        0,
        (
            "::warning file=profile.yaml,line=3,col=11,title=headline::"
            "221 characters, LinkedIn takes at most 220; shorten it [text-too-long]\n"
        ),
    )
    assert _run("validate", "--format", "github", "--strict").stdout.startswith("::error file=profile.yaml,")


def test_annotations_cannot_be_broken_out_of() -> None:
    problem = Problem("a,b:c%.yaml", 1, 2, "x\n::stop-commands::y", "100%\r\n::error::z")
    assert github_problems([problem]) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=x\\n%3A%3Astop-commands%3A%3Ay::100%25\\r\\n::error::z"
    )


def test_schema_prints_the_schema() -> None:
    assert json.loads(_run("schema").stdout) == json.loads(schema_text())


def test_init_writes_a_valid_profile_with_schema_and_ignored_files() -> None:
    _run("init", "profiles/ada.yaml")
    names = [".gitattributes", ".gitignore", "ada.yaml", "profile.schema.json"]
    assert sorted(path.name for path in Path("profiles").iterdir()) == names
    assert Path("profiles/ada.yaml").read_text().startswith("# yaml-language-server: $schema=./profile.schema.json\n")
    assert Path("profiles/profile.schema.json").read_text() == schema_text()
    ran = _run("validate", "profiles/ada.yaml")
    left = (
        "account_id: this is the starter's, and no account's; put in the id that the API's dashboard shows"
        " [starter-account]"
    )
    assert (ran.return_value, ran.stdout.splitlines()[0]) == (0, f"warning: profiles/ada.yaml:12:13: {left}")
    path = Path("profiles/ada.yaml")
    path.write_text(path.read_text().replace("acc_replace_me", "acc_ada"))
    assert _run("validate", "--strict", "profiles/ada.yaml").return_value == 0


def test_init_starter_is_valid_with_its_comments_taken_off() -> None:
    from reconciler.app.starter import STARTER

    prose = ("# A picture", "# picture", "# Ids", "# Each")
    head, _, tail = STARTER.replace("acc_replace_me", "acc_ada").partition("\n# headline")
    examples = [line.removeprefix("# ") for line in f"# headline{tail}".splitlines() if not line.startswith(prose)]
    Path("profile.yaml").write_text("\n".join([head, *examples]) + "\n")
    ran = _run("validate", "--strict")
    assert ran.stdout == "profile.yaml: valid\n"


def test_a_repeated_item_of_a_list_is_a_warning() -> None:
    Path("profile.yaml").write_text(HEAD + "skills: [Python, Rust, Python]\n")
    ran = _run("validate")
    left = "skills[2]: this item stands in the list already, as item 1; take it out [repeated-item]"
    assert (ran.return_value, ran.stdout.splitlines()[0]) == (0, f"warning: profile.yaml:3:24: {left}")


def test_init_points_to_import_and_then_to_the_profile_to_go_on_with() -> None:
    said = _run("init", "folder/ada's.yaml").stdout
    path = """'folder/ada'"'"'s.yaml'"""
    assert f"`reconciler validate {path}` and `reconciler plan {path}`" in said
    assert said.index("reconciler import --linkedin-export") < said.index("put your account_id into it")


def test_a_starter_manages_nothing_until_it_is_written() -> None:
    _run("init")
    ran = _run("validate")
    assert "manages nothing" in ran.stdout
    assert "reconciler import" in ran.stdout
    assert read_all(("profile.yaml",), strict=False).profiles[0].desired.wanted == {}
    Path("profile.yaml").write_text(HEAD + "headline: x\n")
    assert "manages nothing" not in _run("validate").stdout


def test_init_of_a_folder_says_what_to_name_instead() -> None:
    Path("folder").mkdir()
    ran = _run("init", "folder")
    assert isinstance(ran.exception, ReconcilerError)
    assert ran.exception.problems == (
        Problem("folder", 0, 0, "", "this is a folder", "name a file in it, as folder/profile.yaml"),
    )
    assert list(Path().rglob("*.*")) == []


def test_init_changes_no_file_that_exists_but_those_of_git() -> None:
    for name in ("profile.yaml", "profile.schema.json"):
        Path(name).write_text("mine\n")
    Path(".gitignore").write_text("mine\n*.rescue*.json")
    Path(".gitattributes").write_text("mine\n")
    ran = _run("init")
    assert [Path(name).read_text() for name in ("profile.yaml", "profile.schema.json")] == ["mine\n"] * 2
    assert Path(".gitignore").read_text() == "mine\n*.rescue*.json\n*.state.json.lock\n.*.state.json.tmp\n"
    assert Path(".gitattributes").read_text() == "mine\n*.state.json merge=reconciler-state\n"
    assert ran.stdout.splitlines()[:4] == [
        "left as it is: profile.yaml",
        "left as it is: profile.schema.json",
        "added to .gitignore: *.state.json.lock · .*.state.json.tmp",
        "added to .gitattributes: *.state.json merge=reconciler-state",
    ]


def test_init_says_how_git_merges_states() -> None:
    ran = _run("init")
    assert Path(".gitattributes").read_text() == "*.state.json merge=reconciler-state\n"
    assert 'git config merge.reconciler-state.driver "reconciler state merge %O %A %B"' in ran.stdout


def test_init_does_not_wait_for_what_stands_where_git_looks_for_lines() -> None:
    os.mkfifo(".gitignore")
    lines = "*.state.json.lock · *.rescue*.json · .*.state.json.tmp"
    assert _run("init").stderr == f"add to .gitignore, each on its line: {lines}\n"


def test_init_says_nothing_of_lines_that_git_ignores_already() -> None:
    _run("init")
    ran = _run("init")
    assert (ran.stderr, "added" in ran.stdout, "git config" in ran.stdout) == ("", False, False)
