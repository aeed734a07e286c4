"""`prompt:`, or several of them under `prompts:`, each with an id; with the tools that belong to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.request import Mode
from llmrobust.suitefile.prompt_section import PROMPT, PromptReader
from llmrobust.suitefile.suite import MessageTemplate, ToolsSpec
from llmrobust.suitefile.tools_section import read_tools
from llmrobust.suitefile.validation import kind_of, shown
from llmrobust.suitefile.yaml_source import Key, Source

PROMPTS = "prompts"
EXAMPLE = "prompts: [{id: v1, user: ...}, {id: v2, file: prompts/v2.txt}]"
_ID = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class WrittenPrompt:
    """One prompt of a suite file. id: empty for the only one, under `prompt:`. files: that it was read from."""

    id: str
    messages: tuple[MessageTemplate, ...]
    mode: Mode
    tools: ToolsSpec | None
    files: tuple[Path, ...]


def read_prompts(source: Source, root: Path) -> list[WrittenPrompt]:
    """The prompts of a suite file; problems are noted in the source. At least one, though it may be empty."""
    raw = source.value
    if PROMPTS not in raw:
        if "prompt" not in raw:
            source.problem('the key "prompt" is missing', source.at_key(()))
        return [_read(source, root, "", raw.get("prompt"), PROMPT)]
    if "prompt" in raw:
        source.problem("prompt and prompts are both given", source.at_key((PROMPTS,)), "list all of them in prompts")
    entries = raw[PROMPTS]
    if not isinstance(entries, list) or not entries:
        found = "an empty list" if entries == [] else kind_of(entries)
        source.problem(f"prompts: must be a list of prompts, not {found}", source.at_value((PROMPTS,)), EXAMPLE)
        return [_read(source, root, "", None, PROMPT)]
    return [_read(source, root, name, entry, (PROMPTS, i)) for i, (name, entry) in enumerate(_named(source, entries))]


def _named(source: Source, entries: list[Any]) -> Iterator[tuple[str, Any]]:
    """Each entry with its id, or the problem with it; the id is no longer in the entry."""
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        key: Key = (PROMPTS, i)
        if not isinstance(entry, dict):
            source.problem(f"expected a prompt with an id, got {kind_of(entry)}", source.at_value(key), EXAMPLE)
            yield f"{i}", None
            continue
        name = entry.get("id")
        if "id" not in entry:
            source.problem('the key "id" is missing', source.at_value(key), EXAMPLE)
        elif not isinstance(name, str) or not _ID.fullmatch(name):
            message = f"id: must be letters, digits, dots, hyphens and underscores, not {shown(name)}"
            source.problem(message, source.at_value((*key, "id")))
        elif name in seen:
            source.problem(f'two prompts have the id "{name}"', source.at_value((*key, "id")))
        seen.add(str(name))
        yield str(name), {inner: value for inner, value in entry.items() if inner != "id"}


def _read(source: Source, root: Path, name: str, value: Any, key: Key) -> WrittenPrompt:
    files: list[Path] = []
    reader = PromptReader(source, root, files, key)
    messages, mode = reader.messages(value)
    return WrittenPrompt(name, messages, mode, read_tools(source, root, files, key), tuple(files))
