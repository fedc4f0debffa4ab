"""Owns the server: uvicorn on a loopback port, in a thread of its own."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler.simulator.app import Simulator
from reconciler.simulator.routes import create_app

HOST = "127.0.0.1"  # never another: it is a stand-in, and it keeps what it is sent


class Protocol(H11Protocol):
    """HTTP/1.1 that lets the application reach its connection, to break it: `scope["state"]["transport"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Put the transport where requests find it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Server(uvicorn.Server):
    """A server that stops when it is told to; uvicorn's own looks every tenth of a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Take the configuration."""
        super().__init__(config)
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, attach what was accepted, and only then close.

        asyncio leaves a connection open that was accepted, but not yet attached, as its server closes.
        """
        loop = asyncio.get_running_loop()
        for listener in sockets or []:
            loop.remove_reader(listener)
        await asyncio.sleep(0)  # it is attached
        await asyncio.sleep(0)  # its protocol knows it
        await super().shutdown(sockets)

    def stop(self) -> None:
        """End the main loop, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)


def _ending(app: ASGIApp) -> ASGIApp:
    """Make an application that breaks the connection of a request which outlasts the server."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            cast("asyncio.Transport", scope["state"]["transport"]).abort()
            await Response()(scope, receive, send)  # to nobody, and uvicorn has no failure to report

    return called


@contextmanager
def running(simulator: Simulator | None = None, port: int = 0) -> Iterator[str]:
    """Serve a simulator while the block runs; give its base URL. Port 0 is any free one.

    Connections are accepted from the first instant. Raises OSError where the port is taken.
    """
    listener = socket.create_server((HOST, port))
    taken = listener.getsockname()[1]
    server = Server(
        uvicorn.Config(
            _ending(create_app(simulator or Simulator())),
            http=Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{taken}/api/v1"
    finally:
        server.stop()
        thread.join()


def serve(simulator: Simulator, port: int, announce: Callable[[str], None]) -> None:
    """Serve from the main thread until SIGINT or SIGTERM; `announce` is given the base URL.

    Raises OSError where the port is taken.
    """
    stops = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # first: the server's thread inherits it
    try:
        with running(simulator, port) as base_url:
            announce(base_url)
            signal.sigwait(stops)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
