"""Commands of several profiles: which ones they take, and how they say so."""

import json
from pathlib import Path

import pytest

import reconciler
from tests.app.test_selection import git
from tests.world import World


@pytest.fixture
def team(here: World) -> World:
    """Give a folder with two profiles in it, and a list of one."""
    (here.folder / "team" / "guests").mkdir(parents=True)
    for name in ("team/ada", "team/guests/grace"):
        text = f"type: LINKEDIN\naccount_id: acc_{Path(name).name}\nheadline:   x\n"
        (here.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (here.folder / "list").write_text("team/ada.yaml\n", encoding="utf-8")
    return here


BOTH = ["team/ada.yaml", "team/guests/grace.yaml"]
ASKED = [
    (["team"], BOTH),
    (["team/*.yaml"], BOTH[:1]),
    (["@list"], BOTH[:1]),
    (["team", "--where", "account_id=acc_grace"], BOTH[1:]),
    (["./team/ada.yaml", "@list", "team"], ["./team/ada.yaml", BOTH[1]]),
]


@pytest.mark.parametrize(("given", "paths"), ASKED)
def test_each_command_takes_the_same_profiles(team: World, given: list[str], paths: list[str]) -> None:
    plans = json.loads(team.cli("plan", *given, "--format", "json").out)
    assert [plan["profile"]["path"] for plan in plans] == paths
    assert team.cli("validate", *given).out.splitlines() == [f"{path}: valid" for path in paths]
    assert team.cli("fmt", *given).out.splitlines() == [f"formatted: {path}" for path in paths]


def test_what_is_read_from_linkedin_is_selected_likewise(team: World) -> None:
    looks = json.loads(team.cli("drift", "team/g*/*.yaml", "--again", "--format", "json").out)
    assert [look["profile"]["path"] for look in looks] == BOTH[1:]
    assert team.cli("refresh", "@list", "--again").out.startswith(BOTH[0])


@pytest.mark.parametrize("command", ["validate", "fmt", "plan", "drift", "refresh"])
@pytest.mark.parametrize(
    "given",
    [
        ["gone/*.yaml"],
        ["@gone"],
        ["team", "--where", "account_id=nobody"],
        ["team", "--where", "headline=x"],
        ["team", "--where", "account_id="],
        ["team", "--changed"],
        ["team", "--since", "HEAD"],
    ],
)
def test_what_selects_nothing_is_wrong_usage_and_named(team: World, command: str, given: list[str]) -> None:
    done = team.cli(command, *given)
    assert (done.code, done.out) == (64, "")
    assert any(word.strip("@") in done.err for word in given)
    assert team.sent() == []


def test_where_nothing_changed_nothing_is_done(team: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(team.folder)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    for command in ("validate", "fmt", "plan", "drift", "refresh"):
        done = team.cli(command, "team", "--changed")
        assert (done.code, done.out, len(done.err.splitlines())) == (0, "", 1)
    assert team.cli("plan", "team", "--changed", "--format", "json").out == "[]\n"
    (team.folder / BOTH[0]).write_text("type: LINKEDIN\naccount_id: acc_ada\nheadline: y\n", encoding="utf-8")
    assert team.cli("validate", "team", "--changed").out == f"{BOTH[0]}: valid\n"


@pytest.mark.parametrize("option", [("--changed",), ("--since", "HEAD")])
def test_what_cannot_be_compared_names_either_option_to_leave_out(team: World, option: tuple[str, ...]) -> None:
    """Of --since it said to leave --changed out, which was not there."""
    done = team.cli("plan", *option, "team/ada.yaml")
    said = "it lies in no git repository, so nobody can say whether it changed; leave --changed and --since out\n"
    assert (done.code, done.err) == (64, f"team/ada.yaml: {said}")


@pytest.mark.parametrize("option", [("--changed",), ("--since", "HEAD")])
def test_a_plan_of_none_leaves_no_older_plan_to_apply(
    team: World, option: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(team.folder)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    assert team.cli("plan", "team", "--out", "x.json").code == 0
    done = team.cli("plan", "team", *option, "--out", "x.json", "--format", "json")
    assert (done.code, done.out) == (0, "[]\n")
    assert done.err.startswith("saved: x.json, which holds no plan\n")
    assert (team.folder / "x.json").read_text(encoding="utf-8") == "[]\n"
    none = "x.json: it holds no plan: no profile was selected when it was saved"
    applied = team.cli("apply", "x.json", "--report", "report.jsonl")
    assert (applied.code, applied.out, applied.err) == (0, "", f"{none}; nothing was done\n")
    (last,) = (json.loads(line) for line in (team.folder / "report.jsonl").read_text(encoding="utf-8").splitlines())
    assert (last["event"], last["exit_code"], last["counts"]["profiles"]) == ("done", 0, 0)
    events = team.cli("apply", "x.json", "--format", "json").out.splitlines()
    assert [json.loads(line)["event"] for line in events] == ["done"]
    assert (team.cli("-q", "apply", "x.json").err, team.sent()) == ("", [])
    shown = team.cli("show", "x.json", "--format", "json")
    assert (shown.code, shown.out, shown.err) == (0, "[]\n", f"{none}\n")
    previewed = team.cli("preview", "x.json")
    assert (previewed.code, previewed.err.startswith(none)) == (1, True)
    for use in (reconciler.read, reconciler.apply):
        with pytest.raises(reconciler.StaleError, match="it holds no plan"):
            use("x.json")
    assert team.cli("plan", "team", "--out", "x.json").code == 0


def test_a_plan_of_none_writes_over_no_other_file(team: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(team.folder)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    done = team.cli("plan", "team", "--changed", "--out", "list")
    assert (done.code, "no saved plan, and is not written over" in done.err) == (1, True)
    assert (team.folder / "list").read_text(encoding="utf-8") == "team/ada.yaml\n"
