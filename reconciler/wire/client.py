"""Owns the sending of edits: a request goes out, and every way in which that can end becomes an outcome."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import BinaryIO, Self

from reconciler.planning.plan import FilePart, Part, Request
from reconciler.wire.outcomes import MAX_BODY, AbandonedError, Outcome, Verdict, read_answer
from reconciler.wire.transport import Failure, FormField, Limit, Opened, Transport

_ENTRY_IDS = {"experience[id]", "education[id]"}

Progress = Callable[[int, int], None]
OpenFile = Callable[[FilePart], BinaryIO]


class Client:
    """The edit endpoint."""

    def __init__(self, base_url: str, api_key: str, ca_bundle: str | None = None, *, debug: bool = False) -> None:
        """Take what a Connection holds. Raises WireError for certificates or proxies that cannot be used."""
        self._transport = Transport(base_url, api_key, ca_bundle, debug=debug)
        self._key = api_key

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._transport.__exit__()

    def send(  # noqa: PLR0913 - what a request consists of, and who watches it
        self,
        request: Request,
        idempotency_key: str,
        open_file: OpenFile,
        progress: Progress | None = None,
        limit: Limit | None = None,
        opened: Opened | None = None,
    ) -> Outcome:
        """Send one request and return what became of it; `progress` is told the bytes of files sent, and their sum.

        `limit` and `opened` are as `Transport.exchange` takes them. Raises what `open_file` raises, before anything was
        sent.
        """
        headers = {
            "Idempotency-Key": idempotency_key,
            # a boundary that follows from the key: what is sent under one key is the same to the last byte
            "content-type": f"multipart/form-data; boundary={idempotency_key.replace('-', '')}",
        }
        with ExitStack() as stack:
            counter = _Counter(sum(part.size for part in request.parts if isinstance(part, FilePart)), progress)
            try:
                files = [(part.name, _form_field(part, open_file, counter, stack)) for part in request.parts]
            except AbandonedError as error:
                return _outcome_of_failure(Failure(str(error), sent=False, abandoned=True))
            answer = self._transport.exchange(
                "PATCH", "/users/me/edit", most=MAX_BODY, headers=headers, files=files, limit=limit, opened=opened
            )
        if isinstance(answer, Failure):
            return _outcome_of_failure(answer)
        has_entry_id = any(part.name in _ENTRY_IDS for part in request.parts)
        return read_answer(answer, has_entry_id=has_entry_id, key=self._key, now=datetime.now(UTC))


def _outcome_of_failure(failure: Failure) -> Outcome:
    """Return what a request without an answer means for the edit."""
    if failure.abandoned:
        title = f"given up {failure.reason}, before an answer came"
    elif failure.sent:
        title = f"the connection was lost: {failure.reason}"
    elif failure.resend:
        title = f"the API cannot be reached: {failure.reason}"
    else:
        title = f"no request can be made: {failure.reason}"
    if failure.sent:
        return Outcome(Verdict.UNKNOWN, title=title, remedy="look at LinkedIn, and apply again", resend=True)
    remedy = "check the base URL and the proxy"
    if failure.resend:
        remedy = "apply again" if failure.abandoned else "check the network, the base URL and the proxy"
    return Outcome(Verdict.NOT_EXECUTED, title=title, remedy=remedy, resend=failure.resend)


class _Counter:
    """Counts what was read of all files of a request."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress, self.done = total, progress, 0

    def add(self, size: int) -> None:
        self.done += size
        if self.progress is not None:
            self.progress(self.done, self.total)


class _Counted:
    """A file as httpx reads it, counted."""

    def __init__(self, file: BinaryIO, counter: _Counter) -> None:
        self._file, self._counter = file, counter

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._counter.add(len(block))
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()


def _form_field(part: Part, open_file: OpenFile, counter: _Counter, stack: ExitStack) -> FormField:
    if isinstance(part, FilePart):
        file = stack.enter_context(open_file(part))
        return part.sent_as, _Counted(file, counter), part.content_type  # type: ignore[return-value] # what httpx reads of it
    return None, part.value
