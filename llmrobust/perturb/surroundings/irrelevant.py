"""Irrelevant sentences around the input. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import yaml
from pydantic import Field

from llmrobust.perturb.blocks import with_block
from llmrobust.perturb.contract import AtMost, Draw, Params, Variant, operator
from llmrobust.perturb.surroundings.neutral import FUNCTION_WORDS, OPINIONS, RELATED, UNRELATED
from llmrobust.perturb.target import sentences, texts_of
from llmrobust.prompt.spans import Place, Prompt
from llmrobust.seeds import Stream

_NOUN = re.compile(
    r"\b(?:the|a|an|this|my|your|our|his|her|their) (?:[a-z]+ )?([a-z]{4,})"
    r"(?=\s?[.!?;:)]|\s?$|\s(?:is|was|were|are|has|had|of|on|in|at|from|for|with|to|does|and|or|but|that|which)\b)",
    re.IGNORECASE,
)
"""A word between an article or possessive and what follows a noun phrase."""
_ADJECTIVE = re.compile(r"(?:ful|ous|ive|able|ible|less|ish|ing|ed|ly|est|ical|nal|tic)\Z")
Kind = Literal["unrelated", "related"]
Position = Literal["before", "after", "between"]


def parse_sentences(text: str) -> list[str]:
    """A file of own sentences: one a line, or a YAML list. Raises ValueError."""
    try:
        value = yaml.safe_load(text) if text.lstrip().startswith(("-", "[")) else text.splitlines()
    except yaml.YAMLError:
        raise ValueError("it is neither a YAML list nor one sentence a line") from None
    found = [str(item).strip() for item in value if str(item).strip() and not str(item).startswith("#")]
    if not found:
        raise ValueError("it holds no sentence")
    return found


class IrrelevantParams(Params):
    """Parameters of `context.irrelevant`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("sentences", parse_sentences)}
    )

    kind: Kind | list[Kind] = Field(default="unrelated", description="About nothing of the prompt, or about its topic.")
    position: Position | list[Position] = Field(default="before", description="Where, seen from the input.")
    count: int = Field(default=1, ge=1, le=20, description="Sentences that are added.")
    samples: int = Field(default=1, ge=1, le=100, description="Variants of each kind and position.")
    target: str | list[str] = Field(default="input", description="The input: variables (input), context, or a name.")
    file: str | None = Field(default=None, description="File of own sentences for the kind unrelated, one a line.")
    sentences: tuple[str, ...] = ()


@operator(
    "context.irrelevant",
    level="context",
    at_most=AtMost(1, lambda params: params.count * (2 + max([160, *map(len, params.sentences)]))),
    params=IrrelevantParams,
    source="Wu et al. 2024 (arXiv 2404.03302), kinds and positions; Shi et al. 2023 (arXiv 2302.00093)",
)
def irrelevant(prompt: Prompt, params: IrrelevantParams, draw: Draw) -> Iterator[Variant]:
    """Adds sentences that do not matter before, after or between the sentences of the input."""
    texts = texts_of(prompt, _listed(params.target))
    if not texts:
        return
    places = max(texts, key=lambda places: (len(_text(prompt, places)), places))
    for kind in _listed(params.kind):
        pool = _pool(kind, params, draw, prompt)
        if not pool:
            continue
        for position in _listed(params.position):
            for sample in range(params.samples):
                stream = draw.stream(kind, position, sample)
                added = [pool[i % len(pool)] for i in range(params.count)]
                added = stream.sample(pool, params.count) if params.count <= len(pool) else added
                new = _placed(prompt, places, " ".join(added), position, stream)
                if new is not None:
                    yield Variant(new, f"{kind}-{position}" + (f"-{sample}" if params.samples > 1 else ""))


def _text(prompt: Prompt, places: Sequence[Place]) -> str:
    return "".join(prompt.span(place).text for place in places)


def _pool(kind: str, params: IrrelevantParams, draw: Draw, prompt: Prompt) -> list[str]:
    """The sentences to draw from: none that holds an answer, nor one that the prompt has already."""
    whole = "\n".join(message.text for message in prompt.messages)
    pool: Sequence[str] = params.sentences or UNRELATED
    if kind == "related":
        word = _topic(whole, prompt, draw)
        pool = [sentence.format(word=word) for sentence in RELATED] if word else []
    fields = [value for value in draw.fields.values() if isinstance(value, str)]
    forbidden = [text.strip() for text in (*draw.labels, *fields) if 1 < len(text.strip()) <= 60]
    return [
        sentence
        for sentence in pool
        if sentence not in whole
        and not any(re.search(rf"(?<!\w){re.escape(label)}(?!\w)", sentence, re.IGNORECASE) for label in forbidden)
    ]


def _topic(whole: str, prompt: Prompt, draw: Draw) -> str | None:
    """A word of the input that sentences can be about: one that stands where a noun does, without a judgement in it."""
    labels = {label.lower() for label in draw.labels}
    found: set[str] = set()
    for _, span in prompt.places(lambda span: span.kind == "variable" and not span.protected):
        found.update(word.lower() for word in _NOUN.findall(span.text))
    nouns = [
        word for word in sorted(found) if word not in FUNCTION_WORDS | OPINIONS | labels and not _ADJECTIVE.search(word)
    ]
    return draw.stream("topic").choice(nouns) if nouns else None


def _placed(prompt: Prompt, places: Sequence[Place], added: str, position: str, stream: Stream) -> Prompt | None:
    """The prompt with the sentences at their position; None if the text has no two sentences to stand between."""
    spans = [prompt.span(place) for place in places]
    plain = replace(next((span for span in spans if not span.protected), spans[0]), protected=False)
    if position == "before":
        new = [replace(plain, text=f"{added} "), *spans]
    elif position == "after":
        closed = _text(prompt, places).rstrip()
        gap = " " if closed[-1:] in ".!?\"'”’" else ". "
        if spans[-1].protected:
            new = [*spans, replace(plain, text=gap + added)]
        else:
            body = spans[-1].text.rstrip()
            tail = spans[-1].text[len(body) :]
            new = [*spans[:-1], replace(spans[-1], text=f"{body}{gap}{added}{tail}")]
    else:
        gaps = [
            (index, cut)
            for index, span in enumerate(spans)
            if not span.protected and span.kind == plain.kind
            for cut in accumulate(len(part) for part in sentences(span.text)[:-1])
        ]
        if not gaps:
            return None
        index, cut = stream.choice(gaps)
        text = spans[index].text
        middle = replace(spans[index], text=f"{text[:cut].rstrip()} {added} {text[cut:].lstrip()}")
        new = [*spans[:index], middle, *spans[index + 1 :]]
    return with_block(prompt, places, new)


def _listed(value: Any) -> list[Any]:
    return list(dict.fromkeys(value)) if isinstance(value, list) else [value]
