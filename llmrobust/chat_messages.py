"""Messages as they are sent: what of a request are tools, tool calls, results of tools, and parts of a message.

A request is a list of (role, text) pairs, which is what operators edit and reports show. What the OpenAI API writes in
other fields than `content` has a role of its own here:

    tools              JSON list of tools, sent as `tools`
    tool_choice        JSON, sent as `tool_choice`
    assistant:calls    text and <tool_call> blocks, sent as `content` and `tool_calls`
    tool, tool:ID      what a tool answered, to the call of that id
    ROLE+              a further part of the message before it
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from llmrobust.request import Request

TOOLS, TOOL_CHOICE, CALLS, TOOL = "tools", "tool_choice", "assistant:calls", "tool"
SETTINGS = (TOOLS, TOOL_CHOICE)
"""Roles that stand for fields of the request and not for messages."""
PART = "+"
_BLOCK = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)


def call_text(name: str, arguments: Any, call_id: str = "") -> str:
    """A call as text: <tool_call>{"name": ..., "arguments": ...}</tool_call>. arguments: an object, or a text as a
    model wrote it that is no JSON."""
    call = {"name": name, "arguments": arguments, **({"id": call_id} if call_id else {})}
    return f"<tool_call>{json.dumps(call, ensure_ascii=False)}</tool_call>"


def calls_of_message(message: Any) -> list[str]:
    """The tool calls of a message in the OpenAI API's form, each as text; arguments that are no JSON stay a text."""
    given = message.get("tool_calls") or []
    if not given and message.get("function_call"):
        given = [{"function": message["function_call"]}]
    found = []
    for call in given:
        function = call.get("function") or call
        arguments = function.get("arguments")
        if isinstance(arguments, str):
            with contextlib.suppress(ValueError):
                arguments = json.loads(arguments)
        found.append(call_text(str(function.get("name", "")), arguments))
    return found


def tools_of(request: Request) -> list[dict[str, Any]]:
    """The tools that are sent, in the OpenAI API's form; empty without any."""
    text = _setting(request, TOOLS)
    found: list[dict[str, Any]] = json.loads(text) if text else []
    return found


def tool_choice_of(request: Request) -> Any:
    """What `tool_choice` is sent as; None if it is not sent."""
    text = _setting(request, TOOL_CHOICE)
    return json.loads(text) if text else None


def sent_messages(request: Request) -> list[dict[str, Any]]:
    """The messages as a chat endpoint takes them."""
    return [_sent(role, texts, ids) for role, texts, ids in _joined(request)]


def template_messages(request: Request) -> list[dict[str, Any]]:
    """The messages as chat templates take them: content is one text, and arguments are objects."""
    messages = []
    for role, texts, ids in _joined(request):
        message = _sent(role, ("\n".join(texts),), ids)
        for call in message.get("tool_calls", ()):
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
        messages.append({**message, "content": message["content"] or ""})
    return messages


def _setting(request: Request, role: str) -> str:
    return next((text for found, text in request.messages[:2] if found == role), "")


def _joined(request: Request) -> Iterator[tuple[str, tuple[str, ...], Sequence[tuple[str, str]]]]:
    """(role, texts of its parts, (id, name) of its calls or of the call that it answers) of every message."""
    groups: list[tuple[str, list[str]]] = []
    for role, text in request.messages:
        if role in SETTINGS:
            continue
        if role.endswith(PART) and groups:
            groups[-1][1].append(text)
        else:
            groups.append((role.removesuffix(PART), [text]))
    open_calls: list[tuple[str, str]] = []
    count = 0
    for role, texts in groups:
        ids: list[tuple[str, str]] = []
        if role == CALLS:
            for block in _BLOCK.finditer(texts[0]):
                call = json.loads(block[1])
                ids.append((str(call.get("id") or f"call_{count}"), str(call["name"])))
                count += 1
            open_calls = list(ids)
        elif role.split(":")[0] == TOOL:
            wanted = role.partition(":")[2]
            answered = next((one for one in open_calls if not wanted or one[0] == wanted), (wanted or "call_0", ""))
            open_calls = [one for one in open_calls if one != answered]
            ids = [answered]
        yield role, tuple(texts), ids


def _sent(role: str, texts: Sequence[str], ids: Sequence[tuple[str, str]]) -> dict[str, Any]:
    content: Any = texts[0] if len(texts) == 1 else [{"type": "text", "text": text} for text in texts]
    if role == CALLS:
        blocks = [json.loads(block[1]) for block in _BLOCK.finditer(texts[0])]
        calls = [
            {
                "id": call_id,
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(call["arguments"], ensure_ascii=False)},
            }
            for call, (call_id, name) in zip(blocks, ids, strict=True)
        ]
        return {"role": "assistant", "content": _BLOCK.sub("", texts[0]).strip() or None, "tool_calls": calls}
    if role.split(":")[0] == TOOL:
        call_id, name = ids[0]
        return {"role": TOOL, "tool_call_id": call_id, **({"name": name} if name else {}), "content": content}
    return {"role": role, "content": content}
