"""Owns the naming of a profile and its state in the commands that an error of another part names."""

import re

from reconciler.quoting import options, quoted


def naming(profile: str, state: str, sentence: str) -> str:
    """Return a sentence whose `state` commands name the profile and its state, unless they take these unasked."""
    named = "".join(f" {quoted(option)}" for option in options(profile, state))
    return re.sub("`reconciler state [^`]*", lambda found: found[0] + named, sentence)
