"""Owns the plans of many profiles as one document: what of them is planned again, to be shown."""

from collections.abc import Sequence

from reconciler.app.git import commit_of
from reconciler.app.lookouts import Outlook
from reconciler.app.pictures import picture_links
from reconciler.app.plans import prepare
from reconciler.app.survey import joint_id_of
from reconciler.planning.plan import Plan, ProfileRef
from reconciler.planning.planner import Options
from reconciler.problem import StaleError
from reconciler.profile.load import load
from reconciler.render.counts import counted_plans
from reconciler.render.markdown_many import LEAST, Many, PlanLine, render_many


def markdown_of_many(
    outlooks: Sequence[Outlook], targets: tuple[str, ...], max_bytes: int, *, details: bool = True
) -> str:
    """Write the plans of many profiles in at most so many bytes, with the changes of as many as may fit.

    Those are planned again: their plans were not kept. Raises ReconcilerError where one of them is another plan now.
    """
    changing = [outlook for outlook in outlooks if not outlook.idle]
    plans = [_plan_again(outlook, targets) for outlook in changing[: max_bytes // LEAST]] if details else []
    many = Many(
        total=total(outlooks),
        id=joint_id_of(outlooks),
        lines=tuple(PlanLine(each.path, each.words, each.applied_at, each.seen_at, each.idle) for each in outlooks),
        plans=tuple(plans),
        commit=commit_of([ProfileRef(outlook.path, outlook.sha256) for outlook in outlooks]),
        links=picture_links(plans),
    )
    return render_many(many, max_bytes=max_bytes)


def total(outlooks: Sequence[Outlook]) -> str:
    """Say what many plans do together."""
    changing = [outlook for outlook in outlooks if not outlook.empty]
    return counted_plans(len(outlooks), len(changing), (outlook.counts for outlook in changing))


def _plan_again(outlook: Outlook, targets: tuple[str, ...]) -> Plan:
    plan = prepare(load(outlook.path), None, Options(targets)).plan
    if plan.id != outlook.plan_id:
        raise StaleError.at(outlook.path, "it was changed while the others were planned", "plan again")
    return plan
