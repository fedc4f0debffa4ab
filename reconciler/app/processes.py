"""Owns work on many profiles: one after the other, or by two processes where that is quicker; the results in order."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from reconciler.problem import ReconcilerError, traced_lines

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

MANY = 100  # profiles that are done before a second process is up
_AT_A_TIME = 25
_PROCESSES = 2
_PATIENCE = 2.0  # seconds that a process has to end what it is at, once nobody waits for it

T = TypeVar("T")


def in_order(work: Callable[[Sequence[str]], list[T]], paths: Iterable[str]) -> Iterator[T]:
    """Yield what some work makes of each path, in order; it is given some of them at a time, and can be pickled.

    It begins while paths still come. Raises ReconcilerError where the system ends a process.
    """
    coming = iter(paths)
    first = list(islice(coming, MANY + 1))
    if len(first) <= MANY:
        for path in first:
            yield from work((path,))
        return
    every = chain(first, coming)
    chunks = iter(lambda: tuple(islice(every, _AT_A_TIME)), ())
    results: list[T]
    with _working(work) as pipes:
        for results in _results_of(chunks, pipes):
            yield from results


def _results_of(chunks: Iterator[Sequence[str]], pipes: Sequence["Connection"]) -> Iterator[list[T]]:
    """Yield what comes of each chunk, in order; whoever is free is given the next before anything is yielded."""
    from multiprocessing.connection import wait

    numbered = enumerate(chunks)
    busy: dict[Connection, int] = {}
    done: dict[int, list[T]] = {}
    turn = 0
    free = pipes
    while True:
        for pipe, (number, chunk) in zip(free, numbered, strict=False):
            with _end_told():
                pipe.send(chunk)
            busy[pipe] = number
        while turn in done:
            yield done.pop(turn)
            turn += 1
        if not busy:
            return
        ready = wait(busy)
        free = [pipe for pipe in busy if pipe in ready]
        for pipe in free:
            done[busy.pop(pipe)] = _receive(pipe)


@contextmanager
def _working(work: Callable[[Sequence[str]], list[T]]) -> Iterator[list["Connection"]]:
    """Give a pipe to each of the processes that do some work; they end with the block.

    Each has a pipe of its own, the other end of which nobody else holds: so its end is seen, whatever it was at.
    """
    from multiprocessing import get_context
    from multiprocessing.resource_tracker import ensure_running

    spawn = get_context("spawn")
    begun: list[tuple[BaseProcess, Connection]] = []
    with _signals_held():  # this begins a process too, and lets signals in as it does
        ensure_running()
    try:
        with _signals_held():
            for _ in range(_PROCESSES):
                ours, theirs = spawn.Pipe()
                process = spawn.Process(target=_serve, args=(work, theirs))
                process.start()
                theirs.close()
                begun.append((process, ours))
        yield [pipe for _, pipe in begun]
    finally:
        with _signals_held():
            for _, pipe in begun:
                pipe.close()
            for ending, _ in begun:
                ending.join(_PATIENCE)
                ending.kill()
                ending.join()


def _receive(pipe: "Connection") -> list[T]:
    with _end_told():
        answer: list[T] | Exception = pipe.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


@contextmanager
def _end_told() -> Iterator[None]:
    """Raise ReconcilerError where the process at the other end of a pipe is gone."""
    try:
        yield
    except (EOFError, OSError) as error:
        message = "one of the processes that read profiles was ended by the system"
        raise ReconcilerError.at("", message, "see that there is enough memory, and run it again") from error


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


def _serve(work: Callable[[Sequence[str]], list[T]], pipe: "Connection") -> None:
    """Answer with what work makes of paths, or the error that it raises, until the other end is closed."""
    import hashlib  # noqa: F401 - for many digests, OpenSSL is worth its loading (`reconciler.digests`)
    from threading import Thread

    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, ConnectionError):
        while True:
            paths = pipe.recv()
            answer: list[T] | Exception
            try:
                answer = work(paths)
            except Exception as error:  # noqa: BLE001 - it is raised where the answer is received
                error.add_note(traced_lines(error))
                answer = error
            pipe.send(answer)


def _end_with_parent() -> None:
    """End this process, whatever it is at, where the one that began it is killed."""
    from multiprocessing import parent_process

    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
