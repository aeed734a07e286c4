"""A model's chat template, rendered as transformers renders it, and so vLLM too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

TEMPLATE_FILES = ("chat_template.jinja", "chat_template.json")
TOKENIZER_FILE = "tokenizer_config.json"
SPECIAL_TOKENS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
"""The special tokens that templates know by name."""
_END = "CONTINUE_FINAL_MESSAGE_TAG "
"""Follows the message to be continued, and marks where the prompt ends; transformers' own word, as templates see it."""


class ChatTemplate:
    """A template that turns messages into the text that a model continues."""

    def __init__(self, source: str, special_tokens: Mapping[str, str] | None = None):
        """special_tokens: by their names in templates. Raises jinja2's TemplateError for a template with mistakes."""
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
        )
        environment.filters["tojson"] = _tojson
        environment.globals.update(raise_exception=_raise, strftime_now=lambda form: datetime.now().strftime(form))
        self._template = environment.from_string(source)
        self._variables = {"tools": None, "documents": None, **(special_tokens or {})}

    @classmethod
    def of_folder(cls, folder: Path, source: str = "") -> ChatTemplate | None:
        """The template of a model's folder, or the given one with the folder's special tokens; None where there is none
        that can be read."""
        try:
            settings = _settings(folder / TOKENIZER_FILE)
            source = source or _source(folder, settings)
            known = {name: _token(settings[name]) for name in SPECIAL_TOKENS if settings.get(name) is not None}
            return cls(source, known) if source else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, TemplateError):
            return None

    def render(self, messages: Sequence[Mapping[str, Any]], *, continues: bool = False, **variables: Any) -> str:
        """The text of a chat, up to where the model answers; or, if it continues, to the end of the last message.

        variables: what the template is given besides. Raises whatever the template raises; ValueError where it drops
        the message to be continued.
        """
        given = {**self._variables, "add_generation_prompt": not continues, **variables}
        if not continues:
            return self._template.render(messages=messages, **given)
        last = messages[-1]
        marked = [*messages[:-1], {**last, "content": last["content"] + _END}]
        text = self._template.render(messages=marked, **given)
        if last["content"].strip() not in text or _END.strip() not in text:
            raise ValueError("the chat template drops the message that is to be continued")
        end = text.rindex(_END.strip())
        return text[:end] if text.startswith(_END, end) else text[:end].rstrip()


class _Generation(Extension):
    """The tag around what an assistant said, which changes no text."""

    tags = {"generation"}  # noqa: RUF012 (an instance variable to jinja2's types)

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        return nodes.Scope(parser.parse_statements(("name:endgeneration",), drop_needle=True), lineno=line)


def _settings(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _source(folder: Path, settings: Mapping[str, Any]) -> str:
    jinja, processor = (folder / name for name in TEMPLATE_FILES)
    if jinja.exists():
        return jinja.read_text(encoding="utf-8")
    found = _settings(processor).get("chat_template") or settings.get("chat_template") or ""
    if not isinstance(found, str):  # several by name
        found = {str(one["name"]): one["template"] for one in found}.get("default", "")
    return str(found)


def _token(given: Any) -> str:
    return given if isinstance(given, str) else str(given["content"])


def _tojson(value: Any, **how: Any) -> str:
    """JSON without the escapes for HTML that jinja2 writes."""
    return json.dumps(value, **{"ensure_ascii": False, **how})


def _raise(message: str) -> None:
    raise TemplateError(message)
