"""Runs the command line in forked children that kill themselves at the Nth call that reaches the system.

As a program it is a server on standard input and output: a JSON line asks for one run, a JSON line answers. It
forks from a process without threads, with everything imported, so that hundreds of kills take seconds.
"""

import builtins
import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

WHEN = ("before", "half", "after")  # half: of what was to be written or sent; else as `after`


class Killer:
    """Counts the calls that reach the system, and kills its process at one of them."""

    def __init__(self, at: int | None, when: str) -> None:
        self.at, self.when = at, when
        self.calls: list[str] = []

    def hit(self, name: str, call: Callable[[], Any], half: Callable[[], object] | None = None) -> Any:  # noqa: ANN401 - what the call gives
        self.calls.append(name)
        mine = len(self.calls) == self.at
        if mine and self.when == "before":
            _die()
        if mine and self.when == "half" and half is not None:
            half()
            _die()
        try:
            return call()
        finally:
            if mine:
                _die()

    def install(self) -> None:
        for module, name in (
            *((os, one) for one in ("fsync", "rename", "replace", "unlink", "ftruncate", "truncate", "link", "mkdir")),
            (socket.socket, "connect"),
            (socket.socket, "recv"),
            (socket.socket, "close"),
        ):
            self._wrap(module, name)
        for module, name, place in (
            (os, "write", 1),
            (os, "pwrite", 1),
            (socket.socket, "send", 1),
            (socket.socket, "sendall", 1),
        ):
            self._wrap(module, name, place)
        self._wrap_creation()
        self._wrap_files()

    def _wrap(self, module: Any, name: str, place: int | None = None) -> None:  # noqa: ANN401 - a module or a class
        real = getattr(module, name)

        def wrapped(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the call takes
            def half() -> None:
                assert place is not None
                given = memoryview(arguments[place])
                real(*arguments[:place], given[: len(given) // 2], *arguments[place + 1 :], **options)

            call: Callable[[], Any] = lambda: real(*arguments, **options)  # noqa: E731 - passed on
            return self.hit(name, call, half if place is not None else None)

        setattr(module, name, wrapped)

    def _wrap_creation(self) -> None:
        real = os.open

        def wrapped(path: Any, flags: int, *more: Any, **options: Any) -> int:  # noqa: ANN401 - as os.open
            if not flags & os.O_CREAT:
                return real(path, flags, *more, **options)
            found = self.hit("create", lambda: real(path, flags, *more, **options))
            assert isinstance(found, int)
            return found

        os.open = wrapped

    def _wrap_files(self) -> None:
        real = builtins.open
        killer = self

        class Writer(io.FileIO):
            def write(self, given: Any) -> int:  # noqa: ANN401 - as io
                def half() -> None:
                    io.FileIO.write(self, memoryview(given)[: len(given) // 2])

                return int(killer.hit("write", lambda: io.FileIO.write(self, given), half))

        def wrapped(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:  # noqa: ANN401 - as open
            if isinstance(file, int) and mode == "wb":
                return io.BufferedWriter(Writer(file, "wb"))
            return real(file, mode, *more, **options)

        builtins.open = wrapped


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def _child(order: dict[str, Any]) -> None:
    """Run one command line; the parent reads what it left."""
    from reconciler.cli.main import main

    os.chdir(order["folder"])
    os.environ.update(order["environ"])
    killer = Killer(order["at"], order["when"])
    out, err = io.StringIO(), io.StringIO()
    killer.install()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(order["arguments"])
    modules = [name for name in sys.modules if name.startswith(_WARM)]
    report = {"code": code, "calls": killer.calls, "out": out.getvalue(), "err": err.getvalue(), "modules": modules}
    descriptor = order["report"]
    for piece in range(0, len(text := json.dumps(report).encode()), 4096):
        _REAL_WRITE(descriptor, text[piece : piece + 4096])


_REAL_WRITE = os.write
_WARM = ("reconciler.", "httpx", "httpcore", "h11", "anyio", "deepdiff", "ruamel", "jsonschema", "rich")


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            with contextlib.suppress(BaseException):
                _child({**order, "report": writer})
            os._exit(0)
        os.close(writer)
        with open(reader, "rb") as pipe:
            text = pipe.read()
        _, status = os.waitpid(child, 0)
        answer = json.loads(text) if text else {"code": None, "calls": [], "out": "", "err": "", "modules": []}
        for name in answer.pop("modules"):
            with contextlib.suppress(ImportError):
                import_module(name)  # what one child needed, the next ones have
        answer["killed"] = os.WIFSIGNALED(status)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


@dataclass
class Ran:
    code: int | None
    calls: list[str]
    out: str
    err: str
    killed: bool


@dataclass
class Hand:
    """What a test holds of the server."""

    process: "subprocess.Popen[str]"
    folder: Path
    environ: dict[str, str]

    def run(self, *arguments: str, at: int | None = None, when: str = "before") -> Ran:
        order = {
            "folder": str(self.folder),
            "environ": self.environ,
            "arguments": list(arguments),
            "at": at,
            "when": when,
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return Ran(**json.loads(self.process.stdout.readline()))


@contextlib.contextmanager
def killing(folder: Path, base_url: str) -> Iterator[Hand]:
    environ = {"POSTPRESS_BASE_URL": base_url, "POSTPRESS_API_KEY": "pp_live_secret"}
    command = [sys.executable, "-m", "tests.reliability.killer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Hand(process, folder, environ)
        assert process.stdin is not None
        process.stdin.close()


if __name__ == "__main__":
    _serve()
