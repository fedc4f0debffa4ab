"""What can be looked at and set while the simulator runs, and what a store keeps."""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.simulator.api import HEAD, Api, File
from tests.world import PNG

ADD = [("experience[role]", "Founder"), ("experience[company]", "Acme")]
NOTHING = {"sections": {}, "experience": [], "education": [], "notifications": [], "edits": 0}


def test_requests_are_listed_part_by_part_without_the_key(api: Api) -> None:
    api.edit(("picture", File("Zoë.png")), idempotency_key="k1", x_api_key="pp_live_secret")
    (request,) = api.control("GET", "/requests")
    length = request.pop("content_length")
    assert length > len(PNG)
    assert request == {
        "method": "PATCH",
        "path": "/api/v1/users/me/edit",
        "idempotency_key": "k1",
        "parts": [
            *({"name": name, "value": value} for name, value in HEAD),
            {
                "name": "picture",
                "filename": "Zoë.png",
                "content_type": "image/png",
                "sha256": hashlib.sha256(PNG).hexdigest(),
                "size": len(PNG),
            },
        ],
        "fault": "none",
        "status": 200,
        "answer": "ProfileEdited",
        "applied": True,
        "replayed": False,
    }


def test_a_profile_can_be_put_and_is_given_back(api: Api) -> None:
    given = {"experience": [{"id": "1", "role": "Founder"}, {"role": "Chair"}], "sections": {"headline": "x"}}
    assert api.control("PUT", "/profile?account_id=a", given) == 204
    found = api.profile()
    assert found == {
        **NOTHING,
        "sections": {"headline": "x"},
        "experience": [{"id": "1", "role": "Founder"}, {"id": "2400000001", "role": "Chair"}],
    }
    assert api.control("PUT", "/profile?account_id=b", found) == 204
    assert api.control("GET", "/profile") == {"a": found, "b": found}


@pytest.mark.parametrize(
    ("path", "given", "said"),
    [
        ("/profile", {}, "say which account: ?account_id=…"),
        ("/profile?account_id=a", "{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("/profile?account_id=a", [], "a profile is an object of sections, experience and education"),
        ("/profile?account_id=a", {"headline": "x"}, "a profile is an object of sections, experience and education"),
        ("/profile?account_id=a", {"experience": {}}, "experience is not an array"),
        ("/profile?account_id=a", {"experience": [{"id": 1}]}, "experience: each entry is an object, its id a string"),
        ("/profile?account_id=a", {"experience": [{"id": "1"}] * 2}, "two entries have one id"),
        ("/options", {"merge": True}, "additive_skills, merge_objects"),
        ("/options", [], "additive_skills, merge_objects"),
        ("/options", {"merge_objects": 1}, "merge_objects: "),
        ("/options", {"visible_after": "5"}, "visible_after: "),
        ("/options", {"visible_after": -1}, "visible_after: "),
        ("/options", {"visible_after": True}, "visible_after: "),
        ("/options", {"reading": 1}, "reading: "),
        ("/options", {"reading": "ids=none"}, "ids=none"),
        ("/options", {"reading": "throttle=everything"}, "throttle=everything"),
        ("/options", {"merge_objects": True, "reading": "dates=soon"}, "dates=soon"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(api: Api, path: str, given: Any, said: str) -> None:  # noqa: ANN401
    before = api.control("GET", "/options")
    assert said in api.control("PUT", path, given)["error"]
    assert (api.control("GET", "/profile"), api.control("GET", "/options")) == ({}, before)


@pytest.mark.parametrize("text", ["error=nothing", "close=later", "delay=-1", "status=1000", "reset", "explode", "{}x"])
def test_a_fault_that_is_none_is_refused_whole(api: Api, text: str) -> None:
    assert "error" in api.control("POST", "/faults", f"error=provider_error\n{text}")
    assert api.control("GET", "/faults") == {"queue": [], "random": None}
    assert api.edit(x_simulator_fault=text).status == 400


def test_options_change_how_it_reads_what_the_page_leaves_open(api: Api) -> None:
    api.edit(("skills", "a"), ("skills", "b"), ("location[id]", "1"), ("location[postal_code]", "12345"))
    assert api.control("PUT", "/options", {"additive_skills": True, "merge_objects": True}) == 204
    assert api.control("GET", "/options") == {
        "additive_skills": True,
        "merge_objects": True,
        "ignore_idempotency": False,
        "headline_from_add": False,
        "visible_after": 0.0,
        "reading": "",
    }
    api.edit(("skills", "b"), ("skills", "c"), ("location[id]", "2"))
    assert api.profile()["sections"] == {
        "skills": ["a", "b", "c"],
        "location": {"id": "2", "postal_code": "12345"},
    }
    api.control("PUT", "/options", {"additive_skills": False, "merge_objects": False})
    api.edit(("skills", "c"), ("location[id]", "3"))
    assert api.profile()["sections"] == {"skills": ["c"], "location": {"id": "3"}}


def test_an_idempotency_key_replays_the_first_answer_unless_ignored(api: Api) -> None:
    for _ in range(2):
        assert api.edit(*ADD, idempotency_key="k").status == 200
    assert len(api.profile()["experience"]) == 1
    assert [one["replayed"] for one in api.control("GET", "/requests")] == [False, True]
    api.control("PUT", "/options", {"ignore_idempotency": True})
    api.edit(*ADD, idempotency_key="k")
    assert len(api.profile()["experience"]) == 2


def test_a_stored_refusal_is_replayed_too(api: Api) -> None:
    assert api.edit(("headlin", "x"), idempotency_key="k").status == 422
    assert api.edit(("headline", "x"), idempotency_key="k").status == 422


def test_reset_forgets_all_but_the_options(api: Api) -> None:
    api.control("PUT", "/options", {"merge_objects": True})
    api.edit(*ADD, idempotency_key="k")
    api.control("POST", "/faults", "error=provider_error")
    assert api.control("DELETE", "") == 204
    assert api.control("GET", "/profile") == {}
    assert api.control("GET", "/requests") == []
    assert api.control("GET", "/faults") == {"queue": [], "random": None}
    assert api.control("GET", "/options")["merge_objects"] is True
    api.edit(*ADD, idempotency_key="k")
    assert [one["id"] for one in api.profile()["experience"]] == ["2400000001"]


def test_requests_alone_can_be_forgotten(api: Api) -> None:
    api.edit(*ADD)
    assert api.control("DELETE", "/requests") == 204
    assert api.control("GET", "/requests") == []
    assert len(api.profile()["experience"]) == 1


def test_hundreds_of_requests_at_once_are_each_taken_once(api: Api) -> None:
    def add(number: int) -> int:
        return api.edit(("experience[role]", f"r{number}"), ("experience[company]", "c")).status

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(add, range(300))) == {200}
    entries = api.profile()["experience"]
    assert sorted(entry["role"] for entry in entries) == sorted(f"r{number}" for number in range(300))
    assert len({entry["id"] for entry in entries}) == 300
    assert len(api.control("GET", "/requests")) == 300


def test_one_key_at_once_is_one_edit(api: Api) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: api.edit(*ADD, idempotency_key="k").status, range(100)))
    assert set(answers) == {200}
    assert len(api.profile()["experience"]) == 1


def test_a_store_keeps_all_over_a_restart(tmp_path: Path) -> None:
    store = tmp_path / "store.json"

    @contextmanager
    def started() -> Iterator[Api]:
        with running(Simulator(store=store)) as base_url:
            yield Api(base_url)

    with started() as api:
        api.edit(*ADD, ("headline", "Grüße 🙂"), idempotency_key="k")
        profile, requests = api.profile(), api.control("GET", "/requests")
    with started() as api:
        assert (api.profile(), api.control("GET", "/requests")) == (profile, requests)
        assert api.edit(*ADD, idempotency_key="k").status == 200
        assert len(api.profile()["experience"]) == 1
        api.edit(*ADD)
        assert [one["id"] for one in api.profile()["experience"]] == ["2400000001", "2400000002"]
    assert [path.name for path in tmp_path.iterdir()] == ["store.json"]


def _start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "reconciler", "simulator", "--port", "0", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [2, 15])
def test_the_command_serves_until_it_is_told_to_stop(number: int) -> None:
    with _start("--api-key", "right", "--fault", "error=provider_error", "--additive-skills") as process:
        assert process.stdout is not None
        api = Api(process.stdout.readline().removeprefix("simulator: ").strip())
        assert api.edit(x_api_key="wrong").status == 401
        assert [api.edit(("headline", "x"), x_api_key="right").status for _ in range(2)] == [500, 200]
        assert api.control("GET", "/options")["additive_skills"] is True
        process.send_signal(number)
        assert process.communicate() == ("", "")
    assert process.returncode == 0


def test_the_command_says_why_it_cannot_start(tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text("{}")
    with running() as base_url:
        port = base_url.split(":")[2].split("/")[0]
        for arguments, said in (
            (("--port", port), "the simulator cannot start: Address already in use"),
            (("--store", str(tmp_path / "store.json")), "is not a store of the simulator: 'profiles'"),
            (
                ("--store", f"{tmp_path}/no/s"),
                f"{tmp_path}/no/s: the simulator cannot start: No such file or directory",
            ),
            (("--store", "/dev/zero"), "/dev/zero: the simulator cannot start: not a regular file"),
            (("--fault", "x"), "fault 'x': no clause 'x'; there are error=, "),
        ):
            with _start(*arguments) as process:
                out, err = process.communicate(timeout=30)
            assert (process.returncode, out) == (1, ""), arguments
            assert said in err
            assert "Traceback" not in err


def test_threads_end_with_the_block() -> None:
    with running():
        assert "simulator" in [one.name for one in threading.enumerate()]
    assert "simulator" not in [one.name for one in threading.enumerate()]
