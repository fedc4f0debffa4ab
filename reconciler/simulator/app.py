"""Owns the HTTP surface: the edit endpoint under /api/v1, and the control endpoints beside it."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.plain import Plain
from reconciler.simulator.body import read_body
from reconciler.simulator.errors import PROBLEM_JSON, Answer, problem
from reconciler.simulator.parts import Part, UnreadableError, Upload, read_parts
from reconciler.simulator.profile import Behaviour, UnknownEntryError, edit, seeded
from reconciler.simulator.store import Memory, load, save

EDIT_PATH = "/api/v1/users/me/edit"
EDITED = "ProfileEdited"


@dataclass(slots=True)
class Simulator:
    """One simulated API: its options, and what it remembers.

    Without an API key any that is not empty will do. With a store, everything is on disk before an answer.
    """

    api_key: str | None = None
    store: Path | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)
    ignore_idempotency: bool = False
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        """Read the store."""
        self.memory = load(self.store) if self.store else Memory()

    def save(self) -> None:
        """Write the store, if there is one."""
        if self.store is not None:
            save(self.store, self.memory)

    async def edit(self, request: Request) -> Response:
        """Answer a PATCH of the profile."""
        refusal = self._check_key(request)
        parts: list[Part] = []
        if refusal is not None:
            return self._finish(request, parts, refusal, applied=False)
        try:
            parts = await read_parts(request.headers.get("content-type", ""), request.stream())
        except UnreadableError as error:
            return self._finish(request, parts, _refuse("unprocessable_entity", str(error)), applied=False)
        except ClientDisconnect:
            return self._finish(request, parts, None, applied=False)
        key = request.headers.get("idempotency-key")
        if key is not None and not self.ignore_idempotency and key in self.memory.answers:
            return self._finish(request, parts, self.memory.answers[key], applied=False, replayed=True)
        answer, applied = self._apply(parts)
        if key is not None:
            self.memory.answers[key] = answer
        return self._finish(request, parts, answer, applied=applied)

    def _check_key(self, request: Request) -> Answer | None:
        given = request.headers.get("x-api-key", "")
        if not given:
            return _refuse("missing_credentials", "the header X-API-KEY is missing or empty")
        if self.api_key is not None and not hmac.compare_digest(given.encode(), self.api_key.encode()):
            return _refuse("invalid_credentials", "the header X-API-KEY holds another key")
        return None

    def _apply(self, parts: list[Part]) -> tuple[Answer, bool]:
        try:
            body = read_body(parts)
            profile = self.memory.profile(str(body["account_id"]))
            edit(profile, body, self.memory.new_id, self.behaviour)
        except UnreadableError as error:
            return _refuse("unprocessable_entity", str(error)), False
        except UnknownEntryError as error:
            return _refuse("resource_not_found", str(error)), False
        return Answer(200, json.dumps({"object": EDITED}).encode(), EDITED), True

    def _finish(
        self,
        request: Request,
        parts: list[Part],
        answer: Answer | None,
        *,
        applied: bool,
        replayed: bool = False,
    ) -> Response:
        length = request.headers.get("content-length", "")
        self.memory.requests.append(
            {
                "method": request.method,
                "path": request.url.path,
                "idempotency_key": request.headers.get("idempotency-key"),
                "content_length": int(length) if length.isdigit() else None,
                "parts": [_describe(part) for part in parts],
                "status": answer.status if answer else None,
                "answer": answer.named if answer else None,
                "applied": applied,
                "replayed": replayed,
            }
        )
        self.save()
        if answer is None:
            return Response(status_code=500)
        return Response(answer.body, answer.status, answer.headers, answer.content_type)

    async def read_profile(self, request: Request) -> Response:
        """Show one account's profile, or with no `account_id` those of all."""
        account_id = request.query_params.get("account_id")
        if account_id is None:
            return JSONResponse({name: one.described() for name, one in self.memory.profiles.items()})
        return JSONResponse(self.memory.profile(account_id).described())

    async def put_profile(self, request: Request) -> Response:
        """Replace one account's profile by the one that is sent."""

        def put(given: Plain) -> None:
            account_id = request.query_params.get("account_id")
            if not account_id:
                raise ValueError("say which with ?account_id=…")
            self.memory.profiles[account_id] = seeded(given, self.memory.new_id)

        return await self._control(request, put)

    async def read_requests(self, request: Request) -> Response:
        """List the requests so far."""
        del request
        return JSONResponse(self.memory.requests)

    async def reset(self, request: Request) -> Response:
        """Forget everything."""
        del request
        self.memory = Memory()
        self.save()
        return Response(status_code=204)

    async def _control(self, request: Request, put: Callable[[Plain], None]) -> Response:
        try:
            put(json.loads(await request.body()))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        self.save()
        return Response(status_code=204)


def create_app(simulator: Simulator) -> Starlette:
    """Make the ASGI application of a simulator."""
    return Starlette(
        routes=[
            Route(EDIT_PATH, simulator.edit, methods=["PATCH"]),
            Route("/_simulator/profile", simulator.read_profile, methods=["GET"]),
            Route("/_simulator/profile", simulator.put_profile, methods=["PUT"]),
            Route("/_simulator/requests", simulator.read_requests, methods=["GET"]),
            Route("/_simulator", simulator.reset, methods=["DELETE"]),
        ]
    )


def _refuse(name: str, detail: str) -> Answer:
    envelope = problem(name, detail)
    status = envelope["status"]
    assert isinstance(status, int)
    return Answer(status, json.dumps(envelope).encode(), f"errors/{name}", PROBLEM_JSON)


def _describe(part: Part) -> dict[str, Plain]:
    if isinstance(part.value, Upload):
        return {"name": part.name, **part.value.described()}
    return {"name": part.name, "value": part.value}
