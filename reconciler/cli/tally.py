"""Owns the count of an apply of many profiles: what became of each, and the lines and numbers that say so."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.app.many import Fate
from reconciler.cli.console import Exit
from reconciler.cli.events import EventObject
from reconciler.render.counts import few
from reconciler.render.terminal import visible

_GOOD = (Fate.DONE, Fate.UNCHANGED)
_OPEN = (Fate.BLOCKED, Fate.IN_DOUBT, Fate.DEFERRED, Fate.NOT_BEGUN)
_FAILED = tuple(fate for fate in Fate if fate not in (*_GOOD, *_OPEN))


@dataclass(slots=True)
class Tally:
    """What became of each profile: every one is counted once. `codes` are the exit codes that came up."""

    paths: dict[Fate, list[str]] = field(default_factory=lambda: {fate: [] for fate in Fate})
    codes: set[int] = field(default_factory=set)

    def add(self, path: str, fate: Fate, code: int) -> None:
        """Count a profile."""
        self.paths[fate].append(path)
        self.codes.add(code)

    def count(self, *fates: Fate) -> int:
        """Return how many profiles came to these ends; all of them where none is named."""
        return sum(len(self.paths[fate]) for fate in fates or Fate)

    @property
    def code(self) -> int:
        """Return the exit code of all: doubt wins over errors, errors over changes."""
        return next((code for code in (Exit.DOUBT, Exit.ERROR, Exit.CHANGES) if code in self.codes), Exit.DONE)

    def counts(self) -> EventObject:
        """Return the numbers, as the report and the last event have them: they add up to `profiles`."""
        return {
            "profiles": self.count(),
            "done": self.count(Fate.DONE),
            "unchanged": self.count(Fate.UNCHANGED),
            "failed": self.count(*_FAILED),
            "blocked": self.count(Fate.BLOCKED),
            "in_doubt": self.count(Fate.IN_DOUBT),
            "deferred": self.count(Fate.DEFERRED),
            "not_begun": self.count(Fate.NOT_BEGUN),
        }

    def lines(self, *, name_done: bool = False) -> Iterator[str]:
        """Return the total, and by the way they ended the profiles that are not as their files say; safe to print."""
        named = (("done", (Fate.DONE,)), ("unchanged", (Fate.UNCHANGED,)), ("failed", _FAILED))
        parts = [f"{self.count(*fates)} {word}" for word, fates in named if self.count(*fates) or word == "done"]
        parts += [f"{self.count(fate)} {fate.value}" for fate in _OPEN if self.count(fate)]
        yield f"{self.count()} profiles: {', '.join(parts)}"
        for fate in (*((Fate.DONE,) if name_done else ()), *_FAILED, *_OPEN):
            if self.paths[fate]:
                yield f"  {fate.value}: {visible(few(self.paths[fate]))}"
