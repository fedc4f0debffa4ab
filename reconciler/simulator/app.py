"""Owns the edits: what a PATCH of the profile goes through, from its key to its answer."""

import asyncio
import copy
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from reconciler.simulator.body import read_body
from reconciler.simulator.connection import Broken
from reconciler.simulator.errors import Answer, refusal
from reconciler.simulator.faults import FAULT_HEADER, Close, Fault, FaultError, Schedule
from reconciler.simulator.parts import Part, UnreadableError, Upload, read_parts
from reconciler.simulator.profile import Behaviour, UnknownEntryError, edit
from reconciler.simulator.store import Memory, load, save
from reconciler.values import Plain

EDITED = "ProfileEdited"


@dataclass(slots=True)
class _Exchange:
    """One request on its way to its answer; `answer` stays None where none is sent."""

    request: Request
    fault: Fault = field(default_factory=Fault)
    parts: list[Part] = field(default_factory=list)
    answer: Answer | None = None
    applied: bool = False
    replayed: bool = False

    @property
    def key(self) -> str | None:
        """Return the idempotency key."""
        return self.request.headers.get("idempotency-key")

    def described(self) -> dict[str, Plain]:
        """Return the request as the control endpoint lists it; never with the API key."""
        length = self.request.headers.get("content-length", "")
        return {
            "method": self.request.method,
            "path": self.request.url.path,
            "idempotency_key": self.key,
            "content_length": int(length) if length.isdigit() else None,
            "parts": [_describe(part) for part in self.parts],
            "fault": self.fault.text,
            "status": self.answer.status if self.answer else None,
            "answer": self.answer.named if self.answer else None,
            "applied": self.applied,
            "replayed": self.replayed,
        }


@dataclass(slots=True)
class Simulator:
    """One simulated API: its options, what it remembers, and what will go wrong.

    Without an API key any that is not empty will do. With a store, everything is on disk before an answer;
    ValueError where the store cannot be read, OSError where it cannot be written.
    """

    api_key: str | None = None
    store: Path | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)
    faults: Schedule = field(default_factory=Schedule)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        """Read the store, and write it: where that cannot be done is said now, not by the first edit."""
        self.memory = load(self.store) if self.store else Memory()
        self.save()

    def save(self) -> None:
        """Write the store, if there is one."""
        if self.store is not None:
            save(self.store, self.memory)

    async def edit(self, request: Request) -> Response:
        """Answer a PATCH of the profile."""
        exchange = _Exchange(request, answer=self.check_key(request))
        if exchange.answer is None:
            try:
                exchange.fault = self.faults.next(request.headers.get(FAULT_HEADER))
            except FaultError as error:
                return JSONResponse({"error": str(error)}, 400)
            await self._take(exchange)
        self.memory.requests.append(exchange.described())
        self.save()
        fault, answer = exchange.fault, exchange.answer
        if fault.delay and fault.after:
            await asyncio.sleep(fault.delay)
        if answer is None or fault.close is not None:
            return Broken(answer, reset=fault.reset)
        return Response(answer.body, answer.status, answer.headers, answer.content_type)

    def check_key(self, request: Request) -> Answer | None:
        """Return the refusal of a request without the right key, or None."""
        given = request.headers.get("x-api-key", "")
        if not given:
            return refusal("missing_credentials", "the header X-API-KEY is missing or empty")
        if self.api_key is not None and not hmac.compare_digest(given.encode(), self.api_key.encode()):
            return refusal("invalid_credentials", "the header X-API-KEY holds another key")
        return None

    async def _take(self, exchange: _Exchange) -> None:
        """Read the request and decide on its answer, as its fault allows."""
        fault = exchange.fault
        if fault.close is Close.BEFORE_READ:
            return
        if fault.close is Close.MID_READ:
            await _read_half(exchange.request)
            return
        try:
            content_type = exchange.request.headers.get("content-type", "")
            exchange.parts = await read_parts(content_type, exchange.request.stream())
        except UnreadableError as error:
            exchange.answer = refusal("unprocessable_entity", str(error))
            return
        except ClientDisconnect:
            return
        if fault.delay and not fault.after:
            await asyncio.sleep(fault.delay)
        if fault.close is not Close.BEFORE_EDIT:
            self._decide(exchange)

    def _decide(self, exchange: _Exchange) -> None:
        """Edit and find the answer, in one step that no other request can come into."""
        fault, answers = exchange.fault, self.memory.answers
        key = None if self.behaviour.ignore_idempotency else exchange.key
        own: Answer | None = None
        if fault.takes_effect:
            own = answers.get(key) if key is not None else None
            exchange.replayed = own is not None
            if own is None:
                own, exchange.applied = self._apply(exchange.parts)
        refused = own is not None and not (exchange.applied or exchange.replayed)
        answer = own if refused else fault.answer(own, self.now())  # a fault is about what went well
        if key is not None and answer is not None:
            answers.setdefault(key, answer)
        exchange.answer = None if fault.close is Close.AFTER_EDIT else answer

    def _apply(self, parts: list[Part]) -> tuple[Answer, bool]:
        try:
            body = read_body(parts)
            account_id = str(body["account_id"])
            profile = self.memory.profile(account_id)
            before = copy.deepcopy(profile.described())
            edit(profile, body, self.memory.new_id, self.behaviour)
            if self.behaviour.visible_after:
                self.memory.show_until(account_id, self.now().timestamp() + self.behaviour.visible_after, before)
        except UnreadableError as error:
            return refusal("unprocessable_entity", str(error)), False
        except UnknownEntryError as error:
            return refusal("resource_not_found", str(error)), False
        return Answer(200, json.dumps({"object": EDITED}).encode(), EDITED), True


async def _read_half(request: Request) -> None:
    length = int(request.headers.get("content-length", "0"))
    received = 0
    try:
        async for piece in request.stream():
            received += len(piece)
            if received * 2 >= length:
                return
    except ClientDisconnect:
        return


def _describe(part: Part) -> dict[str, Plain]:
    if isinstance(part.value, Upload):
        return {"name": part.name, **part.value.described()}
    return {"name": part.name, "value": part.value}
