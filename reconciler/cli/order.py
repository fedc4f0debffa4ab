"""Owns what the command line of an apply asks for, and what opens the connection and runs the hook that it names."""

import os
import subprocess
from collections.abc import Callable
from functools import cache

from msgspec import Struct

from reconciler.app.apply import Terms
from reconciler.planning.planner import Options
from reconciler.wire.connection import Connection, connection

STDERR = 2
Connect = Callable[[], Connection]
_SECRET = "POSTPRESS_API_KEY"  # noqa: S105 - the name of the variable


class Order(Struct, frozen=True):
    """What the command line asked for."""

    profiles: tuple[str, ...]
    options: Options
    terms: Terms
    state: str | None = None
    auto_approve: bool = False
    on_save: str | None = None
    as_json: bool = False
    detailed_exitcode: bool = False
    verify_after: float | None = None  # seconds; None: nothing is read back
    base_url: str | None = None
    api_key_file: str | None = None
    ca_bundle: str | None = None
    parallel: int = 1
    max_failures: int | None = None
    canary: int = 0
    report: str | None = None
    wait: bool = False
    wait_limit: float | None = None  # seconds; None: for ever

    @property
    def is_of_many(self) -> bool:
        """Tell whether anything is asked for that is for many profiles, though there may be only one."""
        return bool(self.parallel > 1 or self.max_failures or self.canary or self.report)


def link_of(order: Order) -> Connect:
    """Return what gives the connection, once there is a use for it; the key is read once, as its file may be a pipe."""
    return cache(lambda: connection(order.base_url, order.api_key_file, order.ca_bundle, os.environ))


def run_hook(command: str | None) -> str | None:
    """Run --on-save; return why what comes next may not be sent, or None. It is the user's own, and gets no key."""
    if command is None:
        return None
    environ = {name: value for name, value in os.environ.items() if name != _SECRET}
    try:
        done = subprocess.run(command, shell=True, stdout=STDERR, check=False, env=environ)  # noqa: S602 - the user's own
    except OSError as error:
        return f"--on-save cannot be started: {error.strerror}, so this was not sent"
    return None if done.returncode == 0 else f"--on-save exited {done.returncode}, so this was not sent"
