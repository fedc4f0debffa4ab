"""What a person says of a state on the command line: what is taken, what is refused, and what it is left like."""

import pytest

from tests.world import World

JOB = {"role": "Founder", "company": "postpress"}


@pytest.mark.parametrize("flags", [(), ("--applied", "--not-applied"), ("--not-applied", "--applied")])
def test_resolve_takes_one_answer_neither_none_nor_both(here: World, flags: tuple[str, ...]) -> None:
    here.write({"experience": {"a": JOB}})
    here.simulator.faults.add(["close=after-edit"])
    here.apply()
    before = here.state_path.read_bytes()
    done = here.cli("state", "resolve", "experience.a", *flags)
    said = "experience.a: say whether it is there; pass either --applied or --not-applied\n"
    assert (done.code, done.err, here.state_path.read_bytes()) == (64, said, before)
