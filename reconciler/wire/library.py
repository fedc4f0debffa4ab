"""Owns the import of httpx without httpx's own command line.

Where click, rich and Pygments are installed, `import httpx` loads its command line with them, which takes as long as
the rest of it; httpx does without where that import fails, and None in `sys.modules` is Python's way to say so.
"""

import sys

_COMMAND_LINE = "httpx._main"

_unwanted = _COMMAND_LINE not in sys.modules
if _unwanted:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment] # documented: importing it fails now

import httpx  # noqa: E402 - that is the point

if _unwanted:
    del sys.modules[_COMMAND_LINE]

__all__ = ["httpx"]
