"""Owns text that a command reads from standard input."""

import sys

from reconciler.problem import ReconcilerError
from reconciler.state.storage import MAX_BYTES


def read_input() -> str:
    """Read standard input to its end, as UTF-8 whatever the environment says. Raises ReconcilerError."""
    name, remedy = "standard input", "pipe the text in, or name a file that holds it"
    if sys.stdin is None:
        raise ReconcilerError.at(name, "it is closed", remedy)
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ReconcilerError.at(name, f"it holds more than {MAX_BYTES // 1024 // 1024} MiB", remedy)
        return content.decode("utf-8")
    except OSError as error:
        raise ReconcilerError.at(name, f"it cannot be read: {str(error.strerror or error).lower()}", remedy) from error
    except UnicodeDecodeError as error:
        message = f"it is not UTF-8 at byte {error.start}"
        raise ReconcilerError.at(name, message, "save what it holds as UTF-8") from error
