"""Owns what an import says of a location: the API takes an id, and no source holds one."""

from reconciler.importing.draft import Found

POSTAL_CODE = 5  # characters that the API takes, no more and no fewer


def location(source: str, place: str, postal_code: str) -> Found:
    """Give a location of which the name or the postal code is known, and not the id."""
    said = [f"“{place}”"] if place else []
    said += [f"the postal code {postal_code}"] if postal_code else []
    why = (
        f"{source} says {' and '.join(said)}, and not the id that the API needs. On linkedin.com search for people and "
        "filter by this location: the number after geoUrn in the address of the page is its id."
    )
    known = {"postal_code": postal_code} if len(postal_code) == POSTAL_CODE else {}
    return Found("location", {"id": None, **known}, why)
