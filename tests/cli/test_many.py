"""A plan of many profiles: a line each, what changes after them, and one answer of all, however many processes."""

import json
import resource
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.app import markdown, processes, saved
from reconciler.app.kept import KeptPlans
from reconciler.app.spool import Spool
from reconciler.cli.console import Exit
from reconciler.problem import Problem, ReconcilerError
from reconciler.profile.load import load
from reconciler.render.problems import told_once
from tests.app.test_selection import git
from tests.world import World

NAMES = ("a", "b", "c")


def write(here: World, name: str, **sections: Any) -> Path:  # noqa: ANN401 - any JSON
    profile = {"type": "LINKEDIN", "account_id": f"acc_{name}", **sections}
    path = here.folder / f"{name}.yaml"
    path.write_text(json.dumps(profile), encoding="utf-8")
    return path


@pytest.fixture
def many(here: World) -> World:
    """Give three profiles: the first and the last are applied, and the last is changed since."""
    for name in NAMES:
        write(here, name, headline=name)
    assert here.cli("apply", "a.yaml", "c.yaml", "--auto-approve", "--first-apply").code == 0
    write(here, "c", headline="changed")
    return here


@pytest.fixture(params=["in one process", "by two processes"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plan three profiles as if they were few, or many."""
    if request.param == "by two processes":
        monkeypatch.setattr(processes, "MANY", 1)
        monkeypatch.setattr(processes, "_AT_A_TIME", 1)


def heads(text: str) -> list[str]:
    return [line.partition(" (")[0] for line in text.splitlines()]


LINES = [
    "a.yaml: no changes",
    "b.yaml: 1 to set; 1 request will be sent",
    "c.yaml: 1 to change; 1 request will be sent",
]
TOTAL = "2 of 3 profiles change: 1 to set, 1 to change; 2 requests will be sent"


@pytest.mark.usefixtures("way")
def test_lines_of_all_come_first_then_the_plans_of_those_that_change_then_the_sum(many: World) -> None:
    text = many.cli("plan", ".").out
    found = heads(text)
    assert (found[:3], found[-1]) == (LINES, TOTAL)
    single = [many.cli("plan", f"{name}.yaml").out for name in ("b", "c")]
    assert text == "\n".join([*text.splitlines()[:3], "", single[0], single[1], TOTAL, ""])


@pytest.mark.usefixtures("way")
def test_verbose_shows_what_stays_of_those_that_do_nothing(many: World) -> None:
    """Of many it was left out, though of that profile alone it was shown."""
    headline, experience = "a", {"x": {"role": "Founder", "company": "postpress"}}
    write(many, "a", headline=headline, experience=experience)
    apply = ("apply", "a.yaml", "--auto-approve", "--first-apply")
    assert many.cli(*apply).code == 0
    write(many, "a", headline=headline)
    assert many.cli(*apply).code == 0
    alone = many.cli("-v", "plan", "a.yaml").out
    assert alone.startswith("let go of before, and on LinkedIn still:\n    experience.x  ")
    assert f"\n\n{alone}" in many.cli("-v", "plan", ".").out
    assert "let go of before" not in many.cli("-v", "plan", ".", "--summary").out + many.cli("plan", ".").out


def test_a_summary_is_the_lines_alone(many: World) -> None:
    assert heads(many.cli("plan", "a.yaml", "b.yaml", "c.yaml", "--summary").out) == [*LINES, "", TOTAL]
    assert heads(many.cli("plan", "a.yaml", "--summary").out) == LINES[:1]


def test_where_nothing_changed_the_lines_are_all(many: World) -> None:
    assert heads(many.cli("plan", "a*.yaml").out) == LINES[:1]


@pytest.mark.usefixtures("way")
def test_json_is_an_array_of_what_each_profile_gives_alone(many: World) -> None:
    together = json.loads(many.cli("plan", ".", "--format", "json").out)
    alone = [json.loads(many.cli("plan", f"{name}.yaml", "--format", "json").out) for name in NAMES]
    assert [{**plan, "created_at": ""} for plan in together] == [{**plan, "created_at": ""} for plan in alone]


@pytest.mark.parametrize("options", [[], ["--target", "headline"], ["-v"], ["--out", "p.json"], ["--format", "json"]])
def test_the_exit_code_is_of_all(many: World, options: list[str]) -> None:
    assert many.cli("plan", ".", *options).code == Exit.DONE
    assert many.cli("plan", ".", "--detailed-exitcode", *options).code == Exit.CHANGES
    assert many.cli("plan", "a*", "--detailed-exitcode").code == Exit.DONE


def test_a_plan_file_of_many_is_what_json_prints_and_can_be_applied(many: World) -> None:
    printed = many.cli("plan", ".", "--out", "p.json", "--format", "json").out
    assert (many.folder / "p.json").read_text(encoding="utf-8") == printed
    assert many.cli("apply", "p.json").code == 0
    assert heads(many.cli("plan", ".").out) == [f"{name}.yaml: no changes" for name in NAMES]


def test_a_plan_file_of_a_folder_with_one_profile_can_be_shown_and_applied(here: World) -> None:
    write(here, "a", headline="x")
    assert here.cli("plan", ".", "--out", "p.json").code == 0
    assert here.cli("show", "p.json").code == 0
    assert here.cli("apply", "p.json").code == 0
    assert len(here.sent()) == 1


def test_plans_are_saved_one_after_the_other(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(path: str, parts: Iterable[str]) -> None:
        assert isinstance(parts, Iterator)  # so they are never in memory together
        before(path, parts)

    before = saved.save_text
    monkeypatch.setattr(saved, "save_text", save)
    assert many.cli("plan", ".", "--out", "p.json").code == 0
    assert json.loads((many.folder / "p.json").read_text("utf-8")) != []


def test_more_plans_than_a_plan_file_may_hold_are_not_saved(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MAX_PLAN_FILE", 1000)
    done = many.cli("plan", ".", "--out", "p.json")
    assert (done.code, done.err.partition(":")[0], (many.folder / "p.json").exists()) == (Exit.ERROR, "p.json", False)


@pytest.mark.usefixtures("way")
def test_all_that_is_wrong_with_any_is_told_and_nothing_is_planned(many: World) -> None:
    write(many, "b", headline=1)
    write(many, "twin", account_id="acc_c")
    (many.folder / "c.state.json").write_text("{")
    done = many.cli("plan", "a.yaml", "b.yaml", "gone.yaml", "c.yaml", "twin.yaml", "--format", "json")
    told = json.loads(done.out)["errors"]
    assert done.code == Exit.ERROR
    assert [error["file"] for error in told] == ["b.yaml", "gone.yaml"]
    write(many, "b", headline="x")
    done = many.cli("plan", "a.yaml", "b.yaml", "c.yaml")
    assert (done.code, done.out, done.err.partition(": ")[0]) == (Exit.ERROR, "", "c.state.json")


def test_in_a_terminal_warnings_stand_before_each_plan_with_the_lines_that_they_are_in(many: World) -> None:
    for name in ("b", "d"):
        (many.folder / f"{name}.yaml").write_text(f"type: LINKEDIN\naccount_id: acc_{name}\nheadline: Hi # there\n")
    text = many.cli("--color", "always", "plan", ".").out
    for name in ("b", "d"):
        _, place, plan = text.partition(f"{name}.yaml:3:11: headline: what follows ` #` is a comment")
        assert "headline: Hi # there\n" in plan.partition("acc_")[0]
        assert text.count("1 warning\x1b[0m\n") == 2
        assert place
    alone = [many.cli("--color", "always", "plan", f"{name}.yaml").out for name in ("b", "c", "d")]
    assert "\n".join(["", *alone]) in text
    assert many.cli("plan", ".").out.count("warning: headline: what follows ` #` is a comment") == 2


def test_a_saved_plan_among_profiles_is_refused_for_what_it_is(many: World) -> None:
    assert many.cli("plan", "c.yaml", "--out", "p.json").code == 0
    done = many.cli("plan", "b.yaml", "p.json")
    assert (done.code, done.err.partition(";")[0]) == (Exit.USAGE, "p.json: this is a saved plan, no profile")


def test_the_same_mistake_in_many_files_is_told_once_with_its_places(here: World) -> None:
    for number in range(14):
        write(here, f"p{number:02}", headlin="x")
    write(here, "q", headline=1)
    done = here.cli("plan", ".")
    places = ", ".join(f"p{number:02}.yaml:1:47" for number in range(1, 11))
    first, same, other = done.err.splitlines()
    assert first == "p00.yaml:1:47: headlin: there is no such key; did you mean headline?"
    assert same == f"  the same in {places} and 3 more"
    assert other.startswith("q.yaml:1:")
    assert len(json.loads(here.cli("plan", ".", "--format", "json").out)["errors"]) == 15
    assert len(here.cli("validate", ".").out.splitlines()) == 15
    colored = here.cli("--color", "always", "plan", ".").err
    assert (colored.count("there is no such key"), "15 errors" in colored) == (1, True)


def test_the_same_mistake_in_two_files_is_told_of_each(here: World) -> None:
    for name in ("a", "b"):
        write(here, name, headlin="x")
    assert [line.partition(":")[0] for line in here.cli("plan", ".").err.splitlines()] == ["a.yaml", "b.yaml"]


def test_the_same_mistake_in_thirty_thousand_files_takes_no_longer_for_each() -> None:
    names = [f"{number}.yaml" for number in range(30_000)]
    (told,) = told_once(Problem(name, 3, 1, "headlin", "there is no such key") for name in names)
    assert (told.file, len(told.others)) == (names[0], len(names) - 1)


def test_a_target_that_no_profile_has_is_told_once(many: World) -> None:
    done = many.cli("plan", ".", "--target", "headlines")
    assert (done.code, len(done.err.splitlines())) == (Exit.USAGE, 1)


def test_in_a_pipeline_the_same_mistake_is_told_once(here: World) -> None:
    for number in range(5):
        write(here, f"p{number}", headlin="x")
    here.environ = {"GITHUB_ACTIONS": "1", "GITHUB_STEP_SUMMARY": str(here.folder / "summary")}
    assert here.cli("plan", ".").code == Exit.ERROR
    summary = (here.folder / "summary").read_text(encoding="utf-8")
    assert "## No plan: 5 problems" in summary
    assert summary.count("<li>") == 1
    assert "p4.yaml" in summary


@pytest.mark.parametrize("changed", [True, False])
def test_two_profiles_of_one_account_are_both_named_whether_they_changed_or_not(many: World, changed: bool) -> None:  # noqa: FBT001 - a parameter
    content = (many.folder / ("b.yaml" if changed else "a.yaml")).read_text()
    (many.folder / "twin.yaml").write_text(content)
    if not changed:
        (many.folder / "twin.state.json").write_text((many.folder / "a.state.json").read_text())
    done = many.cli("plan", ".")
    assert (done.code, done.out) == (Exit.ERROR, "")
    assert done.err.startswith("twin.yaml:1:")
    assert f"is that of {'b' if changed else 'a'}.yaml already" in done.err


@pytest.mark.usefixtures("way")
def test_validate_tells_all_in_order_and_then_whose_account_is_another_s(many: World) -> None:
    write(many, "b", headline=1)
    write(many, "d")
    write(many, "twin", account_id="acc_a")
    done = many.cli("validate", "c.yaml", "b.yaml", "a.yaml", "gone.yaml", "twin.yaml", "d.yaml")
    said = [line.partition(": ")[0].partition(":")[0] for line in done.out.splitlines()]
    assert (done.code, said) == (
        Exit.ERROR,
        ["b.yaml", "gone.yaml", "twin.yaml", "c.yaml", "a.yaml", "d.yaml", "d.yaml manages nothing yet"],
    )
    assert [error["file"] for error in json.loads(many.cli("validate", ".", "--format", "json").out)["errors"]] == [
        "b.yaml",
        "twin.yaml",
    ]


def test_markdown_has_a_line_for_each_and_fits(many: World) -> None:
    for number in range(40):
        write(many, f"more{number}", headline=f"{number}" * 30)
    whole = many.cli("plan", ".", "--format", "markdown").out
    assert whole.startswith("## Plan: 42 of 43 profiles change: 41 to set, 1 to change; 42 requests will be sent\n")
    assert whole.count("<h4>") == 42
    for most in (1000, 2000, 5000, 9000):
        text = many.cli("plan", ".", "--format", "markdown", "--max-bytes", str(most)).out
        assert len(text.encode()) <= most + 1
        assert text.startswith("## Plan: 42 of 43 profiles change: 41 to set, 1 to change")
    assert "<h4>" not in many.cli("plan", ".", "--format", "markdown", "--summary").out


def test_in_a_pipeline_outputs_and_summary_are_of_all(many: World) -> None:
    many.environ = {"GITHUB_ACTIONS": "1"} | {
        name: str(many.folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
    }
    assert many.cli("plan", ".").code == 0
    outputs = dict(line.split("=") for line in (many.folder / "GITHUB_OUTPUT").read_text().splitlines())
    assert [outputs[name] for name in ("outcome", "create", "set", "update", "requests", "first_apply")] == [
        "changes",
        "0",
        "1",
        "1",
        "2",
        "headline",
    ]
    assert "## Plan: 2 of 3 profiles change" in (many.folder / "GITHUB_STEP_SUMMARY").read_text()
    assert many.cli("apply", "a.yaml", "b.yaml", "c.yaml", "--plan-id", outputs["plan_id"]).code == 0


def test_json_names_the_commit_of_all(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(many.folder)
    for number in range(25):
        write(many, f"more{number}", headline="x")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    plans = json.loads(many.cli("plan", ".", "--format", "json").out)
    assert {len(plan["commit"]) for plan in plans} == {40}
    write(many, "more0", headline="y")
    plans = json.loads(many.cli("plan", ".", "--format", "json").out)
    assert {plan.get("commit") for plan in plans} == {None}


def test_a_disk_that_is_full_under_what_waits_is_told() -> None:
    spool, kept, before = Spool(), KeptPlans(), resource.getrlimit(resource.RLIMIT_FSIZE)
    spool.add("x" * 2**20)
    kept.add("a.yaml", b"x" * 2**20)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
    try:
        with pytest.raises(ReconcilerError, match="cannot be written"):
            spool.add("x")
        with pytest.raises(ReconcilerError, match="cannot be written"):
            kept.add("b.yaml", b"x")
        spool.close()  # it is full still
        kept.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_profile_that_changes_while_others_are_planned_is_not_shown_as_another(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(path: str) -> Any:  # noqa: ANN401 - what `load` gives
        write(many, "b", headline="meanwhile")
        return before(path)

    before = load
    monkeypatch.setattr(markdown, "load", change)
    done = many.cli("plan", ".", "--format", "markdown")
    assert (done.code, done.out, done.err.partition(":")[0]) == (Exit.ERROR, "", "b.yaml")
