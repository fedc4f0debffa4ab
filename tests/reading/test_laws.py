"""Laws of reading against the simulator: what was applied and left alone is never called changed."""

import copy
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.reading.passing import Clock, living, new_life
from tests.strategies import TEXTS, profiles
from tests.whole.law import prepare
from tests.whole.test_convergence import IDS, SLOW, apply
from tests.world import ACCOUNT

SHOWN_SECTIONS = ("about", "experience", "education", "skills")
LAYOUTS = ["{}\r\n{}", "{}\n\n\n{}\n", "  {}\t{} ", "• {}\n• {}", "{}\u00a0{}\u200b", "{} · {}", "“{}” {}"]
FULL: dict[str, Any] = {
    "headline": "Kelp logistics",
    "summary": "I move things.\r\n\r\n• Cold chain\r\n• Harbours\r\n",
    "skills": ["Cold chain", "C++"],
    "experience": {
        "lead": {
            "role": "Operations Lead",
            "company": "Northwind Kelp",
            "company_id": "90000011",
            "location": "Lyon · Confluence",
            "description": " - Cut spoilage\n\n\n - Slept ",
            "presence": "HYBRID",
            "employment_type": "FULL_TIME",
            "source_of_hire": "REFERRAL",
            "notify_network": True,
            "attachment": {"type": "link", "title": "Kelp", "url": "https://example.com/kelp"},
            "seniority": {"start_date": {"month": 11, "year": 2021}, "end_date": {"month": 2, "year": 2024}},
            "skills": ["Cold chain"],
        },
        "analyst": {
            "role": "Analyst",
            "company": "Bay Port",
            "seniority": {"start_date": {"month": 1, "year": 2018}},
        },
    },
    "education": {
        "seas": {
            "school": "Institute of Seas",
            "degree": "Master",
            "field_of_study": "Kelp",
            "grade": "A",
            "activities": "Rowing",
            "description": "Wet",
            "start_date": {"month": 1, "year": 2010},
            "end_date": {"month": 12, "year": 2012},
        }
    },
}
SURE = [
    *(f"ids={name}" for name in ("id", "section", "position_id", "absent")),
    *(f"dates={form}" for form in ("M/D/YYYY", "YYYY-MM-DD", "YYYY-MM", "M/YYYY", "late")),
    *(f"asked={form}" for form in ("both", "repeated", "joined")),
    *("owner=unsaid", "trimmed", "presence", "job-skills", "reversed", "canonical", "canonical;ids=absent;reversed"),
    *("dates=YYYY", "dates=new-year", "dates=YYYY;ids=absent"),
]


@st.composite
def forms(draw: st.DrawFn) -> str:
    """Draw the clauses of one read's form: any of the simulator's that do not show another person."""
    chosen = {
        "ids": ["id", "section", "position_id", "absent"],
        "dates": ["M/D/YYYY", "YYYY-MM-DD", "YYYY-MM", "M/YYYY", "YYYY", "late", "new-year"],
        "asked": ["both", "repeated", "joined"],
        "owner": ["self", "unsaid"],
    }
    clauses = [f"{name}={draw(st.sampled_from(values))}" for name, values in chosen.items()]
    for name in ("throttle", "omit", "truncate"):
        sections = draw(st.one_of(st.just([]), st.lists(st.sampled_from(SHOWN_SECTIONS), max_size=2, unique=True)))
        clauses += [f"{name}={','.join(sections)}"] if sections else []
    flags = ["canonical", "trimmed", "presence", "job-skills", "reversed"]
    clauses += draw(st.lists(st.sampled_from(flags), unique=True))
    return ";".join(clauses)


@st.composite
def written(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a profile whose texts also are as people write them: lines of all ends and spaces, places with a dot."""
    profile = copy.deepcopy(draw(profiles(IDS)))
    layouts = st.sampled_from(
        ["{}\r\n{}", "{}\n\n\n{}\n", "  {}\t{} ", "• {}\n• {}", "{}\u00a0{}\u200b", "{} · {}", "“{}” {}"]
    )
    texts = st.tuples(layouts, TEXTS, TEXTS).map(lambda three: three[0].format(*three[1:]))
    for name in ("headline", "summary"):
        if draw(st.booleans()):
            profile[name] = draw(texts)
    for section in ("experience", "education"):
        for entry in profile.get(section, {}).values():
            for name in ("description", "location" if section == "experience" else "grade"):
                if draw(st.booleans()):
                    entry[name] = draw(texts)
    return profile


@pytest.mark.parametrize("form", SURE)
def test_each_field_that_can_be_read_is_seen_to_be_the_same(tmp_path: Path, form: str) -> None:
    unsure = {"dates=YYYY", "dates=new-year", "dates=YYYY;ids=absent", "canonical", "canonical;ids=absent;reversed"}
    with living(tmp_path) as life:
        life.here.write(FULL)
        assert life.here.apply().code == 0
        life.wait(60)
        for _ in range(3):
            found = {address: each["finding"] for address, each in life.drift(form).items()}
            assert not {"changed", "not-shown"} & set(found.values())
            if form not in unsure:
                assert set(found.values()) <= {"same", "layout", "not-seen"}, found
                unseen = {address.rpartition(".")[2] for address, finding in found.items() if finding == "not-seen"}
                assert unseen - {"title", "type", "url", "attachment"} == {
                    "presence",
                    "employment_type",
                    "source_of_hire",
                }
            life.wait(15)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Simulator, str]]:
    clock = Clock()
    simulator = Simulator(now=clock)
    with running(simulator) as base_url:
        yield simulator, base_url


@settings(max_examples=50, suppress_health_check=SLOW, phases=[Phase.explicit, Phase.generate])
@given(written(), st.lists(forms(), min_size=4, max_size=4))
def test_what_was_applied_is_the_same_three_times_in_every_form(
    served: tuple[Simulator, str], profile: dict[str, Any], read_as: list[str]
) -> None:
    simulator, base_url = served
    simulator.memory.clear()
    assert isinstance(simulator.now, Clock)
    with tempfile.TemporaryDirectory() as folder:
        here = new_life(Path(folder), simulator, base_url, simulator.now)
        prepare(here.here, IDS)
        apply(here.here, profile)
        here.wait(60)
        for form in read_as[:3]:
            assert here.moved(form) == {}, form
            here.wait(15)
        before = here.here.state()["sections"]
        done = here.refresh(read_as[3])
        assert done.code == 0, done.err
        after = here.here.state()["sections"]
        assert {address: after[address]["value"] for address in before} == {
            address: record["value"] for address, record in before.items()
        }


def _listing_as(first: str, form: str) -> str:
    """Return a form that lists the skills of jobs among all where the first one did: the platform does or does not."""
    clauses = [clause for clause in form.split(";") if clause not in ("", "job-skills")]
    return ";".join([*clauses, *(["job-skills"] if "job-skills" in first else [])])


@settings(max_examples=8, suppress_health_check=SLOW, phases=[Phase.explicit, Phase.generate])
@given(written(), st.lists(forms(), min_size=3, max_size=3))
def test_what_is_imported_from_a_read_leaves_nothing_to_plan_and_is_no_drift(
    served: tuple[Simulator, str], profile: dict[str, Any], read_as: list[str]
) -> None:
    import_and_look(served, profile, read_as)


@pytest.mark.torture
@settings(max_examples=300, suppress_health_check=SLOW, phases=[Phase.explicit, Phase.generate])
@given(written(), st.lists(forms(), min_size=3, max_size=3))
def test_what_is_imported_from_many_reads_leaves_nothing_to_plan_and_is_no_drift(
    served: tuple[Simulator, str], profile: dict[str, Any], read_as: list[str]
) -> None:
    import_and_look(served, profile, read_as)


def import_and_look(served: tuple[Simulator, str], profile: dict[str, Any], read_as: list[str]) -> None:
    """Apply a profile, import elsewhere what a read shows of it, and look again in other forms."""
    simulator, base_url = served
    simulator.memory.clear()
    assert isinstance(simulator.now, Clock)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as elsewhere:
        before = new_life(Path(elsewhere), simulator, base_url, simulator.now)
        prepare(before.here, IDS)
        apply(before.here, profile)
        before.wait(60)
        sent = len(before.here.sent())
        life = new_life(Path(folder), simulator, base_url, simulator.now)
        simulator.behaviour.reading = read_as[0]
        done = life.here.cli("import", life.here.name, "--account-id", ACCOUNT, "--live")
        simulator.behaviour.reading = ""
        assert done.code == 0, done.err
        assert life.here.plan()["changes"] == []
        for form in (_listing_as(read_as[0], form) for form in read_as[1:]):
            life.wait(15)
            assert life.moved(form) == {}, form
        form = _listing_as(read_as[0], "")
        assert life.refresh(form).code == 0
        assert life.moved(form) == {}
        assert life.here.apply().code == 0
        assert len(before.here.sent()) == sent, "what is there was sent"
