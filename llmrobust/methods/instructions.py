"""Methods that change the instruction: a sentence against irrelevant information, and self-denoising."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from llmrobust.methods.method import Params, sending_method
from llmrobust.methods.prompt_parts import (
    instruction_of,
    kept_of,
    values_of,
    with_added_instruction,
    with_inputs,
    with_instruction,
)
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Setting, asked_once, some_of
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request, Sampling

IGNORE = "Feel free to ignore irrelevant information given in the input."
LONGEST = 512
"""Characters from which a rewriting is not believed. Source: Agrawal et al. 2025, their code."""
NO_INSTRUCTION = "no instruction is marked in the prompt, so nothing was rewritten"
Target = Literal["instruction", "input"]
_QUOTES = "\"'`“”‘’"
_WANTED = "Write what was meant, and nothing else."
_EXAMPLES = (
    ("Decide wether the reveiw is 'positive' or 'negative'.", "Decide whether the review is 'positive' or 'negative'."),
    (
        "Does teh first sentnce entail the secnd? Anser yes or no.",
        "Does the first sentence entail the second? Answer yes or no.",
    ),
    ("Clasify the quesiton as a numbr, a persn or a place.", "Classify the question as a number, a person or a place."),
)


class IgnoreParams(Params):
    """Parameters of ignoring what is irrelevant."""

    text: str = Field(default=IGNORE, min_length=1, description="What is added to the instruction.")


@sending_method(
    "ignore-irrelevant",
    source="Shi et al. 2023 (arXiv 2302.00093); tried by Wu et al. 2024 (arXiv 2404.03302): helps little or hurts",
    assumes="the model follows instructions, and can tell what matters",
    cost="1 request",
    params=IgnoreParams,
)
def ignore_irrelevant(questions: Sequence[Question], params: IgnoreParams, setting: Setting) -> Asking:
    """The model's answer when the instruction also says to ignore irrelevant information."""
    return (yield from asked_once(questions, [with_added_instruction(one.prompt, params.text) for one in questions]))


class DenoisingParams(Params):
    """Parameters of self-denoising."""

    rounds: int = Field(
        default=1, ge=1, le=5, description="Rewritings one after the other, until nothing changes (SDi: 5)."
    )
    target: Target = Field(default="instruction", description="What is rewritten.")


@sending_method(
    "self-denoising",
    source="Agrawal et al. 2025 (arXiv 2504.02733): SD, and with `rounds: 5` SDi; the prompt is ours",
    assumes="the model follows instructions, and knows what was meant",
    cost="1 request, and up to `rounds` once for each distinct instruction or input",
    params=DenoisingParams,
    texts=lambda params: int(params.rounds),
)
def self_denoising(questions: Sequence[Question], params: DenoisingParams, setting: Setting) -> Asking:
    """The model's answer to the prompt in which it has corrected the instruction (or the input) itself first."""
    texts = texts_to_rewrite(questions, params.target)
    clean, kept = yield from _denoised(texts, params.rounds, questions, setting)
    told = yield from asked_once(questions, [with_texts(one.prompt, params.target, clean) for one in questions])
    notes = [] if texts else [NO_INSTRUCTION]
    if kept:
        notes.append(
            f"{len(kept):,} of {len(texts):,} texts stay, as their rewriting lost what must be kept: {some_of(kept)}"
        )
    return replace(told, notes=tuple(notes))


def texts_to_rewrite(questions: Sequence[Question], target: Target) -> dict[str, tuple[str, ...]]:
    """Every different instruction (or input) of the questions, with the words that a rewriting must keep."""
    wanted: dict[str, tuple[str, ...]] = {}
    for one in questions:
        if target == "instruction":
            wanted.setdefault(instruction_of(one.prompt), kept_of(one.prompt))
        else:
            wanted |= dict.fromkeys(values_of(one.prompt).values(), ())
    return {text: words for text, words in wanted.items() if text.strip()}


def with_texts(prompt: Prompt, target: Target, new: Mapping[str, str]) -> Prompt:
    """The prompt with its instruction (or its inputs) replaced by what `new` has for them."""
    if target == "input":
        return with_inputs(prompt, lambda _, text: new.get(text, text))
    return with_instruction(prompt, new.get(text := instruction_of(prompt), text))


def _denoised(
    texts: Mapping[str, tuple[str, ...]], rounds: int, questions: Sequence[Question], setting: Setting
) -> Generator[Sequence[Probe], Sequence[Heard], tuple[dict[str, str], list[str]]]:
    """Each text as the model has rewritten it, and the texts that stay as their rewriting cannot be used."""
    clean = {text: text for text in texts}
    moving, kept = list(texts), []
    for _ in range(rounds):
        if not moving:
            break
        heard = yield [
            Probe(denoising_request(questions[0].request, clean[text], texts[text], setting)) for text in moving
        ]
        still = []
        for text, one in zip(moving, heard, strict=True):
            new = rewriting(one.text, clean[text], texts[text])
            if new is None:
                kept.append(text)
            elif new != clean[text]:
                clean[text] = new
                still.append(text)
        moving = still
    return clean, kept


def rewriting(reply: str, before: str, keep: Sequence[str]) -> str | None:
    """The rewritten text in a reply: its last line without quotes around it; None where it is empty, too long, or has
    lost a word to keep or a label in quotes.

    Source: Agrawal et al. 2025, their code, which falls back to the text in these cases.
    """
    lines = [line.strip() for line in reply.strip().splitlines() if line.strip()]
    text = lines[-1] if lines else ""
    text = text.removeprefix("Corrected:").strip()
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    quoted = re.findall(r"(?<!\w)'[^'\n]{1,40}'(?!\w)", before)
    if not text or len(text) > LONGEST or any(one not in text for one in (*keep, *quoted)):
        return None
    lead, end = before[: len(before) - len(before.lstrip())], before[len(before.rstrip()) :]
    return lead + text + end


def denoising_prompt(text: str, keep: Sequence[str], wanted: str = _WANTED) -> str:
    """What the model is asked to rewrite a text: told what to write and which words to keep, with three examples."""
    lines = [
        "The text below may contain typing errors, wrong words and noise.",
        wanted,
    ]
    if keep:
        lines.append("Keep these words exactly as they are: " + ", ".join(f"'{word}'" for word in keep) + ".")
    for wrong, right in _EXAMPLES:
        lines += ["", f"Text: {wrong}", f"Corrected: {right}"]
    return "\n".join([*lines, "", f"Text: {' '.join(text.split())}", "Corrected:"])


def denoising_request(
    base: Request, text: str, keep: Sequence[str], setting: Setting, wanted: str = _WANTED
) -> Request:
    """The request that has a text rewritten by `denoising_prompt`, greedily."""
    words = tuple(dict.fromkeys([*keep, *(label for label in setting.labels if f"'{label}'" in text)]))
    return Request(
        messages=(("user", denoising_prompt(text, words, wanted)),),
        mode=base.mode,
        sampling=Sampling(max_tokens=max(64, len(text) // 2), seed=base.sampling.seed, stop=("\nText:",)),
        scoring="text",
        extra=base.extra,
        template=base.template,
    )
