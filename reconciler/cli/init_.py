"""Owns the command `init`: the first files of a profile's folder."""

import os

import click

from reconciler.cli.console import notice, result

SCHEMA = "profile.schema.json"
IGNORED = ("*.state.json.lock", "*.rescue*.json", ".*.state.json.tmp")

STARTER = """\
# yaml-language-server: $schema=./profile.schema.json
#
# Your LinkedIn profile. `reconciler plan` shows what would change, `reconciler apply` changes it.
# What is not in this file is left alone: keep only what you want to manage here.
# "" clears a text. Taking a key out clears nothing, it ends the managing.

type: LINKEDIN

# The id of your connected LinkedIn account, as the API's dashboard shows it: replace it.
account_id: acc_replace_me

headline: Building things that last

summary: |
  Two or three paragraphs about what you do, and why.
  Line breaks are kept.

skills: [Writing, Project management]

# A picture is a path below this folder: JPEG, PNG, GIF or WebP.
# picture: me.jpg
# picture_settings: {filter: STUDIO}

# location: {id: "105015875", postal_code: "75001"} # ids and postal codes are text: quote them

# Each job has a key of your choice. Already on LinkedIn? Then give its id as well, or run
# `reconciler state accept experience.KEY` before the first apply: it would be added a second time.
# experience:
#   acme:
#     role: Founder
#     company: Acme
#     presence: REMOTE
#     seniority:
#       start_date: {month: 3, year: 2021}
#     description: |
#       What you did there.
#     skills: [Leadership]

# education:
#   college:
#     school: State College
#     degree: BSc
#     start_date: {month: 9, year: 2010}
#     end_date: {month: 6, year: 2013}

# custom_link: {type: WEBSITE, url: "https://example.com"}
"""


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--github", is_flag=True, help="Write workflows too: plan on pull requests, apply on merge.")
@click.option(
    "--gitlab", is_flag=True, help="Write pipelines too: plan on merge requests, apply by hand after the merge."
)
@click.option("--install", metavar="URL", help="What pip installs there: a URL at a commit; default: this very tool.")
def command(profile: str, *, github: bool, gitlab: bool, install: str | None) -> None:
    """Write a commented starter profile, with its schema beside it.

    PROFILE is profile.yaml unless named. Lines for git to ignore go to .gitignore. Workflows go to the root of the
    git repository. No file that exists is touched.
    """
    if install is not None and not (github or gitlab):
        raise click.UsageError("--install says what --github and --gitlab install: give one of them too")
    workflows = _workflows(profile, install, github=github, gitlab=gitlab)
    make_folder(os.path.dirname(profile))
    wrote = _write(profile, STARTER)
    accompany(profile)
    if workflows:
        _write_workflows(workflows, profile)
    if wrote:
        from reconciler.planning.quoting import quoted
        from reconciler.render.terminal import visible

        named = "" if profile == "profile.yaml" else f" {quoted(profile)}"
        steps = f"run `reconciler validate{named}` and `reconciler plan{named}`"
        result(f"next: put your account_id into it, then {visible(steps)}")


def accompany(profile: str) -> None:
    """Write what goes beside a profile, as far as it is not there: the schema, and lines for git to ignore."""
    from reconciler.profile.schema import schema_text

    folder = os.path.dirname(profile)
    _write(os.path.join(folder, SCHEMA), schema_text())
    ignore = os.path.join(folder, ".gitignore")
    if not _write(ignore, "".join(f"{line}\n" for line in IGNORED)) and (lacking := _lacking(ignore)):
        notice(f"add to it, each on its line: {' '.join(lacking)}")


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
    from reconciler.cli import workflows
    from reconciler.render.terminal import visible

    for path, text in texts.items():
        make_folder(os.path.dirname(path))
        if not _write(path, text):
            for line in workflows.to_add(path, profile):
                notice(visible(line))


def _lacking(ignore: str) -> list[str]:
    """Give the lines that an existing .gitignore does not hold."""
    from reconciler.safefile import open_regular

    try:
        with open(open_regular(ignore, follow=True), encoding="utf-8", errors="replace") as file:
            there = {line.strip() for line in file}
    except OSError:
        there = set()
    return [line for line in IGNORED if line not in there]


def make_folder(folder: str) -> None:
    """Make the folder of a profile. Raises ReconcilerError."""
    from reconciler.problem import ReconcilerError

    try:
        os.makedirs(folder or ".", exist_ok=True)
    except OSError as error:
        message = f"the folder cannot be made: {(error.strerror or '').lower()}"
        raise ReconcilerError.at(folder, message, "name a profile in a folder that exists") from error


def _write(path: str, text: str) -> bool:
    """Write a file that is not there yet, whole or not at all; tell whether it was written."""
    from reconciler.problem import ReconcilerError
    from reconciler.render.terminal import visible
    from reconciler.safefile import SHARED, write_new

    try:
        write_new(path, text.encode(), SHARED)
    except FileExistsError as error:
        if os.path.isdir(path):
            remedy = f"name a file in it, as {os.path.join(path, 'profile.yaml')}"
            raise ReconcilerError.at(path, "this is a folder", remedy) from error
        result(f"left as it is: {visible(path)}")
        return False
    except OSError as error:
        raise ReconcilerError.unwritable(path, error) from error
    result(f"wrote: {visible(path)}")
    return True
