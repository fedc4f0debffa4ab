"""A client that cannot make a request says that nothing was sent; one that fails while it sends does not."""

import io
import socket
from typing import BinaryIO

import pytest

from reconciler.planning.plan import FilePart, Group, Part, Request, TextPart
from reconciler.wire.client import Client
from reconciler.wire.outcomes import Outcome, Verdict
from tests.world import PNG, World

KEY = "0b0f8b9e-5b0f-4f0e-9d0e-6d6a3a1c1f11"
PICTURE = FilePart("picture", "me.png", "", len(PNG), "image/png")


def _picture(_: FilePart) -> BinaryIO:
    return io.BytesIO(PNG)


def _failing(done: int, whole: int) -> None:
    raise UnicodeEncodeError("ascii", "█", done, whole, "ordinal not in range")


def _sent(base_url: str, *parts: Part) -> Outcome:
    request = Request(parts, (Group((), (), {}),), repeatable=False)
    with Client(base_url, "pp_live_secret") as client:
        return client.send(request, KEY, _picture, _failing)


@pytest.mark.parametrize(
    "base_url", ["https://api..invalid/api/v1", "https://api.invalid/api/v1\n", "https://1.2.3.999"]
)
def test_of_a_url_that_no_request_can_be_made_of_nothing_was_sent(base_url: str) -> None:
    outcome = _sent(base_url)
    assert (outcome.verdict, outcome.resend) == (Verdict.NOT_EXECUTED, False)
    assert outcome.title.startswith("no request can be made: ")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_why_the_api_cannot_be_reached_is_said_without_numbers(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    outcome = _sent(f"{scheme}://127.0.0.1:{port}/api/v1", TextPart("headline", "x"))
    assert (outcome.verdict, outcome.title) == (Verdict.NOT_EXECUTED, "the API cannot be reached: Connection refused")


def test_a_server_without_tls_is_told_without_places_in_libraries(here: World) -> None:
    outcome = _sent(here.base_url.replace("http:", "https:"), TextPart("headline", "x"))
    assert "_ssl.c" not in outcome.title
    assert "[" not in outcome.title


def test_of_what_fails_over_a_text_while_it_is_sent_the_outcome_is_unknown(here: World) -> None:
    assert _sent(here.base_url, PICTURE).verdict is Verdict.UNKNOWN
