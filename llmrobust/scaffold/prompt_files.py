"""Converts prompt files of other tools to messages with Jinja2 templates that a suite can use."""

from __future__ import annotations

import json
import re
import shlex
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jinja2

from llmrobust.errors import WrongUse

ROLES = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
}
_ABOVE = ("system", "developer")
"""Roles of instructions before the user's message."""
BODY = ("tools", "tool_choice", "response_format")
SAMPLING = ("temperature", "top_p", "top_k", "max_tokens", "seed", "stop")
_CODE = (".py", ".ipynb", ".js", ".ts", ".tsx", ".java", ".go", ".rb", ".rs", ".cs", ".php")
_JINJA = re.compile(r"\{%-?\s*[a-z].*?%\}|\{#.*?#\}|\{\{-?\s*[A-Za-z_]\w*(?:[\s.|\[(,+~][^{}]*)?-?\}\}", re.S)
_BRACES = re.compile(r"(?<![{$])\{([A-Za-z_]\w*)(?:![rsa])?(?::[^{}]*)?\}(?!\})")
_DOLLARS = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_PERCENT = re.compile(r"%\(([A-Za-z_]\w*)\)[sdrif]")
_SPOKEN = re.compile(r"(?:\[|<|\{)([A-Z][A-Z_ ]{2,20}|(?:your|the|insert)[ _][a-z_ ]{2,20}[a-z])(?:\]|>|\})")
_ROLE_LINE = re.compile(r"^[ \t]*#{0,3}[ \t]*(system|developer|user|human|assistant|ai)[ \t]*:[ \t]*$", re.I | re.M)
_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.S)


@dataclass(frozen=True, slots=True)
class Message:
    """A message's role and template. file: where the template is, None if it had to be converted."""

    role: str
    text: str
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class DraftPrompt:
    """A prompt for a suite. notes: messages to the user on what was converted."""

    messages: tuple[Message, ...]
    sampling: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    """What a request's body has beside messages and sampling: tools, `tool_choice`, `response_format`."""


def read_prompt(path: Path) -> DraftPrompt:
    """The prompt of a file: a Jinja2 template, a chat as JSON or YAML, or a text with other tools' placeholders.

    Raises WrongUse for a file that is not a prompt or has no variables, SuiteError for one that is not UTF-8."""
    from llmrobust.suitefile.yaml_source import read_text

    if path.name.endswith((".robust.yaml", ".robust.yml")):
        raise WrongUse(f"{path} is a suite already: pytest {shlex.quote(str(path))}")
    if path.suffix in _CODE:
        raise WrongUse(f"{path} is a program: copy its prompt into a separate file, such as {path.stem}.jinja")
    text = read_text(path)
    if not text.strip():
        raise WrongUse(f"{path}: is empty")
    if path.suffix in (".json", ".yaml", ".yml"):
        return _of_values(path, _parsed(path, text))
    front = _FRONT.match(text)
    if front:
        text = text[front.end() :]
    sections = _sections(text)
    if sections:
        said = "the file holds several roles: its messages were copied into the suite"
        return _converted(path, sections, {}, [said])
    if front:
        return _converted(path, [("user", text)], {}, ["the header between --- was left out and the text copied"])
    other = _beside(path)
    if other is not None:
        return _pair(path, text, other, read_text(other))
    return _converted(path, [("user", text)], {}, [], path)


def _beside(path: Path) -> Path | None:
    """The system message's file of a user message's, by their names: triage.system.txt for triage.user.txt."""
    name = re.sub(r"user(?=[._-]|$)", "system", path.name, count=1)
    other = path.with_name(name)
    return other if name != path.name and other.is_file() else None


def _pair(path: Path, text: str, other: Path, system: str) -> DraftPrompt:
    """A user message and the system message in the file beside it."""
    user, before = _converted(path, [("user", text)], {}, [], path), _without_values(other, system)
    return DraftPrompt((before, *user.messages), user.sampling, (f"system message from {other.name}", *user.notes))


def _without_values(path: Path, text: str) -> Message:
    template, notes = as_template(text)
    return Message("system", template, None if notes else path)


def _converted(
    path: Path,
    texts: Sequence[tuple[str, str]],
    sampling: Mapping[str, Any],
    notes: Sequence[str],
    file: Path | None = None,
) -> DraftPrompt:
    """The messages with their placeholders as Jinja2 writes them. Raises WrongUse if there is not one."""
    messages, said = [], list(notes)
    for role, text in texts:
        template, changes = as_template(text)
        messages.append(Message(role, template, None if changes else file))
        said += changes
    if not any("{{" in message.text or "{%" in message.text for message in messages):
        raise without_variable(path, [text for _, text in texts])
    return DraftPrompt(tuple(messages), sampling, tuple(dict.fromkeys(said)))


def without_variable(path: Path, texts: Sequence[str]) -> WrongUse:
    """The message about a prompt that is the same for every example."""
    spoken = [match[0] for text in texts for match in _SPOKEN.finditer(text)]
    name = re.sub(r"\W+", "_", spoken[0][1:-1].strip().lower()) if spoken else "text"
    place = f" (in place of {spoken[0]})" if spoken else ""
    return WrongUse(
        f"{path}: every example would get the same prompt, because it has no variables\n"
        f"write {{{{ {name} }}}} where the input goes{place}"
    )


def as_template(text: str) -> tuple[str, list[str]]:
    """The text with the placeholders of other tools as Jinja2 writes them, and what was changed."""
    if _JINJA.search(text):
        fixed = _without_chance(text)
        if fixed != text:
            return fixed, [
                "what the template draws at random (choice, random) would differ from run to run: its first one "
                "is taken, in a copy inside the suite"
            ]
        left = sorted({match[0] for match in _BRACES.finditer(text)} if "{%" not in text else ())
        return text, [f"{', '.join(left)} stays as it is: Jinja2 writes {{{{ name }}}}"] if left else []
    if _BRACES.search(text):
        return _of_format(text), [_changed(text, _BRACES)]
    if _PERCENT.search(text):
        return _PERCENT.sub(r"{{ \1 }}", text).replace("%%", "%"), [_changed(text, _PERCENT)]
    if _DOLLARS.search(text):
        new = _DOLLARS.sub(lambda found: f"{{{{ {found[1] or found[2]} }}}}", text).replace("$$", "$")
        return new, [_changed(text, _DOLLARS)]
    return text, []


def _without_chance(text: str) -> str:
    """The template with `first` for filters that draw at random."""
    try:
        tokens = [(kind, value) for _, kind, value in jinja2.Environment(keep_trailing_newline=True).lex(text)]
    except jinja2.TemplateSyntaxError:
        return text
    pieces: list[str] = []
    piped = any_drawn = False
    for kind, value in tokens:
        is_drawn = piped and kind == "name" and value in ("choice", "random")
        any_drawn = any_drawn or is_drawn
        pieces.append("first" if is_drawn else value)
        if kind != "whitespace":
            piped = kind == "operator" and value == "|"
    return "".join(pieces) if any_drawn else text


def _changed(text: str, pattern: re.Pattern[str]) -> str:
    found = next(iter(pattern.finditer(text)))
    name = next(filter(None, found.groups()))
    return f"placeholders were rewritten for Jinja2, {found[0]} as {{{{ {name} }}}}, in a copy inside the suite"


def _of_format(text: str) -> str:
    """A text of `str.format` as a template; other braces that are not doubled are left unchanged."""
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        return _BRACES.sub(r"{{ \1 }}", text)
    if any(name is not None and not re.fullmatch(r"[A-Za-z_]\w*", name) for _, name, _, _ in pieces):
        return _BRACES.sub(r"{{ \1 }}", text)
    template, literal = "", ""
    for lead, name, _, _ in pieces:
        literal += lead
        if name is not None:
            template, literal = f"{template}{_literal(literal)}{{{{ {name} }}}}", ""
    return template + _literal(literal)


def _literal(text: str) -> str:
    """A text that Jinja2 prints as it is; the line end of the file stays last, where it counts for nothing."""
    if not re.search(r"\{[{%#]|\{\Z", text):
        return text
    body = text.removesuffix("\n")
    return f"{{% raw %}}{body}{{% endraw %}}{text[len(body) :]}"


def _sections(text: str) -> list[tuple[str, str]]:
    """The messages of a text with lines such as `system:`; empty if there are none."""
    found = list(_ROLE_LINE.finditer(text))
    if not found or text[: found[0].start()].strip() or not any(ROLES[one[1].lower()] == "user" for one in found):
        return []
    ends = [*(one.start() for one in found[1:]), len(text)]
    pairs = zip(found, ends, strict=True)
    return [(ROLES[one[1].lower()], text[one.end() : end].strip("\n")) for one, end in pairs]


def _parsed(path: Path, text: str) -> Any:
    if path.suffix != ".json":
        from llmrobust.suitefile.yaml_source import read_source

        return read_source(path).value
    try:
        return json.loads(text)
    except ValueError as error:
        raise WrongUse(f"{path}: is not valid JSON: {error}") from None


def _of_values(path: Path, value: Any) -> DraftPrompt:
    """A chat given as a list of messages, the body of a request, or a mapping of texts."""
    if isinstance(value, str):
        return _converted(path, [("user", value)], {}, ["the text was copied into the suite"])
    given = value if isinstance(value, dict) else {"messages": value}
    sampling = {name: given[name] for name in SAMPLING if isinstance(given.get(name), int | float | str | list)}
    body = {name: given[name] for name in BODY if given.get(name)}
    copied = ["its messages were copied into the suite"]
    inner = given.get("prompt", given.get("template"))
    if isinstance(given.get("messages"), list):
        draft = _converted(path, [_message(path, one) for one in given["messages"]], sampling, copied)
        return replace(draft, body=body)
    if isinstance(inner, list):
        return _converted(path, [_message(path, one) for one in inner], sampling, copied)
    if isinstance(inner, str):
        texts = [(role, given[role]) for role in _ABOVE if isinstance(given.get(role), str)]
        return _converted(path, [*texts, ("user", inner)], sampling, copied)
    if isinstance(given.get("user"), str):
        texts = [(role, given[role]) for role in (*_ABOVE, "user") if isinstance(given.get(role), str)]
        return _converted(path, texts, sampling, copied)
    raise WrongUse(
        f"{path}: has no readable prompt: expected a list of messages ({{role, content}}), or an object "
        "with messages, or with system and user"
    )


def _message(path: Path, value: Any) -> tuple[str, str]:
    role, content = (value.get("role"), value.get("content")) if isinstance(value, dict) else (None, None)
    if isinstance(content, list) and all(
        isinstance(part, dict) and isinstance(part.get("text"), str) for part in content
    ):
        content = "\n".join(part["text"] for part in content)
    if not isinstance(content, str) or str(role).lower() not in ROLES:
        raise WrongUse(
            f"{path}: a message needs a role (system, developer, user, assistant) and a text as content; this one "
            f"has the role {role!r} and {type(content).__name__} as content"
        )
    return ROLES[str(role).lower()], content
