"""A proxy that does not open the way: nothing of the request was sent, so nothing is in doubt."""

import pytest

from reconciler.wire import transport
from tests.reliability.laws import pending_addresses
from tests.reliability.raw import answering, dripping, resetting, silent
from tests.world import Done, World

ADD = {"experience": {"one": {"role": "Founder", "company": "One"}}}
OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


def through(here: World, proxy: str, *arguments: str) -> Done:
    """Apply an Add to an API that a proxy is on the way to."""
    here.write(ADD)
    here.environ = {"HTTPS_PROXY": proxy.removesuffix("/api/v1"), "NO_PROXY": "", "ALL_PROXY": ""}
    return here.apply("--base-url", "https://api.invalid/v1", "--max-wait", "0", *arguments)


def check_nothing_was_sent(here: World, done: Done) -> None:
    assert (done.code, pending_addresses(here.state())) == (1, set()), done.err
    assert "experience.one: not applied: " in done.err
    assert "in doubt" not in done.err


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP",
        b"HTTP/1.1 200 OK\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x15\x03\x01\x00\x02\x02\x50",
        b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        OPEN,
        OPEN + b"this is not TLS",
    ],
    ids=[
        "closes",
        "half a word",
        "half a head",
        "ssh",
        "tls",
        "407",
        "502",
        "two lengths",
        "open shut",
        "open garbage",
    ],
)
def test_a_proxy_that_answers_something_else_leaves_nothing_in_doubt(here: World, answer: bytes) -> None:
    with answering(answer) as proxy:
        check_nothing_was_sent(here, through(here, proxy))


def test_a_proxy_that_resets_leaves_nothing_in_doubt(here: World) -> None:
    with resetting() as proxy:
        check_nothing_was_sent(here, through(here, proxy))


@pytest.mark.parametrize("head", [b"", OPEN], ids=["to CONNECT", "to the handshake"])
def test_a_proxy_that_says_nothing_leaves_nothing_in_doubt(
    here: World, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.3)
    with silent(head) as proxy:
        check_nothing_was_sent(here, through(here, proxy))


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"x-more: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 ", b"O"),
        (OPEN, b"\x16\x03\x03\x40\x00"),
    ],
    ids=["headers", "promises", "a reason", "a handshake"],
)
def test_a_proxy_that_drips_is_given_up_as_an_answer_is(
    here: World, monkeypatch: pytest.MonkeyPatch, head: bytes, piece: bytes
) -> None:
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.2)
    with dripping(head, piece) as proxy:
        done = through(here, proxy)
    check_nothing_was_sent(here, done)
    assert "given up for the time it took" in done.err or "timed out" in done.err
