"""Owns what the commands that read LinkedIn share: their options, the connection, and one profile after the other."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from reconciler.cli.console import Settings, show_problems

if TYPE_CHECKING:
    from reconciler.app.refresh import Session
    from reconciler.profile.desired import Profile
    from reconciler.reading.seen import Seen
    from reconciler.state.applied import Applied

    See: TypeAlias = Callable[[Profile, Applied | None], Seen]

F = TypeVar("F", bound=Callable[..., object])
T = TypeVar("T")

CONNECTION_OPTIONS = (
    click.option("--base-url", metavar="URL", help="The API; default: POSTPRESS_BASE_URL, else the real one."),
    click.option("--api-key-file", metavar="FILE", help="Holds the key; default: POSTPRESS_API_KEY."),
    click.option("--ca-bundle", metavar="FILE", help="Trust these certificate authorities."),
)
READ_OPTIONS = (
    *CONNECTION_OPTIONS,
    click.option("--again", is_flag=True, help="Read also what was read less than ten minutes ago."),
    click.option(
        "--pause",
        type=click.FloatRange(min=0),
        default=40.0,
        show_default=True,
        metavar="SECONDS",
        help="Between two profiles wait about so long, at random; never on this machine itself.",
    ),
)


def with_options(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    """Return a decorator that gives a command several options, in this order."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


ARCHIVE_OPTIONS = (
    click.option("--linkedin-export", metavar="ZIP", help="Look at LinkedIn's archive instead: no key is needed."),
    click.option(
        "--made-on", metavar="DAY", help="When the archive was made, where nothing in it says so: 2026-01-31."
    ),
)


@contextmanager
def seeing(settings: Settings, linkedin_export: str | None, made_on: str | None, **options: Any) -> Iterator["See"]:  # noqa: ANN401 - those of reading_session
    """Hold what a look goes through while a block runs: the connection, or LinkedIn's archive."""
    if linkedin_export is None:
        if made_on is not None:
            from reconciler.problem import UsageError

            raise UsageError.at("--made-on", "it goes with --linkedin-export", "leave it out")
        with reading_session(settings, **options) as session:
            yield session.see
        return
    from reconciler.app.reads import look_at_archive

    seen = look_at_archive(linkedin_export, made_on)
    yield lambda *_: seen


@contextmanager
def reading_session(  # noqa: PLR0913 - the options of a read
    settings: Settings,
    base_url: str | None,
    api_key_file: str | None,
    ca_bundle: str | None,
    *,
    again: bool,
    pause: float,
) -> Iterator["Session"]:
    """Hold the connection for the reads of one run. Raises WireError."""
    from reconciler.app.refresh import ReadTerms, Session
    from reconciler.wire.connection import connection

    link = connection(base_url, api_key_file, ca_bundle, os.environ)
    terms = ReadTerms(again=again, pause=(pause / 2, pause * 3 / 2))
    with Session(link, terms, sleep, debug=settings.verbose > 1).opened() as session:
        yield session


def sleep(seconds: float) -> bool:
    """Wait, and go on."""
    time.sleep(seconds)
    return True


def for_each(profiles: Sequence["Profile"], act: Callable[["Profile"], T], settings: Settings) -> tuple[list[T], int]:
    """Do something for each profile, and count what failed; of several, one that fails does not stop the others."""
    from reconciler.problem import ReconcilerError
    from reconciler.wire.read import LimitedError

    done: list[T] = []
    for profile in profiles:
        try:
            done.append(act(profile))
        except ReconcilerError as error:
            if len(profiles) == 1:
                raise
            named = [problem if problem.file else replace(problem, file=profile.path) for problem in error.problems]
            show_problems(named, error.warnings, settings)
            if isinstance(error, LimitedError):
                break
    return done, len(profiles) - len(done)


def one_archive(profiles: Sequence["Profile"], linkedin_export: str | None) -> None:
    """Raise UsageError where an archive, which is of one person, is to be compared with several profiles."""
    if linkedin_export is not None and len(profiles) > 1:
        from reconciler.problem import UsageError

        raise UsageError.at(
            "--linkedin-export", "an archive is of one person, but there are several profiles", "name one"
        )
