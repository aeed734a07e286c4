"""The `prompt:` section: messages with their templates, tool calls among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llmrobust.chat_messages import CALLS, PART, TOOL, call_text
from llmrobust.errors import SuiteError
from llmrobust.prompt.template import Origin, Template
from llmrobust.request import Mode
from llmrobust.suitefile.paths import project_file
from llmrobust.suitefile.schema import MessageSection, PromptSection, TextFile, TextPart
from llmrobust.suitefile.suite import MessageTemplate
from llmrobust.suitefile.tools_section import call_of
from llmrobust.suitefile.validation import validated
from llmrobust.suitefile.yaml_source import Key, Source, read_text

PROMPT: Key = ("prompt",)
Texts = list[tuple[str, str | TextFile, Key, str]]
"""(role, text, its place, tool calls as text) of messages."""


class PromptReader:
    """Reads a prompt of a suite, at `key`; problems are noted in the source, files in `files`."""

    def __init__(self, source: Source, root: Path, files: list[Path], key: Key = PROMPT):
        self._source = source
        self._root = root
        self._files = files
        self._key = key

    def messages(self, value: Any) -> tuple[tuple[MessageTemplate, ...], Mode]:
        """The messages as templates, and whether they are a chat; none where there is a problem."""
        if value is None:
            return (), "chat"
        if isinstance(value, str):
            return self._templates([("user", value, self._key, "")]), "chat"
        if self._key != PROMPT and isinstance(value, dict) and "file" in value:
            return self._from_file(value), "chat"
        section = validated(PromptSection, value, self._source, self._key)
        if section is None:
            return (), "chat"
        given = [name for name in ("user", "messages", "completion") if getattr(section, name) is not None]
        beside = [name for name in ("system", "developer", "prefill") if getattr(section, name) is not None]
        if len(given) != 1 or (beside and given != ["user"]):
            message = "give the prompt as user (and system, prefill), as messages, or as completion"
            self._source.problem(message, self._source.at_key(self._key))
            return (), "chat"
        if section.completion is not None:
            if section.tools is not None or section.tool_choice is not None:
                self._source.problem(
                    "tools need a chat, but this prompt is a completion", self._source.at_key(self._key)
                )
            return self._templates([("user", section.completion, (*self._key, "completion"), "")]), "completion"
        if section.messages is not None:
            return self._templates(self._texts(section.messages)), "chat"
        named = (
            ("system", section.system, "system"),
            ("developer", section.developer, "developer"),
            ("user", section.user, "user"),
            ("assistant", section.prefill, "prefill"),
        )
        texts: Texts = [(role, text, (*self._key, key), "") for role, text, key in named if text is not None]
        return self._templates(texts), "chat"

    def _from_file(self, value: dict[str, Any]) -> tuple[MessageTemplate, ...]:
        """The user's message from a file, `{id: v2, file: ...}`."""
        file = validated(TextFile, value, self._source, self._key)
        return () if file is None else self._templates([("user", file, self._key, "")])

    def _texts(self, messages: Sequence[MessageSection]) -> Texts:
        if not messages:
            self._source.problem("messages is empty", self._source.at_value((*self._key, "messages")))
        found: Texts = []
        for i, message in enumerate(messages):
            found += self._message(message, (*self._key, "messages", i))
        if messages and messages[-1].tool_calls:
            place = (*self._key, "messages", len(messages) - 1)
            self._source.problem(
                "the last message calls tools, so the model has nothing to answer", self._source.at_key(place)
            )
        return found

    def _message(self, message: MessageSection, key: Key) -> Texts:
        role: str = message.role
        calls = ""
        for name, given, wanted in (
            ("tool_calls", message.tool_calls, "assistant"),
            ("tool_call_id", message.tool_call_id, TOOL),
        ):
            if given is not None and role != wanted:
                self._source.problem(f"{name} belongs to role: {wanted}", self._source.at_key((*key, name)))
                return []
        if message.tool_calls is not None:
            read = [call_of(self._source, one, (*key, "tool_calls", i)) for i, one in enumerate(message.tool_calls)]
            role, calls = CALLS, "\n".join(call_text(*call) for call in read if call is not None)
        elif message.tool_call_id:
            role = f"{TOOL}:{message.tool_call_id}"
        if message.content is None:
            if calls:
                return [(role, "", (*key, "content"), calls)]
            self._source.problem('the key "content" is missing', self._source.at_key(key))
            return []
        if isinstance(message.content, list):
            return self._parts(role, message.content, (*key, "content"), calls)
        return [(role, message.content, (*key, "content"), calls)]

    def _parts(self, role: str, parts: Sequence[TextPart], key: Key, calls: str) -> Texts:
        if not parts:
            self._source.problem("content has no parts", self._source.at_value(key))
        return [
            (role if i == 0 else role + PART, part.text, (*key, i, "text"), calls if i == 0 else "")
            for i, part in enumerate(parts)
        ]

    def _templates(self, texts: Texts) -> tuple[MessageTemplate, ...]:
        found = [(role, self._template(text, key, calls), calls) for role, text, key, calls in texts]
        return tuple(MessageTemplate(role, t, t.origin.path, calls) for role, t, calls in found if t is not None)

    def _template(self, text: str | TextFile, key: Key, calls: str) -> Template | None:
        try:
            if isinstance(text, str):
                if not text.strip() and not calls:
                    self._source.problem("the prompt is empty", self._source.at_value(key))
                    return None
                return Template(text, self._source.origin(key) if text else Origin(self._source.path), self._root)
            path = project_file(self._source, (*key, "file"), text.file, self._root)
            if path is None:
                return None
            self._files.append(path)
            content = read_text(path)
            if not content.strip():
                self._source.problem(f"the file {text.file} is empty", self._source.at_value((*key, "file")))
                return None
            return Template(content, Origin(path), self._root)
        except SuiteError as error:
            self._source.problems += error.diagnostics
            return None
