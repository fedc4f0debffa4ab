"""What an output says to run can be run as it stands, also for a profile of another name and a state elsewhere."""

import errno
import json
import os
import re
import shlex
import subprocess

import pytest

from tests.world import ACCOUNT, Done, World

JOB = {"role": "Founder", "company": "postpress"}
OTHER = {"role": "Poet", "company": "Byron"}


NAMED = {
    "usual": ("profile.yaml",),
    "profile": ("ada's profile.yaml",),
    "state": ("profile.yaml", "--state", "ada's states/live.json"),
    "both": ("ada's profile.yaml", "--state", "live $(id).json"),
}


@pytest.fixture(params=NAMED)
def named(here: World, request: pytest.FixtureRequest) -> World:
    here.name, *here.extra = NAMED[request.param]
    (here.folder / "ada's states").mkdir()
    return here


def planned(named: World) -> Done:
    return named.cli("plan", named.name, *named.extra)


def follow(named: World, text: str, *words: str, **given: str) -> Done:
    """Run the first command of a text that begins with these words, with what is to be filled in."""
    found = next(
        command
        for command in re.findall("`reconciler ([^`]*)`", text)
        if shlex.split(command)[: len(words)] == [*words]
    )
    return named.cli(*(given.get(word, word) for word in shlex.split(found)))


def test_the_command_of_a_first_apply_takes_over_what_it_is_about(named: World) -> None:
    named.write({"headline": "x", "experience": {"a": JOB, "b": OTHER}, "education": {"c": {"school": "s"}}})
    refused = named.cli("apply", named.name, "--auto-approve", *named.extra)
    for text in (planned(named).out, refused.err):
        done = follow(named, text, "state", "accept")
        if text == refused.err:
            assert (done.code, "nothing was recorded" in done.err) == (0, True)
        else:
            said = "recorded as live, nothing was sent: headline, experience.a, experience.b, education.c"
            assert (done.code, done.err.splitlines()[0]) == (0, said)
    assert [change["address"] for change in named.plan(*named.extra)["changes"]] == []


@pytest.mark.parametrize("saying", ["apply", "plan"])
def test_the_command_that_settles_a_doubt_settles_it(named: World, saying: str) -> None:
    named.write({"experience": {"a": JOB}})
    named.simulator.faults.add(["close=after-edit"])
    said = named.apply().err if saying == "apply" else (named.apply(), planned(named))[1].out
    done = follow(named, said, "state", "resolve")
    assert (done.code, done.err) == (0, "experience.a: recorded as applied\n")


def test_the_commands_of_a_blocked_edit_open_it(named: World) -> None:
    named.write({"experience": {"a": JOB}})
    assert named.apply().code == 0
    named.write({"experience": {"a": {**JOB, "location": "Paris"}}})
    text = planned(named).out
    assert follow(named, text, "state", "adopt", URL="2400000001").code == 0
    assert follow(named, text, "state", "accept").code == 0
    assert named.plan(*named.extra)["changes"] == []


def test_the_command_after_a_reconnection_gives_the_state_its_account(named: World) -> None:
    named.write({"headline": "x"})
    assert named.apply().code == 0
    named.write({"account_id": "acc_2", "headline": "x"})
    assert follow(named, planned(named).err, "state", "account").code == 0
    assert planned(named).out.startswith(f"{named.name}: no changes")


@pytest.mark.parametrize("verb", [("accept",), ("rm", "headline")])
def test_a_verb_that_refuses_another_account_names_profile_and_state_once(named: World, verb: tuple[str, ...]) -> None:
    named.write({"headline": "x"})
    assert named.apply().code == 0
    named.write({"account_id": "acc_2", "headline": "x"})
    said = named.cli("state", *verb, "--profile", named.name, *named.extra).err
    assert [said.count(f" --{option} ") <= 1 for option in ("profile", "state")] == [True, True]
    assert follow(named, said, "state", "account").code == 0
    assert planned(named).out.startswith(f"{named.name}: no changes")


def test_accept_of_a_section_that_the_file_does_not_hold_is_told_what_to_name(here: World) -> None:
    here.write({"headline": "x"})
    done = here.cli("state", "accept", "experience")
    said = "experience: that is a whole section; name an entry of it as experience.KEY\n"
    assert (done.code, done.err) == (1, said)


def test_what_an_error_of_a_state_command_says_to_run_names_the_same_state(named: World) -> None:
    named.write({"experience": {"a": JOB}})
    named.simulator.faults.add(["close=after-edit"])
    said = named.apply().err
    refused = follow(
        named, said.replace("state resolve experience.a --applied", "state rm experience.a"), "state", "rm"
    )
    assert refused.code == 1
    assert follow(named, refused.err, "state", "resolve").err == "experience.a: recorded as applied\n"


def test_the_command_that_puts_a_rescue_file_back_can_be_pasted(named: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real, renamed = os.rename, list[str]()

    def rename(before: str, after: str) -> None:
        renamed.append(after)
        if len(renamed) == 2:  # what is about to be sent is recorded, and what became of it is not
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(before, after)

    named.write({"headline": "x"})
    monkeypatch.setattr(os, "rename", rename)
    said = named.apply().err
    assert follow(named, said, "state", "restore").code == 0
    assert named.plan(*named.extra)["changes"] == []


@pytest.mark.parametrize("name", ["x$(touch P).state.json", "x`touch P`.state.json", "it's; touch P.state.json"])
def test_another_state_is_suggested_by_a_name_that_can_be_pasted(here: World, name: str) -> None:
    here.write({"headline": "x"})
    here.apply()
    os.rename(here.state_path, here.folder / name)
    done = here.cli("plan")
    assert done.code == 1
    (pasted,) = re.findall("pass `([^`]*)`", done.err)
    echoed = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {pasted}"], cwd=here.folder, capture_output=True, check=True
    )
    assert echoed.stdout.decode() == f"--state\n{name}\n"
    assert not (here.folder / "P").exists()


def test_what_an_import_or_init_says_to_run_can_be_pasted_whatever_the_profile_s_name(here: World) -> None:
    resume = {"work": [{"name": "Acme", "position": "Founder"}]}
    (here.folder / "resume.json").write_text(json.dumps(resume), encoding="utf-8")
    name = "a`touch P`.yaml"
    for done in (
        here.cli("init", name),
        here.cli("import", "--json-resume", "resume.json", "--account-id", ACCOUNT, "b" + name),
    ):
        assert done.code == 0
        commands = [
            command for command in re.findall("`reconciler ([^`]*)`", done.out) if not command.startswith("import")
        ]
        assert [command.split()[0] for command in commands][:2] == ["validate", "plan"]
        assert all("$'" in command and "\\x60touch P\\x60" in command for command in commands[:2])


def test_the_command_that_merges_a_state_with_a_conflict_is_of_that_state(named: World) -> None:
    """Plan said `reconciler state merge`, which merged the state of profile.yaml."""
    named.write({"headline": "x"})
    path = named.extra[1] if named.extra else named.state_path.name
    (named.folder / path).write_text("<<<<<<< a\n=======\n>>>>>>> b\n")
    for said in (planned(named).err, named.cli("state", "list", "--profile", named.name, *named.extra).err):
        done = follow(named, said, "state", "merge")
        assert (done.code, done.err.startswith(f"{path}: git knows of no conflict")) == (1, True)


def test_the_ways_out_of_a_drift_are_of_that_profile(named: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drift said `reconciler refresh` and `reconciler pull`, which were of profile.yaml."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(named.folder / "cache"))
    named.write({"headline": "x"})
    named.apply()
    path = named.folder / (named.extra[1] if named.extra else named.state_path.name)
    state = json.loads(path.read_text())
    state["sections"]["headline"]["applied_at"] = "2020-01-01T00:00:00Z"
    path.write_text(json.dumps(state))
    named.simulator.memory.profile(ACCOUNT).sections["headline"] = "y"
    forms = [
        named.cli("drift", "--again", "--format", form, named.name, *named.extra).out for form in ("text", "github")
    ]
    commands = [[shlex.split(command) for command in re.findall("`reconciler ([^`]*)`", said)] for said in forms]
    (refresh, pull), of_place = commands[0], ("pull", "headline", *commands[0][1][1:])
    assert commands[1] == [refresh, [*of_place]]
    assert named.cli(*refresh, "--again").out == f'{named.name}: headline changed on LinkedIn: "y"\n'
    assert named.cli(*pull, "--again").code == 0
    assert named.plan(*named.extra)["changes"] == []


@pytest.mark.parametrize("name", ["-p.yaml", "-my plans/-p.yaml"])
def test_a_name_that_begins_with_a_dash_is_no_option_in_what_is_said_to_run(here: World, name: str) -> None:
    (here.folder / "-my plans").mkdir()
    made = here.cli("init", "--", name)
    for command in re.findall("`reconciler ([^`]*)`", made.out):
        if not command.startswith("import"):
            assert here.cli(*shlex.split(command)).code != 64
    refused = here.cli("apply", "--auto-approve", "--", name).err
    assert "`reconciler" not in refused or follow(here, refused, "refresh").code != 64


def test_an_import_beside_a_profile_says_to_go_elsewhere(here: World) -> None:
    """It said to name another profile, which the state of the same account then refused."""
    (here.folder / "resume.json").write_text(json.dumps({"work": [{"name": "Acme", "position": "Founder"}]}))
    here.write({"headline": "x"})
    words = ("import", "--json-resume", "resume.json", "--account-id", ACCOUNT)
    assert "import in another folder, or of another account name another PROFILE" in here.cli(*words).err
    assert "import` of LinkedIn's archive, in another folder" in here.cli("apply", "--auto-approve").err
    (here.folder / "other").mkdir()
    assert here.cli("-C", "other", *(word.replace("resume.json", "../resume.json") for word in words)).code == 0
