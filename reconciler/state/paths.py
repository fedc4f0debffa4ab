"""Owns where a state and what belongs to it lie; it imports nothing heavy, for the fast path."""

from posixpath import splitext


def state_path(profile_path: str) -> str:
    """Return the path of a profile's state: `ada.yaml` → `ada.state.json`, beside it."""
    root, suffix = splitext(profile_path)
    return f"{root if suffix in ('.yaml', '.yml') else profile_path}.state.json"


def rescue_path(path: str, number: int = 1) -> str:
    """Return the path of a state's rescue file, or of its next ones."""
    return f"{path.removesuffix('.state.json')}.rescue{f'-{number}' if number > 1 else ''}.json"
