"""Owns the command `import`."""

import os
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import Settings, result

if TYPE_CHECKING:
    from reconciler.importing.draft import Draft


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--account-id", required=True, metavar="ID", help="The account's id, as the API's dashboard shows it.")
@click.option("--linkedin-export", metavar="ZIP", help="LinkedIn's archive: Settings → Get a copy of your data.")
@click.option("--json-resume", metavar="FILE", help="A JSON Resume (jsonresume.org).")
@click.pass_obj
def command(
    settings: Settings, *, profile: str, account_id: str, linkedin_export: str | None, json_resume: str | None
) -> None:
    """Write a first profile and its state from what you have: LinkedIn's archive, or a JSON Resume.

    PROFILE is profile.yaml unless named. Nothing is sent, no key is needed, no file that exists is touched. All that
    is taken is recorded as live on LinkedIn, so the first plan finds nothing to change.
    """
    from reconciler.app.clock import now
    from reconciler.app.plans import prepare_all, read_profiles
    from reconciler.cli.imported import report
    from reconciler.cli.init_ import accompany, make_folder
    from reconciler.cli.plans import rendered
    from reconciler.importing.begin import beginning, check_free, save
    from reconciler.planning.planner import Options
    from reconciler.problem import UsageError
    from reconciler.render.terminal import visible

    if (linkedin_export is None) == (json_resume is None):
        raise UsageError.at("", "one source is needed", "pass --linkedin-export ZIP or --json-resume FILE")
    if not account_id.strip() or not account_id.isprintable():
        raise UsageError.at("--account-id", "this is not an account id", "give the one that the API's dashboard shows")
    check_free(profile, account_id)
    draft = _read(linkedin_export, json_resume)
    new = beginning(draft, profile, account_id, _as_of(linkedin_export or json_resume or ""))
    make_folder(os.path.dirname(profile))
    state = save(new, now())
    result(f"wrote: {visible(profile)}")
    result(f"wrote: {visible(state)}")
    accompany(profile)
    plans = [one.plan for one in prepare_all(read_profiles((profile,), None), None, Options())]
    result(rendered(plans, "text", settings, 0))
    for line in report(draft, new.profile, from_linkedin=linkedin_export is not None):
        result(line)


def _read(linkedin_export: str | None, json_resume: str | None) -> "Draft":
    if linkedin_export is not None:
        from reconciler.importing.linkedin import read_archive

        return read_archive(linkedin_export)
    from reconciler.importing.resume_in import read_resume

    return read_resume(json_resume or "")


def _as_of(source: str) -> str:
    """Give the time that the source's file has, as far as it can be: since then its values are known."""
    from datetime import UTC, datetime

    from reconciler.app.clock import now, written

    return min(written(datetime.fromtimestamp(max(os.stat(source).st_mtime, 0), UTC)), now())
