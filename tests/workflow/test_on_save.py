"""What `apply --on-save CMD` promises: state is written, CMD runs, and only then is sent what cannot be repeated."""

import json
from typing import Any

from tests.world import World

TWO = {"acme": {"role": "Founder", "company": "Acme"}, "later": {"role": "Baker", "company": "Corner Bakery"}}


def seen(here: World) -> list[dict[str, Any]]:
    """Give the state as each run of the command found it."""
    texts = (here.folder / "seen.txt").read_text(encoding="utf-8").split("\x00")[:-1]
    return [json.loads(text) for text in texts]


def test_it_runs_before_each_request_that_cannot_be_repeated_with_the_state_written(here: World) -> None:
    here.write({"headline": "Baker", "experience": TWO})
    assert here.apply("--on-save", "cat profile.state.json >> seen.txt; printf '\\0' >> seen.txt").code == 0
    found = [(sorted(one["sections"]), [pending["addresses"] for pending in one["pending"]]) for one in seen(here)]
    assert found == [
        (["headline"], [["experience.acme"]]),
        (["experience.acme", "headline"], [["experience.later"]]),
    ]


def test_where_it_fails_the_request_is_not_sent_and_is_not_pending(here: World) -> None:
    here.write({"headline": "Baker", "experience": TWO})
    done = here.apply("--on-save", "echo pushed; exit 3")
    assert done.code == 1
    assert "stopped: --on-save exited 3, so this was not sent" in done.err
    assert "not tried: experience.acme, experience.later" in done.err
    assert (len(here.sent()), here.state()["pending"], sorted(here.state()["sections"])) == (1, [], ["headline"])
    assert here.apply().code == 0
    assert (len(here.sent()), len(here.live()["experience"])) == (3, 2)


def test_it_does_not_run_for_what_can_be_repeated(here: World) -> None:
    here.write({"headline": "Baker", "experience": {"acme": {"id": "7", "role": "Founder"}}})
    here.cli("state", "accept", "--all")
    here.write({"headline": "Miller", "experience": {"acme": {"id": "7", "role": "Owner"}}})
    here.apply("--on-save", "touch ran.txt")
    assert not (here.folder / "ran.txt").exists()
