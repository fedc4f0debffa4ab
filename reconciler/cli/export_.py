"""Owns the command `export`."""

import click

from reconciler.cli.console import notice, result


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--json-resume", is_flag=True, help="As a JSON Resume (jsonresume.org).")
@click.option("--update", metavar="FILE", help="Write into this JSON Resume what the profile manages; the rest stays.")
@click.option("--name", metavar="NAME", help="The person's name: a résumé has one, and a profile has none.")
def command(profile: str, *, json_resume: bool, update: str | None, name: str | None) -> None:
    """Print the profile in another format.

    PROFILE is profile.yaml unless named. With --update a résumé that you have is changed in place, and keeps the name,
    the contacts and all that a profile does not manage. What does not fit is listed on standard error. Nothing is
    sent, no key is needed.
    """
    from reconciler.app.exports import export_resume, update_resume
    from reconciler.problem import UsageError
    from reconciler.profile.load import load
    from reconciler.render.data import visible_json
    from reconciler.render.terminal import visible

    if not json_resume:
        raise UsageError.at("", "a format is needed", "pass --json-resume")
    desired = load(profile).desired
    if update is not None:
        export = update_resume(update, desired, name)
        result(f"{'updated' if export.changed else 'nothing to change'}: {visible(update)}")
    else:
        export = export_resume(desired, name)
        result(visible_json(export.resume))
    for omission in export.omissions:
        notice(f"left out: {visible(omission.what)}: {visible(omission.why)}")
    for omission in export.lacking:
        notice(f"lacking: {visible(omission.what)}: {visible(omission.why)}")
