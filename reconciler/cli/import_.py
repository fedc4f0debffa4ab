"""Owns the command `import`."""

import os
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import result

if TYPE_CHECKING:
    from reconciler.app.imports import Imported


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--account-id", required=True, metavar="ID", help="The account's id, as the API's dashboard shows it.")
@click.option("--linkedin-export", metavar="ZIP", help="LinkedIn's archive: Settings → Get a copy of your data.")
@click.option("--json-resume", metavar="FILE", help="A JSON Resume (jsonresume.org).")
@click.option("--record-as-live", is_flag=True, help="LinkedIn shows just what the JSON Resume holds: record it so.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def command(  # noqa: PLR0913 - its options
    profile: str,
    *,
    account_id: str,
    linkedin_export: str | None,
    json_resume: str | None,
    record_as_live: bool,
    form: str,
) -> None:
    """Write a first profile from what you have: LinkedIn's archive, or a JSON Resume.

    PROFILE is profile.yaml unless named. Nothing is sent, no key is needed, no file that exists is touched. The archive
    says what is live: a state records it, and the first plan finds nothing to change. A JSON Resume says what you want.
    """
    from reconciler.app.folder import accompany, make_folder
    from reconciler.app.imports import check_free, save
    from reconciler.cli.imported import as_json, report
    from reconciler.cli.init_ import tell
    from reconciler.problem import UsageError
    from reconciler.render.terminal import visible

    if not account_id.strip() or not account_id.isprintable():
        raise UsageError.at("--account-id", "this is not an account id", "give the one that the API's dashboard shows")
    _check_source(linkedin_export, json_resume, record_as_live=record_as_live)
    check_free(profile, account_id)
    imported = _imported(linkedin_export, json_resume, profile, account_id, live=record_as_live)
    make_folder(os.path.dirname(profile))
    paths = save(imported)
    beside = accompany(profile)
    if form == "json":
        result(as_json(imported, paths, beside))
        return
    for path in paths:
        result(f"wrote: {visible(path)}")
    tell(beside)
    for line in report(imported):
        result(line)


def _check_source(linkedin_export: str | None, json_resume: str | None, *, record_as_live: bool) -> None:
    from reconciler.problem import UsageError

    if (linkedin_export is None) == (json_resume is None):
        raise UsageError.at("", "one source is needed", "pass --linkedin-export ZIP or --json-resume FILE")
    if record_as_live and json_resume is None:
        message = "it goes with --json-resume: what the archive holds is live"
        raise UsageError.at("--record-as-live", message, "leave it out")


def _imported(
    linkedin_export: str | None, json_resume: str | None, profile: str, account_id: str, *, live: bool
) -> "Imported":
    from reconciler.app.imports import import_archive, import_resume

    if linkedin_export is not None:
        return import_archive(linkedin_export, profile, account_id)
    return import_resume(json_resume or "", profile, account_id, live=live)
