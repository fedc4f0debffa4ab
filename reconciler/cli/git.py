"""Owns what git says: which commit a folder is at, and where it came from."""

import os
import re
import subprocess
from collections.abc import Sequence


def ask(*arguments: str) -> str | None:
    """Ask git; None where it has no answer: it is not there, or this is not its folder."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and paths come after `--`
            ["git", *arguments],  # noqa: S607 - git is found as the user finds it
            capture_output=True,
            check=True,
            timeout=10,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"},
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()


def commit_of(paths: Sequence[str]) -> str | None:
    """Give the commit that files are of; None outside of git, or where one of them is not as committed."""
    changed = ask("-c", "core.fsmonitor=false", "status", "--porcelain", "--ignored", "--", *paths)
    if changed is None:
        found = os.environ.get("GITHUB_SHA") or os.environ.get("CI_COMMIT_SHA") or ""
    else:
        found = "" if changed else ask("rev-parse", "HEAD") or ""
    return found if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", found) else None
