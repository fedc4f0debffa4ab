"""Owns which address of the simulator is answered by whom."""

from starlette.applications import Starlette
from starlette.routing import Route

from reconciler.simulator.app import Simulator
from reconciler.simulator.control import Control
from reconciler.simulator.reads import ReadEndpoints

EDIT_PATH = "/api/v1/users/me/edit"


def create_app(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""
    edits = Route(EDIT_PATH, simulator.edit, methods=["PATCH"])
    control = Control(simulator.memory, simulator.faults, simulator.behaviour, simulator.save)
    return Starlette(routes=[edits, *ReadEndpoints(simulator).routes(), *control.routes()])
