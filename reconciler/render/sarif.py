"""Owns problems as SARIF 2.1.0, which code scanning and editors read."""

import json
from collections.abc import Iterable
from urllib.parse import quote

from reconciler.problem import Problem
from reconciler.render.problems import capped
from reconciler.values import Plain

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULE = "profile"


def sarif_problems(problems: Iterable[Problem], warnings: Iterable[Problem], version: str) -> str:
    """Write problems and warnings as one run of this tool."""
    driver: dict[str, Plain] = {
        "name": "reconciler",
        "version": version,
        "rules": [{"id": RULE, "shortDescription": {"text": "What a profile may hold"}}],
    }
    results: list[Plain] = [_result(problem, "error") for problem in capped(problems)]
    results += [_result(warning, "warning") for warning in warnings]
    run: Plain = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(problem: Problem, level: str) -> Plain:
    said = f"{problem.message}; {problem.remedy}" if problem.remedy else problem.message
    text = f"{problem.address}: {said}" if problem.address else said
    found: dict[str, Plain] = {"ruleId": RULE, "level": level, "message": {"text": text}}
    if problem.file:
        place: dict[str, Plain] = {"artifactLocation": {"uri": quote(problem.file, errors="surrogateescape")}}
        if problem.line:
            place["region"] = {"startLine": problem.line, "startColumn": problem.column}
        found["locations"] = [{"physicalLocation": place}]
    return found
