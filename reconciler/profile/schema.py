"""Owns the profile's JSON Schema and what it decides of a document: the fence around jsonschema."""

import json
import os
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from reconciler.problem import Problem
from reconciler.profile.document import Document

if TYPE_CHECKING:
    from jsonschema import Draft7Validator

SCHEMA_NAME = "profile.schema.json"


def schema_text() -> str:
    """Return the profile's JSON Schema as it is published."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in (os.path.join(package, "schemas"), os.path.join(os.path.dirname(package), "schemas")):
        path = os.path.join(folder, SCHEMA_NAME)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return file.read()
    raise FileNotFoundError(SCHEMA_NAME)


def schema_problems(document: Document) -> Iterator[Problem]:
    """Return what the schema refuses of a document, in jsonschema's own words."""
    for error in _schema_validator().iter_errors(document.value):
        yield document.problem(tuple(error.absolute_path), f"the schema refuses this: {error.message:.200}")


@cache
def _schema_validator() -> "Draft7Validator":
    from jsonschema import Draft7Validator

    return Draft7Validator(json.loads(schema_text()))
