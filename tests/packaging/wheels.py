"""A package index on loopback, with wheels made of what is installed here."""

import base64
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from tests.serving import serving


def wheel(name: str, folder: Path) -> Path:
    """Make the wheel of an installed distribution anew; return its path."""
    found = distribution(name)
    info = next(str(file).partition("/")[0] for file in found.files or () if str(file).endswith(".dist-info/WHEEL"))
    tags = re.findall(r"^Tag: (\S+)", found.read_text("WHEEL") or "", re.MULTILINE)
    python, abi, platforms = zip(*(tag.split("-") for tag in tags), strict=True)
    tag = "-".join(".".join(dict.fromkeys(part)) for part in (python, abi, platforms))
    path = folder / f"{info.removesuffix('.dist-info')}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        rows = [_added(archive, file, content) for file, content in _contents(found, info)]
        record = io.StringIO()
        csv.writer(record, lineterminator="\n").writerows([*rows, (f"{info}/RECORD", "", "")])
        archive.writestr(f"{info}/RECORD", record.getvalue())
    return path


def _contents(found: Distribution, info: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files that came with the wheel: no scripts, no bytecode, nothing that pip wrote."""
    own = {f"{info}/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")}
    for file in found.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts and str(PurePosixPath(file)) not in own:
            yield str(PurePosixPath(file)), Path(str(file.locate())).read_bytes()


def _added(archive: zipfile.ZipFile, name: str, content: bytes) -> tuple[str, str, int]:
    archive.writestr(name, content)
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return name, f"sha256={digest}", len(content)


def _is_installed(name: str) -> bool:
    """Tell whether a distribution is here: with older versions of others it may not be needed."""
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


@contextmanager
def index(names: Iterable[str], folder: Path) -> Iterator[str]:
    """Serve the wheels of these distributions as a package index; give its address."""
    for name in filter(_is_installed, names):
        below = folder / "simple" / re.sub(r"[-_.]+", "-", name).lower()
        below.mkdir(parents=True)
        made = wheel(name, below)
        sha256 = hashlib.sha256(made.read_bytes()).hexdigest()
        (below / "index.html").write_text(f'<a href="{made.name}#sha256={sha256}">{made.name}</a>', encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            del arguments

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))) as port:
        yield f"http://127.0.0.1:{port}/simple/"
