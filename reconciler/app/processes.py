"""Owns work on many profiles: one after the other, or by two processes where that is quicker; the results in order."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from types import FrameType
from typing import TypeVar

from reconciler.problem import ReconcilerError

MANY = 100  # profiles that are done before a second process is up
_AT_A_TIME = 25
_PROCESSES = 2
_PATIENCE = 2.0  # seconds that a process which is to end has to hand over what it did

T = TypeVar("T")


def in_order(work: Callable[[Sequence[str]], list[T]], paths: Iterable[str]) -> Iterator[T]:
    """Yield what some work makes of each path, in order; it is given some of them at a time, and can be pickled.

    It begins while paths still come, and yields once all have come. Raises ReconcilerError where the system ends a
    process.
    """
    coming = iter(paths)
    first = list(islice(coming, MANY + 1))
    if len(first) <= MANY:
        for path in first:
            yield from work((path,))
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    every = chain(first, coming)
    chunks = iter(lambda: tuple(islice(every, _AT_A_TIME)), ())
    with _signals_held():  # this begins the process that clears away what the others share
        pool = ProcessPoolExecutor(_PROCESSES, get_context("spawn"), _live_with_parent)
    try:
        with _signals_held():  # each of these begins a process
            begun = [pool.submit(work, chunk) for chunk in islice(chunks, _PROCESSES)]
        following = pool.map(work, chunks)
        for results in chain((each.result() for each in begun), following):
            yield from results
    except BrokenProcessPool as error:
        message = "one of the processes that read profiles was ended by the system"
        raise ReconcilerError.at("", message, "see that there is enough memory, and run it again") from error
    finally:
        with _signals_held():  # what is at work is brought to its end: results cut short would be waited for, for ever
            pool.shutdown(cancel_futures=True)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let what is sent to all of a group wait, by a terminal or by what stops a service.

    Processes that are begun meanwhile begin so: none of them ever takes ^C, or is ended but by this one.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live_with_parent() -> None:
    """Leave it to the process that began this one when to end, and end where that one is killed."""
    import hashlib  # noqa: F401 - for many digests, OpenSSL is worth its loading (`reconciler.digests`)
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGTERM, _leave_soon)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    parent = parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    Thread(target=end, daemon=True).start()


def _leave_soon(number: int, frame: FrameType | None) -> None:
    """End this process, as where the other one was killed: but not while it hands over what it did."""
    del number, frame
    from threading import Timer

    leaving = Timer(_PATIENCE, os._exit, (1,))
    leaving.daemon = True
    leaving.start()
