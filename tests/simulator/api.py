"""A client of the simulator that shares no code with the product: multipart written by hand, over http.client."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.world import PNG

BOUNDARY = "-=simulator=-"
HEAD: list[tuple[str, Any]] = [("type", "LINKEDIN"), ("account_id", "a")]


@dataclass(frozen=True)
class File:
    """A file part."""

    name: str = "me.png"
    content: bytes = PNG
    content_type: str = "image/png"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.body)


def encoded(parts: list[tuple[str, Any]]) -> bytes:
    body = b""
    for name, value in parts:
        body += f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"'.encode()
        if isinstance(value, File):
            body += f'; filename="{value.name}"\r\ncontent-type: {value.content_type}'.encode()
        content = (
            value.content if isinstance(value, File) else value if isinstance(value, bytes) else str(value).encode()
        )
        body += b"\r\n\r\n" + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def _content(value: File | bytes | str) -> bytes:
    if isinstance(value, File):
        return value.content
    return value if isinstance(value, bytes) else value.encode()


class Api:
    """The simulator at a base URL."""

    def __init__(self, base_url: str) -> None:
        """Take the base URL that the simulator announces."""
        self.host, self.path = urlsplit(base_url).netloc, urlsplit(base_url).path

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found.get("content-type", ""), found, answer.read())
        finally:
            connection.close()

    def edit(self, *parts: tuple[str, Any], head: list[tuple[str, Any]] = HEAD, **headers: str) -> Answer:
        """Send an edit; a header's `_` stands for `-`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        whole = {"x-api-key": "key", "content-type": f"multipart/form-data; boundary={BOUNDARY}", **given}
        return self.request("PATCH", f"{self.path}/users/me/edit", encoded([*head, *parts]), whole)

    def read(self, path: str, *query: tuple[str, str], **headers: str) -> Answer:
        """Read an endpoint for the account `a`; a header's `_` stands for `-`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urlencode([("account_id", "a"), *query])
        return self.request("GET", f"{self.path}{path}?{asked}", headers={"x-api-key": "key", **given})

    def control(self, method: str, name: str, body: object = None) -> Any:  # noqa: ANN401
        """Use a control endpoint; give its JSON, or its status where it answers none."""
        text = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        answer = self.request(method, f"/_simulator{name}", text)
        return answer.json if answer.body else answer.status

    def profile(self, account_id: str = "a") -> Any:  # noqa: ANN401
        return self.control("GET", f"/profile?account_id={account_id}")
