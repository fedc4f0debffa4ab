"""Owns the workflow files that `init` writes: which, where, and what is filled in."""

import json
import os
import re
from importlib import resources

from reconciler.problem import UsageError

GITHUB = {
    ".github/workflows/profile-plan.yml": "github/plan.yml",
    ".github/workflows/profile-apply.yml": "github/apply.yml",
}
GITLAB = {
    ".gitlab/profile.gitlab-ci.yml": "gitlab/profile.yml",
    ".gitlab-ci.yml": "gitlab/include.yml",
}
NOWHERE = f"git+https://example.invalid/say-where-the-tool-is@{'0' * 40}"


def root_of(profile: str) -> str:
    """Give the folder that workflows belong to: the git repository's that holds a profile, else the current one."""
    here = os.path.dirname(os.path.abspath(profile))
    folder = here
    while not os.path.exists(os.path.join(folder, ".git")):
        if folder == os.path.dirname(folder):
            return os.getcwd()
        folder = os.path.dirname(folder)
    return folder


def filled(template: str, profile: str, install: str) -> str:
    """Give a template's text for a profile, by its path from the root, and for what pip installs.

    Both stand in double quotes: JSON's strings are YAML's. Raises UsageError for what a workflow cannot name.
    """
    if profile.startswith("../"):
        raise UsageError.at(profile, "the workflows' folder does not hold it", "run init where the repository begins")
    for value in (profile, install):
        if "$" in value or "\n" in value:
            raise UsageError.at(value, "a workflow would not take this literally", "use no $ and no line break in it")
        if any("\ud800" <= one <= "\udfff" for one in value):
            raise UsageError.at(value, "a workflow cannot hold this: it is not UTF-8", "write it as UTF-8")
    text = resources.files("reconciler.templates").joinpath(template).read_text(encoding="utf-8")
    values = {"INSTALL": install, "PROFILE": profile}
    return re.sub('"@([A-Z]+)@"', lambda mark: json.dumps(values[mark[1]], ensure_ascii=False), text)
