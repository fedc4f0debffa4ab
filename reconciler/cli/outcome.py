"""Owns how an outcome reads in one line, while requests are sent and after."""

from reconciler.render.terminal import visible
from reconciler.wire.outcomes import Outcome


def describe(outcome: Outcome) -> str:
    """Say in one line what an outcome was: the API's own words, and its kind."""
    said = ": ".join(text.removesuffix(".") for text in (outcome.title, outcome.detail) if text)
    kind = ", ".join(str(one) for one in (outcome.status, outcome.type) if one)
    return visible(f"{said} ({kind})" if kind else said)
