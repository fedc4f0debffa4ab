"""Owns what is kept of the plans that were shown until their turn comes, and the questions about all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from reconciler.app.apply import Booking, Start, already_live
from reconciler.app.many import Turn
from reconciler.app.pacing import Paces
from reconciler.app.plans import pace_of
from reconciler.app.repositories import Repositories
from reconciler.app.survey import Survey
from reconciler.cli.approval import approve_all, may_be_live_in, needs_first_apply
from reconciler.cli.order import Order
from reconciler.planning.plan import Action
from reconciler.problem import ReconcilerError
from reconciler.state.paths import state_path
from reconciler.state.storage import states_in


@dataclass(slots=True)
class Shown:
    """The turns of the profiles that have something to do, and the others."""

    turns: list[Turn] = field(default_factory=list)
    idle: list[tuple[str, str]] = field(default_factory=list)  # profile and state
    unsettled: list[tuple[Turn, tuple[str, ...]]] = field(default_factory=list)  # what is sent for the first time
    asked: set[int] = field(default_factory=set)  # the places of those that need a yes

    def add(self, turn: Turn, order: Order, *, idle: bool, acts: bool, first_apply: tuple[str, ...]) -> None:
        """Keep a plan; `acts` tells whether it does anything that a person has to agree to."""
        if idle:
            self.idle.append((turn.path, turn.booking.state_path))
            return
        self.turns.append(turn)
        if acts and not order.terms.plan_ids:
            self.asked.add(turn.place)
            if first_apply and not order.terms.first_apply:
                self.unsettled.append((turn, first_apply))

    def ask(self, *, auto_approve: bool) -> dict[int, ReconcilerError]:
        """Ask what has to be asked; return by their places why some may not be sent. Raises ReconcilerError."""
        refused: dict[int, ReconcilerError] = {}
        if self.unsettled:
            answer = may_be_live_in([turn.path for turn, _ in self.unsettled])
            why = needs_first_apply if answer is None else already_live
            for turn, first_apply in self.unsettled if answer is not False else ():
                refused[turn.place] = why(turn.path, turn.booking.state_path, first_apply)
        left = [turn.path for turn in self.turns if turn.place in self.asked - refused.keys()]
        if left and not auto_approve and not approve_all(left):
            raise ReconcilerError.at(left[0], "declined: nothing was done")
        return refused


def shown_by_survey(found: Survey, order: Order) -> Shown:
    """Keep what applying needs of the plans of a survey."""
    shown, beside, paces, git = Shown(), cache(states_in), Paces(), Repositories()
    for place, outlook in enumerate(found.outlooks):
        path, plan_ids = outlook.path, (outlook.plan_id,)
        booking = Booking(
            path, state_path(path), outlook.account_id, order.options, plan_ids, None, found.take, beside, git
        )
        pace = paces.pace_since(path, outlook.account_id, outlook.written_at) if outlook.requests else None
        turn = Turn(place, booking, bool(outlook.requests), pace)
        shown.add(turn, order, idle=outlook.idle, acts=outlook.acts, first_apply=outlook.first_apply)
    git.look([turn.booking.state_path for turn in shown.turns])
    return shown


def shown_at_start(found: Sequence[Start], order: Order) -> Shown:
    """Keep the same of plans that are held whole."""
    shown, paces = Shown(), Paces()
    for place, start in enumerate(found):
        plan, state = start.plan, start.prepared.state_path
        options = start.prepared.options
        booking = Booking(start.profile_path, state, plan.account_id, options, (plan.id,), start.saved)
        acts = start.saved is None and any(change.action is not Action.BLOCKED for change in plan.changes)
        turn = Turn(place, booking, bool(plan.requests), pace_of(start.prepared, paces))
        shown.add(turn, order, idle=plan.idle, acts=acts, first_apply=plan.first_apply)
    return shown
