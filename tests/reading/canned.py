"""A server on loopback that answers each GET with what a test says, and remembers what it was asked."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from reconciler.wire.read import Reader
from reconciler.wire.transport import Transport
from tests.serving import serving

KEY = "pp_live_secret"
Canned = tuple[int, Mapping[str, str], bytes]


@dataclass
class Api:
    """What was asked, in order, and who answers: `answer` takes the path with its query."""

    answer: Callable[[str], Canned]
    asked: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    reader: Reader = field(init=False)


def ok(value: Any, **headers: str) -> Canned:  # noqa: ANN401 - any JSON
    return 200, {name.replace("_", "-"): text for name, text in headers.items()}, json.dumps(value).encode()


@contextmanager
def canned(answer: Callable[[str], Canned]) -> Iterator[Api]:
    """Serve canned answers while a block runs."""
    api = Api(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append(self.path.removeprefix("/v1"))
            status, headers, body = api.answer(api.asked[-1])
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    def pause(seconds: float) -> bool:
        api.pauses.append(seconds)
        return True

    with (
        serving(HTTPServer(("127.0.0.1", 0), Handler)) as port,
        Transport(f"http://127.0.0.1:{port}/v1", KEY) as transport,
    ):
        api.reader = Reader(transport, KEY, "acc_1", pause)
        yield api
