"""A later archive of LinkedIn's, looked at instead of the API."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.importing.archives import education, job, pack, person, positions, school, skills
from tests.world import ACCOUNT, World, world

MEMBERS = {
    "Profile.csv": person(Headline="Hello", Summary="One. Two."),
    "Positions.csv": positions(job("Beta", "Chef", "Mar 2020", "", text="cooks")),
    "Education.csv": education(school("ETH", "2001", "2005", degree="MSc")),
    "Skills.csv": skills("Go", "Python"),
}
PROFILE: dict[str, Any] = {
    "headline": "Hello",
    "summary": "One.\n\nTwo.\n",
    "skills": ["Python", "Go"],
    "experience": {
        "b": {
            "role": "Chef",
            "company": "Beta",
            "description": "cooks",
            "seniority": {"start_date": {"month": 3, "year": 2020}},
        }
    },
    "education": {"e": {"school": "ETH", "degree": "MSc", "start_date": {"month": 9, "year": 2001}}},
}


def archive(folder: Path, name: str = "Basic_LinkedInDataExport_11-20-2026.zip", **members: str) -> Path:
    return pack(folder / name, {**MEMBERS, **{f"{member}.csv": text for member, text in members.items()}})


def applied(here: World, day: str = "2026-01-01") -> None:
    here.write(PROFILE)
    assert here.apply().code == 0
    state = json.loads(here.state_path.read_text())
    for record in state["sections"].values():
        record["applied_at"] = f"{day}T00:00:00+00:00"
    here.state_path.write_text(json.dumps(state))


def findings(here: World, path: Path) -> dict[str, str]:
    done = here.cli("drift", here.name, "--linkedin-export", str(path), "--format", "json")
    assert done.code == 0, done.err
    quiet = ("same", "not-seen", "cannot-tell")
    addresses = json.loads(done.out)["addresses"]
    return {each["address"]: each["finding"] for each in addresses if each["finding"] not in quiet}


def test_an_archive_of_what_was_applied_shows_no_drift(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        applied(here)
        assert findings(here, archive(tmp_path)) == {"summary": "layout"}


def test_a_change_since_is_drift_and_refresh_records_it(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        applied(here)
        later = archive(tmp_path, Profile=person(Headline="Bye", Summary="One. Two."))
        assert findings(here, later) == {"headline": "changed", "summary": "layout"}
        assert here.cli("refresh", here.name, "--linkedin-export", str(later)).code == 0
        state = here.state()
        assert state["sections"]["headline"]["value"] == "Bye"
        assert state["sections"]["headline"]["seen"] == {"at": "2026-11-20T00:00:00Z", "from": "archive"}


def test_what_was_applied_after_the_archive_was_made_is_not_undone(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        applied(here, "2026-11-20")
        older = archive(tmp_path, Profile=person(Headline="Old", Summary="One. Two."))
        assert findings(here, older)["headline"] == "not-seen-yet"
        assert here.cli("refresh", here.name, "--linkedin-export", str(older)).code == 0
        assert here.state()["sections"]["headline"]["value"] == "Hello"


def test_two_archives_a_year_apart(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        first, second = archive(tmp_path, "LinkedInDataExport_11-01-2025.zip"), archive(tmp_path)
        done = here.cli("import", here.name, "--account-id", ACCOUNT, "--linkedin-export", str(first))
        assert done.code == 0
        assert here.state()["sections"]["headline"]["applied_at"] == "2025-11-01T00:00:00Z"
        assert "not-shown" not in findings(here, second).values()
        third = archive(
            tmp_path, "LinkedInDataExport_11-19-2026.zip", Profile=person(Headline="Bye", Summary="One. Two.")
        )
        assert findings(here, third) == {"headline": "changed"}, "it was called applied later: the file's time is today"
        assert here.cli("refresh", here.name, "--linkedin-export", str(second)).code == 0
        refused = here.cli("import", here.name, "--account-id", ACCOUNT, "--linkedin-export", str(second))
        assert refused.code == 1
        assert "drift" in refused.err


def test_an_archive_never_says_that_an_add_did_not_arrive(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        applied(here)
        state = json.loads(here.state_path.read_text())
        uuid = "00000000-0000-4000-8000-000000000000"
        sent = {"value": {"role": "Clerk", "company": "Bank"}, "handle": "abcde"}
        pending = {
            "request": uuid,
            "idempotency_key": uuid,
            "addresses": ["experience.c"],
            "sent_at": "2026-01-01T00:00:00Z",
        }
        state["pending"] = [{**pending, "sections": {"experience.c": sent}}]
        here.state_path.write_text(json.dumps(state))
        for name in ("LinkedInDataExport_11-19-2026.zip", "LinkedInDataExport_11-20-2026.zip"):
            assert here.cli("refresh", here.name, "--linkedin-export", str(archive(tmp_path, name))).code == 0
        assert len(here.state()["pending"]) == 1


@pytest.mark.parametrize(("option", "code"), [((), 1), (("--made-on", "2026-11-20"), 0), (("--made-on", "soon"), 64)])
def test_when_an_archive_was_made_is_said_where_nothing_tells(
    tmp_path: Path, option: tuple[str, ...], code: int
) -> None:
    with world(tmp_path) as here:
        applied(here)
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w") as found:
            for name, text in MEMBERS.items():
                found.writestr(zipfile.ZipInfo(name), text)  # without a date: 1 January 1980
        assert here.cli("drift", here.name, "--linkedin-export", str(path), *option).code == code


def test_one_archive_is_of_one_person(tmp_path: Path) -> None:
    with world(tmp_path) as here:
        applied(here)
        (tmp_path / "other.yaml").write_text("type: LINKEDIN\naccount_id: acc_2\nheadline: x\n")
        assert here.cli("drift", here.name, "other.yaml", "--linkedin-export", str(archive(tmp_path))).code == 64
        assert here.cli("drift", here.name, "--made-on", "2026-11-20").code == 64


def test_a_drift_out_of_an_archive_says_to_refresh_out_of_it(tmp_path: Path) -> None:
    """It said `reconciler refresh`, which needs a key and looks at LinkedIn."""
    with world(tmp_path) as here:
        applied(here)
        path = archive(tmp_path, Profile=person(Headline="Bye", Summary="One. Two."))
        for form in ("text", "github"):
            said = here.cli("drift", here.name, "--linkedin-export", str(path), "--format", form).out
            assert "`reconciler refresh --linkedin-export ZIP`" in said
        assert here.cli("refresh", "--linkedin-export", str(path)).code == 0
        assert [change["address"] for change in here.plan()["changes"]] == ["headline"]
