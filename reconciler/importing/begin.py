"""Owns the first profile and the first state of a person: both are written or none, and neither over another file."""

import os
from dataclasses import dataclass

from reconciler.importing.draft import Draft
from reconciler.importing.write import profile_text
from reconciler.problem import ReconcilerError, StateError
from reconciler.profile.desired import Profile
from reconciler.profile.load import read_profile
from reconciler.safefile import SHARED, write_new
from reconciler.spec import MAX_PROFILE
from reconciler.state import transitions
from reconciler.state.applied import Applied, Sending
from reconciler.state.paths import state_path
from reconciler.state.storage import SaveError, locked, new_state, other_state, write

BY = "import"


@dataclass(frozen=True, slots=True)
class Beginning:
    """A profile file's content with what it means, and the state that says that all of it is live."""

    path: str
    content: bytes
    profile: Profile
    applied: Applied


def beginning(draft: Draft, path: str, account_id: str, as_of: str) -> Beginning:
    """Make what will be written; `as_of` is since when it is known to be live. Raises ReconcilerError."""
    content = profile_text(draft, account_id).encode()
    if len(content) > MAX_PROFILE:
        message = f"what was found makes a profile of {len(content):,} bytes, more than {MAX_PROFILE:,}"
        raise ReconcilerError.at(path, message, "is this your own?")
    profile = read_profile(content, path)
    applied = new_state(account_id)
    for address, one in profile.desired.wanted.items():
        applied = transitions.record(applied, address, Sending(one.value), as_of, BY)
    return Beginning(path, content, profile, applied)


def save(new: Beginning, now: str) -> str:
    """Write profile and state, and give the state's path.

    The state comes first: without it, everything in the profile would look as if it were still to be added.
    Raises StateError, LockedError, ReconcilerError; nothing is left behind then.
    """
    path = state_path(new.path)
    with locked(path, now):
        check_free(new.path, new.applied.account_id)
        try:
            write(path, new.applied)
        except SaveError as error:
            raise StateError.at(path, f"the state cannot be written: {error.reason}", error.remedy) from error
        try:
            _create(new.path, new.content)
        except BaseException:
            os.unlink(path)
            raise
    return path


def check_free(path: str, account_id: str) -> None:
    """Refuse where a profile or a state stands already, or the account has another state here. Raises StateError."""
    state = state_path(path)
    if os.path.lexists(path):
        raise StateError.at(
            path, "this file is there already, and an import overwrites nothing", "name another PROFILE"
        )
    if os.path.lexists(state):
        raise StateError.at(state, "there is a state already, and no profile", "take it away if it belongs to none")
    other = other_state(state, account_id)
    if other is not None:
        message = f"the account {account_id} has a state here already"
        raise StateError.at(other, message, "go on with the profile that it belongs to, or import in another folder")


def _create(path: str, content: bytes) -> None:
    try:
        write_new(path, content, SHARED)
    except OSError as error:
        raise ReconcilerError.unwritable(path, error) from error
