"""Owns the look at a set-up: what stands between a person and a working plan, apply and read."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, distribution

from msgspec import Struct

from reconciler import __version__
from reconciler.app.git import Unkept, unkept
from reconciler.app.plans import find_state
from reconciler.problem import ReconcilerError
from reconciler.profile.desired import Profile
from reconciler.profile.load import load
from reconciler.quoting import command_line
from reconciler.reading.owner import check_owner, owner_from_answer
from reconciler.reading.seen import ASKED, shows_no_section
from reconciler.reading.shape import settled, shape
from reconciler.state.applied import Applied
from reconciler.state.paths import state_path
from reconciler.state.queries import in_doubt
from reconciler.state.storage import lock_holder
from reconciler.values import Plain, members
from reconciler.wire.connection import Connection
from reconciler.wire.read import Reader
from reconciler.wire.transport import Transport


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Check(Struct, frozen=True):
    """One thing that was looked at: what it is, how it is, and what to do about it."""

    name: str
    level: Level
    said: str
    remedy: str = ""


def examine(
    path: str, state: str | None, connect: Callable[[], Connection], outdated: Callable[[str], Iterable[str]]
) -> Iterator[Check]:
    """Look at everything, one after the other; nothing is sent, and LinkedIn is not read.

    `outdated` returns the workflow files around a profile that another version of the tool wrote.
    """
    yield Check("version", Level.OK, f"reconciler {__version__}")
    yield from _package()
    profile, found = _profile_check(path)
    yield found
    if profile is not None:
        yield from _state_checks(profile, state)
    for workflow in outdated(path):
        remedy = "write it anew with `reconciler init` in an empty folder, and compare"
        yield Check("workflow", Level.WARNING, f"{workflow}: this version writes it otherwise", remedy)
    yield from _api(profile, connect)


def _package() -> Iterator[Check]:
    """Tell where another package is installed that has a folder of the same name."""
    try:
        other = distribution("reconciler")
    except PackageNotFoundError:
        return
    remedy = "install this tool into a virtual environment of its own, or with pipx"
    said = f"another project's package is here too, reconciler {other.version}, with a folder of the same name"
    yield Check("package", Level.ERROR, said, remedy)


def _profile_check(path: str) -> tuple[Profile | None, Check]:
    try:
        profile = load(path)
    except ReconcilerError as error:
        said = f"{path}: {len(error.problems)} {'problem' if len(error.problems) == 1 else 'problems'}"
        return None, Check("profile", Level.ERROR, said, f"run `{command_line(('validate',), path, state_path(path))}`")
    return profile, Check("profile", Level.OK, f"{path}: valid")


def _state_checks(profile: Profile, state: str | None) -> Iterator[Check]:
    try:
        path, applied = find_state(profile, state)
    except ReconcilerError as error:
        problem = error.problems[0]
        yield Check("state", Level.ERROR, f"{problem.file}: {problem.message}", problem.way_out)
        return
    if applied is None:
        remedy = f"`{command_line(('refresh',), profile.path, path)}` records what is there"
        yield Check("state", Level.WARNING, f"{path}: there is none, so nothing is known to be live", remedy)
        return
    yield Check("state", Level.OK, f"{path}: serial {applied.serial}{_written_by(applied)}")
    doubtful = in_doubt(applied)
    if doubtful:
        remedy = "`reconciler refresh` settles what LinkedIn shows, `reconciler state resolve` what you say"
        yield Check("state", Level.WARNING, f"in doubt: {', '.join(doubtful)}", remedy)
    yield from _git(path)
    holder = lock_holder(path)
    if holder is not None:
        yield Check("lock", Level.WARNING, f"another run holds the state: {holder}", "wait until it is done")


def _written_by(applied: Applied) -> str:
    version = applied.source.tool_version if applied.source is not None else None
    return f", of reconciler {version}" if version is not None and version != __version__ else ""


def _git(path: str) -> Iterator[Check]:
    said = {
        Unkept.CHANGED: ("it is not as committed", "commit it"),
        Unkept.IGNORED: ("git ignores it, and the next machine will not have it", "take its line out of .gitignore"),
        Unkept.BEHIND: ("the upstream branch has a newer one", "pull before the next apply"),
    }
    for why in unkept(path):
        text, remedy = said[why]
        yield Check("git", Level.WARNING, f"{path}: {text}", remedy)


def _api(profile: Profile | None, connect: Callable[[], Connection]) -> Iterator[Check]:
    try:
        link = connect()
    except ReconcilerError as error:
        for problem in error.problems:
            said = f"{problem.file}: {problem.message}" if problem.file else problem.message
            yield Check("api", Level.ERROR, said, problem.way_out)
        return
    yield Check("api", Level.OK, f"{link.base_url}, with a key")
    if profile is None:
        return
    try:
        with Transport(link.base_url, link.api_key, link.ca_bundle) as transport:
            answer = Reader(transport, link.api_key, profile.desired.account_id, _no_pause).account().value
    except ReconcilerError as error:
        problem = error.problems[0]
        yield Check("account", Level.ERROR, problem.message, problem.way_out)
        return
    yield from _sources(answer.get("sources"))


def _sources(sources: Plain) -> Iterator[Check]:
    statuses = [members(source).get("status") for source in sources] if isinstance(sources, list) else []
    known = [status for status in statuses if status in _STATUSES]
    if not known:
        yield Check(
            "account", Level.WARNING, "the API does not say whether the account is connected", "look at postpress"
        )
    for status in known:
        said, remedy = _STATUSES[str(status)]
        yield Check("account", Level.OK if status == "OK" else Level.ERROR, said, remedy)


_STATUSES = {
    "OK": ("the account is connected", ""),
    "STOPPED": ("the account's connection was stopped", "start it at postpress"),
    "ERROR": ("the account's connection has an error", "reconnect the account at postpress"),
    "CREDENTIALS": ("the account's credentials are no longer right", "reconnect the account at postpress"),
    "PERMISSIONS": ("the account's connection lacks permissions", "reconnect the account at postpress"),
    "CONNECTING": ("the account is being connected", "wait, and look again"),
}


def _no_pause(_: float) -> bool:
    return False


def shape_of_read(reader: Reader) -> Iterator[str]:
    """Give the shape of one read of the account owner's profile, and what it settles. Raises ReconcilerError."""
    me = reader.owner().value
    owner = owner_from_answer(me)
    reader.transport.identifiers += [text for text in (owner.identifier, owner.provider_id) if text]
    answer = reader.profile(owner.identifier, ASKED).value
    joined = shows_no_section(answer)
    if joined:
        answer = reader.profile(owner.identifier, ASKED, joined=True).value
    check_owner(answer, owner)
    yield "GET /users/me"
    yield from (f"  {line}" for line in shape(me))
    yield "GET /users/{identifier}"
    yield from (f"  {line}" for line in shape(answer))
    yield "what this settles"
    yield from (f"  {line}" for line in settled(answer, joined=joined))
