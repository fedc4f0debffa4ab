"""Every error and every way to lose a connection, at every kind of change: outcome, tries, state and exit code."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.reliability.expected import FINE, LOST, ODD, TYPES, Conclusion, Told
from tests.reliability.laws import check_nothing_twice, check_truth, pending_addresses, state_of
from tests.reliability.quiet import settled
from tests.world import Done, World

TAIL = {"role": "Tail", "company": "Last"}
LINK = {"type": "link", "title": "t", "url": "https://example.com/a"}
MANY = 200


@dataclass(frozen=True)
class Kind:
    """A kind of change: what the file says, which addresses that is, and whether it may be sent twice."""

    profile: dict[str, Any]
    addresses: tuple[str, ...]
    repeatable: bool = True
    groups: int = 1
    has_id: bool = False


def job(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {"experience": {"one": {"id": "11", "role": "Founder", **fields}}}


KINDS = {
    "section": Kind({"headline": "h"}, ("headline",)),
    "picture": Kind(
        {"picture": "me.png", "picture_settings": {"filter": "STUDIO"}},
        ("picture", "picture_settings"),
    ),
    "edit": Kind(job(), ("experience.one",), has_id=True),
    "edit that notifies": Kind(job(notify_network=True), ("experience.one",), repeatable=False, has_id=True),
    "edit that attaches": Kind(job(attachment=LINK), ("experience.one",), repeatable=False, has_id=True),
    "add": Kind({"education": {"one": {"school": "Head"}}}, ("education.one",), repeatable=False),
    "packed": Kind(
        {"headline": "h", "summary": "s", **job()}, ("headline", "summary", "experience.one"), groups=3, has_id=True
    ),
}
ALL_KINDS = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def apply(here: World, kind: Kind, faults: list[str]) -> Done:
    """Apply the change with another one after it, which shows whether the run went on."""
    profile = dict(kind.profile)
    entries = profile.get("experience", {})
    here.write({**profile, "experience": {**entries, "tail": TAIL}})
    here.simulator.faults.add(faults)
    done = here.apply("--max-wait", "40")
    settled(here)
    here.simulator.faults.clear()
    return done


def tries(here: World) -> tuple[int, bool]:
    """Give the number of attempts before the tail's, and whether the tail was sent."""
    tails = [one for one in here.sent() if any(part.get("value") == "Tail" for part in one["parts"])]
    return len(here.sent()) - len(tails), bool(tails)


def check_once(here: World, kind: Kind, fault: str, conclusion: Conclusion, *, lies: bool = False) -> None:
    """Hold what is to follow from one fault, after which everything works."""
    if "resource_not_found" in fault and not kind.has_id:
        conclusion = Conclusion(Told.REJECTED, stops=True)
    done = apply(here, kind, [fault])
    again = conclusion.resend and not conclusion.stops
    split = conclusion == Conclusion(Told.REJECTED) and kind.groups > 1
    resent = again and (conclusion.told is Told.NOT_EXECUTED or (conclusion.told is Told.UNKNOWN and kind.repeatable))
    lands = conclusion.told is Told.APPLIED or split or resent
    sent = 1 + (kind.groups if split else 0) + (1 if resent else 0)
    assert tries(here) == (sent, not conclusion.stops), done.err
    state = state_of(here) or {"sections": {}, "pending": []}
    known = set(state["sections"]) - {"experience.tail"}
    assert known == (set(kind.addresses) if lands else set())
    unknown = conclusion.told is Told.UNKNOWN and not lands
    assert pending_addresses(state) == (set(kind.addresses) if unknown else set())
    doubt = unknown and not kind.repeatable
    assert done.code == (3 if doubt else 0 if lands else 1), done.err
    if not lies:
        check_truth(here)
        check_nothing_twice(here)


@ALL_KINDS
@pytest.mark.parametrize("name", TYPES)
def test_each_error_means_what_the_table_says(afresh: World, waits: list[float], kind: Kind, name: str) -> None:
    check_once(afresh, kind, f"error={name}", TYPES[name])
    assert all(seconds <= 1 for seconds in waits)


@ALL_KINDS
@pytest.mark.parametrize("name", [name for name, one in TYPES.items() if one.told is Told.UNKNOWN])
def test_an_unclear_error_after_the_edit_means_the_same(
    afresh: World, waits: list[float], kind: Kind, name: str
) -> None:
    check_once(afresh, kind, f"error={name};after", TYPES[name])
    assert len(waits) <= 1


@ALL_KINDS
@pytest.mark.parametrize("reset", ["", ";reset"], ids=["closed", "reset"])
@pytest.mark.parametrize("fault", LOST)
def test_a_lost_connection_means_that_nothing_is_known(
    afresh: World, waits: list[float], kind: Kind, fault: str, reset: str
) -> None:
    check_once(afresh, kind, fault + reset, Conclusion(Told.UNKNOWN))
    assert len(waits) == (1 if kind.repeatable else 0)


@ALL_KINDS
@pytest.mark.parametrize("fault", ODD)
def test_an_answer_that_is_not_in_the_table_is_read_by_its_status(
    afresh: World, waits: list[float], kind: Kind, fault: str
) -> None:
    check_once(afresh, kind, fault, ODD[fault])
    assert len(waits) <= 1


@pytest.mark.parametrize("fault", FINE)
def test_an_answer_that_is_dressed_oddly_is_still_a_success(afresh: World, fault: str) -> None:
    check_once(afresh, KINDS["packed"], fault, Conclusion(Told.APPLIED))


def test_a_refusal_that_is_lost_and_then_replayed_leaves_the_address_unknown_until_the_next_run(
    afresh: World, waits: list[float]
) -> None:
    done = apply(afresh, KINDS["section"], ["error=unprocessable_entity;close=mid-answer"])
    assert (done.code, len(waits), pending_addresses(afresh.state())) == (1, 1, {"headline"})
    assert "headline: may or may not be applied" in done.err
    again = afresh.apply()
    assert (again.code, pending_addresses(afresh.state())) == (0, set())


@pytest.mark.torture
@ALL_KINDS
@pytest.mark.parametrize("envelope", ["problem", "platform"])
@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("name", TYPES)
def test_each_error_in_both_envelopes_with_and_without_effect(  # noqa: PLR0913 - the product
    afresh: World, waits: list[float], kind: Kind, name: str, effect: str, envelope: str
) -> None:
    lies = effect == "after" and TYPES[name].told is not Told.UNKNOWN
    check_once(afresh, kind, f"error={name};{effect};envelope={envelope}", TYPES[name], lies=lies)
    assert len(waits) <= 1


@pytest.mark.torture
@ALL_KINDS
@pytest.mark.parametrize("fault", [*(f"error={name}" for name in TYPES), *LOST, *ODD])
def test_a_fault_that_stays_ends_as_the_table_says(afresh: World, waits: list[float], kind: Kind, fault: str) -> None:
    check_persisting(afresh, waits, kind, fault)


@ALL_KINDS
@pytest.mark.parametrize(
    "fault",
    ["error=unprocessable_entity", "error=provider_error", "error=service_unavailable", "close=after-edit"],
)
def test_a_fault_that_stays_ends_as_the_table_says_in_brief(
    afresh: World, waits: list[float], kind: Kind, fault: str
) -> None:
    check_persisting(afresh, waits, kind, fault)


def check_persisting(here: World, waits: list[float], kind: Kind, fault: str) -> None:
    conclusion = TYPES.get(fault.removeprefix("error=")) or ODD.get(fault) or Conclusion(Told.UNKNOWN)
    if "resource_not_found" in fault and not kind.has_id:
        conclusion = Conclusion(Told.REJECTED, stops=True)
    done = apply(here, kind, [fault] * MANY)
    state = state_of(here) or {"sections": {}, "pending": []}
    assert state["sections"] == {}
    sent = len(here.sent())
    pending = pending_addresses(state)
    if conclusion.told is Told.REJECTED and "resource_not_found" in fault and kind.groups > 1:
        assert (sent, pending) == (2, set())  # taken apart, and the first part names no entry
    elif conclusion.told is Told.REJECTED:
        parts = kind.groups if kind.groups > 1 else 0
        assert (sent, pending) == (1 if conclusion.stops else 2 + parts, set())
    elif conclusion.told is Told.NOT_EXECUTED:
        assert (sent >= 4, pending) == (True, set())
        assert sum(waits) <= 40
        assert "not tried: experience.tail" in done.err
    elif conclusion.stops:
        assert (sent, pending) == (1, set(kind.addresses))
    else:
        first = sent - 1  # the tail is not repeatable: it is sent once
        assert first >= 4 if kind.repeatable and conclusion.resend else first == 1
        assert pending == {*kind.addresses, "experience.tail"}
        assert "2 requests in a row ended without a clear answer" in done.err
    doubt = conclusion.told is Told.UNKNOWN and (not kind.repeatable or "experience.tail" in pending)
    assert done.code == (3 if doubt else 1), done.err
    check_nothing_twice(here)
    check_truth(here)
