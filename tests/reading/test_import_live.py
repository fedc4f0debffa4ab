"""import --live: a profile and a state that begin with what LinkedIn shows."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.importing.archives import job, pack, person, positions, skills
from tests.reading.canned import canned, ok
from tests.reading.test_look import ME
from tests.reading.test_seen import ANSWER
from tests.world import ACCOUNT, World, world

SHOWN: dict[str, Any] = {**ANSWER, "object": "UserProfile"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def imported(here: World, shown: dict[str, Any], *arguments: str) -> Any:  # noqa: ANN401 - what the command line gave
    with canned(lambda path: ok(ME) if path.startswith("/users/me") else ok(shown)) as api:
        base_url = api.reader.transport._base_url  # noqa: SLF001 - where the server is
        return here.cli("import", here.name, "--account-id", ACCOUNT, "--live", "--base-url", base_url, *arguments)


def test_the_first_plan_is_empty_and_entries_have_their_ids(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        done = imported(here, SHOWN)
        assert done.code == 0
        assert re.findall(r"state adopt (\S+)", done.out) == ["experience.bay-port-harbour-analyst"]
        assert here.plan()["changes"] == []
        state = here.state()
        ids = {address: record.get("id") for address, record in state["sections"].items() if "." in address}
        assert ids == {
            "experience.northwind-kelp-operations-lead": "9000000002",
            "experience.bay-port-harbour-analyst": None,
            "education.institute-of-invented-seas": "900000101",
        }
        assert state["sections"]["summary"]["value"] == ANSWER["summary"]
        assert state["sections"]["headline"]["seen"]["from"] == "api"
        assert here.cli("fmt", "--check", here.name).code == 0


def test_an_edit_after_it_sends_only_that(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        assert imported(here, SHOWN).code == 0
        path = here.folder / here.name
        path.write_text(path.read_text().replace("Cut spoilage", "Cut spoilage in half"))
        (request,) = here.plan()["requests"]
        assert [part["name"] for part in request["parts"]][2:] == ["experience[id]", "experience[description]"]


def test_what_is_held_back_is_said_and_not_recorded(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        done = imported(here, {**SHOWN, "summary": "", "skills": [], "throttled_sections": ["about", "skills"]})
        assert done.code == 0
        assert "refresh" in done.out
        assert {"summary", "skills"}.isdisjoint(here.state()["sections"])


def test_a_month_that_is_not_sure_is_a_comment(tmp_path: Path) -> None:
    entry = {"id": "7", "position": "Chef", "company": "Beta", "start": "2020", "end": None}
    with world(tmp_path) as here:
        assert imported(here, {**SHOWN, "work_experience": [entry]}).code == 0
        assert "seniority" not in here.state()["sections"]["experience.beta-chef"]["value"]
        assert "2020" in (here.folder / here.name).read_text()


def test_both_sources_give_the_better_of_each(tmp_path: Path) -> None:
    members = {
        "Profile.csv": person(Headline="Old", Summary="From the archive."),
        "Positions.csv": positions(job("Elsewhere", "Clerk", "Mar 2010", "Mar 2011")),
        "Skills.csv": skills("Knots"),
    }
    path = pack(tmp_path / "archive.zip", members)
    with world(tmp_path) as here:
        shown = {**SHOWN, "summary": "", "skills": [], "throttled_sections": ["about", "skills"]}
        assert imported(here, shown, "--linkedin-export", str(path)).code == 0
        sections = here.state()["sections"]
        assert sections["headline"]["value"] == "Kelp logistics"
        assert sections["summary"]["value"] == "From the archive."
        assert sections["skills"]["value"] == ["Knots"]
        assert "experience.northwind-kelp-operations-lead" in sections
        seen = {address for address, record in sections.items() if "seen" in record}
        assert seen == sections.keys() - {"summary", "skills"}, "these came from the archive, and were called seen"
        assert here.plan()["changes"] == []


def test_another_persons_profile_writes_nothing(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        assert imported(here, {**SHOWN, "is_self": False}).code == 1
        assert not (here.folder / here.name).exists()
        assert not here.state_path.exists()


def test_nothing_of_the_person_is_written(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        done = imported(here, SHOWN)
        files = [path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".zip"]
        assert "mira" not in (done.out + done.err + "".join(files)).casefold()


@pytest.mark.parametrize("arguments", [(), ("--live", "--json-resume", "x"), ("--live", "--record-as-live")])
def test_sources_that_do_not_go_together(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with world(tmp_path) as here:
        assert here.cli("import", here.name, "--account-id", ACCOUNT, *arguments).code == 64
