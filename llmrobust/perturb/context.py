"""Irrelevant sentences around the input. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import yaml
from pydantic import Field

from llmrobust.perturb.contract import Draw, Params, Variant, operator
from llmrobust.perturb.neutral import FUNCTION_WORDS, RELATED, UNRELATED
from llmrobust.perturb.target import is_target, sentences
from llmrobust.prompt.spans import Place, Prompt, Span
from llmrobust.seeds import Stream

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
    level="sentence",
    params=IrrelevantParams,
    source="Wu et al. 2024 (arXiv 2404.03302), kinds and positions; Shi et al. 2023 (arXiv 2302.00093)",
)
def irrelevant(prompt: Prompt, params: IrrelevantParams, draw: Draw) -> Iterator[Variant]:
    """Adds sentences that do not matter before, after or between the sentences of the input."""
    targets = _listed(params.target)
    places = [place for place, span in prompt.places(lambda span: is_target(span, targets) and bool(span.text.strip()))]
    if not places:
        return
    place = max(places, key=lambda place: (len(prompt.span(place).text), place))
    text = prompt.span(place).text
    for kind in _listed(params.kind):
        pool = _pool(kind, params, draw, prompt)
        if not pool:
            continue
        for position in _listed(params.position):
            for sample in range(params.samples):
                stream = draw.stream(kind, position, sample)
                added = [pool[i % len(pool)] for i in range(params.count)]
                added = stream.sample(pool, params.count) if params.count <= len(pool) else added
                new = _placed(prompt, place, text, added, position, stream)
                if new is not None:
                    yield Variant(new, f"{kind}-{position}" + (f"-{sample}" if params.samples > 1 else ""))


def _pool(kind: str, params: IrrelevantParams, draw: Draw, prompt: Prompt) -> list[str]:
    """The sentences to draw from: none that holds an answer, nor one that the prompt has already."""
    whole = "\n".join(message.text for message in prompt.messages)
    pool: Sequence[str] = params.sentences or UNRELATED
    if kind == "related":
        word = _topic(whole, prompt, draw)
        pool = [sentence.format(word=word) for sentence in RELATED] if word else []
    forbidden = [label for label in draw.labels if len(label) > 1]
    return [
        sentence
        for sentence in pool
        if sentence not in whole
        and not any(re.search(rf"(?<!\w){re.escape(label)}(?!\w)", sentence, re.IGNORECASE) for label in forbidden)
    ]


def _topic(whole: str, prompt: Prompt, draw: Draw) -> str | None:
    """A word of the input that sentences can be about: after an article or possessive, so most likely a noun."""
    labels = {label.lower() for label in draw.labels}
    for _, span in prompt.places(lambda span: span.kind == "variable" and not span.protected):
        found: list[str] = re.findall(
            r"\b(?:the|a|an|this|my|your|our|his|her|their) ([a-z]{4,})(?=[ ,.!?;:]|$)", span.text, re.I
        )
        nouns = [word for word in found if word.lower() not in FUNCTION_WORDS | labels]
        followed = [
            word
            for word in nouns
            if re.search(rf"\b{word}(?: (?:is|was|were|are|has|had|of|on|in|from|does)\b|[.,!?]|$)", span.text)
        ]
        if followed:
            return str(draw.stream("topic").choice(sorted(set(followed)))).lower()
    return None


def _placed(
    prompt: Prompt, place: Place, text: str, added: Sequence[str], position: str, stream: Stream
) -> Prompt | None:
    """The prompt with the sentences at their position; None if the text has no sentence to stand between."""
    extra = " ".join(added)
    span = prompt.span(place)
    if position == "before":
        new = [replace(span, text=f"{extra} "), span]
    elif position == "after":
        closed = text.rstrip()
        tail = text[len(closed) :]
        gap = " " if closed[-1:] in ".!?\"'”’" else ". "
        new = [replace(span, text=closed + gap + extra + tail)]
    else:
        parts = sentences(text)
        if len(parts) < 2:
            return None
        at = 1 + stream.below(len(parts) - 1)
        new = [replace(span, text=f"{''.join(parts[:at]).rstrip()} {extra} {''.join(parts[at:]).lstrip()}")]
    joined: Span = replace(span, text="".join(piece.text for piece in new))
    return prompt.with_spans({place: (joined,)})


def _listed(value: Any) -> list[Any]:
    return list(dict.fromkeys(value)) if isinstance(value, list) else [value]
