"""Owns the workflow files that `init` writes: which, where, and what is filled in."""

import json
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import resources

from reconciler.digests import sha256
from reconciler.problem import ReconcilerError, UsageError

_FOR_GITHUB = {
    ".github/workflows/profile-plan.yml": "github/plan.yml",
    ".github/workflows/profile-apply.yml": "github/apply.yml",
    ".github/workflows/profile-read.yml": "github/read.yml",
    ".github/profile-requirements.txt": "requirements.txt",
}
_FOR_GITLAB = {
    ".gitlab/profile.gitlab-ci.yml": "gitlab/profile.yml",
    ".gitlab/profile-requirements.txt": "requirements.txt",
    ".gitlab-ci.yml": "gitlab/include.yml",
}
NOWHERE = f"git+https://example.invalid/say-where-the-tool-is@{'0' * 40}"
_NO_INSTALL = "to do: another machine cannot get this tool from where you have it; say after INSTALL where it can"


def texts(profile: str, install: str | None, *, github: bool, gitlab: bool) -> dict[str, str]:
    """Return the text of each workflow file that was asked for, by its path. Raises UsageError."""
    root = _root_of(profile)
    inside = os.path.relpath(os.path.abspath(profile), root)
    time = _time_to_read(profile)
    templates = {**(_FOR_GITHUB if github else {}), **(_FOR_GITLAB if gitlab else {})}
    return {
        os.path.relpath(os.path.join(root, path)): _filled(template, inside, install or NOWHERE, time)
        for path, template in templates.items()
    }


def to_do(install: str | None) -> str:
    """Return what is left to fill in by hand, or ""."""
    return "" if install else _NO_INSTALL


def to_add(path: str, profile: str) -> list[str]:
    """Return the lines that say what to add to a workflow file that was there already, for it to know a profile."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if os.path.basename(path) == ".gitlab-ci.yml":
        include = _template("gitlab/include.yml").rstrip()
        return [] if include.rpartition("- ")[2] in text else [f"add to {path}:", *include.splitlines()]
    inside = os.path.relpath(os.path.abspath(profile), _root_of(profile))
    patterns = list(_profiles(text))
    if not patterns or any(_covers(pattern, inside) for pattern in patterns):
        return []
    paths = _paths_of(inside)
    has_paths = "/workflows/" in path and re.search(r"^ *paths:", text, re.MULTILINE) is not None
    folder = f", and to its paths: {paths[0]}" if has_paths and paths[0] not in text else ""
    return [f"add to PROFILES in {path}, on a line of its own: {inside}{folder}"]


def outdated(profile: str) -> Iterator[str]:
    """Yield the workflow files around a profile that are there, and not as this version writes them."""
    for path, template in written_workflows(profile).items():
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if not _form_of(template).fullmatch(text):
            yield path


def written_workflows(profile: str) -> dict[str, str]:
    """Return the workflow files around a profile that are there, each with its template."""
    root = _root_of(profile)
    files = {os.path.relpath(os.path.join(root, path)): name for path, name in {**_FOR_GITHUB, **_FOR_GITLAB}.items()}
    return {path: name for path, name in files.items() if not name.endswith("include.yml") and os.path.isfile(path)}


def _form_of(template: str) -> re.Pattern[str]:
    """Return a pattern of every text that a template gives: what is filled in, and more profiles and paths, fit."""
    parts = re.split(r'"@[A-Z]+@"|@PROFILE@', _template(template))
    return re.compile("(?s:.{0,4000}?)".join(map(re.escape, parts)))


def _covers(pattern: str, profile: str) -> bool:
    """Tell whether a line of PROFILES stands for a profile: its path, a folder above it, or a pattern of either."""
    steps = [step for step in pattern.split("/") if step not in ("", ".")]
    names = profile.split("/")
    return any(_fits(steps, names[:count]) for count in range(len(names) + 1))


def _fits(steps: list[str], names: list[str]) -> bool:
    """Tell whether a pattern, step by step, fits a path, as a shell has it: `*` ends with its step, `**` does not."""
    if not steps or steps[0] != "**":
        rest = bool(steps and names) and fnmatchcase(names[0], steps[0]) and _fits(steps[1:], names[1:])
        return rest or not (steps or names)
    return any(_fits(steps[1:], names[count:]) for count in range(len(names) + 1))


def _profiles(text: str) -> Iterator[str]:
    """Yield the lines of the block PROFILES of a workflow file."""
    found = re.search(r"^( *)PROFILES: *\|-.*\n((?:\1 +.*\n)*)", text, re.MULTILINE)
    yield from (line.strip() for line in found[2].splitlines()) if found else ()


def _root_of(profile: str) -> str:
    """Return the folder that workflows belong to: the git repository's that holds a profile, else the current one."""
    folder = os.path.dirname(os.path.abspath(profile))
    while not os.path.exists(os.path.join(folder, ".git")):
        if folder == os.path.dirname(folder):
            return os.getcwd()
        folder = os.path.dirname(folder)
    return folder


def _paths_of(profile: str) -> list[str]:
    """Return the filter of what a profile's plan can depend on: all that lies in its folder, and how it is made."""
    folder = os.path.dirname(profile)
    if not re.fullmatch(r"[\w./ -]+", folder):  # none, or one with a character that a filter takes for a pattern
        return ["**", "!**.md"]
    return [f"{folder}/**", ".github/workflows/profile-*.yml", ".github/profile-requirements.txt"]


def _time_to_read(profile: str) -> str:
    """Return when LinkedIn is read each day, in cron's form: each account has an hour and minute of its own."""
    from reconciler.profile.load import load

    try:
        account_id = load(profile).desired.account_id
    except ReconcilerError:  # it is not there yet, or `validate` says what is wrong with it
        account_id = ""
    digest = sha256(account_id.encode()).digest()
    return f"{digest[1] % 60} {digest[0] % 24} * * *"


def _filled(template: str, profile: str, install: str, time: str) -> str:
    """Return a template's text for a profile, by its path from the root, for what pip installs and when it is read.

    JSON's strings and lists are YAML's; the profile is a line of a block. Raises UsageError for what a workflow cannot
    name.
    """
    if profile.startswith("../"):
        raise UsageError.at(profile, "the workflows' folder does not hold it", "run init where the repository begins")
    for value in (profile, install):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise UsageError.at(value, "a workflow cannot hold this: it is not UTF-8", "write it as UTF-8")
        if "$" in value or not value.isprintable() or value != value.strip():
            remedy = "use no $, no line break and no blanks at its ends"
            raise UsageError.at(value, "a workflow would not take this literally", remedy)
    values = {"INSTALL": install, "PATHS": _paths_of(profile), "CRON": time}

    def value_of(mark: re.Match[str]) -> str:
        return json.dumps(values[mark[1]], ensure_ascii=False) if mark[1] else profile

    return re.sub('"@([A-Z]+)@"|@PROFILE@', value_of, _template(template))


def _template(name: str) -> str:
    return resources.files("reconciler.templates").joinpath(name).read_text(encoding="utf-8")
