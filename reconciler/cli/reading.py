"""Owns what the commands that read LinkedIn share: their options, the connection, and one profile after the other."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct
from msgspec.structs import replace

from reconciler.cli.console import Settings, notice, show_problems
from reconciler.cli.options import with_options

if TYPE_CHECKING:
    from reconciler.app.refresh import See, Session
    from reconciler.profile.desired import Profile
    from reconciler.wire.connection import Connection
    from reconciler.wire.read import Reader

R = TypeVar("R")
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
LOOK_OPTIONS = (
    click.option("--linkedin-export", metavar="ZIP", help="Look at LinkedIn's archive instead: no key is needed."),
    click.option(
        "--made-on", metavar="DAY", help="When the archive was made, where nothing in it says so: 2026-01-31."
    ),
    *READ_OPTIONS,
)


class Link(Struct, frozen=True):
    """The connection, as the options of a command say it."""

    base_url: str | None
    api_key_file: str | None
    ca_bundle: str | None

    def connection(self) -> "Connection":
        """Return the connection. Raises WireError where there is no key, or the address is not safe."""
        from reconciler.wire.connection import connection

        return connection(self.base_url, self.api_key_file, self.ca_bundle, os.environ)

    @contextmanager
    def reader(self, settings: Settings, account_id: str) -> Iterator["Reader"]:
        """Hold what reads for an account while a block runs. Raises WireError."""
        from reconciler.wire.read import Reader
        from reconciler.wire.transport import Transport

        link = self.connection()
        with Transport(link.base_url, link.api_key, link.ca_bundle, debug=settings.verbose > 1) as transport:
            yield Reader(transport, link.api_key, account_id, sleep)


class ReadLink(Link, frozen=True):
    """The connection, and under which terms profiles are read; `pause` is in seconds."""

    again: bool
    pause: float

    @contextmanager
    def session(self, settings: Settings) -> Iterator["Session"]:
        """Hold the connection for the reads of one run. Raises WireError."""
        from reconciler.app.refresh import ReadTerms, Session

        terms = ReadTerms(again=self.again, pause=(self.pause / 2, self.pause * 3 / 2))
        with Session(self.connection(), terms, sleep, debug=settings.verbose > 1).opened() as session:
            yield session


class LookLink(ReadLink, frozen=True):
    """What a look goes through: the connection, or LinkedIn's archive."""

    linkedin_export: str | None
    made_on: str | None

    @contextmanager
    def seeing(self, profiles: Sequence["Profile"], settings: Settings) -> Iterator["See"]:
        """Hold what looks at these profiles while a block runs. Raises WireError, UsageError."""
        from reconciler.app.reads import look_at_archive
        from reconciler.problem import UsageError

        if self.linkedin_export is None:
            if self.made_on is not None:
                raise UsageError.at("--made-on", "it goes with --linkedin-export", "leave it out")
            with self.session(settings) as session:
                yield session.see
            return
        if len(profiles) > 1:
            raise UsageError.at(
                "--linkedin-export", "an archive is of one person, but there are several profiles", "name one"
            )
        seen = look_at_archive(self.linkedin_export, self.made_on)
        yield lambda *_: seen


def with_link(kind: type[Link]) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Return a decorator that gives a command the options of a link, and their values as the one parameter `link`."""
    options = {Link: CONNECTION_OPTIONS, ReadLink: READ_OPTIONS, LookLink: LOOK_OPTIONS}[kind]

    def decorate(command: Callable[..., R]) -> Callable[..., R]:
        @wraps(command)
        def call(*arguments: Any, **given: Any) -> R:  # noqa: ANN401 - those of any command
            link = kind(**{name: given.pop(name) for name in kind.__struct_fields__})
            return command(*arguments, **given, link=link)

        return with_options(options)(call)

    return decorate


def sleep(seconds: float) -> bool:
    """Wait, and go on."""
    time.sleep(seconds)
    return True


def for_each(profiles: Sequence["Profile"], act: Callable[["Profile"], T], settings: Settings) -> tuple[list[T], int]:
    """Do something for each profile, and count what failed; of several, one that fails does not stop the others.

    What the API says to all of them does: that it was read often enough, or refusals in a row for the key or the
    service.
    """
    from reconciler.problem import ReconcilerError
    from reconciler.wire.outcomes import REFUSALS
    from reconciler.wire.read import LimitedError, ReadError, RefusedError

    done: list[T] = []
    refused = 0
    for place, profile in enumerate(profiles, 1):
        try:
            done.append(act(profile))
            refused = 0
        except ReconcilerError as error:
            if len(profiles) == 1:
                raise
            named = [problem if problem.file else replace(problem, file=profile.path) for problem in error.problems]
            show_problems(named, error.warnings, settings)
            if isinstance(error, ReadError):  # else nothing was asked
                refused = refused + 1 if isinstance(error, RefusedError) else 0
            if isinstance(error, LimitedError) or refused == REFUSALS:
                _tell_of_unread(len(profiles) - place, refused)
                break
    return done, len(profiles) - len(done)


def _tell_of_unread(count: int, refused: int) -> None:
    """Say why the profiles that are left are not read."""
    if count:
        why = f"{refused} in a row were refused for the key or the service" if refused else "the API allows no more now"
        notice(f"stopped: {why}; {count} more {'is' if count == 1 else 'are'} not read")
