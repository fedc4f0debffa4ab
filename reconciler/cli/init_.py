"""Owns the command `init`: the first files of a profile's folder."""

import os
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import notice, result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.app.folder import Written


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--github", is_flag=True, help="Write workflows too: plan on pull requests, apply on merge, read daily.")
@click.option(
    "--gitlab", is_flag=True, help="Write pipelines too: plan on merge requests, apply by hand after the merge."
)
@click.option("--install", metavar="URL", help="What pip installs there: a URL at a commit; default: this very tool.")
def command(profile: str, *, github: bool, gitlab: bool, install: str | None) -> None:
    """Write a commented starter profile, with its schema beside it.

    PROFILE is profile.yaml unless named. The starter manages nothing until you write it; `import` begins with what is
    on LinkedIn. Workflows go to the root of the git repository. No file that exists is changed, but for .gitignore and
    .gitattributes, which get the lines that they lack.
    """
    from reconciler.app.folder import FileChange, accompany, create, make_folder
    from reconciler.app.starter import STARTER

    if install is not None and not (github or gitlab):
        raise click.UsageError("--install says what --github and --gitlab install: give one of them too")
    workflows = _workflows(profile, install, github=github, gitlab=gitlab)
    make_folder(os.path.dirname(profile))
    starter = create(profile, STARTER)
    tell([starter, *accompany(profile)])
    _write_workflows(workflows, profile)
    if not workflows:
        tell_workflows(profile)
    if starter.change is FileChange.WROTE:
        _tell_next(profile)


def tell(files: "Sequence[Written]") -> None:
    """Say what became of each file, and what is to be done by hand about it."""
    from reconciler.app.folder import MERGE_DRIVER, FileChange
    from reconciler.render.terminal import visible

    for file in files:
        match file.change:
            case FileChange.WROTE:
                result(f"wrote: {visible(file.path)}")
            case FileChange.ADDED:
                result(f"added to {visible(file.path)}: {' · '.join(file.lines)}")
            case FileChange.KEPT:
                result(f"left as it is: {visible(file.path)}")
                if file.lines:
                    notice(f"add to {visible(file.path)}, each on its line: {' · '.join(file.lines)}")
    if any(os.path.basename(file.path) == ".gitattributes" and file.change is not FileChange.KEPT for file in files):
        result(f"run once in each clone, so that git merges states: {MERGE_DRIVER}")


def _tell_next(profile: str) -> None:
    from reconciler.quoting import as_argument, quoted
    from reconciler.render.terminal import visible

    named = "" if profile == "profile.yaml" else f" {quoted(as_argument(profile))}"
    result("next: you have a profile on LinkedIn already, and it manages nothing of it yet:")
    begin = f"`reconciler import --linkedin-export ZIP --account-id ID{named}`"
    result(f"  to begin with what is there, take this file away and run {visible(begin)};")
    steps = f"run `reconciler validate{named}` and `reconciler plan{named}`"
    result(f"  or put your account_id into it, write what you want to manage, then {visible(steps)}")


def _workflows(profile: str, install: str | None, *, github: bool, gitlab: bool) -> dict[str, str]:
    """Return the text of each workflow file that was asked for, by its path."""
    if not (github or gitlab):
        return {}
    from reconciler.app import origin
    from reconciler.cli import workflows

    install = origin.requirement() if install is None else origin.pinned(install)
    texts = workflows.texts(profile, install, github=github, gitlab=gitlab)
    if left := workflows.to_do(install):
        notice(left)
    return texts


def _write_workflows(texts: dict[str, str], profile: str) -> None:
    from reconciler.app.folder import FileChange, create, make_folder

    for path, text in texts.items():
        make_folder(os.path.dirname(path))
        workflow = create(path, text)
        tell([workflow])
        if workflow.change is FileChange.KEPT:
            _tell_to_add(path, profile)


def tell_workflows(profile: str) -> None:
    """Say what to add to the workflows around a profile, for them to know it."""
    from reconciler.cli.workflows import written_workflows

    for path in written_workflows(profile):
        _tell_to_add(path, profile)


def _tell_to_add(path: str, profile: str) -> None:
    from reconciler.cli.workflows import to_add
    from reconciler.render.terminal import visible

    for line in to_add(path, profile):
        notice(visible(line))
