"""The server ends what it began, whenever it is told to stop."""

import asyncio
import gc
import socket
import threading
import warnings
from urllib.parse import urlsplit

import pytest

from reconciler.simulator import serve
from reconciler.simulator.app import Simulator

WAITING = (
    b"PATCH /api/v1/users/me/edit HTTP/1.1\r\nhost: localhost\r\nx-api-key: key\r\ncontent-length: 0\r\n"
    b"x-simulator-fault: delay=60;after\r\n\r\n"
)


def _is_closed(client: socket.socket) -> bool:
    client.settimeout(5)
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("turns", range(6))
def test_a_connection_that_comes_while_the_server_stops_is_closed(
    turns: int, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    """It was left open where the loop had accepted it and not yet attached it: a warning in some later test."""
    clients = []
    ended = threading.Event()

    async def main_loop(server: serve.Server) -> None:
        clients.append(socket.create_connection(server.servers[0].sockets[0].getsockname()))
        for _ in range(turns):
            await asyncio.sleep(0)
        ended.set()

    monkeypatch.setattr(serve.Server, "main_loop", main_loop)
    warnings.simplefilter("always")
    with serve.running():
        assert ended.wait(5)
    gc.collect()
    (client,) = clients
    with client:
        assert _is_closed(client)
    assert [str(warning.message) for warning in recwarn] == []


def test_a_request_that_outlasts_the_server_is_broken_off_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who ended the simulator while a client waited got a traceback."""
    simulator = Simulator()
    taken = threading.Event()
    monkeypatch.setattr(Simulator, "save", lambda _: taken.set())
    with serve.running(simulator) as base_url:
        client = socket.create_connection((serve.HOST, urlsplit(base_url).port or 0))
        client.sendall(WAITING)
        assert taken.wait(5)
    with client:
        assert _is_closed(client)
    assert len(simulator.memory.requests) == 1
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
