"""Which entry on LinkedIn is which known one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.reading.dates import read_date
from reconciler.reading.pairing import KnownEntry, Pairing, pair_entries
from reconciler.reading.seen import SeenEntry, Unseen


def job(key: str, name: str, start: str | None = None, entry_id: str | None = None) -> KnownEntry:
    """A known job: `name` is role and company, `start` month/year."""
    role, company = name.split("·")
    value: dict[str, object] = {"role": role, "company": company}
    if start is not None:
        month, year = start.split("/")
        value["seniority"] = {"start_date": {"month": int(month), "year": int(year)}}
    return KnownEntry(f"experience.{key}", entry_id, value)  # type: ignore[arg-type] # it is plain data


def shown(name: str, start: str | None = None, entry_id: str | None = None) -> SeenEntry:
    """A job as LinkedIn shows it."""
    role, company = name.split("·")
    return SeenEntry(entry_id, {"role": role, "company": company}, read_date(start) if start else None)


def said(pairing: Pairing) -> tuple[object, ...]:
    """The pairing in short."""
    return (
        [(pair.known.address, pair.seen.id) for pair in pairing.pairs],
        [([entry.address for entry in each.known], len(each.seen)) for each in pairing.open],
        [entry.address for entry in pairing.known_alone],
        len(pairing.seen_alone),
    )


def test_an_id_says_it_whatever_else_differs() -> None:
    pairing = pair_entries("experience", [job("a", "Chef·Beta", "3/2020", "7")], [shown("Clerk·Bank", "1/2001", "7")])
    assert said(pairing) == ([("experience.a", "7")], [], [], 0)


def test_name_and_start_say_it_where_one_on_each_side_has_them() -> None:
    pairing = pair_entries("experience", [job("a", "Chef·Beta", "3/2020")], [shown("CHEF·beta ", "3/1/2020", "7")])
    assert said(pairing) == ([("experience.a", "7")], [], [], 0)


def test_the_name_alone_is_a_question() -> None:
    pairing = pair_entries("experience", [job("a", "Chef·Beta")], [shown("Chef·Beta", "3/1/2020", "7")])
    assert said(pairing) == ([], [(["experience.a"], 1)], [], 0)


def test_linkedins_own_name_of_a_company_is_a_question() -> None:
    known = [job("a", "Chef·Beta", "3/2020"), job("b", "Clerk·Beta", "3/2020")]
    pairing = pair_entries("experience", known, [shown("Chef·Beta, Inc.", "3/1/2020"), shown("Chef·Bank", "3/1/2020")])
    assert said(pairing) == ([], [(["experience.a"], 1)], ["experience.b"], 1)


def test_an_entry_of_which_no_name_is_known_may_be_each_that_is_left() -> None:
    known = [KnownEntry("experience.a", "7", {"description": "x"}), job("b", "Clerk·Beta", "3/2020")]
    pairing = pair_entries("experience", known, [shown("Chef·Beta"), shown("Clerk·Beta", "3/1/2020")])
    assert said(pairing) == ([("experience.b", None)], [(["experience.a"], 1)], [], 0)


def test_questions_that_share_an_entry_are_one() -> None:
    known = [job("a", "Chef·Beta"), job("b", "Chef·Beta Inc"), job("c", "Chef·Inc")]
    pairing = pair_entries("experience", known, [shown("Chef·Beta"), shown("Chef·Inc")])
    assert said(pairing) == ([], [(["experience.a", "experience.b", "experience.c"], 2)], [], 0)


def test_a_year_alone_is_a_question() -> None:
    pairing = pair_entries("experience", [job("a", "Chef·Beta", "3/2020")], [shown("Chef·Beta", "2020", "7")])
    assert said(pairing) == ([], [(["experience.a"], 1)], [], 0)


def test_two_of_one_name_and_start_are_a_question() -> None:
    known = [job("a", "Chef·Beta", "3/2020")]
    pairing = pair_entries(
        "experience", known, [shown("Chef·Beta", "3/1/2020", "7"), shown("Chef·Beta", "3/1/2020", "8")]
    )
    assert said(pairing) == ([], [(["experience.a"], 2)], [], 0)


def test_two_ids_are_two_entries() -> None:
    pairing = pair_entries("experience", [job("a", "Chef·Beta", "3/2020", "6")], [shown("Chef·Beta", "3/1/2020", "7")])
    assert said(pairing) == ([], [], ["experience.a"], 1)


def test_an_id_that_stands_twice_proves_nothing() -> None:
    known = [job("a", "Chef·Beta", "3/2020", "7")]
    pairing = pair_entries("experience", known, [shown("Chef·Beta", "3/1/2020", "7"), shown("X·Y", "3/1/2020", "7")])
    assert said(pairing) == ([("experience.a", "7")], [], [], 1)


def test_two_stints_at_one_company_are_told_by_their_start() -> None:
    known = [job("a", "Chef·Beta", "3/2010"), job("b", "Chef·Beta", "5/2020")]
    pairing = pair_entries(
        "experience", known, [shown("Chef·Beta", "5/1/2020", "8"), shown("Chef·Beta", "3/1/2010", "7")]
    )
    assert said(pairing) == ([("experience.a", "7"), ("experience.b", "8")], [], [], 0)


def test_a_school_is_told_by_name_degree_and_start_year() -> None:
    value = {"school": "ETH", "degree": "MSc", "start_date": {"month": 9, "year": 2001}}
    known = [KnownEntry("education.e", None, value)]  # type: ignore[arg-type] # it is plain data
    same = SeenEntry("5", {"school": "ETH", "degree": "MSc"}, read_date("1/1/2001"))
    other = SeenEntry("6", {"school": "ETH", "degree": "PhD"}, read_date("1/1/2001"))
    unknown = SeenEntry("5", {"school": "ETH", "degree": Unseen.MISSING}, read_date("1/1/2001"))
    assert said(pair_entries("education", known, [same, other])) == ([("education.e", "5")], [], [], 1)
    assert said(pair_entries("education", known, [unknown])) == ([], [(["education.e"], 1)], [], 0)


NAMES = st.sampled_from(["Chef·Beta", "Clerk·Bank"])
IDS = st.sampled_from([None, "1", "2"])
MONTHS = st.sampled_from([None, "3/2020", "4/2021"])


@given(
    st.lists(st.tuples(NAMES, MONTHS, IDS), max_size=4),
    st.lists(st.tuples(NAMES, MONTHS, IDS), max_size=4),
)
@pytest.mark.parametrize("section", ["experience"])
def test_every_entry_has_one_place_and_no_pair_has_two_ids(
    section: str,
    known: list[tuple[str, str | None, str | None]],
    seen: list[tuple[str, str | None, str | None]],
) -> None:
    knowns = [job(f"k{place}", *entry) for place, entry in enumerate(known)]
    seens = [shown(name, start, entry_id) for name, start, entry_id in seen]
    pairing = pair_entries(section, knowns, seens)
    placed = [
        *(pair.known for pair in pairing.pairs),
        *(entry for each in pairing.open for entry in each.known),
        *pairing.known_alone,
    ]
    assert sorted(entry.address for entry in placed) == sorted(entry.address for entry in knowns)
    assert len(pairing.pairs) + sum(len(each.seen) for each in pairing.open) + len(pairing.seen_alone) == len(seens)
    assert all(pair.known.id in (None, pair.seen.id) or pair.seen.id is None for pair in pairing.pairs)
