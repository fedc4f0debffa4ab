"""Answers that no server of the API gives: packed, endless, cut off, or not HTTP at all."""

import gzip
import os
import zlib

import pytest

from reconciler.wire import transport
from reconciler.wire.outcomes import row_of_status
from tests.reliability.laws import pending_addresses
from tests.reliability.processes import APPLY, start
from tests.reliability.raw import answering, dripping
from tests.world import Done, World

EDITED = b'{"object": "ProfileEdited"}'


def answered(here: World, head: str, body: bytes = b"") -> Done:
    here.write({"headline": "h"})
    with answering(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body) as base_url:
        return here.apply("--base-url", base_url, "--max-wait", "0")


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
def test_an_answer_that_comes_packed_is_understood(here: World, coding: str) -> None:
    body = gzip.compress(EDITED)
    done = answered(here, f"HTTP/1.1 200 OK\ncontent-encoding: {coding}\ncontent-length: {len(body)}", body)
    assert (done.code, set(here.state()["sections"])) == (0, {"headline"}), done.err


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(EDITED[:9]) + gzip.compress(EDITED[9:]),
        b"".join(gzip.compress(EDITED[place : place + 1]) for place in range(len(EDITED))),
        gzip.compress(b"") + gzip.compress(EDITED),
        gzip.compress(EDITED) + b"\0" * 20,
    ],
    ids=["two", "one a letter", "the first empty", "padding"],
)
def test_an_answer_that_comes_packed_in_several_members_is_understood(here: World, body: bytes) -> None:
    done = answered(here, f"HTTP/1.1 200 OK\ncontent-encoding: gzip\ncontent-length: {len(body)}", body)
    assert (done.code, set(here.state()["sections"])) == (0, {"headline"}), done.err


@pytest.mark.parametrize(
    ("status", "name", "ends"),
    [
        (503, "no_channel", "given up, since waiting"),
        (422, "limit_exceeded", "stopped: "),
        (403, "account_restricted", "stopped: "),
        (401, "disconnected_account", "stopped: "),
        (429, "too_many_requests", "given up, since waiting"),
    ],
)
@pytest.mark.parametrize("damage", [b"\xe9", b"\xff\xfe", b"\xed\xa0\x80"], ids=["latin-1", "no text", "surrogate"])
def test_an_error_that_is_not_all_utf_8_is_understood(
    here: World, status: int, name: str, ends: str, damage: bytes
) -> None:
    body = b'{"title": "Caf' + damage + b'", "type": "errors/%s", "status": %d}' % (name.encode(), status)
    here.write({"experience": {"one": {"role": "Founder", "company": "One"}}})
    with answering(f"HTTP/1.1 {status} No\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body) as base_url:
        done = here.apply("--base-url", base_url, "--max-wait", "0")
    assert (done.code, pending_addresses(here.state())) == (1, set()), done.err
    assert f"errors/{name}" in done.err
    assert ends in done.err


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-32-be"])
def test_a_success_in_another_unicode_form_is_understood(here: World, coding: str) -> None:
    body = EDITED.decode().encode(coding)
    done = answered(here, f"HTTP/1.1 200 OK\ncontent-length: {len(body)}", body)
    assert (done.code, pending_addresses(here.state())) == (0, set()), done.err


def peak(here: World, answer: bytes) -> int:
    """Apply against a packed answer in a process of its own; give the most memory that it had, in bytes."""
    here.write({"headline": "h"})
    here.state_path.unlink(missing_ok=True)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(answer)}\r\n\r\n"
    with answering(head.encode() + answer) as base_url:
        process = start(here, *APPLY, "--base-url", base_url)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.communicate()
    assert process.returncode == 1
    assert pending_addresses(here.state()) == {"headline"}
    return usage.ru_maxrss * 1024


def test_a_small_answer_that_unpacks_to_a_huge_one_takes_no_memory(here: World) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(300)) + packer.flush()
    assert peak(here, bomb) - peak(here, gzip.compress(b" ")) < 20 << 20


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("HTTP/1.1 200 OK\ncontent-encoding: gzip\ncontent-length: 9", b"not gzip!"),
        ("HTTP/1.1 200 OK\ncontent-encoding: br\ncontent-length: 3", b"abc"),
        ("HTTP/1.1 200 OK\ncontent-length: 100", EDITED),
        ("HTTP/1.1 200 OK\ntransfer-encoding: chunked", b"1b\r\n" + EDITED),
        ("HTTP/1.1 200 OK\ntransfer-encoding: chunked", b"zz\r\n" + EDITED),
        ("HTTP/1.1 200 OK\ncontent-length: 5\ncontent-length: 6", EDITED),
        ("HTTP/1.1 200 OK", b""),
        ("SSH-2.0-OpenSSH_9.9", b""),
        ("HTTP/1.1 200 OK\nx: " + "y" * 200_000, EDITED),
        ("HTTP/1.1 200 OK\ncontent-length: 4000", b"[" * 4000),
        ("HTTP/1.1 200 OK\ncontent-length: 9", b'{"object"'),
        ("HTTP/1.1 200 OK\ncontent-length: 4", "{\ud800}".encode("utf-16-le", "surrogatepass")[:4]),
        ("HTTP/1.1 101 Switching Protocols\nupgrade: x\nconnection: upgrade", b""),
    ],
)
def test_an_answer_that_makes_no_sense_leaves_the_address_unknown(here: World, head: str, body: bytes) -> None:
    done = answered(here, head, body)
    assert (done.code, pending_addresses(here.state())) == (1, {"headline"}), done.err


REFUSALS = ("403 Forbidden", "413 Content Too Large", "400 Bad Request")


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_that_is_not_the_apis_says_what_its_status_lets_one_do(here: World, status: str) -> None:
    done = answered(here, f"HTTP/1.1 {status}\ncontent-length: 13", b"<html></html>")
    assert (done.code, pending_addresses(here.state())) == (1, set()), done.err
    assert row_of_status(int(status[:3]), typed=False).remedy in done.err


def test_each_of_these_statuses_lets_one_do_another_thing() -> None:
    assert len({row_of_status(int(status[:3]), typed=False).remedy[len("status 400") :] for status in REFUSALS}) == 3


def test_a_success_without_a_length_is_read_to_its_end(here: World) -> None:
    done = answered(here, "HTTP/1.1 200 OK", EDITED)
    assert (done.code, pending_addresses(here.state())) == (0, set()), done.err


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"x-more: y\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["headers", "body", "promises"],
)
def test_an_answer_that_never_ends_is_given_up(
    here: World, monkeypatch: pytest.MonkeyPatch, head: bytes, piece: bytes
) -> None:
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.3)
    here.write({"experience": {"one": {"role": "Founder", "company": "One"}}})
    with dripping(head, piece) as base_url:
        done = here.apply("--base-url", base_url)
    assert (done.code, pending_addresses(here.state())) == (3, {"experience.one"}), done.err
    assert "in doubt" in done.err
