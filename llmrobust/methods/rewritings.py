"""Methods that answer to several rewritings of a text, or to a text made more natural word by word."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from llmrobust.methods.instructions import (
    NO_INSTRUCTION,
    Target,
    denoising_request,
    rewriting,
    texts_to_rewrite,
    with_texts,
)
from llmrobust.methods.method import NotUsable, Params, sending_method
from llmrobust.methods.rewritten_inputs import spelling_candidates
from llmrobust.methods.samples import most_frequent
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Said, Setting, Told, asked_once, some_of

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ITEM = re.compile(r"^\s*(?:\d+[.):]|[-*•])\s+")


class RewriteParams(Params):
    """Parameters of votes over rewritings."""

    n: int = Field(default=5, ge=2, le=16, description="Rewritings of one text.")
    how: Literal["samples", "list"] = Field(
        default="samples", description="Each rewriting is a sample of its own, or all of them come in one list."
    )
    temperature: float = Field(default=1.0, gt=0, le=2, description="Of samples; they have seeds of their own.")
    target: Target = Field(default="instruction", description="What is rewritten.")


@sending_method(
    "rewrite-vote",
    source="Agrawal et al. 2025 (arXiv 2504.02733): sampling, and with `how: list` the ensemble; the prompt is ours",
    assumes="the model follows instructions, and its rewritings fail in different ways",
    cost="1 request for each different rewriting, and n (with how: list 1) once for each distinct instruction or input",
    needs=("requests", "temperature"),
    params=RewriteParams,
    answers=lambda params: int(params.n),
)
def rewrite_vote(questions: Sequence[Question], params: RewriteParams, setting: Setting) -> Asking:
    """The most frequent answer to the prompt with n rewritings of its instruction (or input) by the model itself."""
    texts = texts_to_rewrite(questions, params.target)
    rewritten, lost = yield from _rewritten(texts, params, questions, setting)
    ways = [{text: rewritten[text][number] for text in texts} for number in range(params.n)]
    asked = [[one.asking(with_texts(one.prompt, params.target, new)) for new in ways] for one in questions]
    places = [(n, request) for n, some in enumerate(asked) for request in dict.fromkeys(some)]
    heard = yield [Probe(request, n) for n, request in places]
    replies = dict(zip(places, heard, strict=True))
    said = []
    for n, one in enumerate(questions):
        some_replies = [replies[n, request] for request in asked[n]]
        failed = next((reply.failed for reply in some_replies if reply.failed), "")
        votes = [reply.answer for reply in some_replies]
        said.append(Said(most_frequent(votes, setting.seed, one.example, one.column), failed=failed))
    notes = [] if texts else [NO_INSTRUCTION]
    if lost:
        notes.append(f"{lost:,} of {len(texts) * params.n:,} rewritings cannot be used: the text itself stands in")
    return Told(tuple(said), tuple(notes))


def _rewritten(
    texts: Mapping[str, tuple[str, ...]], params: RewriteParams, questions: Sequence[Question], setting: Setting
) -> Generator[Sequence[Probe], Sequence[Heard], tuple[dict[str, tuple[str, ...]], int]]:
    """n rewritings of each text, the text itself where one cannot be used, and how many those are."""
    probes = []
    for text, keep in texts.items():
        if params.how == "list":
            wanted = f"Write what was meant in {params.n} different wordings, as a numbered list."
            base = denoising_request(questions[0].request, text, keep, setting, wanted)
            room = replace(base.sampling, max_tokens=params.n * base.sampling.max_tokens)
            probes.append(Probe(replace(base, sampling=room)))
            continue
        base = denoising_request(questions[0].request, text, keep, setting)
        for sample in range(params.n):
            drawn = replace(base.sampling, temperature=params.temperature, seed=base.sampling.seed + sample)
            probes.append(Probe(replace(base, sampling=drawn, repeat=sample)))
    heard = yield probes
    each = params.n if params.how == "samples" else 1
    found, lost = {}, 0
    for number, (text, keep) in enumerate(texts.items()):
        replies = [one.text for one in heard[number * each : (number + 1) * each]]
        if params.how == "list":
            lines = [_ITEM.sub("", line) for line in replies[0].splitlines() if _ITEM.match(line)]
            replies = [*lines, *[""] * params.n][: params.n]
        usable = [rewriting(reply, text, keep) for reply in replies]
        lost += sum(one is None for one in usable)
        found[text] = tuple(text if one is None else one for one in usable)
    return found, lost


class SmoothingParams(Params):
    """Parameters of perplexity smoothing."""

    required = MappingProxyType({"lm": "a small language model that measures texts"})
    written = "{lm: hf:gpt2}"

    lm: str = Field(default="", description="The language model that texts are measured by, as hf:NAME_OR_PATH.")
    rounds: int = Field(default=10, ge=1, le=50, description="The most words that are replaced.")
    candidates: int = Field(default=5, ge=1, le=20, description="Words that are tried in a word's place.")
    target: Target = Field(default="instruction", description="What is smoothed.")


@sending_method(
    "smoothing",
    source="Agrawal et al. 2025 (arXiv 2504.02733): perplexity smoothing, greedy; candidates here by spelling alone",
    assumes="noise makes a text unlikely, and the likelier text means the same",
    cost="1 request; forward passes of a small model in this process, once for each distinct instruction or input",
    params=SmoothingParams,
)
def smoothing(questions: Sequence[Question], params: SmoothingParams, setting: Setting) -> Asking:
    """The model's answer after the words that most disturb a small language model were replaced by likelier ones."""
    if not params.lm:
        raise NotUsable("needs a small language model that measures texts: smoothing: {lm: hf:NAME_OR_PATH}")
    texts = texts_to_rewrite(questions, params.target)
    new = {text: smoothed(text, keep, params, setting) for text, keep in texts.items()}
    told = yield from asked_once(questions, [with_texts(one.prompt, params.target, new) for one in questions])
    changed = [f"{text} -> {new[text]}" for text in texts if new[text] != text]
    notes = [f"changed {len(changed):,} of {len(texts):,} texts: {some_of(changed)}"] if changed else []
    return replace(told, notes=tuple(notes) if texts else (NO_INSTRUCTION,))


def smoothed(text: str, keep: Sequence[str], params: SmoothingParams, setting: Setting) -> str:
    """The text after up to `rounds` greedy steps.

    A step takes the word without which the text costs the fewest bits a word, and puts the candidate in its place that
    makes the text cheapest, if one makes it cheaper. Words to keep stay, and each other word is taken once.
    """
    if setting.bits is None:
        return text
    done: set[int] = set()
    for _ in range(params.rounds):
        fixed = [found.span() for word in keep for found in re.finditer(re.escape(word), text)]
        words = [
            (number, found)
            for number, found in enumerate(_WORD.finditer(text))
            if number not in done and not any(a < found.end() and found.start() < b for a, b in fixed)
        ]
        if not words:
            break
        without = [text[: found.start()] + text[found.end() :] for _, found in words]
        costs = setting.bits(params.lm, [text, *without])
        number, found = words[min(range(len(words)), key=lambda at: costs[1 + at])]
        tried = [
            text[: found.start()] + one + text[found.end() :]
            for one in spelling_candidates(found[0], params.candidates)
        ]
        done.add(number)
        prices = setting.bits(params.lm, tried) if tried else []
        if prices and min(prices) < costs[0]:
            text = tried[prices.index(min(prices))]
    return text
