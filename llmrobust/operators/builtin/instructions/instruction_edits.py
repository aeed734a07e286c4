"""Edits of the instruction alone: characters, words, politeness, order. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import Literal

from pydantic import Field

from llmrobust.operators.builtin.instructions.commands import begins_with_command, first_command, led
from llmrobust.operators.builtin.instructions.instruction_words import applicable
from llmrobust.operators.builtin.instructions.other_languages import SPOKEN, please
from llmrobust.operators.builtin.surface.typo import TypoParams, swap
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.tagged_blocks import Block, blocks_of, with_block
from llmrobust.operators.editing.text_edits import sentences
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Params, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt, Span

Kind = Literal["typo", "word", "polite", "imperative", "reorder"]
SOURCE = (
    "Agrawal et al. 2025 (arXiv 2504.02733): edits of the instruction, here at random; PromptBench (arXiv 2306.04528)"
)
WORDING = "Mizrahi et al. 2024 (arXiv 2401.00595) and Yin et al. 2024 (arXiv 2402.14531): wording and politeness"

_POLITE = (
    (re.compile(r"\A(?:please|kindly)\s+(?=\w)", re.IGNORECASE), ""),
    (re.compile(r"\A(?:could|can|would|will) you (?:please |kindly )?(?=\w)", re.IGNORECASE), ""),
    (
        re.compile(r"\A(?:your (?:task|job|goal) is to|you (?:must|should|have to|need to|are asked to)) (?=\w)", re.I),
        "",
    ),
    (re.compile(r"\A(?:I (?:want|need) you to|I would like you to|I[’']d like you to) (?=\w)", re.IGNORECASE), ""),
)
_REFERS_BACK = re.compile(
    r"(?:then|if|it|its|they|their|them|he|she|this|that|these|those|so|such|also|otherwise|finally|do not|don['’]t|"
    r"your|yes|no|true|false|note|remember|for example|for instance|the (?:answer|output|result))\b",
    re.IGNORECASE,
)
"""How a sentence begins that cannot move before the one it follows."""
POINTS_AHEAD = re.compile(
    r"\b(?:following|below|next)\b|:\s*\Z|\b(?:of|for|with|to|from|into|in|about|the|a|is)\s*\Z", re.IGNORECASE
)
"""Phrases of an instruction that must come before its input."""
_STOP_WORDS = ("the", "a", "an", "of", "to", "is", "whether", "if", "or", "and", "this", "that", "following")
_PLEASE = re.compile(r"\b(?:please|kindly|you must|your (?:task|job) is to)\b", re.IGNORECASE)
WordKind = Literal["synonym", "drop", "swap"]


class InstructionTypoParams(TypoParams):
    """Parameters of `instruction.typo`."""

    default_target = "instruction"


class WordParams(Params):
    """Parameters of `instruction.word`."""

    samples: int = Field(default=1, ge=1, le=100, description="Variants of each kind, as far as there are so many.")
    kinds: list[WordKind] = Field(
        default=["synonym", "drop", "swap"],
        min_length=1,
        description="synonym: a word for another with its complement; drop: a function word is left out; swap: two "
        "words change places. Variants are named after their kind: a synonym is no mistake, the others are.",
    )


class EditParams(Params):
    """Parameters of `instruction.edit`."""

    edits: list[Kind] = Field(
        default=["polite", "imperative", "typo"], min_length=1, description="Which edits, one variant each."
    )


@operator(
    "instruction.typo",
    level="instruction",
    version=2,
    params=InstructionTypoParams,
    languages=(ANY_LANGUAGE,),
    source=SOURCE,
)
def typo(prompt: Prompt, params: InstructionTypoParams, draw: Draw) -> Iterator[Variant]:
    """Swaps neighbouring letters of the instruction, never of an answer label."""
    yield from swap(prompt, params, draw)


@operator(
    "instruction.word", level="instruction", touches=("instruction",), params=WordParams, source=SOURCE, version=3
)
def word(prompt: Prompt, params: WordParams, draw: Draw) -> Iterator[Variant]:
    """Puts a synonym for a word of the instruction, drops a function word, or swaps two words; a variant each."""
    blocks = blocks_of(prompt, "instruction")
    for kind in dict.fromkeys(params.kinds):
        for block in blocks:
            options = list(dict.fromkeys(_word_options(block, draw.labels, kind)))
            draw.stream("word", kind).shuffle(options)
            made = (new for text in options if (new := block.replaced(text)) is not None)
            found = list(islice(made, params.samples))
            for index, new in enumerate(found):
                yield Variant(new, f"{kind}-{index}", detail={"kind": kind})
            if found:
                break


@operator(
    "instruction.polite",
    level="instruction",
    version=2,
    touches=("instruction",),
    languages=SPOKEN,
    source=WORDING,
)
def polite(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Asks politely: "Please classify ..." for "Classify ..."."""
    for block in blocks_of(prompt, "instruction"):
        if draw.language != "en":
            text = please(draw.language, block.text)
            if text is not None:
                yield from _variant(block, text, "please")
                return
            continue
        found = None if _PLEASE.search(block.text) else first_command(block.text)
        if found is not None:
            yield from _variant(block, led(block.text, found, "Please "), "please")
            return


@operator("instruction.imperative", level="instruction", version=2, touches=("instruction",), source=WORDING)
def imperative(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Commands: "Classify ..." for "Please classify ..."; "You must classify ..." where it is a command already."""
    for block in blocks_of(prompt, "instruction"):
        text = block.text
        body = text.lstrip()
        for pattern, _ in _POLITE:
            found = pattern.match(body)
            if found and begins_with_command(body[found.end() :]):
                rest = re.sub(r"\?(\s*)\Z", r".\1", body[found.end() :])
                yield from _variant(block, text[: len(text) - len(body)] + rest[:1].upper() + rest[1:], "command")
                return
        command = first_command(text)
        if command is not None and not _PLEASE.search(text):
            yield from _variant(block, led(text, command, "You must "), "command")
            return


@operator("instruction.reorder", level="instruction", touches=("instruction",), source=WORDING, moves=True, version=3)
def reorder(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Puts the instruction after the input; swaps the two sentences of an instruction that has two."""
    blocks = blocks_of(prompt, "instruction")
    if not blocks:
        return
    block = blocks[0]
    parts = [part.strip() for part in sentences(block.text)]
    if len(parts) == 2 and parts[1].endswith((".", "!", "?")) and not _REFERS_BACK.match(parts[1]):
        new = block.replaced(f"{parts[1]} {parts[0]}", moved=True)
        if new is not None:
            yield Variant(new, "sentences")
    moved = None if POINTS_AHEAD.search(block.text) else _after_the_input(block)
    if moved is not None:
        yield Variant(moved, "after-input")


@operator(
    "instruction.edit", level="instruction", touches=("instruction",), params=EditParams, source=SOURCE, moves=True
)
def edit(prompt: Prompt, params: EditParams, draw: Draw) -> Iterator[Variant]:
    """Several edits of the instruction, each a variant named after it."""
    made: dict[Kind, Callable[[], Iterable[Variant]]] = {
        "typo": lambda: typo(prompt, InstructionTypoParams(), draw),
        "word": lambda: islice(word(prompt, WordParams(), draw), 1),
        "polite": lambda: polite(prompt, Params(), draw),
        "imperative": lambda: imperative(prompt, Params(), draw),
        "reorder": lambda: reorder(prompt, Params(), draw),
    }
    for kind in dict.fromkeys(params.edits):
        for number, variant in enumerate(made[kind]()):
            yield Variant(variant.prompt, kind if number == 0 else f"{kind}-{variant.name}")


def _variant(block: Block, text: str, name: str) -> Iterator[Variant]:
    new = block.replaced(text)
    if new is not None:
        yield Variant(new, name)


def _word_options(block: Block, labels: Sequence[str], kind: WordKind) -> Iterator[str]:
    """Every way to do this kind of edit outside of fixed pieces, with every word that is an answer label kept."""
    text = block.text
    if kind == "synonym":
        yield from (new for _, new in applicable(text))
        return
    for start, end in free_stretches(text, block.protected):
        found = list(re.finditer(r"[^\W\d_]+", text[start:end]))
        for one in found:
            a, b = start + one.start(), start + one.end()
            if kind == "drop" and one[0].lower() in _STOP_WORDS and one[0] not in labels and a > 0:
                yield text[:a].rstrip(" ") + text[b:] if text[b : b + 1] in (" ", ".", ",") else text[:a] + text[b:]
        for one, two in pairwise(found):
            a, b, c, d = start + one.start(), start + one.end(), start + two.start(), start + two.end()
            if kind == "swap" and a > 0 and text[b:c] == " " and one[0] not in labels and one[0] != two[0]:
                yield f"{text[:a]}{two[0]} {one[0]}{text[d:]}"


def _after_the_input(block: Block) -> Prompt | None:
    """The prompt with the instruction moved from the top of the last message to just before its output field.

    None where the instruction is not a paragraph of its own there, or there is nothing between it and the output field.
    """
    message, first = block.places[0]
    last = block.places[-1][1]
    spans = block.prompt.messages[message].spans
    rest = spans[last + 1 :]
    alone = first == 0 and bool(rest) and rest[0].text.startswith("\n") and not rest[0].text.strip()
    if message != len(block.prompt.messages) - 1 or not alone or len(rest) < 5:
        return None
    gap, *body, space, label, separator = rest
    if (label.kind, separator.kind) != ("label", "separator") or space.text.strip() or "\n" not in space.text:
        return None
    moved = (*body, Span("\n"), *block.spans, replace(gap, text="\n"), label, separator)
    return with_block(block.prompt, [(message, i) for i in range(len(spans))], moved)
