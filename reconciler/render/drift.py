"""Owns how a look at LinkedIn reads: what moved, what is there besides, what could not be seen, and how to go on."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from reconciler.address import unit_of
from reconciler.planning.plan import Change, Plan
from reconciler.planning.reason import Code
from reconciler.problem import Problem
from reconciler.profile.desired import Desired
from reconciler.quoting import command_line
from reconciler.reading.dates import SeenDate
from reconciler.reading.findings import Compared, Comparison, Finding
from reconciler.reading.pairing import Open
from reconciler.reading.refresh import Learned
from reconciler.reading.seen import Seen, SeenEntry, Unseen
from reconciler.render.markdown_text import code, escaped
from reconciler.render.paint import Paint
from reconciler.render.problems import github_problems
from reconciler.render.terminal import visible
from reconciler.render.value import short
from reconciler.spec import ENTRY_SECTIONS
from reconciler.state.applied import Applied
from reconciler.values import Plain

SHOWN_TITLE = 80  # characters of an entry's name
MOST_ROWS = 100  # of a table in an issue, and of a list below it
_WHY = {
    Unseen.THROTTLED: "LinkedIn held it back",
    Unseen.MISSING: "the answer lacks it",
    Unseen.TRUNCATED: "the list is cut short",
    Unseen.DOUBTFUL: "it is shown empty, which a read ten minutes later has to confirm",
    Unseen.NOT_READABLE: "no read shows it",
    Unseen.MALFORMED: "it is shown in a form that cannot be read",
}


class DriftView(Struct, frozen=True):
    """What a view of drift needs: one profile, its state, what was seen and how the two compare."""

    path: str
    state_path: str
    desired: Desired
    applied: Applied
    seen: Seen
    comparison: Comparison

    def applied_at(self, address: str) -> str:
        """Return when what is known at an address was last applied, vouched for or seen to have changed."""
        return self.applied.sections[unit_of(address)].applied_at

    def found(self, *findings: Finding) -> list[Compared]:
        """Return what was found so, in the order of the spec."""
        return [compared for compared in self.comparison.compared if compared.finding in findings]

    @property
    def alone(self) -> Mapping[str, Sequence[SeenEntry]]:
        """Return the entries on LinkedIn that nothing in the file or state is, by section."""
        return {
            section: self.comparison.pairings[section].seen_alone
            for section in ENTRY_SECTIONS
            if self.comparison.pairings[section].seen_alone
        }

    @property
    def questions(self) -> list[tuple[str, Open]]:
        """Return which entries could be each other, by section."""
        return [(section, found) for section in ENTRY_SECTIONS for found in self.comparison.pairings[section].open]


# Text


def render_drift(view: DriftView, *, color: bool) -> str:
    """Return a look as text that is safe to print."""
    paint = Paint(color)
    origin = "in LinkedIn's archive" if view.seen.source == "archive" else "on LinkedIn"
    moved = view.comparison.moved
    count = _count(len(moved), "place")
    lines = [f"{paint.bold(visible(view.path))}: {count} changed {origin}, as seen at {view.seen.at}"]
    for compared in moved:
        lines += ["", *_moved(view, compared, paint)]
    lines += _more(view, paint)
    if view.found(Finding.CHANGED):
        refresh, pull = (f"`{visible(_command(view, name))}`" for name in ("refresh", "pull"))
        lines += ["", f"  To put these back: {refresh}, then apply. To take them over: {pull}."]
    return "\n".join(lines)


def _moved(view: DriftView, compared: Compared, paint: Paint) -> Iterator[str]:
    yield f"  {paint.yellow(visible(compared.address))}"
    yield f"    file          {visible(short(view.desired.held(compared.address)))}"
    yield f"    last applied  {visible(short(compared.known))} ({view.applied_at(compared.address)})"
    shown = "not there" if compared.finding is Finding.NOT_SHOWN else _shown(compared)
    yield f"    seen          {visible(shown)} ({view.seen.at})"
    if compared.finding is Finding.NOT_SHOWN:
        yield f"    {visible(_ways_of_gone(view, compared))}"


def _ways_of_gone(view: DriftView, compared: Compared) -> str:
    """Say what can be done about an entry that is not there any more."""
    return (
        "look whether it has another name there; else take it out of the file, or run "
        f"`{_command(view, 'state', 'rm', compared.address)}` to have the next apply add it again"
    )


def _command(view: DriftView, *words: str) -> str:
    """Return a command about the profile of a look, as it can be pasted into a shell; it refreshes as was looked."""
    looked = ("--linkedin-export", "ZIP") if view.seen.source == "archive" and words[0] == "refresh" else ()
    return command_line((*words, *looked), view.path, view.state_path)


def _shown(compared: Compared) -> str:
    return _shown_value(compared.shown)


def _more(view: DriftView, paint: Paint) -> Iterator[str]:
    for title, texts in _groups(view):
        yield ""
        yield f"  {paint.bold(title)}"
        yield from (f"    {visible(text)}" for text in texts)
    unreadable = sorted({compared.address for compared in view.found(Finding.NOT_SEEN) if not compared.is_missed})
    if unreadable:
        yield ""
        yield f"  Never readable, so known only as last applied: {visible(', '.join(unreadable))}"


def _groups(view: DriftView, *, counted: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Give what else there is to tell, each with its heading; the texts are not yet safe to print.

    Where it is `counted`, what is not managed is counted and not named.
    """
    groups = (
        ("Only the layout differs", [compared.address for compared in view.found(Finding.LAYOUT)]),
        (
            "Renamed there?",
            [
                f"{compared.address}: {short(compared.known)} → {short(compared.shown)}"
                for compared in view.found(Finding.RENAMED)
            ],
        ),
        (
            "Applied after the archive was made"
            if view.seen.source == "archive"
            else "Applied less than ten minutes before, and not seen yet",
            [compared.address for compared in view.found(Finding.NOT_SEEN_YET)],
        ),
        ("What is shown does not say enough", [_cannot_tell(compared) for compared in view.found(Finding.CANNOT_TELL)]),
        (
            "Not seen",
            [
                f"{compared.address}: {_WHY[compared.why]}"
                for compared in view.found(Finding.NOT_SEEN)
                if compared.is_missed and compared.why is not None
            ],
        ),
        (
            "On LinkedIn, and not in the file",
            [*_counted_alone(view)] if counted else [*_entries_alone(view), *_skills_alone(view)],
        ),
        (
            "Which is which, a person has to say",
            [(_counted_question if counted else _question)(section, found) for section, found in view.questions],
        ),
    )
    yield from ((title, texts) for title, texts in groups if texts)


def _cannot_tell(compared: Compared) -> str:
    return compared.address if compared.shown is None else f"{compared.address}: {short(compared.shown)} is shown"


def _entries_alone(view: DriftView) -> Iterator[str]:
    for section, entries in view.alone.items():
        yield from (f"{section}: {describe_entry(entry)}" for entry in entries)


def _skills_alone(view: DriftView) -> Iterator[str]:
    if view.comparison.more_skills:
        yield f"skills: {', '.join(view.comparison.more_skills)}"


def _counted_alone(view: DriftView) -> Iterator[str]:
    yield from (f"{section}: {len(entries)}" for section, entries in view.alone.items())
    if view.comparison.more_skills:
        yield f"skills: {len(view.comparison.more_skills)}"


def _counted_question(section: str, found: Open) -> str:
    """Write which known entries are meant, and how many seen ones could be them."""
    return f"{', '.join(entry.address for entry in found.known)}: {section} shows {len(found.seen)} that could be it"


def _question(section: str, found: Open) -> str:
    """Write which known entries and which seen ones could be each other, and the line that says it."""
    known = ", ".join(entry.address for entry in found.known)
    shown = "; ".join(describe_entry(entry) for entry in found.seen)
    ids = [entry.id for entry in found.seen if entry.id is not None]
    line = f"; write {' or '.join(f'`id: {short(entry_id)}`' for entry_id in ids)} under it" if ids else ""
    return f"{known}: {section} shows {shown}{line}"


def describe_entry(entry: SeenEntry) -> str:
    """Return what names an entry, when it was, and its id, on one line that is not yet safe to print."""
    names = [entry.fields.get(name) for name in ("role", "company", "school", "degree")]
    title = (
        ", ".join(name for name in names if isinstance(name, str) and name)[:SHOWN_TITLE] or "an entry without a name"
    )
    days = [day.text for day in (entry.start, entry.end) if isinstance(day, SeenDate)]
    period = f" ({' – '.join(days)})" if days else ""
    return f"{title}{period}" + (f", id {entry.id}" if entry.id is not None else "")


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


# Markdown


def drift_markdown(view: DriftView) -> str:
    """Return a look as Markdown in which nothing of a profile or of LinkedIn means anything."""
    moved = view.comparison.moved
    lines = [
        f"### {escaped(view.path)}",
        "",
        f"{_count(len(moved), 'place')} changed on LinkedIn, as seen at {view.seen.at}.",
    ]
    if moved:
        lines += ["", "| where | file | last applied | seen |", "| --- | --- | --- | --- |"]
        for compared in moved:
            shown = "<i>not there</i>" if compared.finding is Finding.NOT_SHOWN else code(_shown(compared))
            cells = (
                code(compared.address),
                code(short(view.desired.held(compared.address))),
                code(short(compared.known)),
                shown,
            )
            lines.append(f"| {' | '.join(cells)} |")
    for title, texts in _groups(view):
        lines += ["", f"**{escaped(title)}**", "", *(f"- {code(text)}" for text in texts)]
    return "\n".join(lines)


def refreshed_markdown(view: DriftView, learned: Learned, plan: Plan) -> str:
    """Return what differs after a read that was recorded, as Markdown for an issue.

    It names managed addresses and counts the rest. `plan` is made after the read: it holds also what an earlier read
    has recorded, and nobody has dealt with since.
    """
    rows = [*_recorded_rows(plan), *_unrecorded_rows(view, learned)]
    lines = [
        f"### {escaped(view.path)}",
        "",
        f"{_count(len(rows), 'place')} changed on LinkedIn; read at {view.seen.at}.",
    ]
    if rows:
        lines += ["", "| where | file | on LinkedIn |", "| --- | --- | --- |"]
        lines += [f"| {' | '.join(row)} |" for row in rows[:MOST_ROWS]]
        lines += ["", *_more_than_shown(rows)]
    groups = [
        *_groups(view, counted=True),
        ("In the file, and not applied yet", _waiting(plan)),
        ("Sent, and no clear answer came", [*plan.in_doubt]),
    ]
    for title, texts in groups:
        if texts:
            lines += ["", f"**{escaped(title)}**", "", *(f"- {code(text)}" for text in texts[:MOST_ROWS])]
            lines += _more_than_shown(texts)
    return "\n".join(lines)


def _recorded_rows(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Give the places that a read has found changed, this one or an earlier one."""
    for change in filter(_is_of_linkedin, plan.changes):
        for field in change.fields:
            address = f"{change.address}.{field.path}" if field.path else change.address
            yield code(address), code(_shown_value(field.after)), code(_shown_value(field.before))


def _unrecorded_rows(view: DriftView, learned: Learned) -> Iterator[tuple[str, str, str]]:
    """Give the places that changed and of which the state keeps what it knew."""
    for compared in learned.unsure:
        yield code(compared.address), code(short(view.desired.held(compared.address))), code(_shown(compared))
    for compared in view.found(Finding.NOT_SHOWN):
        yield code(compared.address), code(short(view.desired.held(compared.address))), "<i>not there</i>"


def _shown_value(value: Plain) -> str:
    return "nothing" if value in (None, "", []) else short(value)


def _is_of_linkedin(change: Change) -> bool:
    return change.reason is not None and change.reason.code is Code.CHANGED_ON_LINKEDIN


def _waiting(plan: Plan) -> list[str]:
    """Return the addresses of what would be applied for another reason than that it changed on LinkedIn."""
    return [change.address for change in plan.changes if not _is_of_linkedin(change)]


def _more_than_shown(texts: Sequence[object]) -> list[str]:
    return [f"and {len(texts) - MOST_ROWS} more"] if len(texts) > MOST_ROWS else []


def drift_github(view: DriftView) -> str:
    """Return a warning for each place that moved, as a runner of GitHub shows them."""
    return github_problems((), [_problem_of_finding(view, compared) for compared in view.comparison.moved])


def _problem_of_finding(view: DriftView, compared: Compared) -> Problem:
    shown, remedy = "it is not there any more", _ways_of_gone(view, compared)
    if compared.finding is not Finding.NOT_SHOWN:
        shown = f"it is {_shown(compared)}"
        refresh, pull = _command(view, "refresh"), _command(view, "pull", compared.address)
        remedy = f"put it back with `{refresh}` and apply, or take it over with `{pull}`"
    return Problem(view.path, 0, 0, compared.address, f"this changed on LinkedIn: {shown}", remedy)


# Refresh


def render_learned(view: DriftView, learned: Learned, *, written: bool) -> str:
    """Return what a refresh taught, and what it could not see or tell, as text that is safe to print."""
    lines = [*_learned(learned)]
    if not lines:
        lines = ["nothing new" + ("; when it was seen is recorded" if written else "")]
    lines += [
        f"{compared.address} is not shown any more, and stays in the state: {_ways_of_gone(view, compared)}"
        for compared in view.found(Finding.NOT_SHOWN)
    ]
    lines += [
        f"{compared.address} was not seen: {_WHY[compared.why]}"
        for compared in view.found(Finding.NOT_SEEN)
        if compared.is_missed and compared.why is not None
    ]
    lines += [f"which is which, a person has to say: {_question(section, found)}" for section, found in view.questions]
    return "\n".join(visible(f"{view.path}: {line}") for line in lines)


def _learned(learned: Learned) -> Iterator[str]:
    yield from (f"{address} has the id {entry_id}" for address, entry_id in learned.ids)
    yield from (f"{address} arrived: it is no longer in doubt" for address in learned.arrived)
    for address in learned.not_arrived:
        yield f"{address} did not arrive, as two complete reads show: the next apply asks before it adds it again"
    yield from (f"{address} is on LinkedIn, and known from now on" for address in learned.found)
    yield from (f"{compared.address} changed on LinkedIn: {_shown(compared)}" for compared in learned.values)
    for compared in learned.unsure:
        yield (
            f"{compared.address} changed on LinkedIn; what is shown, {_shown(compared)}, is not exact enough to record"
        )
