"""Owns where this tool comes from: what pip installs, on another machine, to get the same one."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import unquote, urlsplit

from reconciler import __distribution__, __version__
from reconciler.app import git
from reconciler.problem import UsageError

# Set to True when the distribution is on the package index. Until then its name must not be installed from there:
# whoever takes it first would be run.
PUBLISHED = False

_REMOTES = (
    r"https://(?:[^/@]*@)?(?P<web>[\w.-]+(?::[0-9]+)?)/",
    r"ssh://git@(?P<ssh>[\w.-]+)/",  # a port would be that of ssh, and tells nothing of the one on the web
    r"git@(?P<scp>[\w.-]+):/?",
)
_NAMED_TOOL = re.compile(rf"\s*{__distribution__}\s*(?:\[[\w, -]*\])?\s*@\s*", re.IGNORECASE)
_COMMIT = re.compile(r"git\+(?:https|ssh|file)://[^\s#]+@[0-9a-f]{40}(?:#\S+)?")
_ARCHIVE = re.compile(r"https://\S+#(?:\S+&)?sha256=[0-9a-f]{64}\S*")
_RELEASE = re.compile(rf"{__distribution__}==[\w.+!-]+")


def requirement() -> str | None:
    """Return what pip installs to get this very tool, by what it recorded of the installation (PEP 610).

    None where another machine could not get it: it came from a folder that is no clone of a repository on the web.
    """
    try:
        recorded = distribution(__distribution__).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    if recorded is None:
        return f"{__distribution__}=={__version__}" if PUBLISHED else None
    origin = json.loads(recorded)
    url = str(origin["url"])
    if "vcs_info" in origin:
        return f"{origin['vcs_info']['vcs']}+{url}@{origin['vcs_info']['commit_id']}"
    if url.startswith("file:"):
        return _of_clone(unquote(urlsplit(url).path))
    sha256 = origin.get("archive_info", {}).get("hashes", {}).get("sha256")
    return f"{url}#sha256={sha256}" if sha256 else None


def _of_clone(folder: str) -> str | None:
    url = git.ask(folder, "remote", "get-url", "origin") or ""
    commit = git.ask(folder, "rev-parse", "HEAD")
    found = re.fullmatch(rf"(?:{'|'.join(_REMOTES)})(?P<path>.+?)(?:\.git)?/?", url)
    if found is None or commit is None:
        return None
    return f"git+https://{found['web'] or found['ssh'] or found['scp']}/{found['path']}@{commit}"


def pinned(install: str) -> str:
    """Return a requirement without the distribution's name, if it can only ever mean one content. Raises UsageError."""
    url = _NAMED_TOOL.sub("", install, count=1)
    if _COMMIT.fullmatch(url) or _ARCHIVE.fullmatch(url) or (PUBLISHED and _RELEASE.fullmatch(url)):
        return url
    what = "it does not say one version for ever, or could be another project's of that name"
    remedy = "give git+https://HOST/PATH@COMMIT with the 40 digits of the commit, or https://…#sha256=DIGEST"
    raise UsageError.at(install, what, remedy)


def install_with(extra: str) -> str:
    """Return the command that installs this tool with one of its extras."""
    name = f"{__distribution__}[{extra}]"
    if PUBLISHED:
        return f"pip install '{name}'"
    url = requirement()
    return f"pip install '.[{extra}]' in a clone of it" if url is None else f"pip install '{name} @ {url}'"
