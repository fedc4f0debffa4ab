"""Owns breaking a connection: closed or reset, before an answer or in the middle of one."""

import socket
import struct
from typing import TYPE_CHECKING, cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reconciler.simulator.errors import Answer

if TYPE_CHECKING:
    import asyncio

RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for no time


class Broken(Response):
    """An answer that never ends: half of its body is sent, or nothing at all, and the connection is gone.

    It reaches the connection through `scope["state"]["transport"]`, where our server puts it.
    """

    def __init__(self, answer: Answer | None, *, reset: bool) -> None:
        """Take what to send half of; `reset` closes with RST, not FIN."""
        super().__init__(
            answer.body if answer else b"",
            answer.status if answer else 200,
            answer.headers if answer else None,
            answer.content_type if answer else None,
        )
        self._begins = answer is not None
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is to be sent, and close."""
        transport = cast("asyncio.Transport", scope["state"]["transport"])
        if self._begins:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            half = bytes(self.body[: len(self.body) // 2])
            await send({"type": "http.response.body", "body": half, "more_body": True})
        if self._reset:
            opened = transport.get_extra_info("socket")
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            transport.abort()
        else:
            transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass  # the server takes an application that returns earlier for one that failed
