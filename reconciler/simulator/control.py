"""Owns the control endpoints beside the API: what the simulator has, was sent, and will get wrong."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.simulator.faults import ANY_FAULT, MAX_DELAY, FaultError, Schedule, parse
from reconciler.simulator.profile import Behaviour, seeded
from reconciler.simulator.store import Memory

NO_CONTENT = 204
BAD_REQUEST = 400


class Shown(JSONResponse):
    """JSON for people too: indented, and text as it is."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - as its parent has it
        """Write the content."""
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


class Control:
    """The endpoints under `/_simulator`; they need no key, and change what they are given in place."""

    def __init__(self, memory: Memory, faults: Schedule, behaviour: Behaviour, save: Callable[[], None]) -> None:
        """Take what to show and change; `save` makes a change durable."""
        self._memory = memory
        self._faults = faults
        self._behaviour = behaviour
        self._save = save

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("/_simulator", self.reset, methods=["DELETE"]),
            Route("/_simulator/profile", self.show_profile, methods=["GET"]),
            Route("/_simulator/profile", self.put_profile, methods=["PUT"]),
            Route("/_simulator/requests", self.show_requests, methods=["GET"]),
            Route("/_simulator/requests", self.drop_requests, methods=["DELETE"]),
            Route("/_simulator/reads", self.show_reads, methods=["GET"]),
            Route("/_simulator/reads", self.drop_reads, methods=["DELETE"]),
            Route("/_simulator/faults", self.show_faults, methods=["GET"]),
            Route("/_simulator/faults", self.add_faults, methods=["POST"]),
            Route("/_simulator/faults", self.clear_faults, methods=["DELETE"]),
            Route("/_simulator/options", self.show_options, methods=["GET"]),
            Route("/_simulator/options", self.put_options, methods=["PUT"]),
        ]

    async def reset(self, request: Request) -> Response:
        """Forget profiles, requests, reads, idempotency keys and faults; the options stay."""
        del request
        self._memory.clear()
        self._faults.clear()
        return self._done()

    async def show_profile(self, request: Request) -> Response:
        """Show the profile of `account_id`, or without it every one by its account."""
        account_id = request.query_params.get("account_id")
        if account_id is None:
            return Shown({account: profile.described() for account, profile in self._memory.profiles.items()})
        return Shown(self._memory.profile(account_id).described())

    async def put_profile(self, request: Request) -> Response:
        """Replace the profile of `account_id` by the one that is sent."""
        account_id = request.query_params.get("account_id")
        if not account_id:
            return _refused("say which account: ?account_id=…")
        try:
            self._memory.earlier.pop(account_id, None)  # it is a change in the browser: seen at once
            self._memory.profiles[account_id] = seeded(json.loads(await request.body()), self._memory.new_id)
        except ValueError as error:
            return _refused(str(error))
        return self._done()

    async def show_requests(self, request: Request) -> Response:
        """List the edit requests so far, oldest first."""
        del request
        return Shown(self._memory.requests)

    async def drop_requests(self, request: Request) -> Response:
        """Forget the requests so far, and nothing else."""
        del request
        self._memory.requests.clear()
        return self._done()

    async def show_reads(self, request: Request) -> Response:
        """List the reads so far, oldest first."""
        del request
        return Shown(self._memory.reads)

    async def drop_reads(self, request: Request) -> Response:
        """Forget the reads so far, and nothing else."""
        del request
        self._memory.reads.clear()
        return self._done()

    async def show_faults(self, request: Request) -> Response:
        """Show what will go wrong."""
        del request
        faults = self._faults
        drawing = {
            "seed": faults.seed,
            "rate": faults.rate,
            "kinds": [kind.text for kind in faults.kinds],
        }
        return Shown(
            {
                "queue": [fault.text for fault in faults.queue],
                "random": drawing if faults.rate else None,
            }
        )

    async def add_faults(self, request: Request) -> Response:
        """Take faults as text, one a line, or as JSON: `queue` and `random`."""
        text = (await request.body()).decode("utf-8", "replace")
        try:
            if text.lstrip().startswith("{"):
                self._schedule(json.loads(text))
            else:
                self._faults.add(line for line in text.splitlines() if line.strip())
        except (TypeError, ValueError) as error:
            return _refused(str(error))
        return self._done()

    def _schedule(self, given: dict[str, Any]) -> None:
        if given.keys() - {"queue", "random"}:
            raise FaultError(f"{', '.join(sorted(given))}: there are queue and random")
        if "random" in given:
            drawing = {"seed": 0, "rate": 0.0, "kinds": ANY_FAULT, **given["random"]}
            self._faults.draw_from(int(drawing["seed"]), float(drawing["rate"]), drawing["kinds"])
        self._faults.add(given.get("queue", []))

    async def clear_faults(self, request: Request) -> Response:
        """Let nothing go wrong any more."""
        del request
        self._faults.clear()
        return self._done()

    async def show_options(self, request: Request) -> Response:
        """Show how the simulator reads what the page leaves open."""
        del request
        return Shown(asdict(self._behaviour))

    async def put_options(self, request: Request) -> Response:
        """Set some of the options, all that are given or none."""
        try:
            given = _checked_options(json.loads(await request.body()))
        except ValueError as error:
            return _refused(str(error))
        for name, value in given.items():
            setattr(self._behaviour, name, value)
        return self._done()

    def _done(self) -> Response:
        self._save()
        return Response(status_code=NO_CONTENT)


def _checked_options(given: object) -> dict[str, object]:
    """Return options that are some of the simulator's. Raises ValueError."""
    plain = asdict(Behaviour())
    if not isinstance(given, dict) or not given.keys() <= plain.keys():
        raise ValueError(f"options are an object of {', '.join(plain)}")
    wrong = [name for name, value in given.items() if not _fits(value, plain[name])]
    if wrong:
        raise ValueError(
            f"{', '.join(wrong)}: an option is true or false, seconds up to {MAX_DELAY:g}, or the clauses of a form"
        )
    parse(given.get("reading", ""))
    return given


def _fits(value: object, plain: object) -> bool:
    """Tell whether a value is of an option's kind, which its plain value shows."""
    if isinstance(plain, float):
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_DELAY
    return isinstance(value, type(plain))


def _refused(message: str) -> Response:
    return Shown({"error": message}, BAD_REQUEST)
