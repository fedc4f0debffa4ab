"""How many questions are asked over the short histories and the stories of meanings, and what makes the entries alike.

Nobody answers any, and the changes are counted that a question blocks in the plan after each version.

`python -m tests.planning.questions` prints the counts that docs/reliability.md gives.
"""

import random
from collections import Counter
from unittest.mock import patch

from reconciler.planning.identity import Entry, Identities, Resemblance, identify, resemblance_of
from reconciler.planning.plan import Plan
from tests.planning import meanings
from tests.planning.histories import NAMES, History

HISTORIES, STORIES = 6000, 4000
KEY_ALONE, PART_ALONE = "its key alone", "a part of its name alone"
BY = {
    Resemblance.CONTENT: "its name",
    Resemblance.KEY_AND_NAME: "its name, of which there are two",
    Resemblance.NAME: "its name",
    Resemblance.TELLING: "all that tells it",
    Resemblance.KEY: KEY_ALONE,
}


def asked_by(section: Identities, entry: Entry) -> str:
    """Tell what makes an entry so like the likeliest of its candidates that it is asked about."""
    known = entry.candidates[0]
    resemblance = resemblance_of(entry, known)
    if any(resemblance_of(other, known) is Resemblance.KEY_AND_NAME for other in section.entries):
        resemblance = Resemblance.KEY_AND_NAME
    return BY[resemblance] if resemblance is not None else PART_ALONE


class Counted(History):
    """A history in which nothing is answered, and what is asked is counted."""

    counts: Counter[str]

    def run(self, versions: int) -> None:
        for _ in range(versions):
            self.person.edit()
            self.follow()

    def follow(self) -> Plan | None:
        again = super().follow()
        if again is not None:
            section = identify(self.section, self.profile().desired.wanted, self.state)
            self.counts.update(asked_by(section, entry) for entry in section.entries if entry.candidates)
        return again


def in_histories(seeds: range) -> Counter[str]:
    """Count over the short histories of some seeds, in which keys are not reused while entries are renamed."""
    Counted.counts = Counter()
    for seed in seeds:
        draw = random.Random(seed)  # noqa: S311 - a reproducible history, no secret
        Counted(draw.choice(sorted(NAMES)), draw, lambda _: None, wide=False).run(draw.randint(2, 4))
    return Counted.counts


def in_stories(seeds: range) -> Counter[str]:
    """Count over the stories of some seeds."""
    Counted.counts = Counter()
    with patch.object(meanings, "History", Counted):
        for seed in seeds:
            meanings.tell(seed, answers=False)
    return Counted.counts


if __name__ == "__main__":
    for what, found in ("histories", in_histories(range(HISTORIES))), ("stories", in_stories(range(STORIES))):
        alone = found[KEY_ALONE] + found[PART_ALONE]
        lines = [f"{what}: {found.total() - alone}, and {alone} by one sign alone"]
        lines += [f"  {by}: {count}" for by, count in found.most_common()]
        print(*lines, sep="\n")  # noqa: T201 - a program
