"""Owns how a value reads in one line: dates, files, lists; the text is not yet safe to print."""

import json
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from reconciler.planning.plan import Change, FilePart, Plan
from reconciler.render.fields import is_date, is_span
from reconciler.render.words import look, spelled, told_apart
from reconciler.values import Plain, canonical, is_file

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG = 60  # a text of more characters, or of several lines, is shown in a block of its own
_KIB = 1024


def short(value: Plain, files: Mapping[str, FilePart] | None = None) -> str:
    """Write a value in one line; `files` know the dimensions of pictures, by digest."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return ", ".join(item(below) for below in value)
    if not isinstance(value, dict):
        return json.dumps(value)
    if is_file(value):
        return file(value, files or {})
    if is_date(value):
        return date(value)
    if is_span(value):
        return span(value)
    return "{" + ", ".join(f"{name}: {short(below, files)}" for name, below in value.items()) + "}"


def shorts(before: Plain, after: Plain, files: Mapping[str, FilePart] | None = None) -> tuple[str, str]:
    """Write two values in one line each; of texts that look the same all that is not ASCII is written by its number."""
    if isinstance(before, str) and isinstance(after, str) and told_apart(before, after) != (before, after):
        return spelled(short(before)), spelled(short(after))
    return short(before, files), short(after, files)


def is_long(text: str) -> bool:
    """Tell whether a text is too long to be shown in one line."""
    return len(text) > LONG or "\n" in text.removesuffix("\n")


def date(value: Plain) -> str:
    """Write a date as `Mar 2021`."""
    if not isinstance(value, dict):
        return short(value)
    month, year = value.get("month"), value.get("year")
    known = isinstance(month, int) and 1 <= month <= len(MONTH_NAMES)
    return f"{MONTH_NAMES[month - 1]} {year}" if known and isinstance(month, int) else f"{month}/{year}"


def span(value: Mapping[str, Plain]) -> str:
    """Write a seniority as `Mar 2021 – Jun 2024`."""
    end = value.get("end_date")
    return f"{date(value['start_date'])} – {date(end) if end is not None else 'present'}"


def file(value: Mapping[str, Plain], files: Mapping[str, FilePart]) -> str:
    """Write a file as name, size, dimensions where they are known, and short digest."""
    digest = str(value["sha256"])
    part = files.get(digest)
    sized = f", {part.width}×{part.height}" if part is not None and part.width is not None else ""
    return f"{value['file']} ({size_in_words(value['size'])}{sized}, {digest[:8]})"


def lengths(*texts: str) -> str:
    """Write how long a text is, or was and is."""
    counts = [len(text) for text in texts]
    return f"{' → '.join(f'{count:,}' for count in counts)} character{'' if counts[-1] == 1 else 's'}"


def size_in_words(count: Plain) -> str:
    """Write a number of bytes."""
    amount = float(count) if isinstance(count, int | float) else 0.0
    for unit in ("bytes", "KiB"):
        if amount < _KIB:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= _KIB
    return f"{amount:.1f} MiB"


def files_of(plan: Plan) -> dict[str, FilePart]:
    """Return the files that a plan sends, by digest."""
    return {part.sha256: part for request in plan.requests for part in request.parts if isinstance(part, FilePart)}


def along(change: Change) -> str:
    """Write what is sent along with a section although it did not change; empty where nothing is."""
    return ", ".join(f"{address} = {short(value)}" for address, value in change.along.items())


class ListChange(Struct, frozen=True):
    """What became of a list: the items added, those taken off, and all of it where these do not tell the new order."""

    added: tuple[str, ...]
    taken: tuple[str, ...]
    order: str

    @property
    def lead(self) -> str:
        """Say what `order` is."""
        return "in this order" if self.added or self.taken else "the same, in another order"


def list_change(before: Plain, after: Plain) -> ListChange | None:
    """Return what differs between two lists; None where they are not lists, or nothing does.

    What is added is taken to stand at the end, in that order, unless `order` says otherwise.
    """
    if not (isinstance(before, list) and isinstance(after, list)):
        return None
    counts_before, counts_after = Counter(map(canonical, before)), Counter(map(canonical, after))
    added, _ = _parted(after, counts_after - counts_before)
    taken, kept = _parted(before, counts_before - counts_after)
    told = list(map(canonical, kept + added)) == list(map(canonical, after))
    if told and not (added or taken):
        return None
    new, gone = _items_told_apart(list(map(item, added)), list(map(item, taken)))
    return ListChange(new, gone, "" if told else short(after))


def _items_told_apart(added: list[str], taken: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write out of the items that were added and taken off those that look the same."""
    same = set(map(look, added)) & set(map(look, taken))
    new, gone = (tuple(spelled(text) if look(text) in same else text for text in texts) for texts in (added, taken))
    return new, gone


def _parted(values: list[Plain], wanted: Counter[str]) -> tuple[list[Plain], list[Plain]]:
    """Part the values that are wanted, each as often as it is, from the others; both in their order."""
    found: list[Plain] = []
    others: list[Plain] = []
    for value in values:
        text = canonical(value)
        (found if wanted[text] > 0 else others).append(value)
        wanted[text] -= 1
    return found, others


def item(value: Plain) -> str:
    """Write one item of a list: a text without quotes, unless it could be taken for several, or for none."""
    plain = isinstance(value, str) and value.strip() == value != "" and not set(value) & set(',"')
    return str(value) if plain else short(value)
