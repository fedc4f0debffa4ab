"""Owns the command `import`."""

import os

import click

from reconciler.cli.console import Settings, result, show_problems
from reconciler.cli.reading import Link, with_link


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option(
    "--account-id", default="", metavar="ID", help="Needed: the account's id, as the API's dashboard shows it."
)
@click.option("--live", is_flag=True, help="What LinkedIn shows now, read through the API; a key is needed.")
@click.option("--linkedin-export", metavar="ZIP", help="LinkedIn's archive: Settings → Get a copy of your data.")
@click.option("--json-resume", metavar="FILE", help="A JSON Resume (jsonresume.org).")
@click.option("--record-as-live", is_flag=True, help="LinkedIn shows just what the JSON Resume holds: record it so.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@with_link(Link)
@click.pass_obj
def command(  # noqa: PLR0913 - its options
    settings: Settings,
    *,
    profile: str,
    account_id: str,
    live: bool,
    linkedin_export: str | None,
    json_resume: str | None,
    record_as_live: bool,
    form: str,
    link: Link,
) -> None:
    """Write a first profile from what you have: LinkedIn itself, its archive, or a JSON Resume.

    PROFILE is profile.yaml unless named. Nothing is sent, and no file that exists is touched. LinkedIn and its archive
    say what is live: a state records it, and the first plan finds nothing to change. With both, the archive fills in
    what LinkedIn does not show. A JSON Resume says what you want.
    """
    from reconciler.app.folder import accompany, make_folder
    from reconciler.app.imports import check_free, first_plan, import_archive, import_live, import_resume, save_import
    from reconciler.cli.imported import import_json, import_report
    from reconciler.cli.init_ import tell, tell_workflows
    from reconciler.problem import UsageError
    from reconciler.profile.warnings import unlikely_id
    from reconciler.render.terminal import visible

    _check_source(linkedin_export, json_resume, live=live, record_as_live=record_as_live)
    if not account_id.strip() or not account_id.isprintable():
        wrong = "this is not an account id" if account_id else "the id of the account is missing"
        raise UsageError.at("--account-id", wrong, "give the one that the API's dashboard shows")
    check_free(profile, account_id)
    for warning in unlikely_id(account_id):
        show_problems((), (warning,), settings)
    if live:
        with link.reader(settings, account_id) as reader:
            imported = import_live(reader, linkedin_export, profile)
    elif linkedin_export is not None:
        imported = import_archive(linkedin_export, profile, account_id)
    else:
        imported = import_resume(json_resume or "", profile, account_id, live=record_as_live)
    plan = first_plan(imported)
    make_folder(os.path.dirname(profile))
    paths = save_import(imported)
    beside = accompany(profile)
    if form == "json":
        result(import_json(imported, plan, paths, beside))
        return
    for path in paths:
        result(f"wrote: {visible(path)}")
    tell(beside)
    tell_workflows(profile)
    for line in import_report(imported, plan):
        result(line)


def _check_source(linkedin_export: str | None, json_resume: str | None, *, live: bool, record_as_live: bool) -> None:
    from reconciler.problem import UsageError

    if (live or linkedin_export is not None) == (json_resume is not None):
        remedy = "pass --live, --linkedin-export ZIP or both, or --json-resume FILE"
        raise UsageError.at("", "one source is needed", remedy)
    if record_as_live and json_resume is None:
        message = "it goes with --json-resume: what LinkedIn and its archive show is live"
        raise UsageError.at("--record-as-live", message, "leave it out")
