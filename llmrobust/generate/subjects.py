"""What of a suite is rewritten: its instruction, or the value of a variable in each example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from llmrobust.errors import WrongUse
from llmrobust.operators.editing.frozen_places import original_of, values_of
from llmrobust.operators.editing.protected_text import label_words, number_places
from llmrobust.operators.editing.scope import is_target
from llmrobust.operators.editing.tagged_blocks import blocks_of
from llmrobust.operators.frozen_variants import INSTRUCTION
from llmrobust.prompt.spans import Prompt
from llmrobust.suitefile import Suite
from llmrobust.suitefile.render import render_prompt
from llmrobust.text.fixed_pieces import fixed_pieces

_NAME = re.compile(r"(?<![.!?:\"“\n] )(?<!\A)(?<!\n)(?<![\w'’])[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)*(?![\w'’])")
_PLACEHOLDER = re.compile(r"\{\{\s*[\w.]+\s*\}\}")
_NOT_NAMES = frozenset("I I'm I've I'll Mr Mrs Ms Dr Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())


@dataclass(frozen=True, slots=True)
class Subject:
    """A text to be rewritten.

    target: "instruction", or the variable's name. example: its id, None for the instruction. labels: of the suite.
    answer: the gold answer, None where there is none. gold: words of a free gold answer that the text holds. block:
    which of several instructions it is, or of several values (the documents of a loop), from 0.
    """

    target: str
    example: str | None
    text: str
    labels: tuple[str, ...] = ()
    answer: str | None = None
    gold: tuple[str, ...] = ()
    language: str = "en"
    block: int = 0

    def kept(self, free: frozenset[str] = frozenset()) -> dict[str, tuple[str, ...]]:
        """What a variant must keep, by what it is; free: kinds of pieces that it may change."""
        places = tuple(_PLACEHOLDER.findall(self.text)) if self.target == INSTRUCTION else ()
        plain = _PLACEHOLDER.sub(" ", self.text) if self.target == INSTRUCTION else self.text
        pieces = tuple(
            dict.fromkeys(plain[a:b].rstrip(_AROUND) for a, b, what in fixed_pieces(plain) if what not in _LAYOUT)
        )
        inside = " ".join(pieces)
        found = {
            "placeholder": places,
            "piece": pieces,
            "label": tuple(dict.fromkeys(label_words(plain, self.labels))) if self.target == INSTRUCTION else (),
            "number": tuple(dict.fromkeys(n for a, b in number_places(plain) if (n := plain[a:b]) not in inside)),
            "name": tuple(dict.fromkeys(n for n in _NAME.findall(plain) if n not in _NOT_NAMES and n not in inside)),
            "gold": self.gold,
        }
        return {what: words for what, words in found.items() if words and f"{what}s" not in free and what not in free}


_AROUND = " \n.,;:!?"
"""What ends a sentence and not an address."""
_LAYOUT = ("bullet", "number of an item", "table", "block")


def subjects_of(suite: Suite, target: str) -> list[Subject]:
    """The texts of a target: "instruction", "input" (the one variable that is no option), or a variable's name.

    Raises WrongUse where the suite has no such text, or "input" could mean several variables.
    """
    rendered = [(example, render_prompt(suite, example)) for example in suite.examples]
    if target == INSTRUCTION:
        blocks = [original_of(block) for block in blocks_of(rendered[0][1], INSTRUCTION)]
        if not blocks:
            raise WrongUse(
                "the prompt has no {% instruction %} ... {% endinstruction %} to rewrite; --of names a variable"
            )
        spoken = suite.language.split("-")[0]
        return [
            Subject(INSTRUCTION, None, text, suite.answer.choices, language=spoken, block=number)
            for number, text in enumerate(dict.fromkeys(blocks))
        ]
    name = _variable(rendered[0][1], target)
    found = []
    for example, prompt in rendered:
        texts = [text for text in dict.fromkeys(_values(prompt, name)) if text.strip()]
        found += [
            Subject(
                name,
                example.id,
                text,
                suite.answer.choices,
                example.expected,
                tuple(dict.fromkeys(label_words(text, prompt.gold))) if prompt.gold else (),
                suite.language.split("-")[0],
                number,
            )
            for number, text in enumerate(texts)
        ]
    return found


def _variable(prompt: Prompt, target: str) -> str:
    spans = [span for _, span in prompt.places() if span.kind == "variable"]
    names = list(dict.fromkeys(span.name for span in spans if is_target(replace(span, protected=False), ("input",))))
    if target == "input":
        if len(names) != 1:
            listed = ", ".join(names) or "none"
            raise WrongUse(f"--of: name the variable that is rewritten; the prompt's inputs are {listed}")
        return names[0]
    known = list(dict.fromkeys(span.name for span in spans))
    if target not in known:
        raise WrongUse(f'--of: the prompt has no variable "{target}"; it has {", ".join(known) or "none"}')
    return target


def _values(prompt: Prompt, name: str) -> Iterator[str]:
    for run in values_of(prompt, name):
        yield "".join(prompt.span(place).text for place in run)
