"""Owns where `reconciler.toml` is looked for; it imports nothing heavy, as most profiles have none."""

import os

CONFIG_NAME = "reconciler.toml"


def find_config(folder: str) -> tuple[str, str] | None:
    """Return the nearest `reconciler.toml` for a folder, and the folder that it must lie in; None without one.

    It is looked for up to the folder that holds `.git`; outside of a repository in the folder itself alone.
    """
    if "\0" in folder:
        return None  # it is no path: that is told where the profile is read
    here = os.path.abspath(folder)
    above = [here]
    while not os.path.lexists(os.path.join(above[-1], ".git")):
        if os.path.dirname(above[-1]) == above[-1]:
            above = [here]
            break
        above.append(os.path.dirname(above[-1]))
    for parent in above:
        path = os.path.join(parent, CONFIG_NAME)
        if os.path.lexists(path):
            return path if os.path.isabs(folder) else os.path.relpath(path), above[-1]
    return None
