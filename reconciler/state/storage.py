"""Owns the state file on disk: read, lock, durable write, rescue. Nothing here follows a link."""

import errno
import fcntl
import json
import os
import stat
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from msgspec.structs import replace

from reconciler.problem import LockedError, StateError, to_write
from reconciler.safefile import IrregularError, LinkError, create_regular, open_regular, read_and_close, write_new
from reconciler.state.applied import Applied, Source
from reconciler.state.format import RECOVER, read_state, sealed
from reconciler.state.kinds import MAX_SERIAL
from reconciler.state.paths import rescue_path
from reconciler.values import Plain

MAX_BYTES = 64 * 1024 * 1024
_SYSTEM = ("/dev/", "/proc/", "/sys/")
_MEMORY = "/dev/shm/"  # noqa: S108 - a disk in memory, for any file
_MODE = 0o600
_POLL_SECONDS = 0.1
LOST_REMEDY = "see that nothing else touches the state while an apply runs, look at LinkedIn, and plan again"


class SaveError(Exception):
    """A state could not be written durably; `text` is what the file should hold."""

    def __init__(self, path: str, text: str, reason: str, remedy: str) -> None:
        """Take the state's path, its text, the system's reason and what to do about it."""
        super().__init__(f"{path}: {reason}")
        self.path, self.text, self.reason, self.remedy = path, text, reason, remedy


class LostError(SaveError):
    """A state was not written, since another process took its lock or wrote it."""


def load_state(path: str) -> Applied | None:
    """Return a state; None where its folder holds none. Raises StateError where it cannot be used.

    A folder that is not there is no first run but a slip: without its state, all of a profile would be sent anew.
    """
    _refuse_system(path)
    text = read_text(path)
    if text is None:
        _need_folder(path)
        return None
    return read_state(text, path)


def _refuse_system(path: str) -> None:
    """Refuse to keep a state among the system's own files, as beside a profile that is /dev/stdin."""
    folder = os.path.realpath(os.path.dirname(path) or ".")
    if f"{folder}/".startswith(_SYSTEM) and not f"{folder}/".startswith(_MEMORY):
        raise StateError.at(path, f"no state is kept in {folder}", "name a profile in a folder of yours, or --state")


def _need_folder(path: str) -> None:
    folder = os.path.dirname(path) or "."
    if "://" in path:
        raise StateError.at(path, "a state is a file, not an address on the web", "name a file")
    if not os.path.isdir(folder):
        raise StateError.at(path, f"there is no folder {folder}", "make it, or name another state")


def read_text(path: str, what: str = "a state file") -> str | None:
    """Return the text of a regular file that is no link; None where there is none. Raises StateError.

    `what` says which file is wanted there, in what to do about another one.
    """
    try:
        descriptor = open_regular(path, follow=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IrregularError as error:
        remedy = "name the file it points to" if isinstance(error, LinkError) else f"name {what}"
        raise StateError.at(path, f"this is {error.strerror}", remedy) from error
    except OSError as error:
        raise StateError.at(path, f"this file cannot be read: {error.strerror}", "make it readable") from error
    except ValueError as error:
        raise StateError.at(path, "this is not a path", f"name {what}") from error
    content = read_and_close(descriptor, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise StateError.at(path, f"this file is larger than {MAX_BYTES // 1024 // 1024} MiB", f"name {what}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StateError.at(
            path,
            f"this file cannot be used: it is not UTF-8 at byte {error.start}",
            f"save it as UTF-8, or name {what} that is; of a state, {RECOVER}",
        ) from error


def new_state(account_id: str) -> Applied:
    """Return the state of an account that nothing was applied to yet; its first write has serial 1."""
    return Applied(lineage=str(uuid.uuid4()), serial=0, write=str(uuid.uuid4()), account_id=account_id)


StatesIn = Callable[[str], Mapping[str, Sequence[str]]]


def states_in(folder: str) -> dict[str, list[str]]:
    """Return by account the paths of the states in a folder, sorted; none where the folder is not there."""
    found: dict[str, list[str]] = {}
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return found
    for name in names:
        path = os.path.join(folder, name)
        if name.endswith(".json") and isinstance(account := _account_of(path), str):
            found.setdefault(account, []).append(path)
    return found


def other_state(path: str, account_id: str, states: StatesIn = states_in) -> str | None:
    """Return another state of the same account in the same folder, where there is none at `path`; or None."""
    others = states(os.path.dirname(path)).get(account_id, ())
    return next((other for other in others if os.path.basename(other) != os.path.basename(path)), None)


def _account_of(path: str) -> Plain:
    """Return the account that a state file names, also where the rest of it is damaged; None for any other file."""
    try:
        value = json.loads(read_text(path) or "null")
    except (StateError, ValueError, RecursionError):
        return None  # another profile's state, and no concern of this one
    return value.get("account_id") if isinstance(value, dict) and value.keys() >= {"lineage", "serial"} else None


class Lock:
    """A state's lock that this process holds. It knows what this process last wrote or found under it."""

    def __init__(self, path: str, descriptor: int) -> None:
        """Take the path of the state and the open lock file."""
        self._path, self._descriptor = path, descriptor
        self._written: str | None = None
        self._text: str | None = None

    def lost(self, applied: Applied) -> str | None:
        """Return what another process did to the lock, or to the state since it was `applied`; None if nothing."""
        if not _is_at(self._descriptor, _lock_path(self._path)):
            return "its lock was removed meanwhile, so that another apply may be at work"
        try:
            text = read_text(self._path)
            if text is not None and text == self._text:
                return None  # what this process knows need not be parsed
            value = None if text is None else json.loads(text)
        except (StateError, ValueError, RecursionError):
            return "the file was replaced meanwhile by one that is no state"
        there = value.get("write", "") if isinstance(value, dict) else None if text is None else ""
        expected = {applied.write if applied.serial else None}  # nothing is written of a state that has just begun
        if there in expected | ({self._written} - {None}):
            return None
        return "the file was removed meanwhile" if there is None else "the file was changed meanwhile"

    def found(self, content: bytes) -> None:
        """Take what the file holds, where it is the state that this process goes on from."""
        self._text = content.decode("utf-8")

    def writing(self, write: str, text: str) -> None:
        """Take the `write` and text of a state about to be written: it may be in place even where that fails."""
        self._written, self._text = write, text


def write(path: str, applied: Applied, source: Source | None = None, *, lock: Lock | None = None) -> Applied:
    """Write the next state durably and return it: serial grown, `write` new, `source` as given.

    Raises SaveError; the file is then as it was, or already the new one. With a lock, also where another process
    has taken it or has written the state: the file is then that process's.
    """
    following, text = sealed(replace(applied, serial=applied.serial + 1, write=str(uuid.uuid4()), source=source))
    if lock is not None:
        lost = lock.lost(applied)
        if lost is not None:
            raise LostError(path, text, lost, LOST_REMEDY)
        lock.writing(following.write, text)
    if following.serial > MAX_SERIAL:
        raise SaveError(path, text, "its serial cannot grow any more", "give it a lower one")
    try:
        write_durably(path, text, mode_of(path))
    except OSError as error:
        raise SaveError(path, text, str(error.strerror or error), to_write(error)) from error
    return following


def mode_of(path: str) -> int:
    """Return the mode that a file has, or that a new one gets: a state is its owner's until that one says otherwise."""
    try:
        return stat.S_IMODE(os.stat(path, follow_symlinks=False).st_mode)
    except OSError:
        return _MODE


def write_durably(path: str, text: str, mode: int = _MODE) -> None:
    """Write a file by temporary file, fsync, rename, fsync of the folder. Raises OSError."""
    write_parts_durably(path, (text,), mode)


def write_parts_durably(path: str, texts: Iterable[str], mode: int = _MODE) -> None:
    """Write a file as `write_durably` does, of texts that are not held together. Raises OSError."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.tmp")
    _remove(temporary)
    descriptor = create_regular(temporary)
    try:
        with open(descriptor, "wb") as file:
            file.writelines(text.encode("utf-8") for text in texts)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.rename(temporary, path)
    except (OSError, UnicodeError):
        with suppress(OSError):
            _remove(temporary)
        raise
    _sync_folder(folder or ".")


def write_rescue(path: str, text: str) -> str | None:
    """Write a rescue file beside a state, under a name that is free; None where that is not possible either."""
    for number in range(1, 100):
        rescue = rescue_path(path, number)
        try:
            write_new(rescue, text.encode("utf-8"))
        except FileExistsError:
            continue
        except OSError:
            return None
        try:
            _sync_folder(os.path.dirname(rescue) or ".")
        except OSError:
            with suppress(OSError):
                _remove(rescue)
            return None
        return rescue
    return None


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems have no such thing as syncing a folder
            raise
    finally:
        os.close(descriptor)


@contextmanager
def locked(
    path: str,
    now: str,
    timeout: float = 0.0,
    waiting: Callable[[str], None] | None = None,
    pause: Callable[[float], bool] | None = None,
) -> Iterator[Lock]:
    """Hold a state's lock, which dies with the process; wait `timeout` seconds for it at most.

    `waiting` is told once who holds it; `pause` waits some seconds and tells whether to go on waiting.
    Raises LockedError, StateError where no lock file can be made.
    """
    lock = _lock_path(path)
    descriptor = _acquire(lock, path, timeout, waiting, pause)
    try:
        with suppress(OSError):  # who holds it is told to others as a courtesy: a full disk may keep it from them
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "since": now}).encode(), 0)
        yield Lock(path, descriptor)
    finally:
        with suppress(OSError):
            if _is_at(descriptor, lock):  # else it is another's
                _remove(lock)
        os.close(descriptor)


def lock_holder(path: str) -> str | None:
    """Return who holds a state's lock, as a process and since when; None where nobody does."""
    try:
        descriptor = open_regular(_lock_path(path), follow=False)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def _lock_path(path: str) -> str:
    return f"{path}.lock"


def _acquire(
    lock: str,
    path: str,
    timeout: float,
    waiting: Callable[[str], None] | None,
    pause: Callable[[float], bool] | None,
) -> int:
    end = time.monotonic() + timeout
    told = gone = False
    while True:
        descriptor = _open_lock(lock, path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(descriptor)
            os.close(descriptor)
            if time.monotonic() >= end or gone:
                raise LockedError.at(
                    path,
                    f"another apply holds this state: {holder}",
                    "wait until it is done; `reconciler apply --lock-timeout SECONDS` waits by itself",
                ) from None
            if waiting is not None and not told:
                waiting(holder)
            told = True
            seconds = min(_POLL_SECONDS, max(0.0, end - time.monotonic()))
            if pause is None:
                time.sleep(seconds)
            else:
                gone = not pause(seconds)
            continue
        except OSError as error:
            os.close(descriptor)
            raise StateError.at(
                path, f"the lock file {lock} cannot be locked: {error.strerror}", "keep the state on a local disk"
            ) from error
        if _is_at(descriptor, lock):
            return descriptor
        os.close(descriptor)


def _open_lock(lock: str, path: str) -> int:
    try:
        return open_regular(lock, os.O_RDWR | os.O_CREAT, follow=False)
    except IrregularError as error:
        raise StateError.at(path, f"the lock file {lock} is {error.strerror}", "remove it") from error
    except OSError as error:
        _need_folder(path)
        message = f"the lock file {lock} cannot be opened: {str(error.strerror).lower()}"
        raise StateError.at(path, message, "make the folder writable") from error


def _is_at(descriptor: int, lock: str) -> bool:
    """Tell whether the locked file is still the one of that name: its last holder may have removed it."""
    try:
        there = os.stat(lock, follow_symlinks=False)
    except FileNotFoundError:
        return False
    here = os.fstat(descriptor)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _holder(descriptor: int) -> str:
    try:
        value = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {int(value['pid'])}, since {str(value['since'])[:40]}"
    except (ValueError, KeyError, TypeError):
        return "a process that has just started"
