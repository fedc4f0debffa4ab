"""Owns plans that wait for their turn: kept on disk, and taken back where nothing that they were made from changed.

Planning is what an apply of many profiles would do longest, and twice: before the question, and under the lock.
"""

import copyreg
import io
import os
import pickle
import tempfile
from contextlib import suppress
from types import MappingProxyType
from typing import IO, Any

from reconciler.app.fastpath import have_digests, read_bounded
from reconciler.app.plans import Prepared
from reconciler.digests import sha256
from reconciler.limits import MAX_PROFILE
from reconciler.problem import ReconcilerError
from reconciler.state.storage import MAX_BYTES, Lock

_ABSENT = "absent"
_TABLE = {**copyreg.dispatch_table, MappingProxyType: lambda mapping: (_read_only, (dict(mapping),))}


def _read_only(mapping: dict[Any, Any]) -> "MappingProxyType[Any, Any]":
    return MappingProxyType(mapping)


def packed(prepared: Prepared, state: str) -> bytes:
    """Return all of a profile and its plan, for this program alone; `state` is what `digest_of_state` gave before.

    Where the state was written while the plan was made, nothing is worth keeping.
    """
    if not state or digest_of_state(prepared.state_path) != state:
        return b""
    content = io.BytesIO()
    pickler = pickle.Pickler(content, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump((prepared, state))
    return content.getvalue()


def digest_of_state(path: str) -> str:
    """Return the digest of a state file, or that it is absent; an empty text where it cannot be read."""
    try:
        return sha256(read_bounded(path, MAX_BYTES, follow=False)).hexdigest()
    except FileNotFoundError:
        return _ABSENT
    except (OSError, ValueError):
        return ""


class KeptPlans:
    """Packed plans in a temporary file that has no name, so that nobody else can write it."""

    def __init__(self) -> None:
        """Begin without any."""
        self._file: IO[bytes] | None = None
        self._places: dict[str, tuple[int, int]] = {}
        self._length = 0

    def add(self, path: str, content: bytes) -> None:
        """Keep what is packed of the profile at a path. Raises ReconcilerError where the disk does not take it."""
        try:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            raise ReconcilerError.unwritable(f"a temporary file in {tempfile.gettempdir()}", error) from error
        self._places[path] = (self._length, len(content))
        self._length += len(content)

    def take(self, path: str, lock: Lock) -> Prepared | None:
        """Return what is kept of a profile, where nothing changed since; else None. Any thread may ask.

        The lock is that of its state, and is told what that holds.
        """
        if path not in self._places or self._file is None:
            return None
        begin, length = self._places[path]
        content = os.pread(self._file.fileno(), length, begin)
        found: tuple[Prepared, str] = pickle.loads(content)  # noqa: S301 - this process wrote it, and nobody else can
        return found[0] if _holds(*found, lock) else None

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            with suppress(OSError):  # what did not fit on the disk
                self._file.close()


def _holds(prepared: Prepared, state: str, lock: Lock) -> bool:
    """Tell whether profile, files and state are what a plan was made from."""
    profile = prepared.profile
    try:
        content = read_bounded(profile.path, MAX_PROFILE, follow=True)
        files = {path: facts.sha256 for path, facts in profile.desired.files.items()}
        if sha256(content).hexdigest() != profile.sha256 or not have_digests(profile.path, files):
            return False
        if state == _ABSENT:
            return not os.path.lexists(prepared.state_path)
        there = read_bounded(prepared.state_path, MAX_BYTES, follow=False)
        if sha256(there).hexdigest() != state:
            return False
        lock.found(there)
    except (OSError, ValueError):
        return False  # what is wrong is told where they are read anew
    return True
