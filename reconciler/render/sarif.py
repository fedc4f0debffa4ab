"""Owns problems as SARIF 2.1.0, which code scanning and editors read."""

import json
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from msgspec import Struct

from reconciler.problem import Problem
from reconciler.render.problems import capped
from reconciler.values import Plain

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
PROFILE_RULE = "profile"
_LEVELS = {"error": "error", "warning": "warning", "off": "warning"}


class SarifRule(Struct, frozen=True):
    """What SARIF says of a rule: its id, what it finds, why that matters and who says so, and its default severity."""

    id: str
    finds: str
    help: str
    severity: str = "error"


_VALID = SarifRule(PROFILE_RULE, "What a profile may hold.", "The API takes nothing else.")


def sarif_problems(
    problems: Iterable[Problem], warnings: Iterable[Problem], version: str, rules: Sequence[SarifRule] = ()
) -> str:
    """Write problems and warnings as one run of this tool; `rules` are those that could have found the warnings."""
    known: list[Plain] = [_rule(rule) for rule in (_VALID, *rules)]
    driver: dict[str, Plain] = {"name": "reconciler", "version": version, "rules": known}
    results: list[Plain] = [_result(problem, "error") for problem in capped(problems)]
    results += [_result(warning, "warning") for warning in warnings]
    run: Plain = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: SarifRule) -> Plain:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.finds},
        "help": {"text": rule.help},
        "defaultConfiguration": {"enabled": rule.severity != "off", "level": _LEVELS[rule.severity]},
    }


def _result(problem: Problem, level: str) -> Plain:
    said = f"{problem.message}; {problem.way_out}" if problem.way_out else problem.message
    text = f"{problem.address}: {said}" if problem.address else said
    rule = problem.rule or PROFILE_RULE
    found: dict[str, Plain] = {"ruleId": rule, "level": level, "message": {"text": text}}
    if problem.file:
        place: dict[str, Plain] = {"artifactLocation": {"uri": quote(problem.file, errors="surrogateescape")}}
        if problem.line:
            place["region"] = {"startLine": problem.line, "startColumn": problem.column}
        found["locations"] = [{"physicalLocation": place}]
    return found
