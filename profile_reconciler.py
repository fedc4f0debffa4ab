"""Start the command `reconciler`, or say why it cannot run here.

`reconciler` on package indexes is another project, with a folder of the same name. Installed into one environment, it
writes over this project's `reconciler/__init__.py`; this module lies outside of that folder, so that it can tell.
"""

import sys

EXIT_ERROR, EXIT_INTERRUPTED = 1, 130
OVERWRITTEN = """\
error: files of another package stand in place of this tool's own, in {folder}
That package is called `reconciler` on package indexes, and has nothing to do with this tool, `profile-reconciler`.
Install this tool anew, with pipx or in a virtual environment of its own.
"""
WINDOWS = """\
error: reconciler does not run on Windows itself, since it locks and writes its state as POSIX systems do.
Use the Windows Subsystem for Linux.
"""


def start() -> None:
    """Load the command line, run it and end the process."""
    if sys.platform == "win32":
        _refuse(WINDOWS)
    try:
        if not _is_whole():
            _refuse(OVERWRITTEN.format(folder=_folder()))
        from reconciler.cli.main import run

        run()
    except KeyboardInterrupt:  # also while it is loading
        sys.stderr.write("interrupted\n")
        sys.exit(EXIT_INTERRUPTED)


def _is_whole() -> bool:
    """Tell whether `import reconciler` gives this project's package; another's may not even load."""
    try:
        import reconciler
    except ImportError:
        return False
    return getattr(reconciler, "__distribution__", None) == "profile-reconciler"


def _folder() -> str:
    from importlib.util import find_spec

    try:
        spec = find_spec("reconciler")
    except (ImportError, ValueError):
        spec = None
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    return folders[0] if folders else "its folder"


def _refuse(message: str) -> None:
    sys.stderr.write(message)
    sys.exit(EXIT_ERROR)


if __name__ == "__main__":
    start()
