"""Owns how a command and a user's text are written, so that a shell or a reader takes them as one piece."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from reconciler.problem import Problem
from reconciler.state.paths import state_path
from reconciler.values import canonical

_WORD = re.compile(r"[\w./+#-]+")


def command_line(words: Sequence[str], profile: str, state: str) -> str:
    """Return a command as it can be pasted into a shell; it names its profile and state where it must."""
    return " ".join(map(quoted, all_words(words, profile, state)))


def all_words(words: Sequence[str], profile: str, state: str) -> tuple[str, ...]:
    """Return all words of a command of ours, with the options that name its profile and state."""
    named = options(profile, state)
    if words[0] not in ("state", "pull", "lookup"):  # all others take the profile as an argument
        named = (as_argument(profile), *named[2:]) if named[:1] == ("--profile",) else named
    return ("reconciler", *words, *named)


def with_command(problem: Problem, profile: str, state: str) -> Problem:
    """Return a problem whose remedy holds the command that it names, for this profile and state."""
    if not problem.command:
        return problem
    words = command_line(problem.command, profile, state)
    return replace(problem, remedy=f"{problem.remedy}: `{words}`", command=())


def as_argument(path: str) -> str:
    """Return a path as an argument of a command, which takes what begins with a dash for an option."""
    return f"./{path}" if path.startswith("-") else path


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
