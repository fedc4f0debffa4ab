"""Servers that answer anything with the bytes they are given, HTTP or not, at once or for ever."""

import itertools
import re
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

PIECE_SECONDS = 0.02


def answering(answer: bytes) -> AbstractContextManager[str]:
    """Serve one raw answer to every request, whatever it is."""
    return _serving([answer], threading.Event())


def dripping(head: bytes, piece: bytes) -> AbstractContextManager[str]:
    """Serve an answer that begins, and then goes on piece by piece and never ends."""
    return _serving(itertools.chain([head], itertools.repeat(piece)), threading.Event())


def silent(head: bytes = b"") -> AbstractContextManager[str]:
    """Serve the beginning of an answer, and then nothing."""
    return _serving(itertools.chain([head], itertools.repeat(b"")), threading.Event())


def resetting() -> AbstractContextManager[str]:
    """Read a request and reset its connection."""
    return _serving([], threading.Event(), reset=True)


@contextmanager
def _serving(pieces: Iterable[bytes], ended: threading.Event, *, reset: bool = False) -> Iterator[str]:
    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):  # the client went away
                _read(connection)
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                for piece in pieces:
                    connection.sendall(piece)
                    if ended.wait(PIECE_SECONDS):
                        break

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def _read(connection: socket.socket) -> None:
    """Read a request to its end: what is left unread on closing would reset the connection."""
    head, _, body = connection.recv(1 << 16).partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    left = int(length[1]) - len(body) if length else 0
    while left > 0:
        left -= len(connection.recv(1 << 16))
