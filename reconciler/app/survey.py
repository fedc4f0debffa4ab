"""Owns the look at profiles, one or many: each read, validated and planned in its turn, and little kept of it.

Of a profile stays what decides what becomes of it (`Outlook`); what is printed of it waits in a `Spool` until all are
known to be sound. So memory does not grow with the profiles but for some hundred bytes each.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.app.fastpath import unchanged_since
from reconciler.app.lookouts import Outlook, Surveyed, Unplanned, View, look_at_each
from reconciler.app.processes import MANY
from reconciler.app.spool import Spool
from reconciler.planning.planner import Options
from reconciler.problem import Problem, ProblemsError, ReconcilerError
from reconciler.profile.load import rival_of
from reconciler.values import digest

if TYPE_CHECKING:
    from reconciler.app.kept import KeptPlans
    from reconciler.app.plans import Prepared
    from reconciler.planning.plan import Plan
    from reconciler.state.storage import Lock


class Survey:
    """What a look at profiles gave: their outlooks in order, and what is to be printed of each.

    `plan` is the plan of the one profile that is shown alone.
    """

    def __init__(self, view: View) -> None:
        """Begin without any."""
        self.outlooks: Sequence[Outlook] = ()
        self.plan: Plan | None = None
        self._spools = {form: Spool() for form in view.forms}
        self._kept: KeptPlans | None = None

    def add(self, look: Surveyed) -> None:
        """Put texts and plan where they wait. Raises ReconcilerError where the disk does not take them."""
        for spool, text in zip(self._spools.values(), look.texts, strict=True):
            spool.add(text)
        if look.packed:
            from reconciler.app.kept import KeptPlans

            self._kept = self._kept or KeptPlans()
            self._kept.add(look.outlook.path, look.packed)
        self.plan = look.plan

    def take(self, path: str, lock: "Lock") -> "Prepared | None":
        """Return what was kept of a profile, where nothing changed since; else None. Any thread may ask."""
        return None if self._kept is None else self._kept.take(path, lock)

    def close(self) -> None:
        """Let go of the files."""
        for waiting in (self._kept, *self._spools.values()):
            if waiting is not None:
                waiting.close()

    def texts(self, form: str) -> Iterator[tuple[Outlook, str]]:
        """Yield each outlook that has a text of this form, with it."""
        planned = (outlook for outlook in self.outlooks if not outlook.unchanged)
        for outlook, text in zip(planned, self._spools[form], strict=True):
            if text:
                yield outlook, text

    def size(self, form: str) -> int:
        """Return the bytes of all texts of this form."""
        return self._spools[form].size

    @property
    def id(self) -> str:
        """Return the one id of all the plans, as `joint_id` gives it of several plans."""
        return joint_id_of(self.outlooks)


def joint_id_of(outlooks: Sequence[Outlook]) -> str:
    """Return one id for several plans, whatever their order; those that hold nothing do not count."""
    ids = sorted(outlook.plan_id for outlook in outlooks if not outlook.empty)
    ids = ids or sorted(outlook.plan_id for outlook in outlooks)
    return ids[0] if len(ids) == 1 else digest([*ids])


@contextmanager
def survey(paths: Sequence[str], options: Options, view: View, state: str | None = None) -> Iterator[Survey]:
    """Read, validate and plan profiles, and hold what came of it while a block runs; `state` may be another for one.

    Raises ReconcilerError with all that is wrong with any of them.
    """
    if len(paths) > MANY:
        import hashlib  # noqa: F401 - for many digests, OpenSSL is worth its loading (`reconciler.digests`)
    outlooks: list[Outlook | None] = []
    with closing(Survey(view)) as found:
        failures: list[Unplanned] = []
        looks = iter([*_looks(look_at_each(_changed(paths, view, outlooks), options, view, state), failures, found)])
        whole = [outlook or next(looks) for outlook in outlooks]
        found.outlooks = [outlook for outlook in whole if outlook is not None]
        _raise_all(failures, _same_accounts(found.outlooks))
        yield found


def _changed(paths: Iterable[str], view: View, outlooks: list[Outlook | None]) -> Iterator[str]:
    """Yield the profiles that have to be planned; the outlooks of all are added as far as these are known then."""
    for path in paths:
        outlook = _quick_look(path, view)
        outlooks.append(outlook)
        if outlook is None:
            yield path


def _quick_look(path: str, view: View) -> Outlook | None:
    """Return the outlook of a profile that digests show to be unchanged, if the view needs no more than that."""
    found = unchanged_since(path, __version__) if view.quick else None
    return None if found is None else Outlook(path, *found, unchanged=True)


def _looks(looks: Iterable[Surveyed | Unplanned], failures: list[Unplanned], found: Survey) -> Iterator[Outlook | None]:
    """Yield the outlooks, None for a failure; keep what is to be printed, unless something failed before."""
    for look in looks:
        if isinstance(look, Unplanned):
            failures.append(look)
            yield None
            continue
        if not failures:
            found.add(look)
        yield look.outlook


def _same_accounts(outlooks: Iterable[Outlook]) -> Iterator[Problem]:
    """Yield what is wrong with each profile whose account another one before it is of."""
    first: dict[str, str] = {}
    for outlook in outlooks:
        before = first.setdefault(outlook.account_id, outlook.path)
        if before != outlook.path:
            yield rival_of(outlook.path, outlook.account_id, before)


def _raise_all(failures: Sequence[Unplanned], rivals: Iterable[Problem]) -> None:
    """Raise one error with all that is wrong: profiles that are not valid first. Raises ReconcilerError."""
    problems = [problem for failure in failures if failure.kind is ProblemsError for problem in failure.problems]
    problems += rivals
    if problems:
        warnings = tuple(warning for failure in failures for warning in failure.warnings)
        raise ProblemsError(*dict.fromkeys(problems), warnings=warnings)
    if failures:
        kind: type[ReconcilerError] = failures[0].kind
        raise kind(*dict.fromkeys(problem for failure in failures for problem in failure.problems))
