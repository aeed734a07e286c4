"""How requests are sent: sampling, structured outputs, and further fields of the body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote

from llmrobust.request import Mode, Sampling
from llmrobust.suitefile.data_files import Row
from llmrobust.suitefile.schema import OfField, SamplingSection, SuiteSection
from llmrobust.suitefile.suite import AnswerSpec, ToolsSpec, usual_max_tokens
from llmrobust.suitefile.tools_section import BadTools, openai_tools
from llmrobust.suitefile.validation import shown, validated
from llmrobust.suitefile.yaml_source import Source
from llmrobust.text.phrases import did_you_mean

OF_SUITE = ("tools", "tool_choice", "response_format", "structured_outputs")
"""Fields of a request's body that are keys of the suite."""
MADE = ("model", "messages", "prompt", "n", "stream", "logprobs", "continue_final_message", "add_generation_prompt")
"""Fields that are made from the suite."""
STRUCTURES = ("json", "regex", "choice", "grammar")


@dataclass(frozen=True, slots=True)
class Asked:
    """How every request of a suite is sent, as `Suite` has it."""

    sampling: Sampling
    extra: str
    template: str
    structured: str
    max_tokens_field: str | None


def read_request(source: Source, top: SuiteSection | None, sampling: Any, answer: AnswerSpec, mode: Mode) -> Asked:
    """The settings of requests; problems are noted in the source. top: the suite's section, None if it is invalid."""
    section = validated(SamplingSection, sampling, source, ("sampling",)) if sampling is not None else None
    section = section or SamplingSection()
    usual = usual_max_tokens(answer.check, after=answer.after, reasoning=bool(top and top.reasoning))
    given = section.max_tokens
    if section.logit_bias and answer.choices and answer.scoring == "logprobs":
        message = "logit_bias affects only generated text, which scoring: logprobs does not use; use scoring: text"
        source.problem(message, source.at_key(("sampling", "logit_bias")))
    if top is not None and top.reasoning and answer.scoring == "constrained":
        message = "scoring: constrained makes the model write a label at once, but with reasoning: true it thinks first"
        source.problem(message, source.at_key(("reasoning",)), "use scoring: auto, logprobs or text")
    values = section.model_dump(exclude={"max_tokens", "stop", "logit_bias"})
    return Asked(
        sampling=Sampling(
            **values,
            max_tokens=given if isinstance(given, int) else usual,
            stop=tuple(section.stop),
            logit_bias=tuple(sorted((int(token), bias) for token, bias in section.logit_bias.items())),
        ),
        extra=_body(source, "extra", top.extra if top else {}),
        template=_body(source, "chat_template_kwargs", top.chat_template_kwargs if top else {}),
        structured=_structured(source, top, answer, mode) if top else "",
        max_tokens_field=given.field if isinstance(given, OfField) else None,
    )


def fields_needed(
    source: Source, tools: ToolsSpec | None, max_tokens_field: str | None, rows: Sequence[Row]
) -> list[str]:
    """The fields that requests need of every example; one that no example has is a problem."""
    wanted = [("tools", tools.field if tools else None), ("max_tokens", max_tokens_field)]
    known = {name for row in rows for name in row.fields}
    found = []
    for what, name in wanted:
        if name is not None and known and name not in known:
            key = ("sampling", "max_tokens", "field") if what == "max_tokens" else ("tools", "field")
            key = key if key in source.values else ("prompt", *key)
            source.problem(f'{what}: no example has a field "{name}"', source.at_value(key), did_you_mean(name, known))
        elif name is not None:
            found.append(name)
    return found


def check_rows(source: Source, tools: ToolsSpec | None, max_tokens_field: str | None, rows: Sequence[Row]) -> None:
    """Notes the first example whose tools or limit of tokens cannot be sent."""
    for row in rows:
        problem = ""
        if tools and tools.field and row.fields.get(tools.field) is not None:
            try:
                openai_tools(row.fields[tools.field])
            except BadTools as error:
                problem = f"the tools of the example in row {row.position}: {error}"
        if max_tokens_field and row.fields.get(max_tokens_field) is not None:
            value = row.fields[max_tokens_field]
            if not (isinstance(value, int) or (isinstance(value, str) and value.isdecimal())) or int(value) < 1:
                problem = f"max_tokens of the example in row {row.position} must be at least 1, not {shown(value)}"
        if problem:
            source.problem(problem, row.location)
            return


def _structured(source: Source, top: SuiteSection, answer: AnswerSpec, mode: Mode) -> str:
    """`response_format` or `structured_outputs` as JSON, checked as far as it can be before anything is sent."""
    given = {name: getattr(top, name) for name in OF_SUITE[2:] if getattr(top, name) is not None}
    if not given:
        return ""
    (name, value), *more = given.items()
    problem = ""
    if more:
        problem = "give response_format or structured_outputs, not both"
    elif answer.choices and answer.scoring == "constrained":
        problem = f"{name} and scoring: constrained both restrict what may be written; remove one of them"
    elif name == "response_format":
        if mode == "completion":
            problem = "response_format is for chats; use structured_outputs"
        elif value.get("type") not in ("json_object", "json_schema", "text"):
            problem = "response_format: its type must be json_object, json_schema or text"
        elif value["type"] == "json_schema":
            schema = value.get("json_schema", {})
            problem = _schema_problem(schema.get("schema") if isinstance(schema, dict) else None)
    else:
        kinds = [kind for kind in STRUCTURES if kind in value]
        if len(kinds) != 1:
            problem = f"structured_outputs: give one of {', '.join(STRUCTURES)}"
        elif kinds == ["json"]:
            problem = _schema_problem(value["json"])
        elif kinds == ["regex"]:
            problem = _regex_problem(value["regex"])
        elif kinds == ["choice"] and not _are_texts(value["choice"]):
            problem = "structured_outputs: choice must be a list of texts"
        elif kinds == ["grammar"] and not isinstance(value["grammar"], str):
            problem = "structured_outputs: grammar must be a text"
    if problem:
        source.problem(problem, source.at_value((name,)))
        return ""
    return json.dumps({name: value}, sort_keys=True, ensure_ascii=False)


def _schema_problem(schema: Any) -> str:
    """Why a JSON Schema cannot be sent, or verified; empty if it can."""
    if not isinstance(schema, dict):
        return "the JSON Schema is missing: {type: json_schema, json_schema: {name: ..., schema: {type: object, ...}}}"
    if find_spec("jsonschema") is None:
        return "verifying answers against a JSON Schema needs jsonschema: pip install 'llmrobust[schema]'"
    import jsonschema

    if not isinstance(schema.get("$schema", ""), str):
        return "the JSON Schema is not valid: its $schema must be a text"
    try:
        json.dumps(schema, allow_nan=False)
        jsonschema.validators.validator_for(schema).check_schema(schema)
    except jsonschema.SchemaError as error:
        return f"the JSON Schema is not valid: {error.message}"
    except (TypeError, ValueError, RecursionError) as error:
        return f"the JSON Schema is not valid: {error}"
    unknown = next((ref for ref in _references(schema) if not _is_known(ref, schema)), "")
    return f'the JSON Schema is not valid: there is no "{unknown}" in it' if unknown else ""


def _references(value: Any) -> Iterator[str]:
    """Every `$ref` in a JSON Schema."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield value["$ref"]
    for one in inside:
        yield from _references(one)


def _is_known(reference: str, schema: Any) -> bool:
    """Whether a reference to a place in the schema leads to one; others are not followed."""
    if not reference.startswith("#/"):
        return True
    place = schema
    for step in unquote(reference[2:]).split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(place, list) and name.isdecimal() and int(name) < len(place):
            place = place[int(name)]
        elif isinstance(place, dict) and name in place:
            place = place[name]
        else:
            return False
    return True


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _regex_problem(pattern: Any) -> str:
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        return f"structured_outputs: the regex cannot be read: {error}"
    return ""


def _body(source: Source, key: str, fields: Mapping[str, Any]) -> str:
    """Fields of a request's body as JSON; those that the suite has a place for are mistakes."""
    for name in fields if key == "extra" else ():
        place = (
            "under sampling"
            if name in SamplingSection.model_fields and name != "logit_bias"
            else "a key of the suite"
            if name in OF_SUITE
            else "made from the suite"
            if name in MADE
            else ""
        )
        if place:
            source.problem(f"extra: {name} is {place}", source.at_key((key, name)))
    try:
        return json.dumps(dict(fields), sort_keys=True, allow_nan=False) if fields else ""
    except (TypeError, ValueError) as error:
        source.problem(f"{key}: is not valid JSON: {error}", source.at_key((key,)))
        return ""
