"""Apply of many profiles through the public door: in parallel, with limits, a canary and a report."""

import errno
import fcntl
import gc
import json
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.report_file import ReportFile
from reconciler.planning.plan import Plan
from reconciler.problem import ReconcilerError
from tests.cli.test_streams import in_terminal
from tests.fleet import ByAccount, FleetWorld, fleet_world

JOB = {"acme": {"role": "Founder", "company": "Acme"}}
REFUSED, REJECTED = "error=invalid_credentials", "error=unprocessable_entity"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetWorld]:
    with fleet_world(tmp_path) as made:
        yield made


def counts(**of: int) -> dict[str, int]:
    names = ("profiles", "done", "unchanged", "failed", "blocked", "in_doubt", "deferred", "not_begun")
    return {name: of.get(name, 0) for name in names}


def events(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_profiles_are_applied_in_parallel_and_each_once(fleet: FleetWorld) -> None:
    names = fleet.make(8)
    fleet.simulator.faults.add(["delay=0.2"] * 8)
    done = fleet.apply_to(*names, "--parallel", "4", "--report", "report.jsonl")
    assert done.code == 0, done.err
    assert fleet.live_headlines() == {f"acc_{place:02}": f"headline {place}" for place in range(8)}
    assert isinstance(fleet.simulator, ByAccount)
    assert 1 < fleet.simulator.busiest <= 4
    assert set(fleet.requests_by_account().values()) == {1}
    *ended, last = fleet.report()
    assert sorted(line["profile"] for line in ended) == names
    assert (last["exit_code"], last["counts"]) == (0, counts(profiles=8, done=8))


def test_many_at_once_may_have_more_files_open_than_a_process_begins_with(fleet: FleetWorld) -> None:
    names, limits = fleet.make(30), resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 20, limits[1]))
    try:
        done = fleet.apply_to(*names, "--parallel", "30")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (done.code, set(fleet.requests_by_account().values())) == (0, {1}), done.err


def test_a_second_run_sends_nothing_and_reports_all_as_unchanged(fleet: FleetWorld) -> None:
    names = fleet.make(3)
    fleet.apply_to(*names)
    fleet.one(1, headline="another")
    done = fleet.apply_to(*names, "--parallel", "2", "--report", "report.jsonl")
    assert done.code == 0
    assert len(fleet.sent()) == 4
    assert fleet.report()[-1]["counts"] == counts(profiles=3, done=1, unchanged=2)
    assert fleet.apply_to(*names, "--report", "report.jsonl").code == 0
    assert fleet.report()[-1]["counts"] == counts(profiles=3, unchanged=3)
    assert len(fleet.sent()) == 4


def test_each_kind_of_failure_is_counted_and_named_and_stops_no_other(fleet: FleetWorld) -> None:
    names = [*fleet.make(6, experience=JOB), fleet.one(6, education={"x": {"id": "7", "school": "S"}})]
    fleet.fail(0, REJECTED)
    fleet.fail(1, REFUSED)
    fleet.fail(2, "none", "status=200;after")
    fleet.fail(3, "retry-after=400;error=too_many_requests")
    (fleet.folder / "p04.state.json.lock").symlink_to("elsewhere")
    done = fleet.apply_to(*names, "--parallel", "3", "--report", "report.jsonl")
    assert done.code == 3
    assert fleet.report()[-1]["counts"] == counts(profiles=7, done=1, failed=4, blocked=1, in_doubt=1)
    total = done.err.partition("7 profiles: 1 done, 4 failed, 1 blocked, 1 in doubt\n")[2]
    assert total.splitlines()[:6] == [
        "  rejected: p00.yaml",
        "  refused for the key, the account or the service: p01.yaml",
        "  given up waiting: p03.yaml",
        "  could not be begun: p04.yaml",
        "  blocked: p06.yaml",
        "  in doubt: p02.yaml",
    ]


def lines_by_profile(err: str) -> dict[str, list[str]]:
    """Return the lines that a log has under the line of each profile, up to the total."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in err.partition(" profiles: ")[0].splitlines()[:-1]:
        if not line.startswith(" "):
            name, _, counted = line.partition(": ")
            found[name] = [counted]
        else:
            found[name].append(line)
    return found


def test_a_log_says_under_each_profile_what_was_sent_of_it(fleet: FleetWorld) -> None:
    names = fleet.make(6, experience=JOB, summary="Builder.")
    fleet.fail(1, "none", REJECTED)
    fleet.simulator.faults.add(["delay=0.05"] * 6)
    done = fleet.apply_to(*names, "--parallel", "6")
    assert done.code == 1
    said = lines_by_profile(done.err)
    assert sorted(said) == names
    failed = said.pop("p01.yaml")
    assert (failed[:2], len(failed)) == (["2 applied, 1 rejected", "  headline, summary: applied"], 3)
    assert failed[2].startswith("  experience.acme: not applied: ")
    assert list(said.values()) == [["3 applied", "  headline, summary, experience.acme: applied"]] * 5


def test_quiet_leaves_the_addresses_of_a_log_out(fleet: FleetWorld) -> None:
    names = fleet.make(2)
    assert lines_by_profile(fleet.apply_to("-q", *names).err) == {name: ["1 applied"] for name in names}


@pytest.mark.parametrize(("option", "named"), [((), False), (("-v",), True)])
def test_in_a_terminal_verbose_names_what_was_sent(fleet: FleetWorld, option: tuple[str, ...], *, named: bool) -> None:
    names = fleet.make(2)
    code, text = in_terminal(fleet, "apply", *names, "--auto-approve", "--first-apply", *option)
    assert code == 0
    assert ("  headline: applied\n" in text) == named
    assert "p01.yaml: 1 applied\n" in text


def test_events_of_several_profiles_name_each(fleet: FleetWorld) -> None:
    names = fleet.make(3)
    done = fleet.apply_to(*names, "--parallel", "3", "--format", "json")
    found = events(done.out)
    assert all("profile" in event for event in found[:-1])
    for name in names:
        assert [event["event"] for event in found if event.get("profile") == name] == ["planned", "sent", "ended"]
    assert found[-1]["counts"] == counts(profiles=3, done=3)


def test_no_more_are_begun_once_so_many_failed(fleet: FleetWorld) -> None:
    names = fleet.make(6)
    fleet.fail(1, REJECTED)
    fleet.fail(2, REJECTED)
    done = fleet.apply_to(*names, "--max-failures", "2", "--report", "report.jsonl")
    assert done.code == 1
    assert fleet.report()[-1]["counts"] == counts(profiles=6, done=1, failed=2, not_begun=3)
    assert [line["profile"] for line in fleet.report() if line["event"] == "not-begun"] == names[3:]
    assert "  done: p00.yaml\n" in done.err
    assert "  not begun: p03.yaml, p04.yaml, p05.yaml\n" in done.err
    assert "stopped: --max-failures 2 is reached" in done.err
    fleet.fail(1, "none")
    fleet.fail(2, "none")
    assert fleet.apply_to(*names).code == 0
    assert fleet.live_headlines() == {f"acc_{place:02}": f"headline {place}" for place in range(6)}


@pytest.mark.parametrize("fault", [REFUSED, "error=account_restricted", "status=503", "close=before-edit"])
def test_five_accounts_in_a_row_that_are_refused_stop_the_run(fleet: FleetWorld, fault: str) -> None:
    names = fleet.make(9)
    for place in range(1, 9):
        fleet.fail(place, fault)
    done = fleet.apply_to(*names, "--max-wait", "0", "--report", "report.jsonl")
    assert done.code == 1
    assert fleet.report()[-1]["counts"] == counts(profiles=9, done=1, failed=5, not_begun=3)
    assert "stopped: 5 accounts in a row were refused for the key or the service" in done.err
    assert "nothing more was begun: once that is mended, the same command goes on from here\n" in done.err


@pytest.mark.parametrize("fault", [REJECTED, "retry-after=999;error=too_many_requests"])
def test_what_is_about_one_account_stops_no_other(fleet: FleetWorld, fault: str) -> None:
    names = fleet.make(8)
    for place in range(7):
        fleet.fail(place, fault)
    assert fleet.apply_to(*names, "--report", "report.jsonl").code == 1
    assert fleet.report()[-1]["counts"] == counts(profiles=8, done=1, failed=7)


def test_an_account_that_is_answered_begins_the_row_of_refusals_anew(fleet: FleetWorld) -> None:
    names = fleet.make(9)
    for place in (0, 1, 2, 3, 5, 6, 7, 8):
        fleet.fail(place, REFUSED)
    fleet.apply_to(*names, "--report", "report.jsonl")
    assert fleet.report()[-1]["counts"] == counts(profiles=9, done=1, failed=8)


def test_a_canary_that_fails_stops_the_rest(fleet: FleetWorld) -> None:
    names = fleet.make(5)
    fleet.fail(1, REJECTED)
    done = fleet.apply_to(*names, "--canary", "2", "--report", "report.jsonl")
    assert done.code == 1
    assert fleet.report()[-1]["counts"] == counts(profiles=5, done=1, failed=1, not_begun=3)
    assert {line["why"] for line in fleet.report() if line["event"] == "not-begun"} == {"canary"}


def test_canaries_that_succeed_let_the_rest_go_on(fleet: FleetWorld) -> None:
    names = fleet.make(5)
    done = fleet.apply_to(*names, "--canary", "2", "--parallel", "3", "--report", "report.jsonl")
    assert done.code == 0
    assert {line["profile"] for line in fleet.report()[:2]} == {"p00.yaml", "p01.yaml"}
    assert fleet.report()[-1]["counts"] == counts(profiles=5, done=5)
    assert "canary: 2 done, going on with 3\n" in done.err


def test_events_say_that_it_goes_on_after_the_canaries(fleet: FleetWorld) -> None:
    done = fleet.apply_to(*fleet.make(3), "--canary", "1", "--format", "json")
    found = [(event["event"], event.get("profile", "")) for event in events(done.out) if event["event"] != "planned"]
    assert found[2:4] == [("canary", ""), ("sent", "p01.yaml")]
    (canary,) = (event for event in events(done.out) if event["event"] == "canary")
    assert (canary["done"], canary["left"]) == (1, 2)


def test_two_profiles_of_one_account_are_refused_before_anything(fleet: FleetWorld) -> None:
    names = [*fleet.make(3), fleet.one(3, account_id="acc_01")]
    done = fleet.apply_to(*names, "--parallel", "2", "--report", "report.jsonl")
    assert done.code == 1
    assert "p03.yaml" in done.err
    assert "p01.yaml" in done.err
    assert fleet.sent() == []


def test_a_broken_profile_among_many_stops_all_before_anything(fleet: FleetWorld) -> None:
    names = fleet.make(3)
    (fleet.folder / "p01.yaml").write_text("headline: [", encoding="utf-8")
    done = fleet.apply_to(*names, "gone.yaml", "--parallel", "2")
    assert done.code == 1
    assert {line.partition(":")[0] for line in done.err.splitlines()} >= {"p01.yaml", "gone.yaml"}
    assert fleet.sent() == []


def test_without_a_word_on_a_first_apply_those_profiles_are_left_out(fleet: FleetWorld) -> None:
    names = fleet.make(3)
    fleet.apply_to(names[0])
    fleet.one(0, headline="another")
    done = fleet.cli("apply", *names, "--auto-approve", "--parallel", "2", "--report", "report.jsonl")
    assert done.code == 1
    assert fleet.report()[-1]["counts"] == counts(profiles=3, done=1, failed=2)
    assert "pass --first-apply" in done.err


def test_what_keeps_many_from_being_sent_is_told_once_and_ten_are_named(fleet: FleetWorld) -> None:
    names = fleet.make(15)
    done = fleet.cli("apply", *names, "--auto-approve", "--report", "report.jsonl")
    assert (done.code, done.err.count("what this sends to headline may be on LinkedIn already")) == (1, 1)
    assert f"  the same in {', '.join(names[1:11])} and 4 more\n" in done.err
    assert f"  could not be begun: {', '.join(names[:10])} and 5 more\n" in done.err
    assert [line["profile"] for line in fleet.report()[:-1]] == names


def test_without_a_terminal_many_are_not_applied_unasked(fleet: FleetWorld) -> None:
    done = fleet.cli("apply", *fleet.make(3), "--first-apply")
    assert done.code == 1
    assert "there is no terminal to ask at" in done.err
    assert fleet.sent() == []


def test_the_hook_runs_one_at_a_time(fleet: FleetWorld) -> None:
    names = fleet.make(6, experience=JOB)
    hook = "mkdir held && sleep 0.05 && rmdir held && echo ran >> hook.log"
    done = fleet.apply_to(*names, "--parallel", "6", "--on-save", hook)
    assert done.code == 0, done.err
    assert (fleet.folder / "hook.log").read_text().count("ran") == 6


def test_a_report_writes_over_no_other_file(fleet: FleetWorld) -> None:
    names = fleet.make(2)
    before = (fleet.folder / "p00.yaml").read_bytes()
    done = fleet.apply_to(*names, "--report", "p00.yaml")
    assert done.code == 1
    assert "this file is no report" in done.err
    assert (fleet.folder / "p00.yaml").read_bytes() == before
    assert fleet.sent() == []


@pytest.mark.parametrize("place", ["nowhere/report.jsonl", "."])
def test_a_report_that_cannot_be_made_stops_before_anything(fleet: FleetWorld, place: str) -> None:
    done = fleet.apply_to(*fleet.make(2), "--report", place)
    assert done.code == 1
    assert fleet.sent() == []


def test_a_selection_that_is_wrong_leaves_no_older_report(fleet: FleetWorld) -> None:
    """The report of the run before stayed, and said that all went well."""
    names = fleet.make(2)
    assert fleet.apply_to(*names, "--report", "report.jsonl").code == 0
    done = fleet.apply_to("no-*.yaml", "--report", "report.jsonl")
    error, last = fleet.report()
    assert (done.code, error["event"], error["errors"][0]["file"]) == (64, "error", "no-*.yaml")
    assert (last["event"], last["exit_code"]) == ("done", 64)


def test_a_report_is_of_one_run(fleet: FleetWorld) -> None:
    names = fleet.make(4)
    fleet.apply_to(*names, "--report", "report.jsonl")
    fleet.apply_to(names[0], names[1], "--report", "report.jsonl")
    assert [line["event"] for line in fleet.report()] == ["ended", "ended", "done"]


def test_the_report_of_a_run_that_begins_nothing_says_why(fleet: FleetWorld) -> None:
    names = fleet.make(3)
    assert fleet.apply_to(*names, "--report", "report.jsonl").code == 0
    fleet.one(1, headline="another")
    assert fleet.cli("apply", *names, "--report", "report.jsonl").code == 1  # nobody is there to be asked
    why, last = fleet.report()
    assert (why["event"], why["errors"][0]["file"]) == ("error", names[1])
    assert (last["event"], last["exit_code"], "counts" in last) == ("done", 1, False)
    (fleet.folder / names[1]).write_text("type: LINKEDIN\n")
    for named in (names, names[1:2]):
        assert fleet.apply_to(*named, "--report", "report.jsonl").code == 1
        assert fleet.report()[0]["errors"][0]["message"] == "account_id is missing"


def test_the_report_of_a_run_that_selects_nothing_counts_none(fleet: FleetWorld) -> None:
    names = fleet.make(2)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        subprocess.run(["git", *who, *command], cwd=fleet.folder, check=True)
    assert fleet.apply_to(*names, "--report", "report.jsonl").code == 0
    assert fleet.apply_to(*names, "--changed", "--report", "report.jsonl").code == 0
    (last,) = fleet.report()
    assert (last["event"], last["exit_code"], last["counts"]) == ("done", 0, counts())


def test_a_report_that_another_apply_writes_is_left_alone(fleet: FleetWorld) -> None:
    names = fleet.make(2)
    fleet.apply_to(*names, "--report", "report.jsonl")
    before = fleet.report()
    with (fleet.folder / "report.jsonl").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = fleet.apply_to(*names, "--report", "report.jsonl")
    assert (done.code, fleet.report()) == (1, before)
    assert "report.jsonl: another apply writes this report" in done.err


def test_a_report_where_nothing_can_be_locked_is_no_other_apply_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ReconcilerError, match="cannot be written: no locks available"):
        ReportFile(str(tmp_path / "report.jsonl"))


def test_a_report_takes_the_name_of_no_state(fleet: FleetWorld) -> None:
    done = fleet.apply_to(*fleet.make(2), "--report", "p00.state.json")
    assert (done.code, fleet.sent()) == (1, [])
    assert not (fleet.folder / "p00.state.json").exists()


def test_one_profile_may_have_a_report_too(fleet: FleetWorld) -> None:
    done = fleet.apply_to(*fleet.make(1), "--report", "report.jsonl")
    assert done.code == 0
    assert [line["event"] for line in fleet.report()] == ["ended", "done"]


@pytest.mark.parametrize("how", ["saved", "plan-id", "named"])
def test_what_is_told_to_go_on_with_after_a_stop_goes_on(fleet: FleetWorld, how: str) -> None:
    names = fleet.make(4)
    fleet.fail(1, REJECTED)
    assert fleet.cli("plan", *names, "--out", "plan.json").code == 0
    ids = [plan["id"] for plan in json.loads((fleet.folder / "plan.json").read_text("utf-8"))]
    given = {"saved": ["plan.json"], "plan-id": [*names, *(f"--plan-id={id_}" for id_ in ids)], "named": names}[how]
    asked = ["--auto-approve", "--first-apply"] if how == "named" else []
    done = fleet.cli("apply", *given, *asked, "--max-failures", "1")
    stopped = done.err.partition("stopped: ")[2].partition("\n")[0]
    reason = "--max-failures 1 is reached; nothing more was begun: "
    if how == "named":
        assert stopped == f"{reason}the same command goes on from here"
    else:
        assert stopped == f"{reason}plan what is left again, and apply that"
        assert fleet.cli("plan", *names, "--out", "plan.json").code == 0
        given = ["plan.json"]
    fleet.fail(1)
    assert fleet.cli("apply", *given, *asked).code == 0
    assert len(fleet.live_headlines()) == 4


def test_the_profiles_of_a_saved_plan_go_in_parallel(fleet: FleetWorld) -> None:
    names = fleet.make(4)
    assert fleet.cli("plan", *names, "--out", "plan.json").code == 0
    done = fleet.cli("apply", "plan.json", "--parallel", "4", "--report", "report.jsonl")
    assert done.code == 0, done.err
    assert fleet.report()[-1]["counts"] == counts(profiles=4, done=4)


def test_a_folder_is_applied_and_none_that_differs_is_no_error(fleet: FleetWorld) -> None:
    fleet.make(3)
    assert fleet.apply_to(".", "--parallel", "3").code == 0
    assert len(fleet.sent()) == 3
    assert fleet.apply_to(".", "--where", "account_id=acc_01").code == 0
    assert len(fleet.sent()) == 3


def test_a_full_disk_under_the_report_begins_no_more_and_leaves_whole_lines(
    fleet: FleetWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, real = fleet.make(4), os.pwrite

    def full(descriptor: int, content: bytes, place: int) -> int:
        if b'"event"' in content and b"p01.yaml" in content:
            return real(descriptor, content[:10], place)
        return real(descriptor, content, place)

    monkeypatch.setattr(os, "pwrite", full)
    done = fleet.apply_to(*names, "--report", "report.jsonl")
    assert done.code == 1
    assert "report.jsonl: cannot be written: no space left on device" in done.err
    assert "4 profiles: 2 done, 2 not begun\n" in done.err
    assert "stopped: the report cannot be written" in done.err
    assert [line["profile"] for line in fleet.report()] == ["p00.yaml"]
    monkeypatch.undo()
    assert fleet.apply_to(*names, "--report", "report.jsonl").code == 0
    assert fleet.report()[-1]["counts"] == counts(profiles=4, done=2, unchanged=2)


def test_a_report_whose_last_line_cannot_be_written_fails_the_run(
    fleet: FleetWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, real = fleet.make(2), os.pwrite

    def full(descriptor: int, content: bytes, place: int) -> int:
        return 0 if b'"event": "done"' in content else real(descriptor, content, place)

    monkeypatch.setattr(os, "pwrite", full)
    done = fleet.apply_to(*names, "--report", "report.jsonl")
    assert (done.code, [line["event"] for line in fleet.report()]) == (1, ["ended", "ended"]), done.err
    assert "report.jsonl" in done.err


def test_an_apply_of_many_that_is_read_back_keeps_no_plans(fleet: FleetWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def plans() -> dict[int, Plan]:
        gc.collect()
        return {id(found): found for found in gc.get_objects() if isinstance(found, Plan)}

    names, before = fleet.make(6), plans()
    kept: list[int] = []
    monkeypatch.setattr("reconciler.cli.verifying._count_down", lambda _: kept.extend(plans().keys() - before))
    done = fleet.apply_to(*names, "--parallel", "2", "--verify")
    assert (done.code, kept) == (0, []), done.err
    assert done.err.count(": read back\n") == 6


def test_what_changes_between_the_plan_and_its_turn_is_not_sent(fleet: FleetWorld) -> None:
    names = fleet.make(3, experience=JOB)
    hook = "sed -i s/Founder/Fonder/ p02.yaml"  # runs when p00's turn has come
    done = fleet.apply_to(*names, "--on-save", hook, "--report", "report.jsonl")
    assert done.code == 1
    assert "p02.yaml: this plan has the id" in done.err
    assert fleet.report()[-1]["counts"] == counts(profiles=3, done=2, failed=1)
    assert fleet.requests_by_account()["acc_02"] == 0


def test_states_that_are_not_committed_are_told_in_one_line(fleet: FleetWorld) -> None:
    subprocess.run(["git", "init", "-q"], cwd=fleet.folder, check=True)
    done = fleet.apply_to(*fleet.make(3))
    assert "note: commit p00.state.json and 2 more states: " in done.err
    fleet.one(0, headline="x")
    fleet.one(1, headline="y")
    assert "note: commit p00.state.json and 1 more state: " in fleet.apply_to("p00.yaml", "p01.yaml").err
    assert "note: " not in fleet.apply_to(*fleet.make(3, headline="z"), "--on-save", "true").err
