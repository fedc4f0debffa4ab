"""Owns the plans of profiles as one document: of one the plan, of many what is planned again to be shown."""

from collections.abc import Sequence

from reconciler.app.git import commit_of
from reconciler.app.lookouts import Outlook
from reconciler.app.pictures import picture_links
from reconciler.app.plans import prepare
from reconciler.app.survey import Survey, joint_id_of
from reconciler.planning.plan import Plan, ProfileRef
from reconciler.planning.planner import Options
from reconciler.problem import StaleError
from reconciler.profile.load import load
from reconciler.render.counts import counted_plans
from reconciler.render.markdown import render_markdown
from reconciler.render.markdown_many import LEAST, Many, PlanLine, render_many


def markdown_of(found: Survey, options: Options, max_bytes: int, *, details: bool = True) -> str:
    """Write what a look gave in at most so many bytes; of many with the `details` of as many as may fit.

    Raises ReconcilerError where the plan of one of many is another now.
    """
    if found.plan is not None:
        return markdown_of_plan(found.plan, max_bytes)
    return _markdown_of_many(found.outlooks, options, max_bytes, details=details)


def markdown_of_plan(plan: Plan, max_bytes: int) -> str:
    """Write one plan in at most so many bytes."""
    commit = commit_of([plan.profile])
    return render_markdown((plan,), commit=commit, max_bytes=max_bytes, links=picture_links((plan,)))


def _markdown_of_many(outlooks: Sequence[Outlook], options: Options, max_bytes: int, *, details: bool) -> str:
    """Write many plans; those that are shown in detail are planned again, since they were not kept."""
    changing = [outlook for outlook in outlooks if not outlook.idle]
    plans = [_plan_again(outlook, options) for outlook in changing[: max_bytes // LEAST]] if details else []
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


def _plan_again(outlook: Outlook, options: Options) -> Plan:
    plan = prepare(load(outlook.path), None, options).plan
    if plan.id != outlook.plan_id:
        raise StaleError.at(outlook.path, "it was changed while the others were planned", "plan again")
    return plan
