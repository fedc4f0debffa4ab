"""What is on the socket, byte by byte, for one small profile; and how file names travel."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wire.parsers import PARSERS, Read
from tests.wire.recorder import Recorded, Recorder, recording
from tests.world import ACCOUNT, PNG, World


@pytest.fixture
def api() -> Iterator[Recorder]:
    with recording() as made:
        yield made


@pytest.fixture
def here(tmp_path: Path, api: Recorder) -> World:
    return World(tmp_path, None, api.base_url)  # type: ignore[arg-type] # the recorder stands in for the simulator


def _sent(here: World, api: Recorder, profile: dict[str, object]) -> Recorded:
    here.write(profile)
    done = here.apply()
    assert done.code == 0, done.err
    (request,) = api.requests
    return request


def test_a_request_is_these_bytes(here: World, api: Recorder) -> None:
    (here.folder / "me.png").write_bytes(PNG)
    request = _sent(
        here, api, {"headline": "Grüße\r\nÆther", "picture": "me.png", "skills": ["a", "b"], "skills_follow": True}
    )
    boundary = request.headers["content-type"].removeprefix("multipart/form-data; boundary=")
    assert re.fullmatch(r"[0-9a-f]{32}", boundary)

    def text(name: str, value: str) -> bytes:
        return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()

    picture = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="picture"; filename="me.png"\r\n'
        f"Content-Type: image/png\r\n\r\n"
    ).encode()
    assert request.body == b"".join(
        (
            text("type", "LINKEDIN"),
            text("account_id", ACCOUNT),
            text("headline", "Grüße\nÆther"),
            picture + PNG + b"\r\n",
            text("skills", "a"),
            text("skills", "b"),
            text("skills_follow", "true"),
            f"--{boundary}--\r\n".encode(),
        )
    )


def test_the_head_of_a_request_is_this(here: World, api: Recorder) -> None:
    request = _sent(here, api, {"headline": "x"})
    assert request.line == "PATCH /api/v1/users/me/edit HTTP/1.1"
    headers = dict(request.headers)
    assert re.fullmatch(r"[0-9a-f-]{36}", headers.pop("idempotency-key"))
    assert headers.pop("content-type").startswith("multipart/form-data; boundary=")
    assert headers.pop("content-length") == str(len(request.body))
    assert headers.pop("user-agent").startswith("reconciler/")
    assert headers == {
        "host": api.base_url.split("/")[2],
        "x-api-key": "pp_live_secret",
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "keep-alive",  # httpx says so; each request has a connection of its own all the same
    }


NAMES = {
    "me.png": "me.png",
    "a b.png": "a b.png",
    "sub/folder/me.png": "me.png",
    'quo"te.png': 'quo"te.png',
    "new\nline.png": "new_line.png",
    "carriage\r\nX-Header: x.png": "carriage__X-Header: x.png",
    "back\\slash.png": "back_slash.png",
    "semi;colon=1.png": "semi;colon=1.png",
    "per%cent.png": "per%cent.png",
    "apo'strophe.png": "apo'strophe.png",
    "Zoë Straße.png": "Zoë Straße.png",
    "自己紹介.png": "自己紹介.png",
    "🙂.png": "🙂.png",
    "esc\x1b[31m.png": "esc_[31m.png",
    "bidi\u202egnp.png": "bidi_gnp.png",
    ".hidden": ".hidden",
    "x" * 251 + ".png": "x" * 251 + ".png",
    "é" * 125 + ".png": "é" * 125 + ".png",
}


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_travels_under_its_base_name_safe_in_a_header(here: World, api: Recorder, name: str) -> None:
    (here.folder / name).parent.mkdir(parents=True, exist_ok=True)
    (here.folder / name).write_bytes(PNG)
    request = _sent(here, api, {"picture": name})
    head = [
        Read("type", b"LINKEDIN"),
        Read("account_id", ACCOUNT.encode()),
    ]
    understood = {parser: parse(request) for parser, parse in PARSERS.items()}
    escaped = NAMES[name].replace('"', "%22")  # as browsers write it; some parsers leave it so
    for read in understood.values():
        assert read[:2] == head
        assert read[2] in (Read("picture", PNG, NAMES[name]), Read("picture", PNG, escaped))
    assert f'; filename="{escaped}"\r\n'.encode() in request.body  # UTF-8 as it is, as browsers send it
    assert b"filename*" not in request.body


def test_a_file_whose_name_is_not_text_is_refused_with_its_place(here: World, api: Recorder) -> None:
    (here.folder / os.fsdecode(b"\xff.png")).write_bytes(PNG)
    (here.folder / "profile.yaml").write_text(
        f'type: LINKEDIN\naccount_id: {ACCOUNT}\npicture: "\\udcff.png"\n', encoding="utf-8"
    )
    done = here.apply()
    assert done.code == 1
    assert done.err.startswith("profile.yaml:3:10: ")
    assert api.requests == []
