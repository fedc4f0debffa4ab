"""Owns the digest by which a state file tells that it is as it was written; it imports nothing heavy."""

from collections.abc import Mapping

from reconciler.values import Plain, digest


def seal(state: Mapping[str, Plain]) -> str:
    """Return the digest of all that a state file holds but its `source`, of which the digest is a part."""
    return digest({key: value for key, value in state.items() if key != "source"})
