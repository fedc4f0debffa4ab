"""The server ends what it began, whenever it is told to stop."""

import asyncio
import gc
import socket
import threading
import warnings

import pytest

from reconciler.simulator import serve


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
