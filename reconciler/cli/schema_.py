"""Owns the command `schema`."""

import click

from reconciler.cli.console import result


@click.command()
def command() -> None:
    """Print the profile's JSON Schema.

    Editors that know the yaml-language-server line read it for hover and completion; `reconciler init`
    writes it beside a new profile.
    """
    from reconciler.profile.schema import schema_text

    result(schema_text().rstrip("\n"))
