"""Owns the command `export`."""

import click

from reconciler.cli.console import notice, result


@click.command()
@click.argument("profile", default="profile.yaml", metavar="[PROFILE]")
@click.option("--json-resume", is_flag=True, help="As a JSON Resume (jsonresume.org).")
def command(profile: str, *, json_resume: bool) -> None:
    """Print the profile in another format; PROFILE is profile.yaml unless named.

    What does not fit is listed on standard error. Nothing is sent, no key is needed.
    """
    from reconciler.importing.resume_out import resume_of
    from reconciler.problem import UsageError
    from reconciler.profile.load import load
    from reconciler.render.data import visible_json
    from reconciler.render.terminal import visible

    if not json_resume:
        raise UsageError.at("", "a format is needed", "pass --json-resume")
    resume, left = resume_of(load(profile).desired)
    result(visible_json(resume))
    for one in left:
        notice(f"left out: {visible(one.what)}: {visible(one.why)}")
