"""A first suite as the text of its file, with comments that teach."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmrobust.scaffold.data_columns import LIMIT, Answers, Data
from llmrobust.scaffold.placeholders import PLACEHOLDER
from llmrobust.scaffold.prompt_files import DraftPrompt, Message

CANDIDATES = (
    ("punctuation.strip_final", "{target: input}", "the final full stop removed"),
    ("casing.lower", "{target: input}", "typed without capitals"),
    ("typo.keyboard", "{target: input, rate: 0.05, samples: 2}", "one letter in twenty mistyped"),
    ("format", "{sample: 8}", "different separators, spaces and casing for the fields"),
    ("order.options", "", "the options in another order"),
    ("order.documents", "", "the documents in another order"),
    ("order.demonstrations", "", "the demonstrations in another order"),
    ("context.irrelevant", "{position: [before, after], count: 1}", "an irrelevant sentence added"),
    ("instruction.edit", "{edits: [polite, imperative, typo]}", "the instruction reworded"),
    ("tools.rename", "", "the tools under other names"),
    ("tools.irrelevant", "", "a tool added that has nothing to do with the question"),
)
"""(operator, parameters, what it does): what a first suite uses as far as it changes anything in the prompt."""
TOKENS = {
    "choice": 16, "number": 64, "exact": 64, "json": 256, "tool_call": 256,
    "ranking": 128, "multilabel": 64, "slots": 256,
}  # fmt: skip
"""max_tokens by the kind of answer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The contents of a first suite.

    prompts: by id; the id of the only one is not written. rows: two placeholder rows if there is no data. operators: of
    CANDIDATES, with the number of cases of each.
    """

    name: str
    prompts: Mapping[str, DraftPrompt]
    data: Data | None = None
    answers: Answers | None = None
    rows: tuple[Mapping[str, Any], ...] = ()
    operators: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0

    @property
    def prompt(self) -> DraftPrompt:
        """The first prompt, whose sampling and tools are the suite's."""
        return next(iter(self.prompts.values()))


def suite_text(draft: Draft, folder: Path) -> str:
    """The suite file's text; folder: where it will be written; paths are relative to it."""
    parts = (_head(draft), _prompts(draft.prompts, folder), _examples(draft, folder), _answer(draft), _perturb(draft))
    return "\n".join(line for part in (*parts, _gates(draft)) for line in part) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    yield "# Does the prompt still work when its wording changes a little? A first suite: adapt it as needed."
    yield "#   llmrobust check FILE   every error in it         llmrobust show FILE   the variants that it generates"
    yield "#   llmrobust plan FILE    what it will cost          pytest FILE --llm SPEC   run it"
    yield f"suite: {draft.name}"
    yield f"seed: {draft.seed}                        # all random choices derive from it"
    yield "# language: de                # if the prompt is not English; operators of other languages are then refused"


def _prompts(prompts: Mapping[str, DraftPrompt], folder: Path) -> Iterator[str]:
    yield ""
    for name, prompt in prompts.items():
        yield from (f"# {f'{name}: ' if len(prompts) > 1 else ''}{note}" for note in prompt.notes)
    first = next(iter(prompts.values()))
    if len(prompts) == 1:
        yield "prompt:                        # Jinja2; a line `Label: {{ value }}` is a field whose format may vary"
        yield from _messages(first, folder, "  ")
    else:
        yield "prompts:                       # to be compared: each is a column of the run, and is gated by itself"
        for name, prompt in prompts.items():
            yield f"  - id: {name}"
            yield from _messages(prompt, folder, "    ")
    texts = [message.text for prompt in prompts.values() for message in prompt.messages]
    if not any("{% instruction %}" in text for text in texts):
        yield "  # Put {% instruction %}...{% endinstruction %} around the instruction, so that operators"
        yield "  # of the family instruction can vary it."
    for name, value in first.body.items():
        yield f"{name}: {json.dumps(value, ensure_ascii=False)}"


def _messages(prompt: DraftPrompt, folder: Path, indent: str) -> Iterator[str]:
    roles = [message.role for message in prompt.messages]
    if roles in (["user"], ["system", "user"], ["developer", "user"], ["system", "developer", "user"]):
        for message in prompt.messages:
            yield from _text(f"{indent}{message.role}: ", message, folder, f"{indent}  ")
    else:
        yield f"{indent}messages:"
        for message in prompt.messages:
            yield f"{indent}  - role: {message.role}"
            yield from _text(f"{indent}    content: ", message, folder, f"{indent}      ")


def _text(lead: str, message: Message, folder: Path, indent: str) -> Iterator[str]:
    if message.file is not None:
        name = Path(os.path.relpath(message.file.resolve(), folder.resolve())).as_posix()
        yield f"{lead}{{file: {quoted(name)}}}"
    elif _fits_a_block(message.text):
        yield f"{lead}|"
        yield from (
            f"{indent}{line}".rstrip(" ") if not line.strip() else f"{indent}{line}" for line in _lines(message.text)
        )
    else:
        yield f"{lead}{quoted(message.text)}"


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _fits_a_block(text: str) -> bool:
    """Whether a block of YAML gives the text back as it is."""
    lines = _lines(text)
    empty = any(line and not line.strip() for line in lines)
    plain = all(character.isprintable() or character in "\n\t" for character in text)
    return plain and not empty and bool(lines[0]) and not lines[0][0].isspace() and bool(lines[-1].strip())


def quoted(text: str) -> str:
    """A text as YAML: as it is where that is plain, else in double quotes."""
    if re.fullmatch(r"[A-Za-z_./][\w ./+-]*(?<! )", text) and text.lower() not in (
        "true",
        "false",
        "null",
        "yes",
        "no",
    ):
        return text
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in shown
    )


def _examples(draft: Draft, folder: Path) -> Iterator[str]:
    yield ""
    data = draft.data
    if data is None:
        yield f"# {PLACEHOLDER}: replace these rows with 30 to 200 real ones; keep them in a file beside"
        yield "# this one, `examples: {file: NAME.jsonl}` (or .csv, .json, .parquet), or write them here."
        yield "examples:"
        yield from (f"  - {_row(row)}" for row in draft.rows)
        return
    name = Path(os.path.relpath(data.path.resolve(), folder.resolve())).as_posix()
    parts = [f"file: {quoted(name)}"]
    if data.renamed:
        parts.append(f"fields: {_row(data.renamed)}")
    if len(data.rows) > LIMIT:
        parts.append(f"limit: {LIMIT}, seed: 7")
        yield f"# {LIMIT} of {len(data.rows):,} rows, always the same ones; more give narrower intervals and cost more."
    yield f"examples: {{{', '.join(parts)}}}"


def _row(values: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: {_value(value)}" for name, value in values.items()) + "}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, int | float):
        return str(value).lower()
    return _row(value) if isinstance(value, Mapping) else quoted(str(value))


def _answer(draft: Draft) -> Iterator[str]:
    yield ""
    answers = draft.answers
    if answers is None:
        yield "# Without gold answers the suite checks whether answers stay the same, not whether they are right:"
        yield "# answer: {field: COLUMN, choices: [yes, no]}    # or check: exact, contains, number, regex, json;"
        yield "#   ranking, multilabel, slots, code, tool_call; similarity or judge for texts of the same meaning"
        check = "exact"
    else:
        check = answers.check
        yield "answer:"
        yield f"  field: {quoted(answers.column)}"
        if answers.choices:
            yield f"  choices: [{', '.join(map(quoted, answers.choices))}]   # closed set of answers: any missing?"
        else:
            others = ", ".join(name for name in ("exact", "contains", "number", "regex", "json") if name != check)
            yield f"  check: {check}                 # or {others}"
        if answers.classes:
            yield f"  classes: [{', '.join(map(quoted, answers.classes))}]   # closed set of labels: any missing?"
        if answers.fields:
            fields = ", ".join(f"{quoted(name)}: {kind}" for name, kind in answers.fields)
            yield f"  fields: {{{fields}}}   # or exact, number, list, set, date, quantity"
    yield ""
    given = draft.prompt.sampling
    tokens = given.get("max_tokens", TOKENS[check])
    yield "sampling:                      # all of it is sent with every request"
    yield f"  temperature: {given.get('temperature', 0)}"
    yield f"  max_tokens: {tokens}               # an answer that is cut off never passes"
    rest = {name: value for name, value in given.items() if name not in ("temperature", "max_tokens")}
    yield from (f"  {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in rest.items())


def _perturb(draft: Draft) -> Iterator[str]:
    yield ""
    yield "# What is changed, one edit at a time; the answer must stay. `llmrobust operators` lists them all."
    yield "perturb:"
    left = []
    for name, parameters, said in CANDIDATES:
        if name in draft.operators:
            entry = f"{name}: {parameters}" if parameters else name
            yield f"  - {entry.ljust(58)} # {said}"
        elif draft.prompt.body.get("tools") or not name.startswith("tools."):
            left.append(name)
    if left:
        yield f"  # does not apply here: {', '.join(left)}"


def _gates(draft: Draft) -> Iterator[str]:
    yield ""
    yield "# When does it pass? Modest bounds to begin with; `llmrobust plan FILE` shows what they can detect."
    yield "gate:"
    gold = draft.answers is not None
    if draft.data is None:
        yield "  # With a confidence a gate requires proof: two rows cannot give it, a few dozen real ones can."
        yield "  consistency: {min: 0.80, confidence: 0.95}"
        yield "  # accuracy: {min: 0.80}                # needs gold answers"
        return
    if gold:
        yield "  accuracy: {min: 0.75}                  # share of right answers to perturbed prompts"
    yield "  consistency: {min: 0.80}               # share of answers that are the same as without the edit"
    if gold:
        yield "  accuracy_drop: {max: 0.10, per: family}   # accuracy lost to each kind of edit"
