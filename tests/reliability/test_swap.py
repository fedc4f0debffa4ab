"""A file that changes after it was planned: no other bytes than the planned ones go out."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.reliability.laws import pending_addresses, state_of
from tests.world import PNG, World

SIZE = 50 * 1024 * 1024
ADD = {"role": "Founder", "company": "One", "attachment": {"type": "media", "title": "t", "file": "me.png"}}


def test_a_file_that_is_swapped_before_it_is_sent_is_not_sent(here: World) -> None:
    here.write({"experience": {"one": ADD}})
    (here.folder / "me.png").write_bytes(PNG)
    done = here.apply("--on-save", "printf 'another' > me.png")
    assert (done.code, here.sent(), pending_addresses(state_of(here))) == (1, [], set())
    assert hashlib.sha256(PNG).hexdigest()[:12] in done.err
    assert "not tried: experience.one" in done.err


@pytest.mark.parametrize("swap", ["rm me.png", "rm me.png; ln -s /etc/hostname me.png", "rm me.png; mkfifo me.png"])
def test_a_file_that_becomes_something_else_before_it_is_sent_is_not_sent(here: World, swap: str) -> None:
    here.write({"experience": {"one": ADD}})
    (here.folder / "me.png").write_bytes(PNG)
    done = here.apply("--on-save", swap)
    assert (done.code, here.sent(), pending_addresses(state_of(here))) == (1, [], set())
    assert "me.png" in done.err


def overwritten(path: Path) -> None:
    path.write_bytes(b"x" * SIZE)


def cut(path: Path) -> None:
    os.truncate(path, 10)


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"y" * 100)
    other.replace(path)


@pytest.mark.parametrize("swap", [overwritten, cut, replaced, Path.unlink], ids=lambda one: one.__name__)
def test_a_file_that_changes_while_it_is_sent_arrives_as_it_was_planned(
    here: World, swap: Callable[[Path], None]
) -> None:
    picture = here.folder / "me.png"
    picture.write_bytes(PNG)
    os.truncate(picture, SIZE)
    planned = hashlib.sha256(picture.read_bytes()).hexdigest()
    here.write({"picture": "me.png"})

    class Swapping(Simulator):
        async def edit(self, request: Request) -> Response:
            swap(picture)  # when its first bytes are here, and most of the others are not
            return await super().edit(request)

    simulator = Swapping()
    with running(simulator) as base_url:
        assert here.apply("--base-url", base_url).code == 0
    (sent,) = simulator.memory.requests
    (part,) = (one for one in sent["parts"] if one["name"] == "picture")  # type: ignore[union-attr, index, call-overload] # as it is listed
    assert (part["sha256"], part["size"]) == (planned, SIZE)  # type: ignore[index, call-overload] # as it is listed
    assert here.state()["sections"]["picture"]["value"]["sha256"] == planned
