"""The JSON Schema of suite files, for editors."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args

from llmrobust.methods import METHODS
from llmrobust.operators import REGISTRY
from llmrobust.operators.operator import Operator
from llmrobust.operators.registry import OperatorRegistry
from llmrobust.suitefile.perturb_section import SHARE
from llmrobust.suitefile.schema import (
    MAY_BE_EMPTY,
    AnswerSection,
    FileData,
    GateSection,
    HubData,
    NamedPrompt,
    PromptSection,
    SamplingSection,
    Section,
    SuiteSection,
)
from llmrobust.suitefile.suite import CHECKS, FieldCheck

_PART = {"type": "number", "minimum": 0, "maximum": 1}
_SHARE = {
    "description": "With weights: traffic, the share of real inputs that has it, or [low, estimate, high].",
    "anyOf": [_PART, {"type": "array", "items": _PART, "minItems": 3, "maxItems": 3}],
}


def suite_json_schema(registry: OperatorRegistry = REGISTRY, checks: Collection[str] = CHECKS) -> dict[str, Any]:
    """The schema (draft 2020-12) of everything that the loader accepts; operators and their parameters included.

    checks: the names that `answer.check` may have.
    """
    definitions: dict[str, Any] = {}

    def defined(model: type[Section]) -> dict[str, Any]:
        schema = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(schema.pop("$defs", {}))
        definitions[model.__name__] = schema
        return {"$ref": f"#/$defs/{model.__name__}"}

    schema = SuiteSection.model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    gate = defined(GateSection)
    methods = schema["properties"]["methods"]
    scalar = {"type": ["string", "number", "boolean"]}
    answer = defined(AnswerSection)
    choices = definitions["AnswerSection"]["properties"]["choices"]
    letters = {"type": "string", "pattern": r"^([A-Z]\.\.[A-Z]|[a-z]\.\.[a-z]|\d{1,3}\.\.\d{1,3})$"}
    check = definitions["AnswerSection"]["properties"]["check"]
    check["anyOf"] = [{"type": "string", "enum": list(checks)}, {"type": "null"}]
    definitions["AnswerSection"]["properties"]["choices"] = {
        "description": choices["description"],
        "anyOf": [{"type": "array", "items": scalar}, letters],
    }
    fields = definitions["AnswerSection"]["properties"]["fields"]["additionalProperties"]
    short = {"enum": [*get_args(FieldCheck), None]}
    definitions["AnswerSection"]["properties"]["fields"]["additionalProperties"] = {"anyOf": [short, fields]}
    schema["properties"] |= {
        "prompt": {"anyOf": [{"type": "string"}, defined(PromptSection)]},
        "prompts": {
            "type": "array",
            "items": defined(NamedPrompt),
            "minItems": 1,
            "description": schema["properties"]["prompts"]["description"],
        },
        "examples": {
            "anyOf": [
                {"type": "array", "items": {"type": "object"}, "minItems": 1},
                defined(FileData),
                defined(HubData),
            ]
        },
        "answer": answer,
        "sampling": defined(SamplingSection),
        "perturb": {"type": "array", "items": _entry(registry, definitions)},
        "methods": {"type": "array", "items": _method_entry(), "description": methods["description"]},
        "gate": {
            "anyOf": [
                {"type": "object", "additionalProperties": gate},
                {"type": "array", "items": {"type": "object", "additionalProperties": gate, "maxProperties": 1}},
            ]
        },
    }
    for name in MAY_BE_EMPTY:
        schema["properties"][name] = {"anyOf": [schema["properties"][name], {"type": "null"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "oneOf": [{"required": ["prompt"]}, {"required": ["prompts"]}],
        "title": "llmrobust suite, version 1",
        "$defs": dict(sorted(definitions.items())),
    }


def _entry(registry: OperatorRegistry, definitions: dict[str, Any]) -> dict[str, Any]:
    """An entry of `perturb`: an operator's or family's name, or an operator with parameters."""
    operators = list(registry)
    names = sorted({operator.name for operator in operators} | set(registry.families()))
    properties = {operator.name: _params(operator, definitions) for operator in operators}
    for family in registry.families():
        properties.setdefault(family, {"type": ["object", "null"]})
    return _named_entry(names, properties)


def _method_entry() -> dict[str, Any]:
    """An entry of `methods`: a method's name, or a method with parameters."""
    properties = {}
    for method in METHODS:
        params = method.params.model_json_schema()
        params.pop("title", None)
        properties[method.name] = {"anyOf": [{**params, "description": method.summary}, {"type": "null"}]}
    return _named_entry(METHODS.names(), properties)


def _named_entry(names: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    """One of the names, or a mapping from one name to its parameters."""
    with_params = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [{"enum": names}, with_params]}


def _params(operator: Operator, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = operator.params.model_json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    for target, _ in operator.params.files.values():
        schema.get("properties", {}).pop(target, None)
        if target in schema.get("required", []):
            schema["required"].remove(target)
    schema.pop("title", None)
    if not operator.searched:
        schema.setdefault("properties", {})[SHARE] = _SHARE
    return {"anyOf": [{**schema, "description": operator.summary}, {"type": "null"}]}
