"""drift and refresh as a user runs them, with a server that shows what a test says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import reconciler
from reconciler.app import refresh as app_refresh
from reconciler.profile.load import read_profile
from reconciler.values import members
from tests.reading.canned import KEY, canned, ok
from tests.reading.test_look import ME
from tests.reading.test_refresh import ANSWER, SHOWN_JOB
from tests.world import ACCOUNT, World, hold, world

SHOWN: dict[str, Any] = {**ANSWER, "object": "UserProfile", "provider_id": "ACoAAFIXTURE1", "is_self": True}
PROFILE: dict[str, Any] = {
    "headline": "Hello",
    "summary": "One.\n\nTwo.\n",
    "skills": ["Go", "Python"],
    "experience": {
        "b": {
            "role": "Chef",
            "company": "Beta",
            "description": "cooks",
            "seniority": {"start_date": {"month": 3, "year": 2020}},
            "skills": ["Knives"],
            "presence": "REMOTE",
        }
    },
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Look:
    """A world whose reads a canned server answers."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.shown: Any = SHOWN

    def read(self, *arguments: str) -> Any:  # noqa: ANN401 - what the command line gave
        with canned(lambda path: ok(ME) if path.startswith("/users/me") else ok(self.shown)) as api:
            base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
            return self.here.cli(arguments[0], self.here.name, "--again", "--base-url", base_url, *arguments[1:])

    def drift(self) -> dict[str, Any]:
        done = self.read("drift", "--format", "json")
        found: dict[str, Any] = json.loads(done.out)
        hold("drift", found)
        return found

    def findings(self) -> dict[str, str]:
        quiet = ("same", "not-seen")
        return {each["address"]: each["finding"] for each in self.drift()["addresses"] if each["finding"] not in quiet}


@contextmanager
def _applied_long_ago(here: World) -> Iterator[None]:
    """Move the times in a state an hour back: what was applied just now is not judged by a read."""
    yield
    text = here.state_path.read_text()
    state = json.loads(text)
    for record in state["sections"].values():
        record["applied_at"] = "2026-01-01T00:00:00+00:00"
    here.state_path.write_text(json.dumps(state))


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    with world(tmp_path) as here:
        here.write(PROFILE)
        with _applied_long_ago(here):
            assert here.apply().code == 0
        yield Look(here)


def test_nothing_moved(look: Look) -> None:
    for _ in range(3):
        assert look.findings() == {}
    done = look.read("drift", "--detailed-exitcode")
    assert done.code == 0
    assert "0 places changed" in done.out


def test_a_change_in_the_browser_is_told_and_recorded_only_by_refresh(look: Look) -> None:
    before = look.here.state_path.read_text()
    look.shown = {**SHOWN, "headline": "Bye"}
    done = look.read("drift", "--detailed-exitcode")
    assert done.code == 2
    assert "headline" in done.out
    assert look.here.state_path.read_text() == before
    done = look.read("refresh")
    assert done.code == 0
    state = look.here.state()
    assert state["sections"]["headline"]["value"] == "Bye"
    assert state["sections"]["headline"]["seen"]["from"] == "api"
    assert state["sections"]["experience.b"]["id"] == "77"
    plan = look.here.plan()
    assert [(change["address"], change["action"]) for change in plan["changes"]] == [("headline", "update")]


def test_after_a_refresh_the_plan_says_of_each_address_whether_it_was_seen_or_last_applied(look: Look) -> None:
    """It said "last applied at" of all, although a refresh had looked."""
    look.here.write({**PROFILE, "location": {"id": "1"}})
    with _applied_long_ago(look.here):
        assert look.here.apply().code == 0
    assert look.read("refresh").code == 0
    seen = look.here.state()["sections"]["headline"]["seen"]["at"]
    job = {**PROFILE["experience"]["b"], "presence": "HYBRID"}
    other = {**job, "description": "cooks well"}
    applied = "2026-01-01T00:00:00+00:00"
    for entry, known in ((job, {"applied_at": applied}), (other, {"seen_at": seen})):
        look.here.write({"headline": "Else", "location": {"id": "2"}, "experience": {"b": entry}})
        plan = look.here.plan()
        assert plan["state"]["seen_at"] == seen
        assert {change["address"]: change["known"] for change in plan["changes"]} == {
            "location": {"applied_at": applied},
            "headline": {"seen_at": seen},
            "experience.b": known,
            "summary": {"seen_at": seen},
            "skills": {"seen_at": seen},
        }
    text = look.here.cli("plan", look.here.name, "-v").out
    assert text.count(f"compared with what was seen at {seen}") == 4
    assert text.count(f"compared with what was last applied at {applied}") == 2
    assert "compared with what was seen at" not in look.here.cli("plan", look.here.name).out
    assert f"and seen at {seen}" in look.here.cli("plan", look.here.name).out
    markdown = unescape(look.here.cli("plan", look.here.name, "--format", "markdown").out)
    assert markdown.count(f"compared with what was seen at <code>{seen}</code>") == 2
    assert f"compared with what was last applied at <code>{applied}</code>" in markdown
    assert look.here.cli("plan", look.here.name, "--out", "plan.json").code == 0
    assert look.here.cli("show", "plan.json", "-v").out.count(f"compared with what was seen at {seen}") == 4


def test_where_nothing_differs_both_ways_of_telling_name_the_look(look: Look) -> None:
    assert look.read("refresh").code == 0
    seen = look.here.state()["sections"]["headline"]["seen"]["at"]
    fast = look.here.cli("plan", look.here.name).out
    assert f"and seen at {seen}" in fast
    assert look.here.cli("plan", look.here.name, "--target", "headline").out == fast


def test_what_was_changed_there_is_said_of_an_entry_whose_key_is_another_too(look: Look) -> None:
    """The record was looked for under the new key, so that the plan overwrote the change without a word."""
    look.shown = {**SHOWN, "work_experience": [{**SHOWN_JOB, "description": "by hand"}]}
    assert look.read("refresh").code == 0
    look.here.write({**PROFILE, "experience": {"renamed": {**PROFILE["experience"]["b"], "id": "77"}}})
    plan = look.here.plan()
    found = {change["action"]: change for change in plan["changes"]}
    assert set(found) == {"move", "update"}
    assert found["update"]["reason"]["code"] == "changed-on-linkedin"


def test_refresh_twice_writes_once(look: Look) -> None:
    assert look.read("refresh").code == 0
    before = look.here.state_path.read_text()
    assert look.read("refresh").code == 0
    assert look.here.state_path.read_text() == before


def test_a_section_that_is_held_back_is_not_called_unchanged(look: Look) -> None:
    look.shown = {**SHOWN, "skills": [], "throttled_sections": ["skills"]}
    assert look.read("drift", "--detailed-exitcode").code == 3
    (skills,) = [each for each in look.drift()["addresses"] if each["address"] == "skills"]
    assert (skills["finding"], skills["why"]) == ("not-seen", "throttled")


def test_a_refresh_in_markdown_names_what_is_managed_until_it_is_dealt_with_and_counts_the_rest(look: Look) -> None:
    done = look.read("refresh", "--format", "markdown", "--detailed-exitcode")
    assert (done.code, "0 places changed" in done.out) == (0, True)
    other = {**SHOWN_JOB, "id": "78", "position": "Secret Clerk"}
    skills = [{"name": "Go"}, {"name": "Python"}, {"name": "Secret Skill"}]
    look.shown = {**SHOWN, "headline": "<b>`Bye`|", "skills": skills, "work_experience": [SHOWN_JOB, other]}
    for _ in range(2):
        done = look.read("refresh", "--format", "markdown", "--detailed-exitcode")
        assert done.code == 2
        assert "1 place changed" in done.out
        (row,) = [line for line in done.out.splitlines() if line.startswith("| <code>")]
        assert row.startswith("| <code>headline</code> | <code>&quot;Hello&quot;</code> | ")
        assert row.count("|") == 4
        assert "<b>" not in done.out
        assert "Secret" not in done.out
        assert {"- <code>experience&#58; 1</code>", "- <code>skills&#58; 1</code>"} <= set(done.out.splitlines())
    with _applied_long_ago(look.here):
        look.shown = SHOWN
    done = look.read("refresh", "--format", "markdown", "--detailed-exitcode")
    assert (done.code, "0 places changed" in done.out) == (0, True)


def test_a_refresh_gives_the_line_to_paste_where_a_person_has_to_say_which_is_which(look: Look) -> None:
    """Only drift did; and of what was not seen, or not shown any more, refresh said nothing."""
    other = {**SHOWN_JOB, "id": "78"}
    look.shown = {**SHOWN, "work_experience": [SHOWN_JOB, other], "skills": [], "throttled_sections": ["skills"]}
    done = look.read("refresh")
    assert 'write `id: "77"` or `id: "78"` under it' in done.out
    assert "skills was not seen" in done.out
    look.shown = {**SHOWN, "work_experience": [{**SHOWN_JOB, "position": "Pilot", "id": "79"}]}
    assert "experience.b is not shown any more" in look.read("refresh").out


def test_a_refresh_that_did_not_see_everything_says_so(look: Look) -> None:
    look.shown = {**SHOWN, "skills": [], "throttled_sections": ["skills"]}
    done = look.read("refresh", "--format", "markdown", "--detailed-exitcode")
    assert done.code == 3
    assert "Not seen" in done.out


def test_another_persons_profile_stops_everything(look: Look) -> None:
    before = look.here.state_path.read_text()
    look.shown = {**SHOWN, "is_self": False, "headline": "Other"}
    for command in ("drift", "refresh"):
        done = look.read(command)
        assert done.code == 1
        assert "Other" not in done.out + done.err
    assert look.here.state_path.read_text() == before


def test_entries_that_the_file_lacks_are_listed_and_are_no_drift(look: Look) -> None:
    other = {**SHOWN_JOB, "id": "78", "position": "Clerk"}
    look.shown = {**SHOWN, "work_experience": [SHOWN_JOB, other]}
    found = look.drift()
    assert look.findings() == {}
    assert [entry["id"] for entry in found["only_on_linkedin"]["entries"]] == ["78"]


def test_reads_are_rationed(look: Look) -> None:
    with canned(lambda path: ok(ME) if path.startswith("/users/me") else ok(SHOWN)) as api:
        base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
        here = look.here
        assert here.cli("drift", here.name, "--base-url", base_url).code == 0
        done = here.cli("drift", here.name, "--base-url", base_url)
        assert done.code == 1
        assert "--again" in done.err
        assert len(api.asked) == 2
        assert here.cli("refresh", here.name, "--base-url", base_url, "--again").code == 0


@pytest.mark.parametrize(
    ("refusal", "counts"),
    [(None, False), (401, False), (404, False), (302, False), (403, True), (429, True), (503, True)],
)
def test_what_never_came_to_linkedin_is_no_read(look: Look, refusal: int | None, *, counts: bool) -> None:
    """A read that was refused for the key was counted: with the right one, the next was refused for ten minutes."""
    here, path = look.here, look.here.folder / look.here.name
    refused = [refusal] if refusal is not None else []

    def answer(asked: str) -> Any:  # noqa: ANN401 - what the server answers
        if refused:
            return refused[0], {"retry-after": "0"}, b"{}"
        return ok(ME) if asked.startswith("/users/me") else ok(SHOWN)

    with canned(answer) as api:
        base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
        with pytest.raises(reconciler.WireError):
            reconciler.drift(path, base_url=base_url if refused else "http://127.0.0.1:1", api_key=KEY, max_wait=0)
        refused.clear()
        done = here.cli("drift", here.name, "--base-url", base_url)
    assert (done.code, "less than ten minutes ago" in done.err) == (int(counts), counts)


def test_nothing_of_the_person_is_kept(look: Look, tmp_path: Path) -> None:
    done = look.read("refresh", "-vv")
    kept = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert "mira" not in "".join([done.out, done.err, *kept]).casefold()
    assert ACCOUNT not in "".join(path.read_text() for path in (tmp_path / "cache").rglob("*.json"))


def test_hostile_texts_of_linkedin_are_shown_harmlessly(look: Look) -> None:
    look.shown = {**SHOWN, "headline": "<img src=x> | `a` \\ @b ::error::x"}
    markdown = look.read("drift", "--format", "markdown").out
    assert "<img" not in markdown
    assert "`" not in markdown.replace("``", "")
    github = look.read("drift", "--format", "github").out
    assert github.count("::warning") == 1
    assert "\n::error" not in github


def test_a_first_read_knows_what_the_file_wants(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.write(PROFILE)
        look = Look(here)
        assert look.read("refresh").code == 0
        changes = [(change["address"], change["action"]) for change in here.plan()["changes"]]
        assert changes == [("experience.b", "update")]  # its presence, which no read shows


def test_each_profile_is_read_after_a_pause(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(app_refresh, "is_loopback", lambda _: False)
    monkeypatch.setattr("reconciler.cli.reading.time.sleep", slept.append)
    other = look.here.folder / "other.yaml"
    other.write_text((look.here.folder / look.here.name).read_text().replace(ACCOUNT, "acc_2"))
    look.read("drift", "other.yaml")
    assert len(slept) == 1
    assert 20 <= slept[0] <= 60


# pull


def pulled(look: Look, *arguments: str) -> Any:  # noqa: ANN401 - what the command line gave
    with canned(lambda path: ok(ME) if path.startswith("/users/me") else ok(look.shown)) as api:
        base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
        return look.here.cli("pull", *arguments, "--profile", look.here.name, "--again", "--base-url", base_url)


def test_what_changed_is_written_into_the_file_and_the_plan_is_empty(look: Look) -> None:
    path = look.here.folder / look.here.name
    before = path.read_text()
    job = {**SHOWN_JOB, "description": "cooks well", "end": "6/1/2024"}
    look.shown = {**SHOWN, "headline": "Bye: now", "skills": [{"name": "Go"}], "work_experience": [job]}
    done = pulled(look, "--dry-run")
    assert done.code == 0
    assert path.read_text() == before
    assert pulled(look).code == 0
    written = read_profile(path.read_bytes(), look.here.name).desired.wanted
    assert written["headline"].value == "Bye: now"
    assert written["skills"].value == ["Go"]
    assert members(written["experience.b"].value)["description"] == "cooks well"
    assert members(written["experience.b"].value)["presence"] == "REMOTE"
    assert look.here.plan()["changes"] == []
    assert look.findings() == {}
    assert pulled(look).err.endswith("nothing to pull\n")


def test_only_what_is_asked_for_is_pulled(look: Look) -> None:
    look.shown = {**SHOWN, "headline": "Bye", "summary": "New."}
    assert pulled(look, "summary").code == 0
    plan = look.here.plan()
    assert [(change["address"], change["action"]) for change in plan["changes"]] == [("headline", "update")]


def test_new_entries_come_with_their_ids_and_free_keys(look: Look) -> None:
    other = {**SHOWN_JOB, "id": "78", "position": "Clerk", "company": "B"}
    look.shown = {**SHOWN, "work_experience": [SHOWN_JOB, other]}
    assert pulled(look).err.endswith("nothing to pull\n")
    assert pulled(look, "experience").code == 0
    written = read_profile((look.here.folder / look.here.name).read_bytes(), look.here.name).desired.wanted
    assert (written["experience.b-clerk"].id, "experience.b" in written) == ("78", True)
    assert look.here.plan()["changes"] == []


def test_what_a_refresh_has_recorded_can_still_be_pulled(look: Look) -> None:
    job = {**SHOWN_JOB, "description": "cooks well"}
    look.shown = {**SHOWN, "headline": "Bye", "skills": [{"name": "Go"}], "work_experience": [job]}
    assert look.read("refresh").code == 0
    codes = [change["reason"]["code"] for change in look.here.plan()["changes"]]
    assert codes == ["changed-on-linkedin"] * 3
    assert pulled(look).code == 0
    assert look.here.plan()["changes"] == []


@pytest.mark.parametrize("refreshed", [False, True])
def test_a_skill_that_is_gone_is_pulled_and_one_renamed_keeps_its_name(look: Look, refreshed: bool) -> None:  # noqa: FBT001
    """The canonical name of the skill that is left was written over the file's (episode 5251)."""
    look.shown = {**SHOWN, "skills": [{"name": "Python (Programming Language)"}]}
    if refreshed:
        with _applied_long_ago(look.here):
            assert look.read("refresh").code == 0
    assert pulled(look).code == 0
    written = read_profile((look.here.folder / look.here.name).read_bytes(), look.here.name).desired.wanted
    assert written["skills"].value == ["Python"]
    assert look.here.plan()["changes"] == []


def test_what_makes_no_valid_profile_is_not_written(look: Look) -> None:
    path = look.here.folder / look.here.name
    before = path.read_text(), look.here.state_path.read_text()
    look.shown = {**SHOWN, "work_experience": [{**SHOWN_JOB, "position": ""}]}
    done = pulled(look)
    assert done.code in (0, 1)
    if done.code == 1:
        assert (path.read_text(), look.here.state_path.read_text()) == before


def test_drift_then_apply_is_no_drift(look: Look) -> None:
    look.shown = {**SHOWN, "headline": "Bye"}
    assert look.findings() == {"headline": "changed"}
    assert look.read("refresh").code == 0
    assert look.here.apply().code == 0
    look.shown = SHOWN
    assert look.findings() == {}


def test_what_was_taken_over_and_then_edited_in_the_file_is_not_called_changed_there(look: Look) -> None:
    """The plan said of the author's own next edit that it puts back what was changed on LinkedIn."""
    look.shown = {**SHOWN, "headline": "Bye", "work_experience": [{**SHOWN_JOB, "description": "by hand"}]}
    assert look.read("refresh").code == 0
    for address in ("headline", "experience.b.description"):
        assert pulled(look, address).code == 0
    path = look.here.folder / look.here.name
    path.write_text(path.read_text().replace("Bye", "Hello again").replace("by hand", "by me"))
    changes = look.here.plan()["changes"]
    assert [(change["address"], change["action"], "reason" in change) for change in changes] == [
        ("headline", "update", False),
        ("experience.b", "update", False),
    ]


def test_what_is_not_taken_over_of_an_entry_stays_changed_there(look: Look) -> None:
    assert look.read("refresh").code == 0
    look.shown = {**SHOWN, "work_experience": [{**SHOWN_JOB, "description": "by hand", "start": "5/1/2020"}]}
    assert look.read("refresh").code == 0
    assert pulled(look, "experience.b.description").code == 0
    (change,) = look.here.plan()["changes"]
    assert change["reason"]["code"] == "changed-on-linkedin"


def test_of_a_job_without_a_start_nothing_is_concluded_and_of_a_school_it_is_taken_over(look: Look) -> None:
    """LinkedIn has no job without a start; of a school, whose start may be taken away, neither way out led anywhere."""
    school = {"school": "State College", "start_date": {"month": 9, "year": 2001}}
    look.here.write({**PROFILE, "education": {"college": school}})
    with _applied_long_ago(look.here):
        assert look.here.apply().code == 0
    seen = {"id": "5", "school": "State College", "start": "9/1/2001", "end": None}
    look.shown = {**SHOWN, "education": [{**seen, "degree": ""}]}
    look.here.write({**PROFILE, "education": {"college": {"id": "5", **school}}})
    assert look.here.apply().code == 0
    assert look.read("refresh").code == 0
    look.shown = {**SHOWN, "work_experience": [{**SHOWN_JOB, "start": None}], "education": [{**seen, "start": None}]}
    assert look.findings() == {
        "experience.b.seniority.start_date": "cannot-tell",
        "education.college.start_date": "changed",
    }
    assert pulled(look).code == 0
    assert "2001" not in (look.here.folder / look.here.name).read_text()
    assert look.here.plan()["changes"] == []


def test_of_an_entry_that_is_gone_every_command_says_what_can_be_done(look: Look) -> None:
    """Drift named two ways out, and neither put it back or took it over."""
    look.shown = {**SHOWN, "work_experience": [{**SHOWN_JOB, "id": "78", "position": "Pilot"}]}
    command = "reconciler state rm experience.b"
    assert command in look.read("drift").out
    assert "reconciler pull" not in look.read("drift").out
    assert command in look.read("drift", "--format", "github").out
    assert command in look.read("refresh").out
    assert "experience.b is not on LinkedIn any more" in pulled(look).err
    assert look.here.cli(*command.split()[1:]).code == 0
    assert [(change["address"], change["action"]) for change in look.here.plan()["changes"]] == [
        ("experience.b", "create")
    ]


# apply --verify


def test_what_was_applied_is_read_back_and_new_entries_get_their_ids(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.write(PROFILE)
        done = here.apply("--verify", "--verify-after", "0")
        assert done.code == 0
        assert "headline: confirmed" in done.err
        assert here.state()["sections"]["experience.b"]["id"]


def test_reading_back_is_an_event(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.write({"headline": "Hello"})
        done = here.apply("--verify", "--verify-after", "0", "--format", "json")
        verified = [json.loads(line) for line in done.out.splitlines() if '"verified"' in line]
        assert [event["addresses"] for event in verified] == [[{"address": "headline", "found": "confirmed"}]]


def test_what_no_read_shows_is_called_that_and_not_awaited(tmp_path: Path) -> None:
    """It said "not seen yet" of a location, whose id no read ever shows."""
    with world(tmp_path) as here:
        entry = {**PROFILE["experience"]["b"], "employment_type": "12"}
        here.write({"location": {"id": "105015875"}, "headline": "Hi",
                    "experience": {"b": entry}})  # fmt: skip
        done = here.apply("--verify", "--verify-after", "0", "--format", "json")
        (verified,) = [json.loads(line) for line in done.out.splitlines() if '"verified"' in line]
        assert {each["address"]: each["found"] for each in verified["addresses"]} == {
            "location": "not-readable",
            "headline": "confirmed",
            "experience.b": "partly-confirmed",
        }
        assert "not seen yet" not in done.err


def test_without_the_flag_one_line_says_how(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.write({"headline": "Hello"})
        assert here.apply().err.count("reconciler drift") == 1
        assert "reconciler drift" not in here.apply().err


def test_a_read_that_fails_leaves_the_apply_as_it_ended(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        here.write({"headline": "Hello"})
        assert here.cli("simulator", "--help").code == 0
        done = here.apply("--verify", "--verify-after", "0", "--base-url", here.base_url + "/nowhere")
        assert done.code == 1
        assert "read back" not in done.err


def test_an_add_that_two_reads_do_not_show_is_asked_about_again(look: Look) -> None:
    here = look.here
    text = json.loads(here.state_path.read_text())
    uuid = "00000000-0000-4000-8000-000000000000"
    sent = {"value": {"role": "Clerk", "company": "Bank", "seniority": {"start_date": {"month": 4, "year": 2019}}}}
    sections = {"experience.c": {**sent, "handle": "abcde"}}
    pending = {
        "request": uuid,
        "idempotency_key": uuid,
        "addresses": ["experience.c"],
        "sent_at": "2026-01-01T00:00:00Z",
    }
    text["pending"] = [{**pending, "sections": sections}]
    text["reads"] = {"last": "2026-01-01T01:00:00Z", "absent": {"experience.c": "2026-01-01T01:00:00Z"}}
    here.state_path.write_text(json.dumps(text))
    here.write({**PROFILE, "experience": {**PROFILE["experience"], "c": sent["value"]}})
    assert look.read("refresh").code == 0
    plan = here.plan()
    assert [(change["action"], change["reason"]["code"]) for change in plan["changes"]] == [("create", "add-not-seen")]
    assert plan["first_apply"] == ["experience"]
    before = len(here.sent())
    assert here.cli("apply", here.name, "--auto-approve").code == 1
    assert len(here.sent()) == before
    assert here.apply().code == 0
    assert here.plan()["changes"] == []


def test_of_several_profiles_each_problem_names_its_own(look: Look) -> None:
    other = look.here.folder / "other.yaml"
    other.write_text((look.here.folder / look.here.name).read_text().replace(ACCOUNT, "acc_2"))
    with canned(lambda _: (404, {}, b"{}")) as api:
        base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
        arguments = (look.here.name, other.name, "--again", "--base-url", base_url)
        done = look.here.cli("--color", "always", "drift", *arguments)
    assert done.code == 1
    assert [done.err.count(path) for path in (look.here.name, other.name)] == [1, 1]
    assert "\x1b[" in done.err


@pytest.mark.parametrize("status", [401, 503])
def test_reading_stops_when_five_in_a_row_are_refused(look: Look, status: int) -> None:
    text = (look.here.folder / look.here.name).read_text()
    paths = [f"p{number}.yaml" for number in range(8)]
    for number, path in enumerate(paths):
        (look.here.folder / path).write_text(text.replace(ACCOUNT, f"acc_of_{number}"))

    def answer(path: str) -> Any:  # noqa: ANN401 - what the server answers
        accepted = "acc_of_1" in path
        return (404 if accepted else status, {"retry-after": "0"}, b"{}")

    with canned(answer) as api:
        base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
        done = look.here.cli("drift", *paths, "--again", "--base-url", base_url)
    assert done.code == 1
    assert [done.err.count(path) for path in paths] == [1, 1, 1, 1, 1, 1, 1, 0]
    assert "stopped: 5 in a row were refused for the key or the service; 1 more is not read" in done.err


def test_an_address_that_there_is_not_is_told_before_anything_is_read(look: Look) -> None:
    """A section that was mistyped had nothing to pull."""
    for address, wrong in (("headlin", "there is no section 'headlin'"), ("experience.zz", "there is no such address")):
        done = look.here.cli(
            "pull", address, "--profile", look.here.name, "--again", "--base-url", "http://127.0.0.1:1"
        )
        assert (done.code, done.err.startswith(f"{address}: {wrong}")) == (64, True)
