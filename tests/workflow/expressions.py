"""The part of GitHub's expressions that our workflows use."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(==|!=|&&|\|\||!|\(|\))|([A-Za-z_][\w.-]*)|(\S))")
_PYTHON = {"&&": " and ", "||": " or ", "!": " not ", "==": "==", "!=": "!=", "(": "(", ")": ")"}
_WORDS = {"true": "True", "false": "False", "null": "None"}

Status = Mapping[str, bool]


def evaluate(text: str, contexts: Mapping[str, Any], status: Status) -> Any:  # noqa: ANN401 - what the expression gives
    """Evaluate one expression, without its `${{ }}`; `status` answers success(), failure(), cancelled(), always()."""
    calls: dict[str, Callable[[], bool]] = {name: partial(bool, value) for name, value in status.items()}
    python = ""
    for quoted, operator, name, odd in _TOKEN.findall(text.strip()):
        assert not odd, f"the interpreter does not know {odd!r} in {text!r}"
        if quoted:
            python += repr(quoted[1:-1].replace("''", "'"))
        elif operator:
            python += _PYTHON[operator]
        elif name in calls:
            python += name
        else:
            python += _WORDS.get(name) or f"look({name!r})"
    scope = {"look": lambda name: look(name, contexts), "__builtins__": {}, **calls}
    return eval(python, scope)  # noqa: S307 - our own workflow's expression, taken apart above


def look(name: str, contexts: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Give what a dotted name stands for; "" where there is nothing, as GitHub does."""
    first, *rest = name.split(".")
    value: Any = contexts[first]  # a context that is not there is a mistake in the workflow
    for key in rest:
        value = value.get(key, "") if isinstance(value, dict) else ""
    return value


def filled(text: str, contexts: Mapping[str, Any], status: Status) -> str:
    """Put the values of `${{ }}` into a text."""

    def value(found: re.Match[str]) -> str:
        given = evaluate(found[1], contexts, status)
        if given is None:
            return ""
        return str(given).lower() if isinstance(given, bool) else str(given)

    return re.sub(r"\$\{\{(.*?)\}\}", value, text, flags=re.DOTALL)


def holds(condition: str | None, contexts: Mapping[str, Any], status: Status) -> bool:
    """Tell whether an `if:` lets a step or job run; without a status function, only after success."""
    if condition is None:
        return status["success"]
    text = condition.strip().removeprefix("${{").removesuffix("}}")
    asked = re.search(r"\b(success|failure|cancelled|always)\(", text)
    return bool(evaluate(text, contexts, status)) and (bool(asked) or status["success"])
