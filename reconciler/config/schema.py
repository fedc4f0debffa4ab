"""Owns the JSON Schema of `reconciler.toml`, which editors read: it follows from the declared tables."""

from reconciler.config.declare import Setting, Takes, settings_of
from reconciler.config.tables import Tables
from reconciler.values import Members, Plain

_JSON_TYPES = {Takes.INTEGER: "integer", Takes.NUMBER: "number", Takes.BOOLEAN: "boolean"}


def config_schema() -> Members:
    """Return the schema of the whole file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "reconciler.toml",
        "description": "What a repository sets for `reconciler`.",
        **_table(Tables),
    }


def _table(declared: type) -> Members:
    properties: Members = {name: _setting(setting) for name, setting in settings_of(declared).items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _setting(setting: Setting) -> Members:
    said: Members = {"description": setting.description}
    if setting.takes is Takes.TABLE:
        assert setting.table is not None
        return {**said, **_table(setting.table)}
    if setting.takes is Takes.CHOICES:
        choice = _text_schema(setting)
        below: Members = dict.fromkeys(setting.keys, choice)
        return {**said, "type": "object", "additionalProperties": False, "properties": below}
    if setting.takes is Takes.TEXTS:
        return {**said, "type": "array", "minItems": 1, "items": _text_schema(setting)}
    if setting.takes is Takes.TEXT:
        return {**said, **_text_schema(setting)}
    bounds: Members = {}
    if setting.bounds is not None:
        bounds = {"minimum": setting.bounds[0], "maximum": setting.bounds[1]}
    return {**said, "type": _JSON_TYPES[setting.takes], **bounds}


def _text_schema(setting: Setting) -> Members:
    choices: list[Plain] = [*setting.choices]
    return {"enum": choices} if choices else {"type": "string", "minLength": 1}
