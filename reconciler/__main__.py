"""Owns the start of the script and of `python -m reconciler`, also where a ^C ends it before all is loaded."""

import sys

EXIT_INTERRUPTED = 130


def start() -> None:
    """Load the command line, run it and end the process."""
    try:
        from reconciler.cli.main import run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    start()
