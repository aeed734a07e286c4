"""Other forms of an instruction: role, task, question, persona, emphasis, tone, repetition. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Literal

from pydantic import Field

from llmrobust.operators.builtin.instructions.commands import begins_with_command, commands, first_command, led
from llmrobust.operators.builtin.instructions.other_languages import (
    SPOKEN,
    followed,
    important,
    introduced,
    wordings,
)
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.tagged_blocks import Block, blocks_of
from llmrobust.operators.operator import AtMost, Draw, Params, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

PROMPTBENCH = "PromptBench (Zhu et al. 2023, arXiv 2306.04528): task- and role-oriented instructions"
OTHERS = ("de", "zh")
TONE = "Yin et al. 2024 (Should We Respect LLMs?, arXiv 2402.14531): levels of politeness"
ROLES = (
    ("As a careful reader, ", "reader"),
    ("In the role of a text analysis tool, ", "tool"),
    ("Acting as an experienced annotator, ", "annotator"),
    ("In your capacity as a language expert, ", "expert"),
)
PERSONAS = (
    ("You are a helpful assistant. ", "assistant"),
    ("You are an expert with twenty years of experience. ", "expert"),
    ("You are a patient teacher. ", "teacher"),
    ("You are a busy clerk. ", "clerk"),
    ("You are a student in an examination. ", "student"),
)
TONES = (
    ("Would you be so kind as to ", "very-polite"),
    ("Please ", "polite"),
    ("I want you to ", "plain"),
    ("You had better ", "stern"),
    ("I do not care how, just ", "rude"),
)
_ROLE = re.compile(
    r"\A\s*(?:as an?|in (?:the|your) (?:role|capacity|function) (?:of|as) an?|acting as an?|functioning as an?|"
    r"working as an?|serving as an?) [^,.]{3,60}, ",
    re.IGNORECASE,
)
_LED_PLEASE = re.compile(
    rf"(?P<lead>(?:{'|'.join(re.escape(lead) for lead, _ in TONES)}))(?:please|kindly) ", re.IGNORECASE
)
_OUTPUT = re.compile(
    r"\bstep[- ]by[- ]step\b|\bthink(?:ing)?\b|\bexplain|\bexplanations?\b|\breason(?:s|ing)?\b|\bjustif|\bwhy\b|"
    r"\bshow your work\b|\bsteps\b|\bin detail\b|\bdetailed\b|\bsentences?\b(?! is)|\bparagraphs?\b|"
    r"\bJSON\b|\bfinal answer\b|"
    r"\b(?:answer|respond|reply) (?:only )?(?:with|in|using)\b|\bone word\b|\bonly the\b|\boutput\b|\bformat\b",
    re.IGNORECASE,
)


class SampledParams(Params):
    """Parameters of operators with a list of wordings."""

    samples: int = Field(default=2, ge=1, le=10, description="How many of the wordings, drawn once for all examples.")


_DECLARED: dict[str, Any] = {"level": "instruction", "touches": ("instruction",), "at_most": AtMost(1, 120)}


@operator("instruction.role_form", version=2, params=SampledParams, source=PROMPTBENCH, **_DECLARED)
def role_form(prompt: Prompt, params: SampledParams, draw: Draw) -> Iterator[Variant]:
    """Gives the model a role: "As a careful reader, decide ...". Not applicable to an instruction that gives one."""
    if any(re.search(r"\byou are an? ", message.text, re.IGNORECASE) for message in prompt.messages):
        return
    for lead, name in _drawn(ROLES, params, draw):
        yield from _led(prompt, lead, name)


@operator("instruction.task_form", source=PROMPTBENCH, **_DECLARED)
def task_form(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Takes the role away: "Decide ..." for "As a language expert, decide ..."."""

    def bare(block: Block) -> str | None:
        found = _ROLE.match(block.text)
        rest = block.text[found.end() :] if found else ""
        return rest[:1].upper() + rest[1:] if begins_with_command(rest) else None

    yield from _changed(prompt, bare, "task")


@operator(
    "instruction.persona",
    version=2,
    params=SampledParams,
    languages=SPOKEN,
    source="Zheng et al. 2023 (arXiv 2311.10054): personas",
    **_DECLARED,
)
def persona(prompt: Prompt, params: SampledParams, draw: Draw) -> Iterator[Variant]:
    """Says who the model is: "You are a helpful assistant. ...". Not applicable to an instruction that does."""
    if draw.language in OTHERS:
        text = "".join(block.text for block in blocks_of(prompt, "instruction"))
        said = wordings(draw.language, "persona", text)
        for index in sorted(draw.shared("wordings").sample(range(len(said)), params.samples)):
            name, lead = said[index]
            yield from _changed(prompt, partial(_in_other, draw.language, introduced, said=lead), name)
        return
    for lead, name in _drawn(PERSONAS, params, draw):
        yield from _changed(prompt, partial(_introduced, lead=lead), name)


@operator("instruction.tone", version=4, params=SampledParams, source=TONE, **_DECLARED)
def tone(prompt: Prompt, params: SampledParams, draw: Draw) -> Iterator[Variant]:
    """Asks in another tone, from very polite to rude, instructions that are plain commands."""
    for lead, name in _drawn(TONES, params, draw):
        yield from _led(prompt, lead, name, asks=True)


@operator(
    "instruction.emphasis",
    languages=SPOKEN,
    source="emphasis in prompts (Bsharat et al. 2023, arXiv 2312.16171)",
    **_DECLARED,
)
def emphasis(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Stresses the instruction: IMPORTANT, bold, an exclamation mark, capitals."""
    yield from _changed(prompt, lambda block: f"{important(draw.language)}{block.text.lstrip()}", "important")
    yield from _changed(
        prompt, lambda block: f"**{block.text.strip()}**" if "\n" not in block.text.strip() else None, "bold"
    )
    yield from _changed(prompt, _exclaimed, "exclaimed")
    for block in blocks_of(prompt, "instruction")[:1]:
        places = {
            place: _capitals(span.text, draw.labels)
            for place, span in zip(block.places, block.spans, strict=True)
            if not span.protected and span.kind not in ("variable", "enumerator")
        }
        if any(text != prompt.span(place).text for place, text in places.items()):
            yield Variant(prompt.with_texts(places), "capitals")


@operator(
    "instruction.question_form",
    version=2,
    source="Ni et al. 2023 (arXiv 2308.14306): instructions and questions",
    **_DECLARED,
)
def question_form(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Asks: "Can you decide ...?" for the first sentence that commands, if it is the only one that does."""

    def asked(block: Block) -> str | None:
        found = list(commands(block.text))
        if len(found) != 1 or block.text[found[0].end - 1] != "." or ":" in block.text[found[0].verb : found[0].end]:
            return None
        text = led(block.text, found[0], "Can you ")
        end = found[0].end + len("Can you ")
        return f"{text[: end - 1]}?{text[end:]}"

    yield from _changed(prompt, asked, "can-you")


@operator("instruction.hedge", version=2, languages=SPOKEN, source="kind made for llmrobust", **_DECLARED)
def hedge(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Adds words that ask for nothing: "Take your time.", "This is part of a larger task."."""
    if draw.language in OTHERS:
        yield from _other_tails(prompt, draw, "hedge")
        return
    for name, tail in (("take-time", "Take your time."), ("larger-task", "This is a part of a larger task.")):
        yield from _changed(prompt, partial(_followed, tail=tail), name)


@operator(
    "instruction.output_format",
    version=3,
    languages=SPOKEN,
    source="He et al. 2024 (arXiv 2411.10541): output formats",
    **_DECLARED,
)
def output_format(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Asks for the answer in a form that still begins with it; not where a form, or a reason, is asked for already."""
    if draw.language in OTHERS:
        yield from _other_tails(prompt, draw, "output_format")
        return
    tails = (
        ("only-answer", "Reply with the answer only."),
        ("no-explanation", "Do not explain your answer."),
        ("answer-first", "Give the answer first."),
    )
    for name, tail in tails:
        yield from _changed(prompt, partial(_asking, tail=tail), name)


def _other_tails(prompt: Prompt, draw: Draw, kind: Literal["hedge", "output_format"]) -> Iterator[Variant]:
    """The variants of a kind in another language than English."""
    text = "".join(block.text for block in blocks_of(prompt, "instruction"))
    add = partial(followed, form=kind == "output_format")
    for name, tail in wordings(draw.language, kind, text):
        yield from _changed(prompt, partial(_in_other, draw.language, add, said=tail), name)


def _in_other(language: str, change: Callable[[str, str, str], str | None], block: Block, said: str) -> str | None:
    return change(language, block.text, said)


def _drawn(leads: tuple[tuple[str, str], ...], params: SampledParams, draw: Draw) -> list[tuple[str, str]]:
    """So many of the wordings, the same ones for every example, in their own order."""
    chosen = draw.shared("wordings").sample(range(len(leads)), params.samples)
    return [leads[index] for index in sorted(chosen)]


def _led(prompt: Prompt, lead: str, name: str, *, asks: bool = False) -> Iterator[Variant]:
    """The variant whose first command has the lead before it. asks: the lead takes the place of a "please"."""

    def with_it(block: Block) -> str | None:
        found = None if _ROLE.match(block.text) else first_command(block.text)
        if found is None:
            return None
        text = led(block.text, found, lead)
        return _LED_PLEASE.sub(r"\g<lead>", text, count=1) if asks else text

    yield from _changed(prompt, with_it, name)


def _changed(prompt: Prompt, change: Callable[[Block], str | None], name: str) -> Iterator[Variant]:
    """The variant with the first instruction that the change applies to."""
    for block in blocks_of(prompt, "instruction"):
        text = change(block)
        new = None if text is None or text == block.text else block.replaced(text)
        if new is not None:
            yield Variant(new, name)
            return


def _capitals(text: str, labels: Sequence[str]) -> str:
    """The text in capitals, except labels, addresses and code."""
    new, end = [], 0
    for start, stop in free_stretches(text, labels):
        new += [text[end:start], text[start:stop].upper()]
        end = stop
    return "".join([*new, text[end:]])


def _exclaimed(block: Block) -> str | None:
    text = block.text.rstrip()
    mark = {".": "!", "。": "！"}.get(text[-1:])
    return f"{text[:-1]}{mark}{block.text[len(text) :]}" if mark else None


def _introduced(block: Block, lead: str) -> str | None:
    given = _ROLE.match(block.text) or re.search(r"\byou are\b", block.text, re.IGNORECASE)
    return None if given else f"{lead}{block.text.lstrip()}"


def _asking(block: Block, tail: str) -> str | None:
    return None if _OUTPUT.search(block.text) else _followed(block, tail)


def _followed(block: Block, tail: str) -> str | None:
    """The instruction with a sentence after it; None where it does not end as a sentence does."""
    body = block.text.rstrip()
    return f"{body} {tail}{block.text[len(body) :]}" if body[-1:] in (".", "!", "?") else None
