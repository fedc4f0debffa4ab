"""What parsers that we did not write understand of a multipart body: one list of parts each, in order."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from email.utils import collapse_rfc2231_value

import python_multipart
from python_multipart.multipart import Field as FormField
from python_multipart.multipart import File as FormFile
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from tests.wire.recorder import Recorded


@dataclass(frozen=True)
class Read:
    """One part as a parser understood it; a text has no filename."""

    name: str
    content: bytes
    filename: str | None = None


def by_python_multipart(request: Recorded) -> list[Read]:
    found: list[Read] = []

    def field(one: FormField) -> None:
        assert one.field_name is not None
        found.append(Read(one.field_name.decode(), one.value or b""))

    def file(one: FormFile) -> None:
        assert one.field_name is not None
        assert one.file_name is not None
        one.file_object.seek(0)
        found.append(Read(one.field_name.decode(), one.file_object.read(), one.file_name.decode()))

    headers = {"Content-Type": request.headers["content-type"].encode()}
    python_multipart.parse_form(headers, io.BytesIO(request.body), field, file)
    return found


def by_email(request: Recorded) -> list[Read]:
    """Read it as mail, which is what multipart comes from."""
    head = f"MIME-Version: 1.0\r\nContent-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP.clone(cte_type="8bit")).parsebytes(head + request.body)
    found = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name, filename = (part.get_param(key, header="content-disposition") for key in ("name", "filename"))
        assert name is not None
        found.append(Read(_text(name), content, None if filename is None else _text(filename)))
    return found


def _text(value: str | tuple[str | None, str | None, str]) -> str:
    """Undo what the mail parser does with the bytes of a header: it keeps them as surrogates."""
    return collapse_rfc2231_value(value).encode("utf-8", "surrogateescape").decode("utf-8")


def by_werkzeug(request: Recorded) -> list[Read]:
    decoder = MultipartDecoder(request.headers["content-type"].partition("boundary=")[2].encode())
    decoder.receive_data(request.body)
    decoder.receive_data(None)
    found: list[Read] = []
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field):
            found.append(Read(event.name, b""))
        elif isinstance(event, File):
            found.append(Read(event.name, b"", event.filename))
        elif isinstance(event, Data):
            found[-1] = Read(found[-1].name, found[-1].content + event.data, found[-1].filename)
    return found


PARSERS: dict[str, Callable[[Recorded], list[Read]]] = {
    "python-multipart": by_python_multipart,
    "email": by_email,
    "werkzeug": by_werkzeug,
}
