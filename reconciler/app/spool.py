"""Owns texts that wait in a temporary file until they may be printed."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress

from reconciler.problem import ReconcilerError

_IN_MEMORY = 1024 * 1024  # bytes; what is longer goes to the disk


class Spool:
    """Texts in order, of any number and length, in little memory."""

    def __init__(self) -> None:
        """Begin without a text."""
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - `close` closes it
        self._sizes: list[int] = []

    def add(self, text: str) -> None:
        """Add a text. Raises ReconcilerError where the disk does not take it."""
        content = text.encode("utf-8", "surrogatepass")
        try:
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            raise ReconcilerError.unwritable(f"a temporary file in {tempfile.gettempdir()}", error) from error
        self._sizes.append(len(content))

    @property
    def size(self) -> int:
        """Return the bytes of all texts."""
        return sum(self._sizes)

    def __iter__(self) -> Iterator[str]:
        """Yield the texts in the order in which they were added."""
        self._file.seek(0)
        for size in self._sizes:
            yield self._file.read(size).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):  # what did not fit on the disk
            self._file.close()
