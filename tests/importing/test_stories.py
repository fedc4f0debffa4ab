"""What people do after an import, through the command line, with a profile live that holds what the archive said."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.simulator.profile import seeded
from tests.importing.archives import education, job, pack, person, positions, school, skills, text, uncomment
from tests.world import ACCOUNT, World

ARCHIVE = {
    "Profile.csv": person(First_Name="Ada", Headline="Staff engineer", Summary="word " * 40),
    "Positions.csv": positions(
        job("Acme", "Staff Engineer", "Mar 2020", text="Led the platform."),
        job("Acme", "Engineer", "Sep 2016", "Feb 2020", text="One.  Two."),
        job("Globex", "Analyst", "2015", "2016"),
    ),
    "Education.csv": education(school("College", "2010", "2013", degree="BSc")),
    "Skills.csv": skills("Python", "Go"),
}
LIVE: dict[str, Any] = {
    "sections": {"headline": "Staff engineer", "summary": "word\n" * 40, "skills": ["Python", "Go"]},
    "experience": [
        {"id": "11", "role": "Staff Engineer", "company": "Acme", "description": "Led the platform."},
        {"id": "12", "role": "Engineer", "company": "Acme", "description": "One.\n\nTwo."},
        {"id": "13", "role": "Analyst", "company": "Globex"},
    ],
    "education": [{"id": "21", "school": "College", "degree": "BSc"}],
}
JOB = "experience.acme-staff-engineer"
GLOBEX = "experience.globex-analyst"
LINK = "https://www.linkedin.com/in/ada/details/experience/edit/forms/11/"


@pytest.fixture
def ada(here: World) -> World:
    """Give a folder with an imported profile, of someone whose profile is live."""
    memory = here.simulator.memory
    memory.profiles[ACCOUNT] = seeded(LIVE, memory.new_id)
    pack(here.folder / "archive.zip", ARCHIVE)
    done = here.cli("import", "--account-id", ACCOUNT, "--linkedin-export", "archive.zip")
    assert (done.code, here.sent()) == (0, [])
    return here


def edit(here: World, change: Callable[[str], str]) -> None:
    before = text(here)
    after = change(before)
    assert after != before
    (here.folder / here.name).write_text(after, encoding="utf-8")


def replace(here: World, before: str, after: str) -> None:
    edit(here, lambda whole: whole.replace(before, after, 1))


def cut(here: World, key: str) -> str:
    """Take an entry out of the file, and give its lines."""
    found = re.search(rf"^  {key}:\n(    .*\n)+", text(here), re.MULTILINE)
    assert found is not None
    edit(here, lambda whole: whole.replace(found[0], ""))
    return found[0]


def put(here: World, section: str, lines: str) -> None:
    edit(here, lambda whole: whole.replace(f"\n{section}:\n", f"\n{section}:\n{lines}"))


def actions(here: World, *arguments: str) -> dict[str, str]:
    return {change["address"]: change["action"] for change in here.plan(*arguments)["changes"]}


def reason(here: World, address: str) -> str:
    """What a plan says of an address, and the commands that it names."""
    (why,) = (change["reason"] for change in here.plan()["changes"] if change["address"] == address)
    return "\n".join([why["text"], *(way["command"] for way in why["ways"])])


def applied(here: World, *arguments: str) -> int:
    """Apply without the answer for a first apply: after an import none is needed."""
    return here.cli("apply", "--auto-approve", *arguments).code


def entry_ids(here: World) -> list[Any]:
    return [one["id"] for section in ("experience", "education") for one in here.live()[section]]


def mention(here: World, address: str) -> str:
    """Return how the file names an entry that state let go of."""
    return f"{address.partition('.')[2]}@{here.state()['forgotten'][address]['handle']}"


def converged(here: World, ids: tuple[str, ...] = ("11", "12", "13", "21")) -> None:
    """Check that nothing is left to do, and that nothing stands on the profile that was not there."""
    assert here.plan()["changes"] == []
    assert entry_ids(here) == list(ids)


def test_a_changed_headline_is_all_that_is_sent(ada: World) -> None:
    replace(ada, "headline: Staff engineer", "headline: Principal engineer")
    assert actions(ada) == {"headline": "update"}
    assert applied(ada) == 0
    assert ada.live()["sections"] == {**LIVE["sections"], "headline": "Principal engineer"}
    assert len(ada.sent()) == 1
    converged(ada)


def test_an_edited_job_waits_for_its_link_and_is_then_edited(ada: World) -> None:
    replace(ada, "description: Led the platform.", "description: Leads the platform.")
    assert actions(ada) == {JOB: "blocked"}
    assert "open https://www.linkedin.com/in/me/details/experience/ and click the pencil of the entry" in reason(
        ada, JOB
    )
    assert f"reconciler state adopt {JOB} URL" in reason(ada, JOB)
    assert (applied(ada), ada.sent()) == (1, [])
    assert ada.cli("state", "adopt", JOB, LINK).err == f"{JOB} has the id 11\n"
    assert actions(ada) == {JOB: "update"}
    assert applied(ada) == 0
    assert ada.live()["experience"][0] == {**LIVE["experience"][0], "description": "Leads the platform."}
    converged(ada)


def test_uncommented_prose_with_its_line_breaks_back_is_sent_once_the_id_is_known(ada: World) -> None:
    uncomment(ada, "description")
    replace(ada, "description: One.  Two.", 'description: "One.\\n\\nTwo, and three."')
    assert actions(ada) == {"experience.acme-engineer": "blocked"}
    ada.cli("state", "adopt", "experience.acme-engineer", "12")
    assert actions(ada) == {"experience.acme-engineer": "update"}
    assert applied(ada) == 0
    assert ada.live()["experience"][1]["description"] == "One.\n\nTwo, and three."
    converged(ada)


def test_uncommented_prose_that_is_as_it_is_live_can_be_accepted(ada: World) -> None:
    uncomment(ada, "summary")
    assert actions(ada) == {"summary": "set"}
    edit(ada, lambda whole: re.sub(r"  word .*", "\n".join(["  word"] * 40), whole))
    assert ada.cli("state", "accept", "summary").code == 0
    assert ada.sent() == []
    converged(ada)


def test_a_job_that_is_removed_and_brought_back_is_never_added(ada: World) -> None:
    lines = cut(ada, "acme-staff-engineer")
    assert actions(ada) == {JOB: "forget"}
    assert (applied(ada), ada.sent()) == (0, [])
    converged(ada)
    put(ada, "experience", lines)
    assert actions(ada) == {JOB: "move"}
    assert (applied(ada), ada.sent()) == (0, [])
    converged(ada)


def test_a_job_that_is_brought_back_under_another_key_and_changed_is_never_added(ada: World) -> None:
    lines = cut(ada, "acme-staff-engineer")
    assert applied(ada) == 0
    put(ada, "experience", lines.replace("acme-staff-engineer", "acme").replace("Led", "Leads"))
    assert actions(ada) == {"experience.acme": "blocked"}
    assert (applied(ada), ada.sent()) == (1, [])
    replace(ada, "    role: Staff Engineer\n", f"    role: Staff Engineer\n    same_as: {mention(ada, JOB)}\n")
    assert actions(ada) == {"experience.acme": "blocked"}  # it is that one, whose id is not known
    assert (applied(ada), ada.sent()) == (1, [])
    assert ada.cli("state", "adopt", "experience.acme", LINK).code == 0
    assert applied(ada) == 0
    assert ada.live()["experience"][0]["description"] == "Leads the platform."
    converged(ada)


def test_a_job_that_is_brought_back_changed_under_its_key_is_never_added(ada: World) -> None:
    lines = cut(ada, "globex-analyst")
    assert applied(ada) == 0
    put(ada, "experience", lines.replace("role: Analyst", "role: Senior Analyst"))
    assert actions(ada)["experience.globex-analyst"] == "blocked"
    assert (applied(ada), ada.sent()) == (1, [])
    assert entry_ids(ada) == ["11", "12", "13", "21"]


def test_a_renamed_key_is_a_move(ada: World) -> None:
    replace(ada, "  acme-staff-engineer:", "  acme-today:")
    assert actions(ada) == {"experience.acme-today": "move"}
    assert (applied(ada), ada.sent()) == (0, [])
    converged(ada)


def test_all_keys_renamed_at_once_are_moves(ada: World) -> None:
    edit(ada, lambda whole: re.sub(r"^  ([a-z-]+):$", r"  x-\1:", whole, flags=re.MULTILINE))
    assert set(actions(ada).values()) == {"move"}
    assert (applied(ada), ada.sent()) == (0, [])
    converged(ada)


def test_a_job_that_looks_like_a_removed_one_waits_for_a_word(ada: World) -> None:
    cut(ada, "globex-analyst")
    put(ada, "experience", "  globex-again:\n    role: analyst\n    company: GLOBEX\n    description: A second time.\n")
    assert actions(ada) == {"experience.globex-again": "blocked", "experience.globex-analyst": "forget"}
    assert (applied(ada), ada.sent()) == (1, [])
    (change,) = ada.plan()["changes"]
    line = next(way["edit"] for way in change["reason"]["ways"] if way["when"] == "another-entry")
    replace(ada, "  globex-again:\n", f"  globex-again:\n    {line}\n")
    assert actions(ada) == {"experience.globex-again": "create"}
    assert applied(ada) == 0
    assert len(ada.live()["experience"]) == 4
    assert ada.plan()["changes"] == []


def test_a_new_job_is_added_once_and_needs_no_first_apply(ada: World) -> None:
    put(ada, "experience", "  initech:\n    role: Director\n    company: Initech\n")
    assert actions(ada) == {"experience.initech": "create"}
    assert applied(ada) == 0
    assert applied(ada) == 0
    assert [one["role"] for one in ada.live()["experience"]] == ["Staff Engineer", "Engineer", "Analyst", "Director"]
    assert ada.plan()["changes"] == []


def test_a_section_that_the_archive_lacked_asks_before_a_first_add(here: World) -> None:
    memory = here.simulator.memory
    memory.profiles[ACCOUNT] = seeded(LIVE, memory.new_id)
    pack(here.folder / "archive.zip", {"Profile.csv": ARCHIVE["Profile.csv"]})
    here.cli("import", "--account-id", ACCOUNT, "--linkedin-export", "archive.zip")
    edit(here, lambda whole: whole + "experience:\n  globex:\n    role: Analyst\n    company: Globex\n")
    done = here.cli("apply", "--auto-approve")
    assert (done.code, here.sent()) == (1, [])
    assert "state accept experience" in done.err


def test_a_removed_skill_and_a_changed_school(ada: World) -> None:
    replace(ada, "  - Go\n", "")
    replace(ada, "degree: BSc", "degree: MSc")
    assert actions(ada) == {"skills": "update", "education.college": "blocked"}
    assert applied(ada) == 1
    assert ada.live()["sections"]["skills"] == ["Python"]
    assert ada.live()["education"] == LIVE["education"]
    assert ada.cli("state", "adopt", "education.college", "21").code == 0
    assert "the API documents no edit of degree" in reason(ada, "education.college")
    assert applied(ada) == 1
    assert entry_ids(ada) == ["11", "12", "13", "21"]


def test_an_imported_profile_is_imported_once(ada: World) -> None:
    replace(ada, "headline: Staff engineer", "headline: mine")
    done = ada.cli("import", "--account-id", ACCOUNT, "--linkedin-export", "archive.zip")
    assert (done.code, "profile.yaml: this file is there already" in done.err) == (1, True)
    assert "headline: mine" in text(ada)


def test_several_ids_are_adopted_at_once_all_or_none(ada: World) -> None:
    wrong = ada.cli("state", "adopt", JOB, LINK, "experience.acme-engineer", LINK)
    assert (wrong.code, ada.state()["serial"]) == (1, 1)
    assert f"the id 11 is that of {JOB}" in wrong.err
    right = ada.cli("state", "adopt", JOB, LINK, "experience.acme-engineer", "12")
    assert right.err == f"{JOB} has the id 11\nexperience.acme-engineer has the id 12\n"
    assert ada.state()["serial"] == 2


PAIRS = f"""\ufeff# from linkedin.com
{JOB} {LINK}?locale=en_US

  experience.acme-engineer\t12
education.college https://www.linkedin.com/in/ada/details/education/edit/forms/21/
"""


def test_ids_are_adopted_from_a_file(ada: World) -> None:
    (ada.folder / "ids.txt").write_text(PAIRS, encoding="utf-8")
    done = ada.cli("state", "adopt", "--from", "ids.txt")
    assert done.err.splitlines() == [
        f"{JOB} has the id 11",
        "experience.acme-engineer has the id 12",
        "education.college has the id 21",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{JOB}\n", "ids.txt:1: a line holds an address and an id or link"),
        (f"\n{JOB} 11 12\n", "ids.txt:2: a line holds an address and an id or link"),
        (
            f"{JOB} https://www.linkedin.com/in/ada/details/education/edit/forms/21/\n",
            "this is the link of an education",
        ),
        (f"{JOB} https://www.linkedin.com/in/ada/\nexperience.none 5\n", "experience.none: state holds nothing there"),
    ],
)
def test_a_file_of_ids_that_is_wrong_is_told_and_changes_nothing(ada: World, content: str, said: str) -> None:
    (ada.folder / "ids.txt").write_text(content)
    done = ada.cli("state", "adopt", "--from", "ids.txt")
    assert done.code == 1
    assert said in done.err
    assert ada.state()["serial"] == 1


def test_a_file_of_no_ids_is_told(ada: World) -> None:
    (ada.folder / "ids.txt").write_text("# none yet\n")
    done = ada.cli("state", "adopt", "--from", "ids.txt")
    assert (done.code, "ids.txt: it holds no pairs" in done.err) == (1, True)


def test_a_file_of_ids_that_is_no_text_is_told(ada: World) -> None:
    (ada.folder / "ids.txt").write_bytes(b"\x00\xff\xfe\x80")
    done = ada.cli("state", "adopt", "--from", "ids.txt")
    assert (done.code, "ids.txt: this file cannot be used: it is not UTF-8 at byte 1" in done.err) == (1, True)
    assert ada.cli("state", "adopt", "--from", "nowhere.txt").code == 1
