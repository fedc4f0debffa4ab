"""Owns where this tool came from: what pip installs, on another machine, to get the same one."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import unquote, urlsplit

from reconciler import __version__
from reconciler.app import git

_REMOTES = (
    r"https://(?:[^/@]*@)?(?P<web>[\w.-]+(?::[0-9]+)?)/",
    r"ssh://git@(?P<ssh>[\w.-]+)/",  # a port would be that of ssh, and tells nothing of the one on the web
    r"git@(?P<scp>[\w.-]+):/?",
)


def requirement() -> str | None:
    """Give the requirement of this very tool, by what pip recorded of its installation (PEP 610).

    None where another machine could not get it: it came from a folder that is no clone of a repository on the web.
    The bare name is never given: on an index that does not have this tool, it could be somebody else's.
    """
    try:
        recorded = distribution("reconciler").read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    if recorded is None:
        return f"reconciler=={__version__}"
    origin = json.loads(recorded)
    url = str(origin["url"])
    if "vcs_info" in origin:
        return f"reconciler @ {origin['vcs_info']['vcs']}+{url}@{origin['vcs_info']['commit_id']}"
    if url.startswith("file:"):
        return _of_clone(unquote(urlsplit(url).path))
    return f"reconciler @ {url}"


def _of_clone(folder: str) -> str | None:
    url = git.ask(folder, "remote", "get-url", "origin") or ""
    commit = git.ask(folder, "rev-parse", "HEAD")
    found = re.fullmatch(rf"(?:{'|'.join(_REMOTES)})(?P<path>.+?)(?:\.git)?/?", url)
    if found is None or commit is None:
        return None
    return f"reconciler @ git+https://{found['web'] or found['ssh'] or found['scp']}/{found['path']}@{commit}"
