"""Owns texts that wait until they may be printed: few in memory, many in a temporary file."""

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from reconciler.problem import ReconcilerError

_IN_MEMORY = 1024 * 1024  # bytes; what is longer goes to the disk


class Spool:
    """Texts in order, of any number and length, in little memory."""

    def __init__(self) -> None:
        """Begin without a text."""
        self._file: IO[bytes] = io.BytesIO()
        self._sizes: list[int] = []
        self.size = 0  # bytes of all texts

    def add(self, text: str) -> None:
        """Add a text. Raises ReconcilerError where the disk does not take it."""
        content = text.encode("utf-8", "surrogatepass")
        try:
            if self.size <= _IN_MEMORY < self.size + len(content):
                self._file = _moved_to_disk(self._file)
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            from tempfile import gettempdir

            raise ReconcilerError.unwritable(f"a temporary file in {gettempdir()}", error) from error
        self._sizes.append(len(content))
        self.size += len(content)

    def __iter__(self) -> Iterator[str]:
        """Yield the texts in the order in which they were added."""
        self._file.seek(0)
        for size in self._sizes:
            yield self._file.read(size).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):  # what did not fit on the disk
            self._file.close()


def _moved_to_disk(in_memory: IO[bytes]) -> IO[bytes]:
    from tempfile import TemporaryFile

    file = TemporaryFile()  # noqa: SIM115 - `close` closes it
    in_memory.seek(0)
    file.write(in_memory.read())
    return file
