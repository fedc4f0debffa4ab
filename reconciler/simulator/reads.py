"""Owns the endpoints that read: what a GET goes through, from its key to its answer."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.simulator.app import Simulator
from reconciler.simulator.catalogue import MAX_LIMIT, TYPES, found
from reconciler.simulator.connection import Broken
from reconciler.simulator.errors import Answer, refusal
from reconciler.simulator.faults import FAULT_HEADER, Close, Fault, FaultError, parse
from reconciler.simulator.forms import SECTIONS, Asked, ReadForm
from reconciler.simulator.shown import me, provider_id, public_identifier, user
from reconciler.values import Plain

ROOT = "/api/v1"


class RefusedError(Exception):
    """A read that the page does not allow: the error's name, and what is wrong."""

    def __init__(self, name: str, detail: str) -> None:
        """Take both."""
        super().__init__(detail)
        self.name, self.detail = name, detail


class ReadEndpoints:
    """The read endpoints of a simulator."""

    def __init__(self, simulator: Simulator) -> None:
        """Take the simulator whose profiles are read."""
        self._simulator = simulator
        self._count = 0

    def routes(self) -> list[Route]:
        """Return the endpoints; `/users/me` comes before an identifier `me`."""
        return [
            Route(f"{ROOT}/users/me", self._endpoint(self._me), methods=["GET"]),
            Route(f"{ROOT}/users/{{identifier}}", self._endpoint(self._user), methods=["GET"]),
            Route(f"{ROOT}/linkedin/search/parameters", self._endpoint(self._parameters), methods=["GET"]),
            Route(f"{ROOT}/accounts/{{account_id}}", self._endpoint(self._account), methods=["GET"]),
        ]

    def _endpoint(self, made: Callable[[Request, ReadForm], dict[str, Plain]]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            return await self._answer(request, made)

        return answer

    async def _answer(self, request: Request, made: Callable[[Request, ReadForm], dict[str, Plain]]) -> Response:
        simulator = self._simulator
        fault, answer = Fault(), simulator.check_key(request)
        if answer is None:
            try:
                fault = simulator.faults.next(request.headers.get(FAULT_HEADER))
                form = parse(f"{simulator.behaviour.reading};{fault.text}").form
            except FaultError as error:
                return JSONResponse({"error": str(error)}, 400)
            answer = self._made(request, made, form, fault)
        self._note(request, fault, answer)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if answer is None or fault.close is not None:
            return Broken(answer, reset=fault.reset)
        return Response(answer.body, answer.status, answer.headers, answer.content_type)

    def _made(
        self, request: Request, made: Callable[[Request, ReadForm], dict[str, Plain]], form: ReadForm, fault: Fault
    ) -> Answer | None:
        """Return the answer as the fault leaves it; None where the connection closes before."""
        if fault.close not in (None, Close.MID_ANSWER):
            return None
        try:
            body = json.dumps(made(request, form), ensure_ascii=False).encode("utf-8", "backslashreplace")
        except RefusedError as refused:
            return refusal(refused.name, refused.detail)
        headers = {"age": str(form.age)} if form.age is not None else {}
        headers |= {"x-cache": form.cache} if form.cache is not None else {}
        return fault.answer(Answer(200, body, "read", headers=headers), self._simulator.now())

    def _note(self, request: Request, fault: Fault, answer: Answer | None) -> None:
        self._simulator.memory.reads.append(
            {
                "path": request.url.path,
                "query": [[name, value] for name, value in request.query_params.multi_items()],
                "fault": fault.text,
                "status": answer.status if answer else None,
            }
        )
        self._simulator.save()

    def _me(self, request: Request, form: ReadForm) -> dict[str, Plain]:
        del form
        account_id = _account_id(request)
        return me(self._visible(account_id), account_id)

    def _user(self, request: Request, form: ReadForm) -> dict[str, Plain]:
        account_id, identifier = _account_id(request), request.path_params["identifier"]
        if identifier not in (provider_id(account_id), public_identifier(account_id)):
            raise RefusedError("resource_not_found", f"nobody is called {identifier!r}")
        self._count += 1
        return user(self._visible(account_id), account_id, _asked(request, form.asked), form, self._count)

    def _visible(self, account_id: str) -> Mapping[str, Any]:
        return self._simulator.memory.visible(account_id, self._simulator.now().timestamp())

    def _parameters(self, request: Request, form: ReadForm) -> dict[str, Plain]:
        del form
        _account_id(request)
        query = request.query_params
        kind, limit, keywords = query.get("type", ""), query.get("limit", "10"), query.get("keywords", "")
        if kind not in TYPES:
            raise RefusedError("unprocessable_entity", f"type: {kind!r} is none of {', '.join(TYPES)}")
        if not (limit.isascii() and limit.isdigit()) or not 1 <= int(limit[:4]) <= MAX_LIMIT:
            raise RefusedError("unprocessable_entity", f"limit: {limit!r} is not between 1 and {MAX_LIMIT}")
        if kind == "EMPLOYMENT_TYPE" and keywords:
            raise RefusedError("unprocessable_entity", "keywords: EMPLOYMENT_TYPE takes none")
        return found(kind, keywords, int(limit))

    def _account(self, request: Request, form: ReadForm) -> dict[str, Plain]:
        account_id = request.path_params["account_id"]
        sources: list[Plain] = [{"id": f"{account_id}_LINKEDIN", "status": form.account}]
        return {"id": account_id, "name": "Sim Ulated", "type": "LINKEDIN", "sources": sources}


def _account_id(request: Request) -> str:
    account_id = request.query_params.get("account_id", "")
    if not account_id:
        raise RefusedError("unprocessable_entity", "account_id: is needed in the query")
    return account_id


def _asked(request: Request, understood: Asked) -> list[str]:
    """Return the sections asked for in a way that is understood."""
    given = request.query_params.getlist("linkedin_sections")
    joined = any("," in value for value in given)
    if understood is Asked.REPEATED and joined:
        return []
    if understood is Asked.JOINED and len(given) > 1:
        return []
    names = {name.removeprefix("linkedin_") for value in given for name in value.split(",")}
    return [section for section in SECTIONS if section in names]
