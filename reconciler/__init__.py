"""Profile-as-code for LinkedIn: plan, review and apply a profile kept in git.

    import reconciler

    profile = reconciler.load("profile.yaml")
    plan = reconciler.plan(profile)
    print(reconciler.describe(plan))
    result = reconciler.apply(plan)

docs/api.md tells the rest. Each name is imported when it is first used, so that importing this package costs nothing.
"""

import sys

__version__ = "0.1.0"
__distribution__ = "profile-reconciler"  # what pip calls it: `reconciler` on package indexes is another project

TYPE_CHECKING = False  # importing typing would cost more than all the rest
if TYPE_CHECKING:
    from reconciler.app.api import apply, describe, drift, load, plan, read, refresh, save, validate
    from reconciler.app.apply import Result
    from reconciler.app.refresh import Looked, Refreshed, TooSoonError
    from reconciler.applying.events import End, Event, Failed, RunResult, Sent, Splitting, Waiting
    from reconciler.planning.plan import Action, Change, FieldChange, Plan
    from reconciler.problem import (
        FileChangedError,
        LockedError,
        Problem,
        ProblemsError,
        ReconcilerError,
        StaleError,
        StateError,
        UsageError,
        WireError,
    )
    from reconciler.profile.desired import Profile
    from reconciler.reading.findings import Compared, Comparison, Finding
    from reconciler.reading.refresh import Learned
    from reconciler.reading.seen import Unseen
    from reconciler.wire.outcomes import Outcome, Verdict

__all__ = [
    "Action",
    "Change",
    "Compared",
    "Comparison",
    "End",
    "Event",
    "Failed",
    "FieldChange",
    "FileChangedError",
    "Finding",
    "Learned",
    "LockedError",
    "Looked",
    "Outcome",
    "Plan",
    "Problem",
    "ProblemsError",
    "Profile",
    "ReconcilerError",
    "Refreshed",
    "Result",
    "RunResult",
    "Sent",
    "Splitting",
    "StaleError",
    "StateError",
    "TooSoonError",
    "Unseen",
    "UsageError",
    "Verdict",
    "Waiting",
    "WireError",
    "__version__",
    "apply",
    "describe",
    "drift",
    "load",
    "plan",
    "read",
    "refresh",
    "save",
    "validate",
]
_MODULES = {
    "reconciler.app.api": "apply describe drift load plan read refresh save validate",
    "reconciler.app.apply": "Result",
    "reconciler.app.refresh": "Looked Refreshed TooSoonError",
    "reconciler.applying.events": "End Event Failed RunResult Sent Splitting Waiting",
    "reconciler.planning.plan": "Action Change FieldChange Plan",
    "reconciler.problem": (
        "FileChangedError LockedError Problem ProblemsError ReconcilerError StaleError StateError UsageError WireError"
    ),
    "reconciler.profile.desired": "Profile",
    "reconciler.reading.findings": "Compared Comparison Finding",
    "reconciler.reading.refresh": "Learned",
    "reconciler.reading.seen": "Unseen",
    "reconciler.wire.outcomes": "Outcome Verdict",
}


def __getattr__(name: str) -> object:
    """Import a name of the API when it is first used. Raises ImportError on Windows."""
    if name in __all__ and sys.platform == "win32":
        from profile_reconciler import WINDOWS

        raise ImportError(WINDOWS.removeprefix("error: ").strip())
    for module, names in _MODULES.items():
        if name in names.split():
            from importlib import import_module

            found = globals()[name] = getattr(import_module(module), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
