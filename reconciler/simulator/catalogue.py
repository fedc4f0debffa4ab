"""Owns what a search for parameters finds: a few ids and titles of each type, made up but for employment types."""

import hashlib
from collections.abc import Iterable

from reconciler.values import Plain

MAX_LIMIT = 100
_ITEMS: dict[str, tuple[tuple[str, str], ...]] = {
    "LOCATION": (
        ("105015875", "France"),
        ("106383538", "Paris, Île-de-France, France"),
        ("90009659", "Paris, Texas, United States"),
        ("104994045", "Lyon, Auvergne-Rhône-Alpes, France"),
        ("103035651", "Berlin, Germany"),
    ),
    "JOB_TITLE": (("9", "Software Engineer"), ("8", "Founder"), ("25", "Software Engineer"), ("39", "Author")),
    "COMPANY": (("90000011", "Northwind Kelp"), ("90000012", "postpress"), ("90000013", "Bay Port")),
    "SCHOOL": (("900001", "Institute of Invented Seas"), ("900002", "State College")),
    "SKILL": (("700001", "Python (Programming Language)"), ("700002", "Cold chain"), ("700003", "Writing")),
    "EMPLOYMENT_TYPE": (
        ("12", "Full-time"),
        ("11", "Part-time"),
        ("3", "Self-employed"),
        ("20", "Freelance"),
        ("2", "Contract"),
        ("18", "Internship"),
        ("19", "Apprenticeship"),
    ),
    "INDUSTRY": (("4", "Software Development"), ("96", "IT Services and IT Consulting")),
}
TYPES = tuple(_ITEMS)


def title_of(kind: str, item_id: str) -> str | None:
    """Return the title of an id, or None where the catalogue does not have it."""
    return dict(_ITEMS[kind]).get(item_id)


def found(kind: str, keywords: str, limit: int) -> dict[str, Plain]:
    """Return what a search finds; words that no title has are found all the same, as one made-up item."""
    words = keywords.casefold().split()
    items = [item for item in _ITEMS[kind] if all(word in item[1].casefold() for word in words)]
    if not items and words:
        number = int(hashlib.sha256(f"{kind} {keywords}".encode()).hexdigest()[:8], 16)
        items = [(str(number), keywords.title())]
    return {
        "object": "LinkedinSearchParametersList",
        "items": list(_items_as_json(items[:limit])),
        "paging": {"page_count": min(len(items), limit)},
    }


def _items_as_json(items: Iterable[tuple[str, str]]) -> Iterable[Plain]:
    for item_id, title in items:
        yield {"object": "LinkedinSearchParameter", "id": item_id, "title": title}
