"""Owns how a command and a user's text are written, so that a shell or a reader takes them as one piece."""

import re
from collections.abc import Sequence

from reconciler.state.paths import state_path
from reconciler.values import canonical

_WORD = re.compile(r"[\w./+#-]+")


def command_line(words: Sequence[str], profile: str, state: str) -> str:
    """Return a command as it can be pasted into a shell; a `state` command names its profile and state if it must."""
    return " ".join(map(quoted, all_words(words, profile, state)))


def all_words(words: Sequence[str], profile: str, state: str) -> tuple[str, ...]:
    """Return all words of a command of ours, with the options that name its profile and state."""
    return ("reconciler", *words, *(options(profile, state) if words[0] == "state" else ()))


def options(profile: str, state: str) -> tuple[str, ...]:
    """Return the options that name a profile and its state, as far as they are not those that are taken unasked."""
    named = ("--profile", profile) if profile != "profile.yaml" else ()
    return (*named, "--state", state) if state != state_path(profile) else named


def quoted(text: str) -> str:
    """Write a text so that it can be pasted into a shell: it is one word there, and nothing more.

    A backtick would end the command in the sentence that it stands in; the shell knows it by its number, too.
    """
    import shlex

    if "`" not in text:
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("`", "\\x60")
    return f"$'{escaped}'"


def cited(text: str) -> str:
    """Write a user's text within a sentence of ours: a word as it is, all else between quotes, as JSON has them.

    So it does not read on as if it were ours; and it holds no backtick, between which commands stand.
    """
    return text if _WORD.fullmatch(text) else in_quotes(text)


def in_quotes(text: str) -> str:
    """Write a user's text between quotes, as JSON and YAML read it, without a backtick."""
    return canonical(text).replace("`", "\\u0060")
