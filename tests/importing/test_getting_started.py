"""The walk through docs/getting-started.md, on an archive that is built here."""

import json
from pathlib import Path

from reconciler.simulator.profile import seeded
from reconciler.values import Plain
from tests.docs.console import ROOT, environment, follow
from tests.importing.archives import education, job, pack, person, positions, school, skills
from tests.world import world

SUMMARY = (
    "I build calm systems. Three things matter to me:  • clear names • small steps • true state. "
    "Everything else is a matter of patience, of tests that fail for a reason, and of good company."
)
ARCHIVE = {
    "Profile.csv": person(
        First_Name="Ada",
        Last_Name="Quill",
        Headline="Staff engineer at Acme",
        Summary=SUMMARY,
        Geo_Location="Paris, France",
    ),
    "Positions.csv": positions(
        job("Acme", "Staff Engineer", "Mar 2020", text="Leads the platform team.", place="Paris, France"),
        job("Acme", "Engineer", "Sep 2016", "Feb 2020"),
        job("Globex", "Analyst", "2015", "2016"),
    ),
    "Education.csv": education(school("State College", "Sep 2010", "Jun 2013", degree="BSc")),
    "Skills.csv": skills("Python", "Distributed systems", "Writing"),
    "messages.csv": '"FROM","CONTENT"\n"Eve","not for you"\n',
}
LIVE: Plain = {
    "sections": {"headline": "Staff engineer at Acme"},
    "experience": [
        {"role": "Staff Engineer", "company": "Acme"},
        {"role": "Engineer", "company": "Acme"},
        {"role": "Analyst", "company": "Globex"},
    ],
    "education": [{"school": "State College"}],
}


def test_getting_started_does_what_it_says(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    pack(tmp_path / "Basic_LinkedInDataExport_11-24-2026.zip", ARCHIVE)
    with world(folder) as here:
        memory = here.simulator.memory
        memory.profiles["acc_ada"] = seeded(LIVE, memory.new_id)
        person = {
            f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        environ = environment(tmp_path, POSTPRESS_BASE_URL=here.base_url, POSTPRESS_API_KEY="key", **person)
        assert follow(ROOT / "docs/getting-started.md", folder, environ) >= 24
        live = memory.profile("acc_ada").described()
    assert [len(memory.requests), live["edits"]] == [2, 2]
    assert live["sections"] == {"headline": "Staff engineer at Acme, building quiet systems"}
    entries = live["experience"]
    assert isinstance(entries, list)
    assert entries[0] == {
        "id": "2400000001",
        "role": "Staff Engineer",
        "company": "Acme",
        "description": "Leads the platform team of nine.",
    }
    assert [len(entries), len(json.loads((folder / "resume.json").read_text())["work"])] == [3, 3]
    assert "not for you" not in (folder / "profile.yaml").read_text()
