"""A server that keeps each request as it came over the socket, and says that it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.serving import serving

ANSWER = b'{"object": "ProfileEdited"}'


@dataclass(frozen=True)
class Recorded:
    """One request: its line, its headers by lower-case name, and its body."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Recorder:
    """Where the server is, and what came."""

    base_url: str
    requests: list[Recorded] = field(default_factory=list)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record what is sent while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_PATCH(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            recorder.requests.append(Recorded(self.requestline, headers, body))
            self.send_response(200)
            self.send_header("content-length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its parent has it
            """Say nothing."""

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        recorder = Recorder(f"http://127.0.0.1:{port}/api/v1")
        yield recorder
