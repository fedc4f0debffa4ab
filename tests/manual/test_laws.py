"""What holds of every verb, whatever a person says with it: no record loses its id, handle or content to another."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.manual.accept import accept
from reconciler.planning.planner import make_plan
from reconciler.problem import ReconcilerError, StateError
from reconciler.profile.desired import Desired, Profile, Wanted
from reconciler.state.applied import Applied, Known
from reconciler.state.queries import holdings, in_doubt
from reconciler.values import Plain
from tests.state.branches import ACCOUNT, DOES, KEYS, LINEAGE, STEPS, WORDS, Step, play, uuid

LATER = "2026-02-02T03:04:05Z"
BEGUN = Applied(LINEAGE, 1, uuid("begun", 0), ACCOUNT)
BY_HAND = ("adopt", "applied", "lost", "rename", "back")
ENTRIES = st.builds(
    lambda role, company, description, entry_id: (
        {"role": role, "company": company, **({"description": description} if description else {})},
        entry_id,
    ),
    st.sampled_from(WORDS),
    st.sampled_from(("C", "D")),
    st.sampled_from(("", *KEYS)),
    st.sampled_from((None, None, None, "xa", "yb")),
)
FILES = st.dictionaries(st.sampled_from([key for key in KEYS if key.startswith("experience")]), ENTRIES, max_size=3)


def by_handle(applied: Applied) -> dict[str, Known]:
    return {known.handle: known for known in holdings(applied).values() if known.handle is not None}


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=10), STEPS.filter(lambda step: step.name in BY_HAND))
def test_a_verb_keeps_every_handle_every_content_and_every_id_but_the_one_it_gives(
    steps: list[Step], step: Step
) -> None:
    before = play(BEGUN, steps, "base")
    try:
        after = DOES[step.name](before, step, uuid("ours", 1))
    except (StateError, KeyError, StopIteration):
        return
    kept = by_handle(after)
    for handle, known in by_handle(before).items():
        assert kept[handle].value == known.value
        given_one = step.name == "adopt" and kept[handle].id != known.id
        assert given_one or kept[handle].id == known.id


@settings(max_examples=600, deadline=None)
@given(
    st.lists(STEPS, max_size=8),
    FILES,
    st.lists(st.sampled_from((*KEYS, "experience")), max_size=2),
    st.sampled_from(("named", "all")),
)
def test_accept_keeps_every_handle_and_id_and_answers_no_question(
    steps: list[Step], file: dict[str, tuple[dict[str, Plain], str | None]], addresses: list[str], how: str
) -> None:
    before = play(BEGUN, steps, "base")
    wanted = {
        address: Wanted(value, place, entry_id) for place, (address, (value, entry_id)) in enumerate(file.items())
    }
    try:
        plan = make_plan(Profile("p.yaml", "0" * 64, Desired(ACCOUNT, wanted)), before, "p.state.json", "0")
        done = accept(before, plan, wanted, tuple(addresses), LATER, everything=how == "all")
    except ReconcilerError:
        return
    kept = by_handle(replace(done.applied, write="later"))
    for handle, known in by_handle(before).items():
        assert handle in kept
        assert known.id in (None, kept[handle].id)
    assert in_doubt(before) == in_doubt(done.applied)
